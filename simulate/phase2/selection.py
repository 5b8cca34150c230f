"""Which simulated trials are re-analysed: decided by printed figures and fixed bounds alone.

A selection by what is printed leaves the calibration valid, since the posterior conditions on
the same figures.
"""

import math
from collections.abc import Mapping

from models.settings import AnalysisSettings, FreeFollowUp
from simulate.phase2.publication import Kind, PublishingRules, print_figure

MEDIANS = ("median_control", "median_rt")
FOLLOW_UP = ("follow_up_minimum", "follow_up_median", "follow_up_maximum")
RATIOS = ("hazard_ratio", "lower", "upper")
PRINTED_AS_ZERO = "a figure is printed as 0.00"
REASONS = (
    "median not reached",
    "hazard ratio not finite",
    "fewer events than the bounds",
    PRINTED_AS_ZERO,
    "upper limit too high",
    "limits printed alike",
    "longest follow-up shorter than accrual",
    "longest follow-up beyond the latest cut",
)


def reason_to_discard(
    figures: Mapping[str, float], *, kind: Kind, rules: PublishingRules, settings: AnalysisSettings
) -> str | None:
    """Say why a trial is not re-analysed.

    Parameters
    ----------
    figures : mapping of str to float
        See `models.printed.printed_figures`.
    kind : {"os", "pfs"}
    rules : PublishingRules
    settings : AnalysisSettings
        Of a free follow-up only: its accrual window and latest cut.

    Returns
    -------
    str or None
        One of `REASONS`; None for a trial that is re-analysed.
    """
    times = MEDIANS + FOLLOW_UP if kind == "os" else MEDIANS
    if not all(math.isfinite(figures[name]) for name in MEDIANS):
        return REASONS[0]
    if not all(math.isfinite(figures[name]) for name in RATIOS):
        return REASONS[1]
    if kind == "pfs" and _too_few_events(figures, rules):
        return REASONS[2]
    printed = {name: float(print_figure(figures[name])) for name in times + RATIOS}
    if min(printed.values()) == 0.0:
        return PRINTED_AS_ZERO
    if printed["upper"] > rules.highest_limit:
        return REASONS[4]
    if printed["lower"] == printed["upper"]:
        return REASONS[5]
    return _follow_up_unfit(printed, settings) if kind == "os" else None


def _too_few_events(figures: Mapping[str, float], rules: PublishingRules) -> bool:
    control, rt = rules.events_at_least
    return figures["events_control"] < control or figures["events_rt"] < rt


def _follow_up_unfit(printed: Mapping[str, float], settings: AnalysisSettings) -> str | None:
    """Keep the last cut uniform beyond the longest follow-up, as the sampler takes it to be."""
    model = settings.follow_up
    if not isinstance(model, FreeFollowUp) or model.accrual is None or model.latest is None:
        return None
    longest = printed["follow_up_maximum"]
    rounding = 0.02
    if longest < model.accrual + rounding:
        return REASONS[6]
    return REASONS[7] if longest > model.latest - rounding else None
