"""Events and power of a fixed design: Schoenfeld and Freedman.

Hazard ratios are RT versus control, below 1 favours RT; alpha is one-sided. Both formulas rest on
a normal log-rank statistic with unit variance and differ in its mean: Schoenfeld's is that of a
small effect, Freedman's that of the first events under any effect.
"""

import math

from scipy.special import ndtr, ndtri


def schoenfeld_events(
    hazard_ratio: float, *, alpha: float = 0.025, power: float = 0.9, per_event: float = 0.25
) -> float:
    """Events for a power, (z_alpha + z_beta)^2 / (v log(HR)^2).

    Parameters
    ----------
    hazard_ratio : float
        RT versus control, positive and not 1.
    alpha : float
        One-sided.
    power : float
        Above alpha, below 1.
    per_event : float
        v, information on log HR in an event: 1/4 for 1:1, r / (1 + r)^2 for r RT to a control.

    Returns
    -------
    float
        Over both arms, not rounded.

    References
    ----------
    Schoenfeld 1981, doi 10.1093/biomet/68.1.316; 1983, doi 10.2307/2531021.

    Examples
    --------
    >>> from simulate import schoenfeld_events
    >>> round(float(schoenfeld_events(0.7, power=0.9)), 1)
    330.4
    """
    _check(hazard_ratio, alpha, power)
    return (ndtri(power) - ndtri(alpha)) ** 2 / (per_event * math.log(hazard_ratio) ** 2)


def schoenfeld_power(
    hazard_ratio: float, *, events: float, alpha: float = 0.025, per_event: float = 0.25
) -> float:
    """Power of so many events, Phi(-log(HR) sqrt(v d) - z_alpha); see `schoenfeld_events`.

    It falls below alpha when the hazard ratio is above 1.

    Parameters
    ----------
    hazard_ratio : float
        RT versus control, positive and not 1.
    events : float
        Over both arms.
    alpha : float
        One-sided.
    per_event : float
        v, information on log HR in an event: 1/4 for 1:1.

    Returns
    -------
    float
        Probability of success.

    Examples
    --------
    >>> from simulate import schoenfeld_power
    >>> round(schoenfeld_power(0.7, events=300), 3)
    0.871
    """
    _check(hazard_ratio, alpha)
    shift = -math.log(hazard_ratio) * math.sqrt(per_event * events)
    return float(ndtr(shift + ndtri(alpha)))


def freedman_events(
    hazard_ratio: float,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    control: float = 1,
    rt: float = 1,
) -> float:
    """Events for a power, (z_alpha + z_beta)^2 (1 + r HR)^2 / (r (1 - HR)^2).

    Parameters
    ----------
    hazard_ratio : float
        RT versus control, positive and not 1.
    alpha, power : float
        As in `schoenfeld_events`.
    control, rt : float
        Allocation ratio; r = rt / control.

    Returns
    -------
    float
        Over both arms, not rounded.

    References
    ----------
    Freedman 1982, doi 10.1002/sim.4780010204.

    Examples
    --------
    >>> from simulate import freedman_events
    >>> round(float(freedman_events(0.7, power=0.9)), 1)
    337.4
    """
    _check(hazard_ratio, alpha, power)
    return (ndtri(power) - ndtri(alpha)) ** 2 / _freedman_mean(hazard_ratio, rt / control) ** 2


def freedman_power(
    hazard_ratio: float,
    *,
    events: float,
    alpha: float = 0.025,
    control: float = 1,
    rt: float = 1,
) -> float:
    """Power of so many events, the inverse of `freedman_events`."""
    _check(hazard_ratio, alpha)
    mean = _freedman_mean(hazard_ratio, rt / control)
    return float(ndtr(mean * math.sqrt(events) + ndtri(alpha)))


def _freedman_mean(hazard_ratio: float, ratio: float) -> float:
    return math.sqrt(ratio) * (1 - hazard_ratio) / (1 + ratio * hazard_ratio)


def _check(hazard_ratio: float, alpha: float, power: float | None = None) -> None:
    if not 0 < hazard_ratio < math.inf or (power is not None and hazard_ratio == 1):
        raise ValueError(
            f"`hazard_ratio` must be positive and not 1, got {hazard_ratio}; no number of events "
            "shows an effect that is not there"
        )
    if not 0 < alpha < 1 or not (power is None or alpha < power < 1):
        raise ValueError(
            f"`alpha` and `power` must satisfy 0 < alpha < power < 1, got {alpha} and {power}"
        )
