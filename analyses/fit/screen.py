"""A fit on the screen: levels of evidence, estimands, coefficients, gates."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from analyses.fit.result import FitResult

SHOWN = ("survival", "median", "rmst")


def show_fit(result: FitResult, *, out: Path) -> None:
    """Print the posterior by level of evidence, what stands behind it, and where the files are."""
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    console.print(levels_table(result.levels))
    console.print(result.words, markup=False)
    for one in result.fitted:
        console.print(_estimands(one.table, f"{one.level}: medians, 95% central intervals"))
        for check in one.findings:
            if check.passed is False:
                console.print(f"finding: {check.name}: {check.text}", markup=False)
    adjusted = result.adjusted
    if adjusted is not None:
        title = f"{adjusted.name}: averaged over the patients"
        console.print(_estimands(adjusted.table, title))
        if len(adjusted.coefficients):
            console.print(_coefficients(adjusted.coefficients))
    gates = result.gates
    for level, check in gates:
        if check.passed is False:
            text = f"FAILED {level}, {check.name}: {check.text}"
            console.print(text, style="bold red", markup=False)
    failed = sum(check.passed is False for _, check in gates)
    console.print(f"{len(gates) - failed} of {len(gates)} gates hold")
    verdict = "all gates hold" if result.gates_hold else "A GATE FAILED: do not use these"
    console.print(f"{verdict}; results in {out}", style="bold", markup=False)


def levels_table(levels: pd.DataFrame) -> Table:
    """Put the hazard ratio of every level in a row, ready to print."""
    table = Table(
        title="Hazard ratio, RT versus control (below 1 favours RT)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("level")
    for name in ("HR", "95% interval", "log HR", "sd", "P(HR < 1)", "P(HR < 0.8)"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in levels.to_dict("records"):
        table.add_row(
            str(row["level"]),
            f"{row['hr_median']:.3f}",
            f"{row['hr_lower']:.3f} to {row['hr_upper']:.3f}",
            f"{row['log_hr_mean']:.3f}",
            f"{row['log_hr_sd']:.3f}",
            f"{row['p_below_1']:.3f}",
            f"{row['p_below_0.8']:.3f}",
        )
    return table


def _estimands(estimands: pd.DataFrame, title: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("")
    for name in ("control", "RT", "RT − control"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in SHOWN:
        found = estimands[estimands["estimand"].isin([name, f"{name}_difference"])]
        for time in found["time_months"].unique():
            same = found["time_months"].isna() if pd.isna(time) else found["time_months"] == time
            here = found[same].set_index("contrast")
            label = name if pd.isna(time) else f"{name} at {time:g} months"
            table.add_row(
                label, *(_interval(here, arm) for arm in ("control", "rt", "rt - control"))
            )
    return table


def _interval(rows: pd.DataFrame, contrast: str) -> str:
    row = rows.loc[contrast]
    return f"{row['median']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"


def _coefficients(coefficients: pd.DataFrame) -> Table:
    table = Table(
        title="Covariates: hazard ratio for so much more", title_justify="left", box=box.SIMPLE_HEAD
    )
    for name in ("covariate", "more", "HR", "95% interval"):
        table.add_column(name, justify="left" if name == "covariate" else "right")
    for row in coefficients.to_dict("records"):
        table.add_row(
            str(row["covariate"]),
            f"{row['unit']:.3g}",
            f"{row['hr_median']:.2f}",
            f"{row['hr_lower']:.2f} to {row['hr_upper']:.2f}",
        )
    return table
