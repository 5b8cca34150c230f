"""The tables on the screen: what a planning meeting reads first."""

import math
from collections.abc import Iterator
from itertools import batched
from typing import SupportsFloat

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from analyses.power.boundaries import boundary_table
from analyses.power.run import PowerRun
from simulate.operating.approximations import WHY_THEY_DIFFER
from simulate.plots.wording import TEST_LABELS

TESTS_A_TABLE = 4
HOW_ESTIMATED = (
    "naive: the Cox estimate and its interval as they come, not adjusted for stopping; adjusted: "
    "median-unbiased by the stage-wise ordering, of the first 2,000 trials; HR if won: "
    "geometric mean of the naive estimate in successful trials."
)


NO_ALPHA = (
    "The Bayesian rule spends no alpha over the looks: its type I error is what it is without an "
    "effect."
)


def show_power(run: PowerRun, *, out: str | None) -> None:
    """Print operating characteristics.

    Parameters
    ----------
    run : PowerRun
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    design = run.design
    test = TEST_LABELS[design.analysis.test]
    console.print(design.name, style="bold", markup=False)
    console.print(
        f"endpoint {design.endpoint}; decided by the {test}"
        f"{', stratified' if design.analysis.stratified else ''}; one-sided alpha "
        f"{design.alpha:g}; seed {run.seed}; hazard ratios are RT versus control, below 1 "
        "favours RT",
        markup=False,
    )
    console.print(boundary_table(run.bounds))
    show_tables(console, run)
    console.print(WHY_THEY_DIFFER, markup=False)
    say_undefined(console, run)
    where = f"; results in {out}" if out else ""
    console.print(f"simulated in {run.seconds:.1f} s{where}", style="bold", markup=False)


def show_tables(console: Console, run: PowerRun) -> None:
    """Print the tables of one endpoint."""
    console.print(_truths(run))
    console.print(_success(run))
    console.print(_looks(run))
    console.print(_stops(run))
    console.print(_estimates(run))
    console.print(HOW_ESTIMATED, markup=False)
    for table in _tests(run):
        console.print(table)
    console.print(NO_ALPHA, markup=False)
    console.print(_disagreements(run))
    console.print(_closed_forms(run))


def new_table(title: str, *columns: str) -> Table:
    """Begin a table whose first column is text and whose others are numbers."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place == 0 else "right", no_wrap=True)
    return table


def _truths(run: PowerRun) -> Table:
    milestones = [f"{month:g}" for month in run.table["milestone"].values]
    horizons = [f"{month:g}" for month in run.table["horizon"].values]
    table = new_table(
        "What the truths mean: control, RT (medians and RMST in months)",
        "truth", "median", *(f"S({month})" for month in milestones),
        *(f"RMST({month})" for month in horizons),
    )  # fmt: skip
    for name in run.closed_forms:
        row = run.table.sel(truth=name)
        median = row["true_median"].values
        table.add_row(
            name,
            f"{_number(median[0], 1)}, {_number(median[1], 1)}",
            *("{:.3f}, {:.3f}".format(*pair) for pair in row["true_survival"].values.T),
            *("{:.2f}, {:.2f}".format(*pair) for pair in row["true_rmst"].values.T),
        )
    return table


def _success(run: PowerRun) -> Table:
    table = new_table(
        "Success (Monte Carlo standard error)",
        "truth", "HR", "trials", "P(success)", "futility ignored",
    )  # fmt: skip
    chosen = run.table.sel(test=run.design.analysis.test)
    for name, forms in run.closed_forms.items():
        row = chosen.sel(truth=name)
        ignored = row["success_if_futility_ignored"], row["success_if_futility_ignored_mcse"]
        table.add_row(
            name,
            f"{forms.hazard_ratio:.3f}",
            f"{int(row['trials']):,}",
            with_error(row["success"], row["success_mcse"]),
            with_error(*ignored),
        )
    return table


def _closed_forms(run: PowerRun) -> Table:
    table = new_table(
        "Power by closed forms, at the HR above",
        "truth", "Schoenfeld", "Freedman", "Lachin–Foulkes", "group-sequential",
    )  # fmt: skip
    for name, forms in run.closed_forms.items():
        values = forms.schoenfeld, forms.freedman, forms.lachin_foulkes, forms.group_sequential
        table.add_row(name, *(_share(value) for value in values))
    return table


def _looks(run: PowerRun) -> Table:
    table = new_table(
        "Looks: share of the trials that come to them, what they decide, and means there",
        "truth", "look", "come", "success", "futility", "month", "patients", "events",
        "person-months",
    )  # fmt: skip
    chosen = run.table.sel(test=run.design.analysis.test)
    for name in run.closed_forms:
        row, first = chosen.sel(truth=name), True
        for look in row["look"].values:
            here = row.sel(look=look)
            if not here["analysed"]:
                continue
            table.add_row(
                name if first else "",
                f"{look}",
                _share(float(here["at_look"]) / float(row["trials"])),
                _share(float(here["stop"].sel(outcome="success"))),
                _share(float(here["stop"].sel(outcome="futility"))),
                *(_number(float(value), 1) for value in here["at_look_mean"].values),
            )
            first = False
        table.add_section()
    return table


def _stops(run: PowerRun) -> Table:
    table = new_table(
        "At the stop: mean (10% to 90%)",
        "truth", "futility", "month", "patients", "events", "person-months",
    )  # fmt: skip
    chosen = run.table.sel(test=run.design.analysis.test)
    for name in run.closed_forms:
        row = chosen.sel(truth=name)
        ranges = zip(row["at_stop_mean"].values, row["at_stop_quantile"].values, strict=True)
        month, *counts = [(mean, low, high) for mean, (low, _, high) in ranges]
        table.add_row(
            name,
            _share(float(row["stop"].sel(outcome="futility").sum())),
            "{:.1f} ({:.1f} to {:.1f})".format(*month),
            *("{:.0f} ({:.0f} to {:.0f})".format(*count) for count in counts),
        )
    return table


def _estimates(run: PowerRun) -> Table:
    table = new_table(
        "Estimate of log HR at the stop against the Cox limit (Monte Carlo error)",
        "truth", "limit (HR)", "naive bias", "adjusted bias", "RMSE", "95% CI covers",
        "HR if won",
    )  # fmt: skip
    chosen = run.table.sel(test=run.design.analysis.test)
    for name in run.closed_forms:
        row = chosen.sel(truth=name)
        limits = np.exp(row["cox_limit"].values)
        won = float(row["log_hr_given_success"])
        table.add_row(
            name,
            _first_to_last(limits),
            with_error(row["bias"], row["bias_mcse"], digits=3),
            with_error(row["adjusted_bias"], row["adjusted_bias_mcse"], digits=3),
            with_error(row["rmse"], row["rmse_mcse"], digits=3),
            with_error(row["coverage"], row["coverage_mcse"], digits=3),
            "" if math.isnan(won) else f"{math.exp(won):.3f}",
        )
    return table


def _tests(run: PowerRun) -> Iterator[Table]:
    """Lay the tests side by side, in tables no wider than the screen."""
    for some in batched(run.table["test"].values.tolist(), TESTS_A_TABLE):
        table = new_table("P(success) had another test decided, on the same trials", "truth")
        for test in some:
            table.add_column(TEST_LABELS[test], justify="right", min_width=len("0.0000 (0.0000)"))
        for name in run.closed_forms:
            row = run.table.sel(truth=name)
            pairs = [(row["success"].sel(test=t), row["success_mcse"].sel(test=t)) for t in some]
            table.add_row(name, *(with_error(*pair) for pair in pairs))
        yield table


def _disagreements(run: PowerRun) -> Table:
    """Lay out in how many trials each test decides otherwise than the one that decides."""
    deciding = run.design.analysis.test
    others = [test for test in run.table["test"].values.tolist() if test != deciding]
    table = new_table(
        f"Trials that another test alone wins / that the {TEST_LABELS[deciding]} alone wins; one "
        "of the first to replay",
        "truth", "test", "it alone", "deciding alone", "replicate",
    )  # fmt: skip
    for one in run.simulated:
        agreement = one.agreement
        for test in others:
            named = agreement.replicates[test]
            table.add_row(
                one.truth.name if test == others[0] else "",
                TEST_LABELS[test],
                f"{agreement.only_this[test]:,}",
                f"{agreement.only_deciding[test]:,}",
                f"{named[0]}" if named else "",
            )
        table.add_section()
    return table


def say_undefined(console: Console, run: PowerRun) -> None:
    """Say where statistics are undefined and looks not reached."""
    for one in run.simulated:
        tally = one.tallies[run.design.analysis.test]
        if tally.undefined.any():
            console.print(
                f"{one.truth.name}: the statistic is undefined in {int(tally.undefined.sum())} "
                f"looks (counted as no success), first in replicates "
                f"{', '.join(str(number) for number in tally.undefined_trials)}",
                style="yellow",
                markup=False,
            )
        missed = tally.at_look - tally.reached
        for place in np.flatnonzero(missed):
            console.print(
                f"{one.truth.name}: look {place + 1} is not reached in {int(missed[place]):,} of "
                f"{int(tally.at_look[place]):,} trials; it is then held when nobody is followed "
                "any more",
                style="yellow",
                markup=False,
            )


def with_error(value: SupportsFloat, error: SupportsFloat, *, digits: int = 4) -> str:
    """Write a figure with its Monte Carlo standard error."""
    if math.isnan(float(value)):
        return ""
    return f"{float(value):z.{digits}f} ({_number(float(error), digits)})"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _number(value: float, digits: int) -> str:
    return f"{value:z.{digits}f}" if math.isfinite(value) else "–"


def _first_to_last(values: np.ndarray) -> str:
    shown = [f"{value:.3f}" for value in values]
    return shown[0] if len(set(shown)) == 1 else f"{shown[0]} to {shown[-1]}"
