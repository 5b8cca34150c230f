"""Looking figures up in rows of a document that name their variable and place."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from analyses.report.wording import number

Rows = Sequence[dict[str, Any]]

FIGURES = {"variable", "value", "mcse"}


class Estimate(NamedTuple):
    """A simulated figure with its Monte Carlo standard error, where it has one."""

    value: float | None
    mcse: float | None

    @property
    def known(self) -> bool:
        """Whether there is a figure."""
        return self.value is not None and not math.isnan(self.value)


NOTHING = Estimate(value=None, mcse=None)


def look_up(rows: Rows, variable: str, **where: object) -> Estimate:
    """Find the one row of a variable at a place; no figure where it is not there.

    Parameters
    ----------
    rows : list of dict
        Each with `variable`, `value`, perhaps `mcse`, and the names of its place.
    variable : str
    where : object
        Values of all names of the place.
    """
    for row in rows:
        if row["variable"] == variable and _place(row) == where:
            return Estimate(value=number(row.get("value")), mcse=number(row.get("mcse")))
    return NOTHING


def _place(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in FIGURES}
