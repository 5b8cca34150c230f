"""Assurance on the screen: the answer, what it is confused with, and what each term means."""

import math

from rich.console import Console
from rich.table import Table

from analyses.assurance.document import power_over_draws, refusals
from analyses.assurance.run import AssuranceRun
from analyses.assurance.words import TARGETS, definitions, split_sentence
from analyses.power.screen import new_table, with_error
from simulate.assurance.benefit import Estimate
from simulate.assurance.prior_row import PriorRow

QUICK = "The posterior comes from a quick look: do not report these figures."


def show_assurance(run: AssuranceRun, *, out: str | None) -> None:
    """Print an assurance.

    Parameters
    ----------
    run : AssuranceRun
    out : str or None
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)

    def say(text: str) -> None:
        console.print(text, markup=False)

    found = run.found
    console.print(run.design.name, style="bold", markup=False)
    say(
        f"posterior {run.file} ({' and '.join(run.posterior.endpoints)}, "
        f"{run.posterior.kind.replace('_', ' ')}); success: {definitions(run)['success']}; "
        f"one-sided alpha {run.design.alpha:g}; seed {run.seed}; hazard ratios are RT versus "
        "control, below 1 favours RT"
    )
    if run.posterior.quick:
        console.print(QUICK, style="bold", markup=False)
    console.print(_success(run))
    console.print(_error(run))
    say(f"Split: {split_sentence(run)}.")
    console.print(_power(run))
    console.print(_by_prior(run))
    console.print(_what_success_says(run))
    for sentence in (*run.left_out, *refusals(run)):
        say(f"{sentence}.")
    for row in found.rows:
        say(f"{row.draws.exchange.name}: {row.draws.exchange.words}.")
    for term, meaning in definitions(run).items():
        say(f"{term}: {meaning}.")
    for name, text in run.values.items():
        say(f"{name}: {text}.")
    where = f"; results in {out}" if out else ""
    console.print(f"simulated in {run.seconds:.1f} s{where}", style="bold", markup=False)


def _success(run: AssuranceRun) -> Table:
    table = new_table(
        "P(success) (Monte Carlo standard error)", "if the truth is", "HR", "P(success)"
    )
    first = run.found.rows[0]
    assert first.assurance is not None
    table.add_row(
        "drawn from the posterior: assurance",
        f"{first.hr_mean:.3f}",
        with_error(first.assurance.value, first.assurance.mcse, digits=3),
    )
    for one in run.found.fixed:
        shown = with_error(one.power, one.mcse, digits=3)
        table.add_row(f"known: the {one.name}", f"{one.hazard_ratio:.3f}", shown)
    for name, mean in run.found.by_target.items():
        shown = with_error(mean.value, mean.mcse, digits=3)
        table.add_row(f"drawn, and success were: {TARGETS.get(name, f'{name} won')}", "", shown)
    if run.closed_form is not None:
        table.add_row(
            "drawn, by formula (normal log HR, all events, no looks)", "", f"{run.closed_form:.3f}"
        )
    return table


def _error(run: AssuranceRun) -> Table:
    table = new_table(
        "Monte Carlo error of assurance, and where it comes from",
        "", "standard error", "variance of one",
    )  # fmt: skip
    mean = run.found.rows[0].assurance
    assert mean is not None
    table.add_row("too few draws", f"{mean.mcse_draws:.4f}", f"{mean.between:.4f}")
    table.add_row("too few trials of each", f"{mean.mcse_trials:.4f}", f"{mean.within:.4f}")
    table.add_row("both", f"{mean.mcse:.4f}", "")
    return table


def _power(run: AssuranceRun) -> Table:
    over = power_over_draws(run)
    table = new_table(
        "Power over the draws, smoothed: mean, standard deviation (and by trials alone), quantiles "
        "of draws, and shares of them",
        "", "mean", "sd", "(trials)", *over["quantiles"],
        *(f"≥ {share}" for share in over["share_at_least"]),
    )  # fmt: skip
    pairs = over["sd_from_trials"]
    table.add_row(
        "power",
        f"{over['mean']:.3f}",
        f"{over['sd']:.3f}",
        "" if pairs is None else f"({pairs:.3f})",
        *(f"{value:.3f}" for value in over["quantiles"].values()),
        *(f"{value:.3f}" for value in over["share_at_least"].values()),
    )
    return table


def _by_prior(run: AssuranceRun) -> Table:
    table = new_table(
        "Assurance by prior and evidence (Monte Carlo standard error)",
        "prior or evidence", "HR (95% central)", "assurance", "worth draws", "Pareto k",
    )  # fmt: skip
    for row in run.found.rows:
        mean = row.assurance
        ratio = f"{row.hr_mean:.2f} ({row.hr_lower:.2f} to {row.hr_upper:.2f})"
        table.add_row(
            row.draws.exchange.name,
            "" if mean is None else ratio,
            "refused" if mean is None else with_error(mean.value, mean.mcse, digits=3),
            f"{row.draws.effective_size:,.0f}",
            f"{row.draws.pareto_k:.2f}",
        )
    return table


def _what_success_says(run: AssuranceRun) -> Table:
    table = new_table(
        f"What success says; B: true benefit, HR ≤ {run.found.benefit:g}; S: success (Monte Carlo "
        "standard error)",
        "prior or evidence", "P(B)", "P(B | S)", "P(S and HR ≥ 1)", "P(S | HR ≥ 1)",
    )  # fmt: skip
    for row in run.found.rows:
        if row.says is not None:
            table.add_row(row.draws.exchange.name, *_estimates(row))
    return table


def _estimates(row: PriorRow) -> list[str]:
    assert row.says is not None
    return [
        _estimate(estimate, digits=digits)
        for estimate, digits in zip(row.says, (3, 3, 4, 4), strict=True)
    ]


def _estimate(estimate: Estimate, *, digits: int) -> str:
    if math.isnan(estimate.value):
        return "no such draw"
    return with_error(estimate.value, estimate.mcse, digits=digits)
