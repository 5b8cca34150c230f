"""Priors on the screen: the table that a statistician reads first, and sentences below it."""

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from analyses.priors.run import EndpointPriors
from models.check_result import CheckResult
from models.plots.wording import ratio_interval
from models.priors.evidence import Evidence
from models.priors.robust import STRAIN


def show_priors(runs: list[EndpointPriors], evidence: Evidence, *, out: Path | None) -> None:
    """Print trials, priors, posteriors and checks.

    Parameters
    ----------
    runs : list of EndpointPriors
    evidence : Evidence
    out : Path or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    console.print(f"{evidence.name}: priors of the hazard ratio", style="bold", markup=False)
    console.print("hazard ratios are RT versus control, below 1 favours RT; 95% central intervals")
    for run in runs:
        _show_endpoint(console, run)
    where = "" if out is None else f"; results in {out}"
    failed = [check for run in runs for check in run.gates if check.passed is False]
    verdict = "A GATE FAILED: do not use these priors" if failed else "all gates hold"
    console.print(f"{verdict}{where}", style="bold", markup=False)


def _show_endpoint(console: Console, run: EndpointPriors) -> None:
    console.print(_trials(run))
    console.print(_priors(run))
    if run.trial is not None:
        console.print(f"Trial at hand: {run.trial.origin}.", markup=False)
    if run.answers is not None:
        console.print(run.answers.tipping.text + ".", markup=False)
        console.print(run.answers.winners_curse, markup=False)
        _show_conflicts(console, run.answers.conflicts)
    for check in (*run.gates, *run.findings):
        if check.passed is False:
            console.print(f"  {_mark(False)} {check.text}", style="yellow", markup=False)
    console.print()


def _show_conflicts(console: Console, conflicts: list[CheckResult]) -> None:
    """Tell of conflicts and strains, and name the priors that have neither."""
    at_peace = [check for check in conflicts if check.values["p"] >= STRAIN]
    for check in conflicts:
        if check not in at_peace:
            console.print(f"  {_mark(check.passed)} {check.text}", markup=False)
    if at_peace:
        names = ", ".join(
            f"{check.name.partition(':')[0]} (p {check.values['p']:.2f})" for check in at_peace
        )
        console.print(f"No conflict between prior and data: {names}.", markup=False)


def _trials(run: EndpointPriors) -> Table:
    table = _table(f"{run.label}: trials")
    table.add_column("trial")
    for name in ("use", "HR", "SE", "discount", "log HR kept", "foretold p"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in run.trials.to_dict("records"):
        table.add_row(
            str(row["name"]),
            str(row["use"]),
            ratio_interval(row["hr"], row["lower"], row["upper"]),
            f"{row['standard_error']:.3f}",
            f"{row['discount']:g}",
            f"{row['effect_kept']:g}",
            f"{row['foretold_p']:.2f}",
        )
    return table


def _priors(run: EndpointPriors) -> Table:
    table = _table(f"{run.label}: priors" + ("" if run.trial is None else " and posteriors"))
    table.add_column("prior")
    table.add_column("prior HR", justify="right", no_wrap=True)
    table.add_column("events", justify="right", no_wrap=True)
    if run.trial is not None:
        table.add_column("posterior HR", justify="right", no_wrap=True)
        table.add_column("P(HR<1)", justify="right", no_wrap=True)
    for row in run.priors.to_dict("records"):
        before = ratio_interval(row["prior_median"], row["prior_lower"], row["prior_upper"])
        mark = "" if row["kind"] == "prior" else "· "
        cells = [f"{mark}{row['prior']}", before, f"{row['events']:.0f}"]
        if run.trial is not None:
            cells += _posterior(row)
        table.add_row(*cells)
    return table


def _posterior(row: dict[Any, Any]) -> list[str]:
    if not row["trusted"]:
        return [f"too few draws ({row['effective_size']:.0f})", ""]
    ratio = ratio_interval(row["median"], row["lower"], row["upper"])
    return [ratio, f"{row['p_below_1']:.3f}"]


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)


def _mark(passed: bool | None) -> str:
    return "✗" if passed is False else "✓"
