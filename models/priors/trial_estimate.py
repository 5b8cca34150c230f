"""What a trial's printed figures say of its log hazard ratio, with the arithmetic in words.

Log hazard ratios are RT versus control, below 0 favours RT.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

from models.check_result import CheckResult
from models.priors.evidence import Interval, PValue, Trial

SMALLEST_ERROR, LARGEST_ERROR = 0.02, 3.0
LARGEST_SKEW = 0.15
SHORTFALL = 0.95


class TrialEstimate(NamedTuple):
    """Normal likelihood of one trial.

    Attributes
    ----------
    name : str
    log_hr, error : float
        Estimate and standard error.
    how : str
        How both follow from what is printed.
    """

    name: str
    log_hr: float
    error: float
    how: str


def estimate_trial(trial: Trial, *, discounted: bool) -> TrialEstimate:
    """Compute a trial's log hazard ratio and standard error from its printed figures.

    Parameters
    ----------
    trial : Trial
    discounted : bool
        Whether the trial's discounts apply: the log hazard ratio times `effect_kept`, and the
        standard error over the root of `discount`.

    Raises
    ------
    ValueError
        If the standard error is impossible, or does not follow from the figures.
    """
    log_hr, origin = _log_hr(trial)
    error, how = _error(trial, log_hr)
    if not SMALLEST_ERROR <= error <= LARGEST_ERROR:
        raise ValueError(
            f"{trial.name} ({trial.endpoint}) has a standard error of {error:.3g} of its log "
            f"hazard ratio; it must be between {SMALLEST_ERROR} and {LARGEST_ERROR:g}, correct "
            "its uncertainty"
        )
    words = f"{origin}; SE {error:.3f}: {how}"
    if discounted and trial.effect_kept < 1.0:
        log_hr *= trial.effect_kept
        words += f"; {trial.effect_kept:.0%} of its log HR kept"
    if discounted and trial.discount < 1.0:
        error /= math.sqrt(trial.discount)
        words += f"; {trial.discount:.0%} of its information counts, SE {error:.3f}"
    return TrialEstimate(trial.name, log_hr, error, words)


def plausibility_checks(trial: Trial) -> list[CheckResult]:
    """Hold a trial's printed figures against each other.

    Returns
    -------
    list of CheckResult
        Whether the interval is symmetric about its estimate on the log scale, and whether the
        standard error is one that so many patients can give.
    """
    checks = [_enough_patients(trial)]
    if isinstance(trial.uncertainty, Interval):
        checks.append(_symmetric(trial))
    return checks


def _log_hr(trial: Trial) -> tuple[float, str]:
    if trial.hr is not None:
        return math.log(trial.hr), f"HR {trial.hr:g}"
    if trial.medians is None:
        raise ValueError(f"{trial.name} has neither hr nor medians; give one of them")
    rt, control = trial.medians.rt, trial.medians.control
    ratio = control / rt
    return math.log(ratio), f"HR {ratio:.2f} = {control:g} / {rt:g}, ratio of the medians"


def _error(trial: Trial, log_hr: float) -> tuple[float, str]:
    given = trial.uncertainty
    if isinstance(given, Interval):
        z = NormalDist().inv_cdf(0.5 + given.level / 2)
        how = f"ln({given.upper:g} / {given.lower:g}) / (2 × {z:.3f}), {given.level:.0%} interval"
        return math.log(given.upper / given.lower) / (2 * z), how
    if isinstance(given, PValue):
        z = -NormalDist().inv_cdf(given.p / given.sides)
        if z <= 0.0 or log_hr == 0.0:
            raise ValueError(
                f"{trial.name} ({trial.endpoint}) has p = {given.p} ({given.sides}-sided) with HR "
                f"{math.exp(log_hr):.3g}; no standard error follows from that, give an interval "
                "or events"
            )
        return abs(log_hr) / z, f"|ln HR| / {z:.3f}, p = {given.p:g} ({given.sides}-sided)"
    how = f"√(1/{given.rt} + 1/{given.control}), events RT and control"
    return math.sqrt(1 / given.rt + 1 / given.control), how


def _enough_patients(trial: Trial) -> CheckResult:
    error = estimate_trial(trial, discounted=False).error
    least = math.sqrt(1 / trial.n_rt + 1 / trial.n_control)
    passed = error >= SHORTFALL * least
    verdict = "which they can give" if passed else "which they cannot; is its level lower?"
    return CheckResult(
        name=f"{trial.name} ({trial.endpoint}): information",
        passed=passed,
        values={"error": error, "least": least},
        text=(
            f"{trial.name} ({trial.endpoint}): SE {error:.3f} of the log hazard ratio from "
            f"{trial.n_rt} and {trial.n_control} patients (at least {least:.3f} if all had an "
            f"event), {verdict}"
        ),
    )


def _symmetric(trial: Trial) -> CheckResult:
    limits = trial.uncertainty
    if not isinstance(limits, Interval) or trial.hr is None:
        raise ValueError(f"{trial.name} has no interval; only limits can be symmetric")
    error = estimate_trial(trial, discounted=False).error
    centre = math.sqrt(limits.lower * limits.upper)
    skew = abs(math.log(trial.hr / centre)) / error
    passed = skew <= LARGEST_SKEW
    return CheckResult(
        name=f"{trial.name} ({trial.endpoint}): symmetry",
        passed=passed,
        values={"centre": centre, "skew": skew},
        text=(
            f"{trial.name} ({trial.endpoint}): the interval's centre is {centre:.3f} beside a "
            f"hazard ratio of {trial.hr:g}, {skew:.2f} standard errors apart ({LARGEST_SKEW} "
            f"allowed): {'symmetric' if passed else 'not symmetric'} on the log scale"
        ),
    )
