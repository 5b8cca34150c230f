"""Carrying out `replan levels`: gather, write, tell."""

from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from analyses.fit.levels import words
from analyses.fit.screen import levels_table
from analyses.levels.gather import gather_levels
from analyses.outputs.document import print_document, rows, write_document
from analyses.outputs.files import write_table
from analyses.outputs.folder import results_folder

SCHEMA_VERSION = 1
LABELS = {"pfs": "Progression-free survival", "os": "Overall survival"}


def carry_out(folders: list[Path], *, out: Path | None, as_json: bool) -> int:
    """Gather the levels of several results, write them where asked to, and print them.

    Returns
    -------
    int
        0.
    """
    levels = gather_levels(folders)
    document = describe_levels(levels, folders)
    if out is not None:
        with results_folder(out) as folder:
            write_levels(levels, folder, document=document)
    if as_json:
        print_document(document)
        return 0
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    for endpoint, table in levels.items():
        console.print(LABELS[endpoint], style="bold")
        console.print(levels_table(table))
        console.print(words(table), markup=False)
    return 0


def describe_levels(levels: dict[str, pd.DataFrame], folders: list[Path]) -> dict[str, Any]:
    """Put the levels into one document for other programs."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "levels",
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "interval": {"kind": "central", "mass": 0.95},
        "folders": [folder.name for folder in folders],
        "endpoints": {
            endpoint: {"levels": rows(table), "words": words(table)}
            for endpoint, table in levels.items()
        },
    }


def write_levels(
    levels: dict[str, pd.DataFrame], folder: Path, *, document: dict[str, Any]
) -> None:
    """Write a table and a picture for each endpoint, and the document, to a folder that exists."""
    for endpoint, table in levels.items():
        write_table(table, folder / f"levels_{endpoint}.csv")
        draw_levels(table, folder / f"levels_{endpoint}", label=LABELS[endpoint])
    write_document(document, folder / "levels.json")


def draw_levels(table: pd.DataFrame, path: Path, *, label: str) -> None:
    """Draw and save the hazard ratio by level, as PNG and SVG."""
    from analyses.outputs.pictures import save_picture
    from models.plots.evidence_levels import plot_levels

    save_picture(plot_levels(table, endpoint_label=label), path)
