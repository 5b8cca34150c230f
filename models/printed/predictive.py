"""Predictive checks: whether trials drawn from the prior or posterior print such figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.printed.figures import UNITS

if TYPE_CHECKING:
    import pandas as pd

SURPRISING = 0.05
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
        its Monte Carlo error `mcse_p`.
    """
    import pandas as pd

    rows = []
    for name, (low, high) in windows.items():
        values = drawn[name]
        known = values[~np.isnan(values)]
        bound = name in at_least
        above, below = float((known >= low).mean()), float((known < high).mean())
        tail = above if bound else min(1.0, 2.0 * min(above, below))
        one_sided = above if bound else min(above, below)
        error = (1.0 if bound else 2.0) * np.sqrt(one_sided * (1.0 - one_sided) / known.size)
        lower, centre, upper = np.quantile(known, (0.025, 0.5, 0.975), method="inverted_cdf")
        rows.append(
            {
                "figure": name,
                "unit": UNIT_OF[name],
                "printed": low if bound else 0.5 * (low + high),
                "median": float(centre),
                "lower": float(lower),
                "upper": float(upper),
                "p": tail,
                "mcse_p": float(error),
            }
        )
    return pd.DataFrame(rows)


def predictive_checks(table: pd.DataFrame, *, kind: str) -> list[CheckResult]:
    """Turn a predictive table into findings; a surprising figure fails.

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
            passed=bool(row["p"] >= SURPRISING),
            values={"printed": row["printed"], "p": row["p"], "mcse_p": row["mcse_p"]},
            text=(
                f"printed {row['printed']:.4g}, {kind} predictive median {row['median']:.4g} "
                f"(95% {row['lower']:.4g} to {row['upper']:.4g}), p = {row['p']:.3f} "
                f"(Monte Carlo error {row['mcse_p']:.3f}, surprising below {SURPRISING})"
            ),
        )
        for row in table.to_dict("records")
    ]
