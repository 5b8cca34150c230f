"""A joint re-analysis on the screen: hazard ratios, both endpoints, events, failed gates."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from analyses.joint.analysis import JointAnalysis
from analyses.joint.words import what_it_says
from models.plots.wording import interval, ratio_interval

PARTS = {"pfs": "PFS", "os": "OS", "after_progression": "after progression", "both": "PFS, OS"}
LABELS = {
    "survival": ("S({:g})", 2),
    "median": ("median", 1),
    "rmst": ("RMST({:g})", 1),
    "correlation": ("correlation to {:g}", 2),
}


def show_joint(run: JointAnalysis, *, out: Path) -> None:
    """Print results, words, failed gates, and where everything is.

    Parameters
    ----------
    run : JointAnalysis
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 110)
    title = f"{run.record.trial.name}: {run.settings.name} analysis, seed {run.seed}"
    console.print(title, style="bold", markup=False)
    if run.quick:
        console.print("QUICK LOOK: few draws, looser gates; not for reporting", style="bold yellow")
    console.print(_ratios(run.hazard_ratios))
    console.print(_estimands(run.table))
    console.print(_events(run.events))
    for sentence in what_it_says(run):
        console.print(f"{sentence}\n", markup=False)
    failed = [check for check in run.gates if check.passed is False]
    console.print(f"{len(run.gates) - len(failed)} of {len(run.gates)} gates hold")
    for check in failed:
        console.print(f"FAILED {check.name}: {check.text}", style="bold red", markup=False)
    for check in run.findings:
        if check.passed is False:
            console.print(f"finding: {check.name}: {check.text}", markup=False)
    verdict = "all gates hold" if run.gates_hold else "A GATE FAILED: do not use these results"
    console.print(f"{verdict}; results in {out}", style="bold", markup=False)


def _ratios(table: pd.DataFrame) -> Table:
    shown = _table("Hazard ratios, RT versus control (below 1 favours RT), 95% central intervals")
    for name in ("", "time"):
        shown.add_column(name, no_wrap=True)
    for name in ("HR", "P(HR < 1)", "P(HR < 0.8)"):
        shown.add_column(name, justify="right")
    for row in table.to_dict("records"):
        timeless = pd.isna(row["time_months"])
        when = row["kind"] if timeless else f"{row['kind'].split()[0]} month {row['time_months']:g}"
        if when.startswith("up"):
            when = f"up to month {row['time_months']:g}"
        shown.add_row(
            PARTS.get(row["part"], row["part"].replace("_", " ")),
            when,
            ratio_interval(row["median"], row["lower"], row["upper"]),
            f"{row['p_below_1']:.3f}",
            f"{row['p_below_0.8']:.3f}",
        )
    return shown


def _estimands(table: pd.DataFrame) -> Table:
    """One row a quantity: both arms, and their difference where there is one."""
    shown = _table("Posterior medians with 95% central intervals; times in months")
    shown.add_column("", no_wrap=True)
    for name in ("control", "RT", "RT − control", "P(RT higher)"):
        shown.add_column(name, justify="right", no_wrap=True)
    for part, label in PARTS.items():
        rows = table[table["part"] == part]
        for name, (words, decimals) in LABELS.items():
            for months in rows.loc[rows["estimand"] == name, "time_months"].unique():
                same = (rows["time_months"] == months) | (
                    pd.isna(months) & rows["time_months"].isna()
                )
                arms = rows[same & (rows["estimand"] == name)]
                apart = rows[same & (rows["estimand"] == f"{name}_difference")]
                cells = [_cell(row, decimals) for row in arms.to_dict("records")]
                cells += [_cell(row, decimals) for row in apart.to_dict("records")]
                higher = [f"{value:.3f}" for value in apart["p_above_0"]]
                shown.add_row(f"{label} {words.format(months)}", *cells, *higher)
    return shown


def _cell(row: dict[str, float], decimals: int) -> str:
    return interval(row["median"], row["lower"], row["upper"], decimals=decimals)


def _events(table: pd.DataFrame) -> Table:
    shown = _table("Patients: mean (95% central interval) ± Monte Carlo error of the mean")
    shown.add_column("")
    for name in ("control", "RT"):
        shown.add_column(name, justify="right")
    for outcome, rows in table.groupby("outcome", sort=False):
        cells = [
            f"{row['mean']:.1f} ({row['lower']:.0f} to {row['upper']:.0f}) ± {row['mcse']:.2f}"
            for row in rows.to_dict("records")
        ]
        shown.add_row(str(outcome), *cells)
    return shown


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
