"""Hazard ratio against ratio of medians: how far apart trials print them under a model."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.printed import FollowUpDraws, draw_trials, printed_figures
from models.settings import AnalysisSettings

Array = NDArray[np.float64]


class Discrepancy(NamedTuple):
    """Hazard ratio over ratio of medians, in print and in trials drawn from a posterior.

    Both ratios favour RT above 1: the hazard ratio is control versus RT, the ratio of medians RT
    over control. Under exponential survival they are alike but for chance.

    Attributes
    ----------
    printed : float
        Not a number where a median is not printed.
    median, lower, upper : float
        Of drawn trials, 95% central; trials that do not reach a median are left out.
    p_as_large : float
        Share of drawn trials whose hazard ratio exceeds their ratio of medians by as much.
    standard_error : float
        Its Monte Carlo error.
    trials : int
        Drawn trials that reach both medians.
    hazard_ratio, ratio_of_medians : float
        The two printed ratios.
    """

    printed: float
    median: float
    lower: float
    upper: float
    p_as_large: float
    standard_error: float
    trials: int
    hazard_ratio: float = float("nan")
    ratio_of_medians: float = float("nan")


def predict_discrepancy(
    hazard: Array,
    follow_up: FollowUpDraws,
    windows: dict[str, tuple[float, float]],
    *,
    cuts: tuple[float, ...],
    sizes: tuple[int, int],
    settings: AnalysisSettings,
    seed: int,
) -> Discrepancy:
    """Draw one trial for each draw of the hazards and compare its two ratios.

    Parameters
    ----------
    hazard : numpy.ndarray, shape (trial, arm, interval)
        Per month, control first.
    follow_up : FollowUpDraws
    windows : dict of str to (float, float)
        Rounding windows of what is printed.
    cuts : tuple of float
        Interior cut points of the hazards, months.
    sizes : (int, int)
        Patients of control and RT.
    settings : AnalysisSettings
    seed : int
    """
    trials = draw_trials(
        hazard,
        cuts=cuts,
        sizes=sizes,
        follow_up=follow_up,
        grid=settings.days_per_month if settings.times == "days" else 0.0,
        rng=np.random.default_rng(np.random.SeedSequence([seed, 3])),
    )
    figures = printed_figures(trials.time, trials.event, n_control=sizes[0])
    with np.errstate(invalid="ignore"):
        found = figures["hazard_ratio"] / figures["ratio_of_medians"]
    known = found[np.isfinite(found) & (found > 0)]
    ratio, of_medians = _printed(windows)
    printed = ratio / of_medians
    share = float((known >= printed).mean()) if np.isfinite(printed) else np.nan
    lower, median, upper = np.quantile(known, (0.025, 0.5, 0.975))
    return Discrepancy(
        printed=printed,
        median=float(median),
        lower=float(lower),
        upper=float(upper),
        p_as_large=share,
        standard_error=float(np.sqrt(share * (1 - share) / known.size)),
        trials=int(known.size),
        hazard_ratio=ratio,
        ratio_of_medians=of_medians,
    )


def _printed(windows: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """Give the hazard ratio and the ratio of medians, or no numbers where one is not printed."""
    if not {"median_control", "median_rt", "hazard_ratio"} <= windows.keys():
        return float("nan"), float("nan")
    middle = {name: 0.5 * sum(windows[name]) for name in windows}
    return middle["hazard_ratio"], middle["median_rt"] / middle["median_control"]
