"""Cox regression on treatment alone: log hazard ratio of RT versus control."""

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import Z_95
from models.survival.risk_sets import RiskSets, risk_sets

Ties = Literal["breslow", "efron"]

MAX_STEPS = 200
SCORE_TOLERANCE = 1e-11


class CoxFit(NamedTuple):
    """Maximum partial likelihood estimate, RT versus control.

    Attributes
    ----------
    log_hr : float
        Log hazard ratio, below 0 favours RT; infinite when the likelihood rises without end, not
        a number when no event tells the arms apart.
    standard_error : float
        From the observed information; not a number without a finite estimate.
    finite : bool
        Whether there is a finite estimate.
    text : str
        "finite estimate", or why there is none.
    """

    log_hr: float
    standard_error: float
    finite: bool
    text: str


class HazardRatio(NamedTuple):
    """Hazard ratio of RT versus control (below 1 favours RT) and its 95% confidence limits."""

    estimate: float
    lower: float
    upper: float


def cox(
    time: ArrayLike, event: ArrayLike, arm_index: ArrayLike, *, ties: Ties = "breslow"
) -> CoxFit:
    """Fit the Cox model with the arm as its one covariate.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring, finite and not negative.
    event : array_like of bool, shape (n,)
        Whether the event was seen.
    arm_index : array_like of int, shape (n,)
        0 control, 1 RT.
    ties : {"breslow", "efron"}
        How tied event times share the risk set. SPSS uses Breslow, R's `coxph` Efron by default.

    Returns
    -------
    CoxFit

    Raises
    ------
    ValueError
        If the data are unusable or `ties` is neither word.

    References
    ----------
    Cox 1972, doi 10.1111/j.2517-6161.1972.tb00899.x; Breslow 1974, doi 10.2307/2529620;
    Efron 1977, doi 10.1080/01621459.1977.10480613.

    Examples
    --------
    >>> from models import cox
    >>> fit = cox([3.0, 5.0, 6.0, 7.0, 8.0, 9.0], [1, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1])
    >>> round(fit.log_hr, 3), round(fit.standard_error, 3)
    (-1.227, 1.254)
    """
    if ties not in ("breslow", "efron"):
        raise ValueError(f'`ties` must be "breslow" or "efron", got {ties!r}')
    sets = risk_sets(time, event, arm_index)
    control, treated = _denominators(sets, ties=ties)
    events = int(sets.events[1].sum())
    least, most = int((control == 0).sum()), int((treated > 0).sum())
    if least < events < most:
        return _newton(control, treated, events=events)
    return _without_estimate(events, least=least, most=most)


def hazard_ratio(fit: CoxFit) -> HazardRatio:
    """Hazard ratio of RT versus control with 95% Wald limits (z = 1.959964).

    Parameters
    ----------
    fit : CoxFit
        From `cox`.

    Returns
    -------
    HazardRatio
        Estimate, lower and upper limit; below 1 favours RT.

    Examples
    --------
    >>> from models import cox, hazard_ratio
    >>> fit = cox([3.0, 5.0, 6.0, 7.0, 8.0, 9.0], [1, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1])
    >>> [round(limit, 2) for limit in hazard_ratio(fit)]
    [0.29, 0.03, 3.42]
    """
    margin = Z_95 * fit.standard_error
    return HazardRatio(
        estimate=math.exp(fit.log_hr),
        lower=math.exp(fit.log_hr - margin),
        upper=math.exp(fit.log_hr + margin),
    )


def _denominators(sets: RiskSets, *, ties: Ties) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted patients at risk per arm, one column per single event (ties unrolled)."""
    tied = sets.events.sum(axis=0)
    at_risk = np.repeat(sets.at_risk, tied, axis=1).astype(float)
    if ties == "efron":
        order = np.concatenate([np.arange(d) for d in tied]) if tied.size else np.empty(0)
        at_risk -= np.repeat(sets.events / np.maximum(tied, 1), tied, axis=1) * order
    return at_risk[0], at_risk[1]


def _newton(control: NDArray[np.float64], treated: NDArray[np.float64], *, events: int) -> CoxFit:
    """Root of the decreasing score, bracketed: a step that leaves the bracket is a bisection."""
    low, high, beta = -math.inf, math.inf, 0.0
    information = math.nan
    for _ in range(MAX_STEPS):
        share = treated / (treated + control * math.exp(-beta))
        score = events - float(share.sum())
        information = float((share * (1 - share)).sum())
        if abs(score) <= SCORE_TOLERANCE * max(events, 1):
            break
        low, high = (beta, high) if score > 0 else (low, beta)
        step = np.clip(score / max(information, 1e-300), -2.0, 2.0)
        inside = low < beta + step < high
        following = beta + step if inside else (low + high) / 2
        if following == beta:
            break
        beta = float(following)
    return CoxFit(
        log_hr=beta,
        standard_error=1 / math.sqrt(information),
        finite=True,
        text="finite estimate",
    )


def _without_estimate(events: int, *, least: int, most: int) -> CoxFit:
    if least == most:
        log_hr, text = math.nan, "no estimate: both arms are never at risk together at an event"
    elif events == most:
        log_hr, text = math.inf, "no finite estimate: every informative event is in the RT arm"
    else:
        log_hr, text = -math.inf, "no finite estimate: every informative event is a control event"
    return CoxFit(log_hr=log_hr, standard_error=math.nan, finite=False, text=text)
