"""Evidence levels side by side: the printed interval alone, and all printed summaries."""

import pandas as pd

from models.estimands.levels import level_row, normal_row
from models.normal_posterior import NormalPosterior, PrintedHazardRatio, normal_posterior
from models.record.endpoint import Endpoint
from models.settings import NormalPrior


def printed_ratio(endpoint: Endpoint) -> PrintedHazardRatio:
    """Return the hazard ratio with limits as the record prints it, in its direction."""
    return PrintedHazardRatio(
        endpoint.hazard_ratio.value, endpoint.lower.value, endpoint.upper.value
    )


def level_zero(endpoint: Endpoint, *, log_hr: NormalPrior | None) -> NormalPosterior:
    """Posterior of log HR (RT versus control) from estimate and interval alone."""
    return normal_posterior(printed_ratio(endpoint), direction=endpoint.direction, log_hr=log_hr)


def evidence_table(
    endpoint: Endpoint, *, log_hr: NormalPrior, level_one: pd.DataFrame
) -> pd.DataFrame:
    """Put level 0 (flat prior, same prior) and level 1 side by side.

    Parameters
    ----------
    endpoint : Endpoint
    log_hr : NormalPrior
        Prior of the analysis.
    level_one : pandas.DataFrame
        Estimands of level 1, from `summarise`.

    Returns
    -------
    pandas.DataFrame
        `level`, `hr_median`, `hr_lower`, `hr_upper` (95% central, RT versus control),
        `log_hr_mean`, `log_hr_sd`, `p_below_1`, `p_below_0.8`.
    """
    return pd.DataFrame(
        [
            normal_row("level 0, flat prior", level_zero(endpoint, log_hr=None)),
            normal_row("level 0", level_zero(endpoint, log_hr=log_hr)),
            level_row("level 1", level_one),
        ]
    )


def what_the_summaries_add(levels: pd.DataFrame) -> str:
    """Say in words what medians, follow-up and event counts add to the printed interval."""
    rows = levels.set_index("level")
    zero, one = rows.loc["level 0"], rows.loc["level 1"]
    shift = (one["log_hr_mean"] - zero["log_hr_mean"]) / zero["log_hr_sd"]
    ratio = one["log_hr_sd"] / zero["log_hr_sd"]
    width = (
        "as wide as"
        if abs(ratio - 1.0) < 0.02
        else ("wider than" if ratio > 1 else "narrower than")
    )
    return (
        "For the hazard ratio the medians, the follow-up and the event counts add little to the "
        f"printed estimate and interval: they move the mean of log HR by {shift:+.2f} of its "
        f"standard deviation, which is {ratio:.2f} times that of level 0 ({width} it). What they "
        "add is the rest: survival, medians, restricted means and event counts, which level 0 "
        "cannot give. They do not tell whether the effect changes over time: that is assumed "
        "here (proportional hazards)."
    )
