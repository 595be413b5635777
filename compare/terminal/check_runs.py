"""What `verify` does beside the main job: list the checks, run some of them alone, show what came of all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..crosschecks.evidence import Evidence
from ..crosschecks.running import chosen, run_checks
from ..plans import Plan
from ..statuses import AGREES, DISAGREEMENT
from ..summary import summarize_verification, to_json
from ..verify import Verification
from .check_tables import check_parts, failures, list_parts, summarize_list
from .map_tables import verification_parts
from .options import Refusal
from .progress import progress_bar
from .tables import show


def require(ctx: click.Context, *names: str) -> None:
    """Refuse a command that lacks options which not every use of it needs, as click refuses others.

    Raises
    ------
    click.MissingParameter
        Naming the first option that is missing.
    """
    for name in names:
        if ctx.params.get(name) is None:
            raise click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == name))


def refuse_files(out: str | None, pdf: bool) -> None:
    """Refuse to write what checks alone don't make.

    Raises
    ------
    Refusal
        Naming the option to leave out.
    """
    given = f"--out {out}" if out is not None else "--pdf" if pdf else ""
    if given:
        raise Refusal(f"--only runs checks alone and writes nothing, got {given}; leave out one of the two")


def show_list(names: Sequence[str], as_json: bool) -> None:
    """Print the declared list, or those that are named."""
    declared = chosen(names)
    if as_json:
        click.echo(to_json(summarize_list(declared)))
    else:
        show(list_parts(declared, sys.stdout), sys.stdout)


def run_only(plan: Plan, names: Sequence[str], as_json: bool) -> bool:
    """Run some checks, with no more maps than they need; tell whether they hold."""
    chosen(names, plan.n_features)  # refuses an unknown name before any work
    with progress_bar() as bar:
        checks, skipped = run_checks(Evidence(plan, bar.stage), names)
    agrees = all(check.agrees for check in checks)
    verdict = AGREES if agrees else DISAGREEMENT
    if as_json:
        click.echo(to_json({"verdict": verdict, "checks": [check.to_dict() for check in checks]}))
        _tell(failures(checks))
    else:
        show([*check_parts(checks, skipped, sys.stdout), f"Verdict: {verdict}"], sys.stdout)
    return agrees


def show_verification(found: Verification, report: Path, as_json: bool) -> None:
    """Print what came of a verification."""
    if as_json:
        click.echo(to_json(summarize_verification(found)))
        _tell(failures(found.checks))
    else:
        show([*verification_parts(found, sys.stdout), f"Open {report}"], sys.stdout)


def _tell(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
