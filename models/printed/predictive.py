"""Predictive checks: whether trials drawn from the prior or posterior print such figures."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.printed.figures import UNITS

if TYPE_CHECKING:
    import pandas as pd

SURPRISING = 0.05
PLACE = ("median", "lower", "upper", "p", "mcse_p")
WORDS = {
    "median_control": "control median",
    "median_rt": "RT median",
    "hazard_ratio": "hazard ratio, control versus RT",
    "lower": "lower limit of the hazard ratio",
    "upper": "upper limit of the hazard ratio",
    "follow_up_minimum": "follow-up minimum",
    "follow_up_median": "follow-up median",
    "follow_up_maximum": "follow-up maximum",
    "events_control": "events, control",
    "events_rt": "events, RT",
    "ratio_of_medians": "ratio of medians, RT over control",
    "progressions_control": "progressions, control",
    "progressions_rt": "progressions, RT",
}
UNIT_OF = {**UNITS, "progressions_control": "patients", "progressions_rt": "patients"}
"""Units of `printed_figures`, and of what a trial prints of progression beside them."""


def predictive_table(
    drawn: dict[str, NDArray[np.float64]],
    windows: dict[str, tuple[float, float]],
    *,
    at_least: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Place each printed figure in its predictive distribution.

    Parameters
    ----------
    drawn : dict of str to array (trial,)
        Figures of drawn trials, from `printed_figures`.
    windows : dict of str to (float, float)
        Rounding windows of what is printed.
    at_least : tuple of str
        Figures of which only a lower bound is printed; their tail is one-sided.

    Returns
    -------
    pandas.DataFrame
        Columns `figure`, `unit` (with the direction of ratios), `printed`, predictive `median`,
        `lower`, `upper` (95% central), tail probability `p` (two-sided; one-sided for bounds) and
        its Monte Carlo error `mcse_p`. What no drawn trial has, such as a ratio of medians that
        are never reached, is not a number.
    """
    import pandas as pd

    rows = []
    for name, (low, high) in windows.items():
        bound = name in at_least
        known = drawn[name][~np.isnan(drawn[name])]
        rows.append(
            {
                "figure": name,
                "unit": UNIT_OF[name],
                "printed": low if bound else 0.5 * (low + high),
                **_place(known, low, high, bound=bound),
            }
        )
    return pd.DataFrame(rows)


def _place(known: NDArray[np.float64], low: float, high: float, *, bound: bool) -> dict[str, float]:
    """Median and interval of drawn figures, and the tail probability of the printed one."""
    if not known.size:
        return dict.fromkeys(PLACE, np.nan)
    above, below = float((known >= low).mean()), float((known < high).mean())
    one_sided = above if bound else min(above, below)
    error = (1.0 if bound else 2.0) * np.sqrt(one_sided * (1.0 - one_sided) / known.size)
    lower, centre, upper = np.quantile(known, (0.025, 0.5, 0.975), method="inverted_cdf")
    tail = above if bound else min(1.0, 2.0 * one_sided)
    values = (float(centre), float(lower), float(upper), tail, float(error))
    return dict(zip(PLACE, values, strict=True))


def predictive_checks(table: pd.DataFrame, *, kind: str) -> list[CheckResult]:
    """Turn a predictive table into findings; a surprising figure fails, one never drawn has none.

    Parameters
    ----------
    table : pandas.DataFrame
        From `predictive_table`.
    kind : str
        "prior" or "posterior".
    """
    return [
        CheckResult(
            name=f"{kind} predictive: {WORDS[row['figure']]}",
            passed=None if np.isnan(row["p"]) else bool(row["p"] >= SURPRISING),
            values={"printed": row["printed"], "p": row["p"], "mcse_p": row["mcse_p"]},
            text=_in_words(row, kind=kind),
        )
        for row in table.to_dict("records")
    ]


def _in_words(row: dict[Hashable, Any], *, kind: str) -> str:
    if np.isnan(row["p"]):
        return f"printed {row['printed']:.4g}, which no trial drawn from the {kind} has"
    return (
        f"printed {row['printed']:.4g}, {kind} predictive median {row['median']:.4g} "
        f"(95% {row['lower']:.4g} to {row['upper']:.4g}), p = {row['p']:.3f} "
        f"(Monte Carlo error {row['mcse_p']:.3f}, surprising below {SURPRISING})"
    )
