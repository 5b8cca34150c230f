"""Boundaries at the planned events, as rows and as a table on the screen."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from simulate.boundaries.boundaries import Boundaries
from simulate.design.trial import TrialDesign
from simulate.operating.monitoring import (
    all_planned_events,
    planned_boundaries,
    planned_events,
)

COLUMNS = (
    "look", "events", "z", "one-sided p", "HR", "alpha spent", "futility z", "futility HR",
    "beta spent",
)  # fmt: skip


def boundary_rows(bounds: Boundaries, *, looks: Sequence[int] | None = None) -> pd.DataFrame:
    """One row a look; None where there is no bound.

    Parameters
    ----------
    bounds : Boundaries
        z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT.
    looks : sequence of int, optional
        Numbers of the looks; from 1 unless given.
    """
    rows = pd.DataFrame(
        {
            "look": np.arange(1, len(bounds.events) + 1) if looks is None else list(looks),
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
    return rows.astype(object).where(np.isfinite(rows.astype(float)), None)


def boundary_table(
    bounds: Boundaries, *, looks: Sequence[int] | None = None, level: float | None = None
) -> Table:
    """Lay the bounds out for the screen; futility bounds only where a look may stop for it."""
    at = "" if level is None else f", at alpha {level:g}"
    table = Table(
        title=f"Boundaries at the planned events{at} (z above 0 favours RT; HR below 1 favours RT)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    digits = (3, 5, 3, 5, 3, 3, 5)
    rows = boundary_rows(bounds, looks=looks).to_dict("records")
    for place, row in enumerate(rows):
        last = place == len(rows) - 1
        values = list(row.values())[2:]
        cells = [
            "" if value is None or (last and column in (4, 5)) else f"{value:z.{digits[column]}f}"
            for column, value in enumerate(values)
        ]
        table.add_row(f"{row['look']}", f"{row['events']:.0f}", *cells)
    return table


class Found(NamedTuple):
    """Bounds of one endpoint at one level; `endpoint` and `alpha` are None where there is one."""

    endpoint: str | None
    alpha: float | None
    looks: tuple[int, ...]
    bounds: Boundaries


def find_boundaries(design: TrialDesign, *, seed: int) -> list[Found]:
    """Bounds at the planned events: of each endpoint at each level that it can have.

    Parameters
    ----------
    design : TrialDesign
    seed : int
        For the events of looks that wait for something else.
    """
    if not design.endpoints:
        bounds = planned_boundaries(design, planned_events(design, seed=seed))
        return [Found(None, None, tuple(range(1, len(design.looks) + 1)), bounds)]
    from analyses.power.several import bounds_by_level

    return [
        Found(name, level, tuple(place + 1 for place in design.looks_at(name)), bounds)
        for name, by_level in bounds_by_level(design, all_planned_events(design, seed=seed)).items()
        for level, bounds in by_level.items()
    ]


def describe_boundaries(found: Sequence[Found]) -> dict[str, Any]:
    """Give the bounds as one document, ready for `json.dumps`."""
    head = {"schema_version": 1, "kind": "boundaries"}
    rows = [boundary_rows(one.bounds, looks=one.looks).to_dict("records") for one in found]
    if found[0].endpoint is None:
        return {**head, "looks": rows[0]}
    return {
        **head,
        "endpoints": [
            {"endpoint": one.endpoint, "alpha": one.alpha, "looks": looks}
            for one, looks in zip(found, rows, strict=True)
        ],
    }


def show_boundaries(found: Sequence[Found]) -> None:
    """Print the bounds."""
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    for one in found:
        if one.endpoint is not None:
            console.print(one.endpoint, style="bold", markup=False)
        console.print(boundary_table(one.bounds, looks=one.looks, level=one.alpha))
