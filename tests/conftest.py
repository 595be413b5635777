"""Settings of hypothesis: derandomized in continuous integration, so that a red run can be repeated."""

import os

import hypothesis

# no deadline: the first call of a kernel compiles it, and two cores are shared with other tests
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "dev")
