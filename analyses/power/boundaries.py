"""Boundaries at the planned events, as rows and as a table on the screen."""

import math

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from simulate.boundaries.boundaries import Boundaries

COLUMNS = (
    "look", "events", "z", "one-sided p", "HR", "alpha spent", "futility z", "futility HR",
    "beta spent",
)  # fmt: skip


def boundary_rows(bounds: Boundaries) -> pd.DataFrame:
    """One row a look; None where there is no bound.

    Parameters
    ----------
    bounds : Boundaries
        z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT.
    """
    rows = pd.DataFrame(
        {
            "look": np.arange(1, len(bounds.events) + 1),
            "events": bounds.events,
            "z": bounds.z,
            "one_sided_p": bounds.p,
            "hazard_ratio": bounds.hazard_ratio,
            "alpha_spent": bounds.alpha,
            "futility_z": bounds.futility_z,
            "futility_hazard_ratio": bounds.futility_hazard_ratio,
            "beta_spent": bounds.beta,
        }
    )
    return rows.astype(object).map(lambda value: value if math.isfinite(value) else None)


def boundary_table(bounds: Boundaries) -> Table:
    """Lay the bounds out for the screen; futility bounds only where a look may stop for it."""
    table = Table(
        title="Boundaries at the planned events (z above 0 favours RT; HR below 1 favours RT)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    digits = (3, 5, 3, 5, 3, 3, 5)
    for row in boundary_rows(bounds).to_dict("records"):
        last = row["look"] == len(bounds.events)
        values = list(row.values())[2:]
        cells = [
            "" if value is None or (last and place in (4, 5)) else f"{value:z.{digits[place]}f}"
            for place, value in enumerate(values)
        ]
        table.add_row(f"{row['look']}", f"{row['events']:.0f}", *cells)
    return table


def show_boundaries(bounds: Boundaries) -> None:
    """Print the bounds."""
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    console.print(boundary_table(bounds))
