"""How sceptical one must be before P(HR < 1) falls below 0.95: a grid of priors, and its edge.

The sceptic's prior is a normal about no effect; the smaller its standard deviation, the more
sceptical. Hazard ratios are RT versus control, below 1 favours RT.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.priors.effective_events import effective_events
from models.priors.normal_mixture import NormalMixture
from models.priors.trial_posterior import Learner

Array = NDArray[np.float64]

WANTED = 0.95
SDS = tuple(float(sd) for sd in np.geomspace(0.05, 2.0, 41))
GRID_SDS = (0.15, 0.2, 0.25, 0.35, 0.5, 1.0)
GRID_MEDIANS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25)
BISECTIONS = 40


class TippingPoint(NamedTuple):
    """Answers along priors about no effect, from the most to the least sceptical.

    Attributes
    ----------
    sd : numpy.ndarray, shape (S,)
        Standard deviation of the prior of the log hazard ratio, increasing.
    p_below_1 : numpy.ndarray, shape (S,)
        P(HR < 1); not a number where too few draws are left.
    tipping_sd : float or None
        Where P(HR < 1) crosses `wanted`; none where it does not on the way.
    events : float or None
        Events that the prior of that standard deviation is worth.
    wanted : float
    text : str
        The answer in one sentence.
    """

    sd: Array
    p_below_1: Array
    tipping_sd: float | None
    events: float | None
    wanted: float
    text: str


class PriorGrid(NamedTuple):
    """P(HR < 1) over a grid of normal priors.

    Attributes
    ----------
    median : numpy.ndarray, shape (M,)
        Prior median of the hazard ratio.
    sd : numpy.ndarray, shape (S,)
        Prior standard deviation of its log.
    p_below_1 : numpy.ndarray, shape (M, S)
        Not a number where too few draws are left.
    """

    median: Array
    sd: Array
    p_below_1: Array


def find_tipping_point(
    learn: Learner,
    *,
    target_hr: float,
    wanted: float = WANTED,
    sds: tuple[float, ...] = SDS,
    rt_share: float = 0.5,
) -> TippingPoint:
    """Find the standard deviation below which a sceptic is not convinced.

    Parameters
    ----------
    learn : Learner
        What the trial says under a prior.
    target_hr : float
        Hazard ratio whose prior probability describes the sceptic, below 1.
    wanted : float
        P(HR < 1) that convinces.
    sds : tuple of float
        Increasing.
    rt_share : float
        Share of patients randomised to RT, for the events a prior is worth.

    Returns
    -------
    TippingPoint

    Examples
    --------
    >>> import numpy as np
    >>> from models import NormalMixture, find_tipping_point, learn_from_draws
    >>> log_hr = np.random.default_rng(1).normal(-0.6, 0.25, 4000)
    >>> learn = learn_from_draws(log_hr, old=NormalMixture.normal(0.0, 1.0))
    >>> found = find_tipping_point(learn, target_hr=0.7)
    >>> bool(0.1 < found.tipping_sd < 0.4)
    True
    """

    def answer(sd: float) -> float:
        found = learn(NormalMixture.normal(0.0, sd))
        return found.p_below_1 if found.trusted else math.nan

    found = np.array([answer(sd) for sd in sds])
    tipping = _crossing(np.array(sds), found, wanted=wanted, answer=answer)
    events = (
        None
        if tipping is None
        else effective_events(NormalMixture.normal(0.0, tipping), rt_share=rt_share)
    )
    return TippingPoint(
        sd=np.array(sds),
        p_below_1=found,
        tipping_sd=tipping,
        events=events,
        wanted=wanted,
        text=_sentence(np.array(sds), found, tipping, events, wanted=wanted, target_hr=target_hr),
    )


def prior_grid(
    learn: Learner,
    *,
    medians: tuple[float, ...] = GRID_MEDIANS,
    sds: tuple[float, ...] = GRID_SDS,
) -> PriorGrid:
    """Compute P(HR < 1) under every normal prior of a grid.

    Parameters
    ----------
    learn : Learner
        What the trial says under a prior.
    medians : tuple of float
        Prior medians of the hazard ratio.
    sds : tuple of float
        Prior standard deviations of its log.
    """
    rows = []
    for median in medians:
        summaries = [learn(NormalMixture.normal(math.log(median), sd)) for sd in sds]
        rows.append([s.p_below_1 if s.trusted else math.nan for s in summaries])
    return PriorGrid(np.array(medians), np.array(sds), np.array(rows))


def _crossing(
    sds: Array, found: Array, *, wanted: float, answer: Callable[[float], float]
) -> float | None:
    """Bisect between the last unconvinced prior and the first convinced one."""
    below = np.flatnonzero((found[:-1] < wanted) & (found[1:] >= wanted))
    if below.size == 0:
        return None
    low, high = float(sds[below[-1]]), float(sds[below[-1] + 1])
    for _ in range(BISECTIONS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if answer(middle) < wanted else (low, middle)
    return math.sqrt(low * high)


def _sentence(
    sds: Array,
    found: Array,
    tipping: float | None,
    events: float | None,
    *,
    wanted: float,
    target_hr: float,
) -> str:
    known = np.flatnonzero(np.isfinite(found))
    if tipping is not None and events is not None:
        chance = NormalMixture.normal(0.0, tipping).probability_below(target_hr)
        return (
            f"P(HR < 1) falls below {wanted:g} for sceptics whose prior is narrower than sd "
            f"{tipping:.2f}: worth more than {events:.0f} events, or with less than {chance:.1%} "
            f"prior probability of HR below {target_hr:g}"
        )
    if known.size == 0:
        return "no prior about no effect is near enough to the draws to be judged"
    first, last = known[0], known[-1]
    if found[last] < wanted:
        return (
            f"P(HR < 1) stays below {wanted:g} even under a prior of sd {sds[last]:.2f} "
            f"({found[last]:.3f}): no scepticism is needed to be unconvinced"
        )
    return (
        f"P(HR < 1) stays above {wanted:g} down to a prior of sd {sds[first]:.2f} "
        f"({found[first]:.3f}), the narrowest that could be judged"
    )
