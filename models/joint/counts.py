"""Event counts of a joint run by arm, with their Monte Carlo errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.chain_diagnostics import ess_mean, mcse_mean
from models.check_result import CheckResult
from models.joint.run import JointDraws
from models.record.base import ARMS

if TYPE_CHECKING:
    import pandas as pd

ARM_NAMES = ("control", "RT")
OUTCOMES = ("PFS events", "deaths", "progressions", "deaths without progression")
INTERVAL = (0.025, 0.975)


def event_counts(draws: JointDraws) -> pd.DataFrame:
    """Tabulate what happened to how many patients, by arm.

    Returns
    -------
    pandas.DataFrame
        `outcome` (`OUTCOMES`), `arm`, `mean`, `lower` and `upper` (95% central), `mcse` and `ess`
        of the mean, `p_any` (probability of at least one) with `mcse_p_any`.
    """
    import pandas as pd

    events, transitions = draws.events(), draws.transitions()
    counts = (events[:, :, 0], events[:, :, 1], transitions[:, :, 0], transitions[:, :, 1])
    rows = []
    for outcome, by_arm in zip(OUTCOMES, counts, strict=True):
        for index, arm in enumerate(ARMS):
            values = by_arm[..., index].astype(float)
            lower, upper = np.quantile(values, INTERVAL)
            some = (values > 0).astype(float)
            rows.append(
                {
                    "outcome": outcome,
                    "arm": arm,
                    "mean": values.mean(),
                    "lower": lower,
                    "upper": upper,
                    "mcse": float(mcse_mean(values)),
                    "ess": float(ess_mean(values)),
                    "p_any": some.mean(),
                    "mcse_p_any": float(mcse_mean(some)),
                }
            )
    return pd.DataFrame(rows)


def deaths_without_progression(draws: JointDraws) -> CheckResult:
    """Report deaths without progression by arm with their Monte Carlo error; no verdict."""
    table = event_counts(draws)
    rows = table[table["outcome"] == OUTCOMES[3]].to_dict("records")
    values = {
        f"{name}_{row['arm']}": float(row[name])
        for row in rows
        for name in ("mean", "mcse", "p_any", "mcse_p_any")
    }
    parts = [
        f"{values[f'mean_{arm}']:.2f} (Monte Carlo error {values[f'mcse_{arm}']:.2f}) in {label}"
        for arm, label in zip(ARMS, ARM_NAMES, strict=True)
    ]
    return CheckResult(
        name="deaths without progression",
        passed=None,
        values=values,
        text=f"on average {' and '.join(parts)}; the figures leave them to the prior",
    )
