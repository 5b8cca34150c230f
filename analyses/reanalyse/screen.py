"""The table on the screen: what a statistician reads first."""

from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from analyses.reanalyse.endpoint import EndpointAnalysis
from analyses.reanalyse.run import Reanalysis
from analyses.reanalyse.sensitivity import Sensitivity
from models.audit import WORDS, AuditCheck, AuditReport, headline

ROWS = (
    ("survival", "S({time:g})"),
    ("median", "median, months"),
    ("rmst", "RMST({time:g}), months"),
    ("events", "events"),
)


def show_run(run: Reanalysis, *, out: Path, sensitivity: Sensitivity | None) -> None:
    """Print results, checks and where everything is.

    Parameters
    ----------
    run : Reanalysis
    out : Path
        Results folder.
    sensitivity : Sensitivity or None
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    title = f"{run.record.trial.name}: {run.settings.name} analysis, seed {run.seed}"
    console.print(title, style="bold", markup=False)
    if run.quick:
        console.print("QUICK LOOK: few draws, looser gates; not for reporting", style="bold yellow")
    console.print(headline(run.audit), markup=False)
    for check in _of_what_is_analysed(run.audit):
        told = f"  {WORDS[check.verdict]}: {check.words}: {check.arithmetic}"
        console.print(told, markup=False)
    for result in run.endpoints.values():
        console.print(_levels(result))
        console.print(result.words, markup=False)
        console.print()
        console.print(_estimands(result))
        _show_checks(console, result)
    if sensitivity is not None:
        console.print(_sensitivity(sensitivity.table))
    verdict = "all gates hold" if run.gates_hold else "A GATE FAILED: do not use these results"
    console.print(f"{verdict}; results in {out}", style="bold", markup=False)


def _of_what_is_analysed(audit: AuditReport) -> list[AuditCheck]:
    """Find what the audit says of hazard ratios and medians, such as a mistaken direction."""
    found = audit.having("failed", "in_tension")
    return [check for check in found if check.section == "Hazard ratios"]


def _estimands(result: EndpointAnalysis) -> Table:
    table = Table(
        title=f"{result.label}: posterior medians with 95% central intervals",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("")
    for name in ("control", "RT", "RT − control", "P(RT higher)"):
        table.add_column(name, justify="right", no_wrap=True)
    cells = result.table.set_index(["estimand", "contrast", "time_months"]).sort_index()
    for estimand, label in ROWS:
        for time in _times(result.table, estimand):
            difference = _cell(cells, f"{estimand}_difference", "rt - control", time)
            table.add_row(
                label.format(time=time),
                _interval(_cell(cells, estimand, "control", time)),
                _interval(_cell(cells, estimand, "rt", time)),
                _interval(difference),
                "" if difference is None else f"{difference['p_above_0']:.3f}",
            )
    return table


def _times(table: pd.DataFrame, estimand: str) -> list[float]:
    return list(table.loc[table["estimand"] == estimand, "time_months"].unique())


def _cell(cells: pd.DataFrame, estimand: str, contrast: str, time: float) -> dict[str, Any] | None:
    rows = [
        {str(name): value for name, value in row.items()}
        for key, row in zip(cells.index, cells.to_dict("records"), strict=True)
        if key[:2] == (estimand, contrast) and (key[2] == time or pd.isna(time))
    ]
    return rows[0] if rows else None


def _interval(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    if row["unit"] == "patients":
        return f"{row['median']:.0f} ({row['lower']:.0f} to {row['upper']:.0f})"
    return f"{_number(row['median'])} ({_number(row['lower'])} to {_number(row['upper'])})"


def _levels(result: EndpointAnalysis) -> Table:
    table = Table(
        title=f"{result.label}: hazard ratio, RT versus control (below 1 favours RT)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("level")
    for name in ("HR", "95% interval", "log HR", "sd", "P(HR < 1)", "P(HR < 0.8)"):
        table.add_column(name, justify="right")
    for row in result.levels.to_dict("records"):
        table.add_row(
            row["level"],
            f"{row['hr_median']:.3f}",
            f"{row['hr_lower']:.3f} to {row['hr_upper']:.3f}",
            f"{row['log_hr_mean']:.3f}",
            f"{row['log_hr_sd']:.3f}",
            f"{row['p_below_1']:.3f}",
            f"{row['p_below_0.8']:.3f}",
        )
    return table


def _show_checks(console: Console, result: EndpointAnalysis) -> None:
    failed = [check for check in result.gates if check.passed is False]
    console.print(f"{len(result.gates) - len(failed)} of {len(result.gates)} gates hold")
    for check in failed:
        console.print(f"FAILED {check.name}: {check.text}", style="bold red", markup=False)
    for check in result.findings:
        if check.passed is False:
            console.print(f"finding: {check.name}: {check.text}", markup=False)


def _sensitivity(table: pd.DataFrame) -> Table:
    shown = Table(
        title="Sensitivity to what is assumed (HR: RT versus control; 95% central intervals)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for name in ("", "analysis"):
        shown.add_column(name, no_wrap=True)
    for name in ("HR", "P(HR < 1)", "S(24)\ncontrol", "S(24)\nRT", "RMST(24)\ndiff."):
        shown.add_column(name, justify="right", no_wrap=True)
    for row in table.to_dict("records"):
        shown.add_row(
            row["endpoint"].upper(),
            row["analysis"] + ("" if row["converged"] else " (NOT CONVERGED)"),
            f"{row['hr_median']:.3f} ({row['hr_lower']:.3f} to {row['hr_upper']:.3f})",
            f"{row['p_below_1']:.3f}",
            f"{row['s24_control']:.3f}",
            f"{row['s24_rt']:.3f}",
            f"{row['rmst24_difference']:.2f}",
        )
    return shown


def _number(value: float) -> str:
    return f"{value:z.2f}" if abs(value) < 10 else f"{value:.1f}"
