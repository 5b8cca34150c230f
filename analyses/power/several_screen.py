"""Trials of several endpoints on the screen: the trial first, then each endpoint."""

from typing import SupportsFloat

from rich.console import Console
from rich.table import Table

from analyses.power.boundaries import boundary_table
from analyses.power.screen import new_table, say_undefined, show_tables, with_error
from analyses.power.several import SeveralRun
from simulate.design.harm import HarmRule
from simulate.design.multiplicity import CoPrimary, Graph, Hierarchical, Multiplicity, Split
from simulate.operating.approximations import WHY_THEY_DIFFER
from simulate.plots.wording import TEST_LABELS

FWER = (
    "FWER: share of trials that claim an effect on an endpoint without one (co-primary endpoints "
    "are claimed when all are won); empty where every endpoint has one, scans left aside."
)
ALONE = (
    "Closed forms and bounds above take each endpoint alone, at the highest alpha it can have; "
    "P(success) is that of the trial's rule. No adjusted estimate is made where endpoints share "
    "alpha. "
)


def show_several(run: SeveralRun, *, out: str | None) -> None:
    """Print operating characteristics.

    Parameters
    ----------
    run : SeveralRun
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    design = run.design
    console.print(design.name, style="bold", markup=False)
    console.print(
        f"endpoints {' and '.join(run.endpoints)}; {describe_rule(design.multiplicity)}; success "
        f"is {describe_success(design.success)}; one-sided alpha {design.alpha:g}; seed "
        f"{run.seed}; hazard ratios are RT versus control, below 1 favours RT",
        markup=False,
    )
    console.print(_trial(run))
    console.print(FWER, markup=False)
    console.print(_stops(run))
    console.print(_harm(run))
    console.print(harm_rule(design.harm), markup=False)
    for name, part in run.endpoints.items():
        test = TEST_LABELS[part.design.analysis.test]
        within = ", stratified" if part.design.analysis.stratified else ""
        console.rule(f"{name}: {test}{within}", align="left")
        looks = [place + 1 for place in design.looks_at(name)]
        for level, bounds in run.bounds[name].items():
            console.print(boundary_table(bounds, looks=looks, level=level))
        show_tables(console, part)
        say_undefined(console, part)
    console.print(ALONE + WHY_THEY_DIFFER, markup=False)
    where = f"; results in {out}" if out else ""
    console.print(f"simulated in {run.seconds:.1f} s{where}", style="bold", markup=False)


def describe_rule(rule: Multiplicity | None) -> str:
    """Say in words how endpoints share alpha."""
    if isinstance(rule, Hierarchical):
        return f"hierarchical: {' → '.join(rule.order)}"
    if isinstance(rule, CoPrimary):
        return "co-primary: each at the whole of alpha, all must win"
    if isinstance(rule, Split):
        shares = ", ".join(f"{name} {weight:g}" for name, weight in rule.weights.items())
        return f"alpha split: {shares}"
    if isinstance(rule, Graph):
        shares = ", ".join(f"{name} {weight:g}" for name, weight in rule.weights.items())
        arrows = ", ".join(
            f"{start} → {end} {share:g}"
            for start, row in rule.transitions.items()
            for end, share in row.items()
        )
        return f"graph: {shares}; {arrows}"
    return "one endpoint"


def describe_success(success: str) -> str:
    """Say in words what the trial must show."""
    return {"all": "all endpoints won", "any": "any endpoint won"}.get(success, f"{success} won")


def harm_rule(rule: HarmRule | None) -> str:
    """Say in words how harm is watched."""
    threshold = 1.0 if rule is None else rule.hr
    if rule is None or rule.probability is None:
        return f"harm: P(HR of death > {threshold:g} | data), watched only"
    return f"harm: the trial stops when P(HR of death > {threshold:g} | data) > {rule.probability}"


def _trial(run: SeveralRun) -> Table:
    names = list(run.endpoints)
    table = new_table(
        "The trial (Monte Carlo standard error)",
        "truth", "success", *names, "any", "all", "FWER",
    )  # fmt: skip
    for truth in run.trial["truth"].values:
        row = run.trial.sel(truth=truth)
        shares = [row["trial_success"], row["any_endpoint"], row["all_endpoints"]]
        errors = [row[f"{share.name}_mcse"] for share in shares]
        success, some, every = map(_three_digits, shares, errors)
        won, error = row["endpoint_success"], row["endpoint_success_mcse"]
        each = [_three_digits(won.sel(endpoint=name), error.sel(endpoint=name)) for name in names]
        wrong = _three_digits(row["family_wise_error"], row["family_wise_error_mcse"])
        table.add_row(str(truth), success, *each, some, every, wrong)
    return table


def _three_digits(value: SupportsFloat, error: SupportsFloat) -> str:
    return with_error(value, error, digits=3)


def _stops(run: SeveralRun) -> Table:
    looks = [int(look) for look in run.trial["look"].values]
    table = new_table(
        "Where the trial stops, and how long it takes: mean (10% to 90%)",
        "truth", "trials", *(f"look {look}" for look in looks), "harm", "month", "patients",
    )  # fmt: skip
    for truth in run.trial["truth"].values:
        row = run.trial.sel(truth=truth)
        ranges = zip(row["trial_stop_mean"].values, row["trial_stop_quantile"].values, strict=True)
        cells = [f"{mean:.1f} ({low:.1f} to {high:.1f})" for mean, (low, _, high) in ranges][:2]
        table.add_row(
            str(truth),
            f"{int(row['trials']):,}",
            *(f"{share:.3f}" for share in row["trial_stop"].sum("reason").values),
            f"{float(row['trial_stop'].sel(reason='harm').sum()):.3f}",
            *cells,
        )
    return table


def _harm(run: SeveralRun) -> Table:
    looks = [int(look) for look in run.trial["look"].values]
    table = new_table(
        "Mean posterior probability of harm for survival at each look",
        "truth", *(f"look {look}" for look in looks),
    )  # fmt: skip
    for truth in run.trial["truth"].values:
        row = run.trial.sel(truth=truth)
        pairs = zip(row["harm"].values, row["harm_mcse"].values, strict=True)
        cells = [with_error(value, error, digits=3) for value, error in pairs]
        table.add_row(str(truth), *(cell if cell else "–" for cell in cells))
    return table
