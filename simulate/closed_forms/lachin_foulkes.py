"""Patients and power of a fixed design by Lachin and Foulkes: exponential event and drop-out times.

Uniform accrual over `accrual` months, analysis at `duration` months. Times in months, hazards per
month; hazard ratios are RT versus control, below 1 favours RT; alpha is one-sided.
"""

import math
from typing import Literal

from scipy.special import ndtr, ndtri

Scale = Literal["log_hazard", "hazard"]


def lachin_foulkes_event_probability(
    hazard: float, *, drop_out: float = 0.0, accrual: float, duration: float
) -> float:
    """Probability that a patient's event is seen by the analysis.

    With a the sum of both hazards, R the accrual and T the duration:
    (hazard / a) (1 - (exp(-a (T - R)) - exp(-a T)) / (a R)).

    Parameters
    ----------
    hazard, drop_out : float
        Per month; `hazard` positive, `drop_out` not negative.
    accrual : float
        Months of uniform accrual, positive.
    duration : float
        Months from the first patient to the analysis, at least `accrual`.

    Raises
    ------
    ValueError
        If a rate or time is out of range.

    References
    ----------
    Lachin & Foulkes 1986, doi 10.2307/2531201.
    """
    if not (0 < hazard < math.inf and 0 <= drop_out < math.inf):
        raise ValueError(
            f"`hazard` must be positive and `drop_out` not negative, got {hazard} and {drop_out}"
        )
    if not 0 < accrual <= duration < math.inf:
        raise ValueError(
            f"`accrual` must be positive and at most `duration`, got {accrual} and {duration}"
        )
    total = hazard + drop_out
    waiting = math.exp(-total * duration) * math.expm1(total * accrual) / (total * accrual)
    return hazard / total * (1 - waiting)


def lachin_foulkes_patients(
    hazard_ratio: float,
    *,
    control_hazard: float,
    drop_out: float = 0.0,
    accrual: float,
    duration: float,
    alpha: float = 0.025,
    power: float = 0.9,
    control: float = 1,
    rt: float = 1,
    scale: Scale = "log_hazard",
) -> float:
    """Patients for a power, not rounded.

    (z_alpha s0 + z_beta s1)^2 / D^2, where D is the difference of the arms' log hazards and s^2 the
    variance per patient of its estimate: phi(h) = 1 / P(event | h) of each arm divided by the arm's
    share; s0 takes the mean hazard in both arms. On the scale of the hazards D is their difference
    and phi(h) = h^2 / P(event | h).

    Parameters
    ----------
    hazard_ratio : float
        RT versus control, positive and not 1.
    control_hazard, drop_out : float
        Per month, drop-out in both arms.
    accrual, duration : float
        Months, see `lachin_foulkes_event_probability`.
    alpha : float
        One-sided.
    power : float
        Above alpha, below 1.
    control, rt : float
        Allocation ratio.
    scale : {"log_hazard", "hazard"}
        What is compared; the paper has the hazards, software mostly their logarithms.

    Returns
    -------
    float
        Of both arms.

    References
    ----------
    Lachin & Foulkes 1986, doi 10.2307/2531201.

    Examples
    --------
    >>> from simulate import lachin_foulkes_patients
    >>> round(lachin_foulkes_patients(0.7, control_hazard=0.05, accrual=36.0, duration=60.0), 1)
    407.5
    """
    if not 0 < hazard_ratio < math.inf or hazard_ratio == 1:
        raise ValueError(f"`hazard_ratio` must be positive and not 1, got {hazard_ratio}")
    if not 0 < alpha < power < 1:
        raise ValueError(
            f"`alpha` and `power` must satisfy 0 < alpha < power < 1, got {alpha} and {power}"
        )
    null, effect, difference = _standard_deviations(
        hazard_ratio, control_hazard, drop_out, accrual, duration, rt / (control + rt), scale
    )
    needed = max(ndtri(power) * effect - ndtri(alpha) * null, 0.0)
    return float((needed / difference) ** 2)


def lachin_foulkes_power(
    hazard_ratio: float,
    *,
    patients: float,
    control_hazard: float,
    drop_out: float = 0.0,
    accrual: float,
    duration: float,
    alpha: float = 0.025,
    control: float = 1,
    rt: float = 1,
    scale: Scale = "log_hazard",
) -> float:
    """Power of so many patients over both arms, the inverse of `lachin_foulkes_patients`."""
    null, effect, difference = _standard_deviations(
        hazard_ratio, control_hazard, drop_out, accrual, duration, rt / (control + rt), scale
    )
    reached = difference * math.sqrt(patients) + ndtri(alpha) * null
    return float(ndtr(reached / effect))


def _standard_deviations(
    hazard_ratio: float,
    control_hazard: float,
    drop_out: float,
    accrual: float,
    duration: float,
    share: float,
    scale: Scale,
) -> tuple[float, float, float]:
    """Give the standard deviations without and with the effect, and the hazards' difference."""

    def variance(hazard: float) -> float:
        seen = lachin_foulkes_event_probability(
            hazard, drop_out=drop_out, accrual=accrual, duration=duration
        )
        return (hazard**2 if scale == "hazard" else 1.0) / seen

    rt_hazard = control_hazard * hazard_ratio
    mean = share * rt_hazard + (1 - share) * control_hazard
    null = variance(mean) * (1 / share + 1 / (1 - share))
    effect = variance(rt_hazard) / share + variance(control_hazard) / (1 - share)
    difference = control_hazard - rt_hazard if scale == "hazard" else -math.log(hazard_ratio)
    return math.sqrt(null), math.sqrt(effect), difference
