"""The answer on the screen: size, power there, what such a trial is like, closed forms beside."""

from rich.console import Console
from rich.table import Table

from analyses.power.screen import new_table, with_error
from analyses.size.run import SizeRun
from simulate.size.confirm import Spread
from simulate.size.forms import FORMS, WHY_SIZES_DIFFER

TARGETS = {
    "success": "success of the trial",
    "any": "at least one endpoint won",
    "both": "both endpoints won",
    "all": "all endpoints won",
}
KEPT = {
    "n": "patients, the events of the looks in proportion; rates of recruitment and calendar times "
    "stay",
    "events": "the events of the looks in proportion; patients and recruitment stay",
    "accrual": "rates of recruitment in proportion (and with them patients and events, where "
    "recruitment has a fixed duration); calendar times stay",
    "follow_up": "months of the looks in proportion; patients, recruitment and events stay",
}


def show_size(run: SizeRun, *, out: str | None) -> None:
    """Print a search.

    Parameters
    ----------
    run : SizeRun
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    console.print(run.design.name, style="bold", markup=False)
    console.print(_asked(run), markup=False)
    console.print(_answer(run))
    console.print(_trial(run))
    console.print(_forms(run))
    console.print(WHY_SIZES_DIFFER, markup=False)
    where = f"; results in {out}" if out else ""
    console.print(f"found in {run.seconds:.1f} s{where}", style="bold", markup=False)


def name_target(target: str) -> str:
    """Say in words what is to be shown."""
    return TARGETS.get(target, f"{target.upper()} won")


def _asked(run: SizeRun) -> str:
    question = run.question
    return (
        f"asked: power {question.power:g} for {name_target(question.target)} under the truth "
        f"{run.truth.name!r}; one-sided alpha {run.design.alpha:g}; varied: {KEPT[question.way]} "
        f"(planned {run.variation.planned:g} {run.variation.unit}); seed {run.seed}"
    )


def _answer(run: SizeRun) -> Table:
    estimate, found = run.found.estimate, run.found
    how = "the statistic's mean, spread and skewness" if found.modelled else "wins"
    unit = run.variation.unit
    table = new_table("Answer, with its 95% Monte Carlo interval", "", "")
    table.add_row(f"{unit} to plan with (rounded up)", f"{run.answer:g}", style="bold")
    table.add_row(
        f"{unit}, fitted", f"{estimate.size:.1f} ({estimate.lower:.1f} to {estimate.upper:.1f})"
    )
    table.add_row(
        f"power there, by {run.confirmed.trials:,} other trials (standard error)",
        with_error(run.confirmed.power, run.confirmed.mcse),
    )
    for name, counts in run.events.items():
        table.add_row(
            f"{name.upper()} events planned at the looks", ", ".join(f"{n:g}" for n in counts)
        )
    table.add_row(f"trials of the search, fitted to {how}", f"{found.trials:,}")
    return table


def _trial(run: SizeRun) -> Table:
    table = new_table("Such a trial at its stop: mean, and 10% to 90%", "", "mean", "10% to 90%")
    confirmed = run.confirmed
    rows = {"months": confirmed.months, "patients": confirmed.patients}
    rows |= {f"{name.upper()} events": spread for name, spread in confirmed.events.items()}
    for name, spread in rows.items():
        table.add_row(name, *_spread(spread))
    looks = ", ".join(f"{share:.3f}" for share in confirmed.stops)
    table.add_row("share that stops at each look", looks, "")
    return table


def _spread(spread: Spread) -> tuple[str, str]:
    low, _, high = spread.quantiles
    return f"{spread.mean:.1f}", f"{low:.1f} to {high:.1f}"


def _forms(run: SizeRun) -> Table:
    title = f"{run.variation.unit.capitalize()} by closed forms (over the fitted answer)"
    table = new_table(title, "endpoint", "HR", *FORMS.values())
    for name, forms in run.forms.items():
        known = forms.known()
        table.add_row(
            name.upper(),
            f"{forms.hazard_ratio:.3f}",
            *(_over(known.get(label), run.found.estimate.size) for label in FORMS.values()),
        )
    return table


def _over(size: float | None, answer: float) -> str:
    return "–" if size is None else f"{size:.1f} ({100 * (size / answer - 1):+.1f}%)"
