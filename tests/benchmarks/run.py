"""Kernels and maps, timed in one run: python tests/benchmarks/run.py [--baseline PATH]. Processor time, one core."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # before numpy is loaded: one core is what is measured
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numba  # noqa: E402
import numpy  # noqa: E402
import scipy  # noqa: E402
import toytoy  # noqa: E402

from tests.benchmarks import costs, kernels, maps  # noqa: E402

YEAR = 365.25 * 24 * 3600  # in seconds
HEADER = ("what", "time", "unit", "beside", "time", "ratio")


def machine() -> str:
    """Name what the numbers were measured with."""
    versions = f"toytoy {toytoy.__version__}, numba {numba.__version__}, numpy {numpy.__version__}"
    return f"{versions}, scipy {scipy.__version__}, Python {platform.python_version()}; {_processor()}"


def _processor() -> str:
    """Name the processor as Linux does, or as Python does elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def kernel_lines(row: kernels.Row) -> Iterable[tuple[str, ...]]:
    """Write a kernel's line, beside its plain twin and beside the baseline."""
    what, own = f"loss and gradient ({row.size[0]},{row.size[1]})", f"{row.kernel:.2f}"
    if row.plain is not None:
        yield what, own, "µs a model", "plain twin", f"{row.plain:.0f}", f"{row.plain / row.kernel:.0f}"
    else:
        yield what, own, "µs a model", "", "", ""
    if row.baseline is not None and row.ratio is not None:
        yield what, own, "µs a model", "baseline", f"{row.baseline:.2f}", f"{row.ratio:.2f}"


def cost_lines(pairs: int, quick: bool) -> Iterable[tuple[str, ...]]:
    """Write what a second thread brings, what samples would cost, and, unless in a hurry, compilation."""
    for n, m in kernels.SIZES[:2]:
        ratio, machine_ratio = costs.threads(n, m, 1 if quick else pairs)
        what, target = f"two threads, at best ({n},{m})", costs.THREADS_TARGET
        yield what, f"{ratio:.2f}", "times", "target", f"{target:.2f}", f"{ratio / target:.2f}"
        yield what, f"{ratio:.2f}", "times", "hashing", f"{machine_ratio:.2f}", f"{ratio / machine_ratio:.2f}"
    for n, m in kernels.SIZES[:2]:
        samples = costs.sampling_for_the_same_error(n, m, 10**4 if quick else costs.SAMPLES)
        what = f"samples for the same error ({n},{m})"
        yield what, f"{samples.size:.1e}", "", "in years", f"{samples.seconds / YEAR:.1e}", ""
    if not quick:
        spent = costs.compile_seconds()
        target = costs.COMPILE_TARGET
        yield "compiling everything, once", f"{spent:.1f}", "s", "target", f"{target:.1f}", f"{target / spent:.2f}"


def table(baseline: Path | None, quick: bool) -> Iterable[tuple[str, ...]]:
    """Measure, a line at a time."""
    batch = None if baseline is None else kernels.load_baseline(baseline)
    pairs, budget, count = (3, 0.005, 6) if quick else (kernels.PAIRS, kernels.BUDGET, 60)
    for n, m in kernels.SIZES[: 2 if quick else None]:
        yield from kernel_lines(kernels.time_size(n, m, batch, pairs, budget))
    yield from cost_lines(pairs, quick)
    for n in (2, 3):
        found = maps.time_map(n, count)
        what = f"optimum map ({n},{n - 1}), {found.cells} cells"
        yield what, f"{found.seconds:.2f}", "s", "target", f"{found.target:.2f}", f"{found.target / found.seconds:.2f}"
    for n in (2, 3):
        search = maps.time_search(n, 20 if quick else 200)
        yield (
            f"multistart ({n},{n - 1}), {search.starts} starts",
            f"{search.microseconds:.0f}",
            "µs a start",
            "",
            "",
            "",
        )


def line(cells: Iterable[str]) -> str:
    """Align one line of the table."""
    what, own, unit, beside, other, ratio = cells
    return f"{what:34}{own:>10} {unit:12}{beside:12}{other:>10}{ratio:>8}".rstrip()


def main(arguments: list[str] | None = None) -> int:
    """Print one table; 2 where the baseline can't be read, or answers another question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baseline", type=Path, help="a folder with kernel.py, to be timed in turn with ours")
    parser.add_argument("--quick", action="store_true", help="small sizes only: to see that it runs")
    given = parser.parse_args(arguments)
    print(machine())
    print(line(HEADER))
    try:
        for cells in table(given.baseline, given.quick):
            print(line(cells), flush=True)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
