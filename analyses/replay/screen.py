"""A replayed trial on the screen: recruitment, and a table of its looks."""

import math
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from simulate.replay.replay import Replay, ReplayedLook
from simulate.replay.several import SeveralReplay

SHORT = {"continue": "go on", "success": "success", "futility": "futility", "failure": "no success"}
WORDS = {
    "success": "success",
    "futility": "stops for futility",
    "failure": "ends without success",
}
TESTS = {
    "log_rank": "log-rank test",
    "cox_wald": "Wald test of the Cox model",
    "cox_score": "score test of the Cox model",
    "bayes": "Bayesian rule",
    "fleming_harrington": "Fleming–Harrington test",
    "modestly_weighted": "modestly weighted log-rank test",
    "max_combo": "MaxCombo test",
    "rmst": "difference of restricted means",
    "milestone": "difference of survival at the milestone",
    "milestone_log_log": "log-log comparison at the milestone",
    "median": "difference of medians",
}


def show_replay(trial: Replay, *, out: str | None) -> None:
    """Print a replayed trial.

    Parameters
    ----------
    trial : Replay
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    console.print(trial.design.name, style="bold", markup=False)
    console.print(
        f"truth {trial.truth.name}; seed {trial.seed}; replicate {trial.replicate}; endpoint "
        f"{trial.design.endpoint}; decided by the {TESTS[trial.design.analysis.test]}"
        f"{', stratified' if trial.design.analysis.stratified else ''}",
        markup=False,
    )
    console.print(_recruited(trial), markup=False)
    _show_looks(console, trial)
    where = f"; results in {out}" if out else ""
    console.print(f"{_ended(trial)}{where}", style="bold", markup=False)


def show_several_replay(trial: SeveralReplay, *, out: str | None) -> None:
    """Print a replayed trial of several endpoints.

    Parameters
    ----------
    trial : SeveralReplay
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    first = next(iter(trial.endpoints.values()))
    console.print(first.design.name, style="bold", markup=False)
    console.print(
        f"truth {first.truth.name}; seed {first.seed}; replicate {first.replicate}", markup=False
    )
    for name, endpoint in trial.endpoints.items():
        test = TESTS[endpoint.design.analysis.test]
        within = ", stratified" if endpoint.design.analysis.stratified else ""
        console.rule(f"{name}: {test}{within}", align="left")
        if endpoint.looks:
            console.print(_recruited(endpoint), markup=False)
            _show_looks(console, endpoint)
            console.print(f"{name}: {_ended(endpoint)}", markup=False)
        else:
            console.print(f"{name}: not analysed before the trial stopped", markup=False)
    result = "succeeds" if trial.success else "does not succeed"
    where = f"; results in {out}" if out else ""
    console.print(
        f"the trial stops at look {trial.stop} ({trial.reason}) and {result}{where}",
        style="bold",
        markup=False,
    )


def _show_looks(console: Console, trial: Replay) -> None:
    console.print(_table(trial))
    for look in trial.looks:
        if not look.reached:
            console.print(
                f"look {look.look} is not reached; it is held when nobody is followed any more",
                style="yellow",
                markup=False,
            )


def _recruited(trial: Replay) -> str:
    found = trial.recruitment
    total = found.control + found.rt
    planned = "" if found.planned is None else f" of {found.planned} planned"
    if not total:
        return f"nobody enrolled{planned} by the last look"
    return (
        f"enrolled {total}{planned} by the last look ({found.control} control, {found.rt} RT), the "
        f"first in month {found.first_month:.1f}, the last in month {found.last_month:.1f}"
    )


def _ended(trial: Replay) -> str:
    last = trial.looks[-1]
    return f"{WORDS[trial.outcome]} at look {last.look} in month {last.month:.1f}"


def _table(trial: Replay) -> Table:
    bayes = trial.design.analysis.test == "bayes"
    table = Table(
        title=(
            "Looks (events: control + RT; z above 0 favours RT; HR: RT versus control, below 1 "
            "favours RT)"
        ),
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    rule = f"P(HR<{trial.design.analysis.bayes.hr:g})"
    bound = f"{rule} bound" if bayes else "z bound"
    for name in ("look", "month", "patients", "events", "z", "HR (95% CI)", rule, bound,
                 "futility z", "decision"):  # fmt: skip
        justify: Literal["left", "right"] = "left" if name == "decision" else "right"
        table.add_column(name, justify=justify, overflow="fold")
    for look in trial.looks:
        table.add_row(*_cells(look))
    return table


def _cells(look: ReplayedLook) -> list[str]:
    estimate, lower, upper = look.hazard_ratio
    return [
        f"{look.look}",
        f"{look.month:.1f}",
        f"{look.patients}",
        f"{look.events_control} + {look.events_rt}",
        _number(look.z),
        f"{_number(estimate)} ({_number(lower)} to {_number(upper)})",
        _number(look.probability, 3),
        _number(look.upper, 3),
        "–" if look.final else _number(look.lower, 3),
        SHORT[look.decision],
    ]


def _number(value: float, digits: int = 2) -> str:
    return f"{value:z.{digits}f}" if math.isfinite(value) else "–"
