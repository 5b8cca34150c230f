"""Carrying out `replan findings`: shares of patients from printed counts."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from rich.console import Console
from rich.table import Table

from analyses.outputs.document import print_document, write_document
from analyses.outputs.files import write_table
from analyses.outputs.folder import results_folder
from models.findings.table import collect_findings, findings_table
from models.record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMA_VERSION = 1
DIRECTION = "share with RT minus share in control; P is that the share is higher with RT"
PRIOR = "Dirichlet, one half for each category of a row; arms independent"
SEVERAL = "several tables of counts fit what is printed: limits are the widest of all"


def carry_out(record: Record, *, out: Path | None, as_json: bool) -> int:
    """Compute the findings of a record, write them, and print them.

    Returns
    -------
    int
        0.

    Raises
    ------
    ValueError
        If no row of the record is an outcome, or the folder cannot be written.
    """
    findings = collect_findings(record)
    if not findings:
        raise ValueError(
            "no row of the record is an outcome; write `outcome = true` under the categories that "
            "count symptoms, toxicity or sites of progression"
        )
    table = findings_table(findings)
    document = describe_findings(record, table)
    if out is not None:
        with results_folder(out) as folder:
            _write(table, folder, document)
    if as_json:
        print_document(document)
    else:
        show_findings(table)
    return 0


def describe_findings(record: Record, table: pd.DataFrame) -> dict[str, Any]:
    """Put findings into one document for other programs.

    Parameters
    ----------
    record : Record
    table : pandas.DataFrame
        From `findings_table`.
    """
    rows = [
        {
            str(name): None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "trial": record.trial.name,
        "prior": PRIOR,
        "direction": DIRECTION,
        "several_tables": SEVERAL,
        "findings": rows,
    }


def show_findings(table: pd.DataFrame) -> None:
    """Print the table of findings."""
    console = Console(highlight=False)
    shown = Table(title="Findings beside survival", title_justify="left", box=None)
    for name in ("finding", "RT", "control", "difference (95%)", "P(higher with RT)", "printed p"):
        shown.add_column(name, overflow="fold")
    for row in table.to_dict("records"):
        shown.add_row(
            row["finding"],
            row["rt"],
            row["control"],
            _difference(row),
            _chance(row),
            row["printed_p"] or "–",
        )
    console.print(shown)
    console.print(f"Prior: {PRIOR}.\nDirection: {DIRECTION}.", markup=False)
    if (table["tables"] > 1).any():
        console.print(f"Ranges: {SEVERAL}.", markup=False)
    if (table["tables"] == 0).any():
        console.print("–: counts or denominators are not printed.", markup=False)


def _difference(row: dict[Any, Any]) -> str:
    if not row["tables"]:
        return "–"
    limits = f"{row['difference_lower']:+.2f} to {row['difference_upper']:+.2f}"
    return f"{row['difference_mean']:+.2f} ({limits})" if row["tables"] == 1 else limits


def _chance(row: dict[Any, Any]) -> str:
    low, high = row["p_rt_higher_lowest"], row["p_rt_higher_highest"]
    if not row["tables"]:
        return "–"
    return f"{low:.3f}" if row["tables"] == 1 else f"{low:.2f} to {high:.2f}"


def _write(table: pd.DataFrame, folder: Path, document: dict[str, Any]) -> None:
    from models.plots.findings import plot_findings
    from models.plots.save import save_figure

    write_table(table, folder / "findings.csv")
    write_document(document, folder / "findings.json")
    if (table["tables"] > 0).any():
        save_figure(cast("Figure", plot_findings(table).shares.figure), folder / "findings")
