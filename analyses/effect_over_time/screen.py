"""A run on changing effects on the screen: a table of models, and the answer in words."""

import math
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from analyses.effect_over_time.comparison import comparison_table
from analyses.effect_over_time.patient_data import PatientComparison
from analyses.effect_over_time.run import EffectRun, EndpointEffect
from analyses.effect_over_time.words import bayes_factor
from models.plots.wording import number, ratio_interval
from models.time_varying.priors import TimeVaryingSettings


def show_effect(run: EffectRun, *, out: Path) -> None:
    """Print models, words and failed gates.

    Parameters
    ----------
    run : EffectRun
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 110)
    console.print("Does the effect change over time?", style="bold")
    console.print(
        "hazard ratios are RT versus control, below 1 favours RT, averaged over "
        f"{run.plan.window:g} months; RMST and S are differences, RT minus control; in brackets "
        "95% central intervals"
    )
    for found in run.endpoints.values():
        console.print(_evidence(found, run))
        console.print(_effects(found))
        console.print(found.words, markup=False)
        for check in found.gates:
            if check.passed is False:
                console.print(f"  ✗ {check.name}: {check.text}", style="yellow", markup=False)
        console.print()
    verdict = "all gates hold" if run.gates_hold else "A GATE FAILED: see above before using it"
    console.print(f"{verdict}; results in {out}", style="bold", markup=False)


def show_patients(found: PatientComparison, plan: TimeVaryingSettings, *, out: Path) -> None:
    """Print the models side by side on patient data.

    Parameters
    ----------
    found : PatientComparison
    plan : TimeVaryingSettings
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 110)
    whose = f"{found.sets} sets of reconstructed patients" if found.sets else "Patients"
    console.print(f"Does the effect change over time? {whose}, each left out in turn", style="bold")
    console.print(
        "hazard ratios are RT versus control, below 1 favours RT, averaged over "
        f"{plan.window:g} months"
    )
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("model")
    factor = "Bayes factor (sets ± sd)" if found.sets else "Bayes factor"
    for name in (factor, "average HR", "elpd difference (SE)", "stacking (SE)", "left out"):
        table.add_column(name, justify="right")
    for row in found.table.to_dict("records"):
        table.add_row(
            row["model"],
            _factor(row),
            ratio_interval(row["hr_median"], row["hr_lower"], row["hr_upper"]),
            f"{number(row['difference'], decimals=2)} ({row['se_difference']:.2f})",
            f"{row['stacking']:.2f} ({row['se_stacking']:.2f})",
            f"{row['refitted']}",
        )
    console.print(table)
    console.print(
        "elpd: expected log predictive density against the best model; left out: patients left "
        "out by refitting, as their importance weights had a heavy tail"
    )
    if found.caveat:
        console.print(found.caveat)
    for check in found.gates:
        if check.passed is False:
            console.print(f"  ✗ {check.name}: {check.text}", style="yellow", markup=False)
    verdict = "all gates hold" if found.gates_hold else "A GATE FAILED: see above before using it"
    console.print(f"{verdict}; results in {out}", style="bold", markup=False)


def _factor(row: Mapping[Hashable, Any]) -> str:
    """Bayes factor, with its range over sets of one standard deviation where there are several."""
    centre, spread = row["log_bayes_factor"], row["sd_log_bayes_factor"]
    if not spread:
        return f"{row['bayes_factor']:.3g}"
    low, high = math.exp(centre - spread), math.exp(centre + spread)
    return f"{row['bayes_factor']:.3g} ({low:.2g} to {high:.2g})"


def _evidence(found: EndpointEffect, run: EffectRun) -> Table:
    """How far the printed figures tell the models apart."""
    table = Table(title=found.label, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("model")
    similar = f"within {run.plan.similar:g}: prior, posterior"
    for name in ("Bayes factor (2 errors)", "from", similar, "gap p"):
        table.add_column(name, justify="right")
    for row in comparison_table(found.answers).to_dict("records"):
        if not row["trusted"]:
            table.add_row(row["model"], "not shown: a gate failed", "", "", "")
            continue
        first = row["kind"] == "proportional"
        table.add_row(
            row["model"],
            "1" if first else bayes_factor(found.answers[row["kind"]]),
            row["method"],
            f"{row['similar_prior']:.2f}, {row['similar_posterior']:.2f}",
            number(row["p_as_large"], decimals=2),
        )
    return table


def _effects(found: EndpointEffect) -> Table:
    """Show the effect under each model: means, and 95% central intervals."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("model")
    for name in ("average HR", "RMST(24)", "S(12)", "S(24)"):
        table.add_column(name, justify="right")
    for row in comparison_table(found.answers).to_dict("records"):
        if row["trusted"]:
            table.add_row(
                row["model"],
                ratio_interval(row["hr_median"], row["hr_lower"], row["hr_upper"]),
                _difference(row, "rmst24_difference", decimals=1),
                _difference(row, "s12_difference", decimals=2),
                _difference(row, "s24_difference", decimals=2),
            )
    return table


def _difference(row: Mapping[Hashable, Any], name: str, *, decimals: int) -> str:
    mean, low, high = (
        number(row[key], decimals=decimals) for key in (name, f"{name}_lower", f"{name}_upper")
    )
    return f"{mean} ({low} to {high})"
