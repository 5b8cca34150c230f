"""A hazard ratio against its interval, its p-value, the events and the medians."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import ceil, inf, log, sqrt
from statistics import NormalDist

from models.audit.check import AuditCheck, decide
from models.audit.significance import normal_two_sided
from models.record import ARMS, Endpoint, EventKnowledge, Record

SECTION = "Hazard ratios"
_ALLOWED_EXCESS = 1.15
_NARROWEST = 1e-6


def check_hazard_ratios(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every endpoint.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Interval, p-value, events and medians against the hazard ratio.

    Notes
    -----
    The information of a Cox fit is Σ p(1 − p) over its D events, p the share of radiotherapy among
    the hazards at risk. At the estimate the score is zero, Σ p = d_rt, so by concavity the
    information is at most d_rt · d_control / D, which is at most D / 4: the standard error is at
    least √(1/d_rt + 1/d_control) and D at least 4 / SE², strata and ties or not.
    """
    for key, endpoint in record.endpoints.items():
        yield _symmetry(key, endpoint)
        region = log_limits(endpoint)
        yield _p_value(key, endpoint, region)
        if region:
            yield _fewest_events(key, endpoint, region, record)
            yield _events_explain_error(key, endpoint, region)
        yield _direction(key, endpoint)
        yield _medians(key, endpoint)


def log_limits(endpoint: Endpoint) -> list[tuple[float, float]]:
    """Return the corners of the region of log limits that all printed figures allow.

    Parameters
    ----------
    endpoint : Endpoint
        Hazard ratio with both limits.

    Returns
    -------
    list of (float, float)
        Corners (log lower, log upper) of the polygon in which both limits round as printed and
        their midpoint, the log estimate, does too; empty where there is none. A function that is
        linear, or a ratio of linear functions, has its extremes at these corners.
    """
    (a0, a1), (b0, b1), (m0, m1) = (
        (log(max(figure.low, 1e-300)), log(figure.high))
        for figure in (endpoint.lower, endpoint.upper, endpoint.hazard_ratio)
    )
    corners = [(a, b) for a, b in product((a0, a1), (b0, b1)) if 2 * m0 <= a + b <= 2 * m1]
    for total in (2 * m0, 2 * m1):
        corners += [(a, total - a) for a in (a0, a1) if b0 <= total - a <= b1]
        corners += [(total - b, b) for b in (b0, b1) if a0 <= total - b <= a1]
    return [(a, max(b, a + _NARROWEST)) for a, b in corners]


def _symmetry(key: str, endpoint: Endpoint) -> AuditCheck:
    lower, upper, estimate = endpoint.lower, endpoint.upper, endpoint.hazard_ratio
    low, high = _product_range(endpoint)
    squares = estimate.window
    holds = (
        squares.low is not None
        and squares.high is not None
        and low < squares.high**2
        and high > squares.low**2
    )
    return AuditCheck(
        section=SECTION,
        name=f"endpoints.{key}: estimate in the middle of its interval on the log scale",
        verdict=decide(holds),
        arithmetic=f"√({lower.text} × {upper.text}) = "
        f"{sqrt(lower.value * upper.value):.4f}, between {sqrt(float(low)):.4f} and "
        f"{sqrt(float(high)):.4f} with rounding; printed {estimate.text}",
        place=estimate.place,
    )


def _product_range(endpoint: Endpoint) -> tuple[Fraction, Fraction]:
    windows = (endpoint.lower.window, endpoint.upper.window)
    low, high = Fraction(1), Fraction(1)
    for window in windows:
        low *= max(window.low or Fraction(0), Fraction(0))
        high *= window.high or Fraction(0)
    return low, high


def _p_value(key: str, endpoint: Endpoint, region: list[tuple[float, float]]) -> AuditCheck:
    name = f"endpoints.{key}: p-value from estimate and interval"
    if endpoint.p_value is None or not region:
        missing = "no p-value is printed" if region else "estimate and interval do not agree"
        return AuditCheck(
            section=SECTION,
            name=name,
            verdict="not_checkable",
            arithmetic=missing,
            place=endpoint.hazard_ratio.place,
        )
    z = _z(endpoint)
    scores = [z * (a + b) / (b - a) for a, b in region]
    values = [normal_two_sided(score) for score in scores]
    lowest = min(values)
    highest = 1.0 if min(scores) < 0 < max(scores) else max(values)
    printed = endpoint.p_value
    holds = lowest < printed.high and highest >= printed.low
    error = _standard_error(endpoint)
    wald = log(endpoint.hazard_ratio.value) / error
    assumption = (
        ""
        if endpoint.p_value_test == "wald"
        else (f"the p-value is that of the Wald test (test behind it: {endpoint.p_value_test})")
    )
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(holds, assumption=assumption),
        arithmetic=f"z = ln {endpoint.hazard_ratio.text} / {error:.4f} = {wald:.3f}, "
        f"p = {normal_two_sided(wald):.4f}; between {lowest:.4f} and {highest:.4f} for all numbers "
        f"that round so with the estimate in the middle; printed {printed.text}",
        place=printed.place,
        assumption=assumption or None,
    )


def _fewest_events(
    key: str, endpoint: Endpoint, region: list[tuple[float, float]], record: Record
) -> AuditCheck:
    largest_error = max(b - a for a, b in region) / (2 * _z(endpoint))
    most = {arm: _most_events(endpoint.events[arm], record.arms[arm].n) for arm in ARMS}
    needed = ceil(4 / largest_error**2 - 1e-9)
    smallest_error = (
        sqrt(sum(1 / number for number in most.values())) if all(most.values()) else inf
    )
    names = ", ".join(f"{number} {arm}" for arm, number in most.items())
    return AuditCheck(
        section=SECTION,
        name=f"endpoints.{key}: enough events for so small a standard error",
        verdict=decide(largest_error >= smallest_error and needed <= sum(most.values())),
        arithmetic=f"SE = (ln {endpoint.upper.text} − ln {endpoint.lower.text}) / "
        f"{2 * _z(endpoint):.4f} = {_standard_error(endpoint):.4f}, at most {largest_error:.4f}; "
        f"a Cox fit needs 4/SE² = {needed} events or more, and with at most {names} its SE is "
        f"√(1/d_rt + 1/d_control) = {smallest_error:.4f} or more",
        place=endpoint.lower.place,
    )


def _events_explain_error(
    key: str, endpoint: Endpoint, region: list[tuple[float, float]]
) -> AuditCheck:
    name = f"endpoints.{key}: standard error as large as the printed events make it"
    known = {arm: _fewest(endpoint.events[arm]) for arm in ARMS}
    if not all(known.values()):
        return AuditCheck(
            section=SECTION,
            name=name,
            verdict="not_checkable",
            arithmetic="the number of events is not printed for both arms",
            place=endpoint.lower.place,
        )
    expected = sqrt(sum(1 / number for number in known.values() if number))
    smallest = min(b - a for a, b in region) / (2 * _z(endpoint))
    events = endpoint.events["rt"]
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(smallest <= _ALLOWED_EXCESS * expected, assumption="share"),
        arithmetic=f"√(1/{known['rt']} + 1/{known['control']}) = {expected:.4f} from the printed "
        f"events, SE {_standard_error(endpoint):.4f}: ratio "
        f"{_standard_error(endpoint) / expected:.3f}, tension above {_ALLOWED_EXCESS}",
        place=events.place if events else endpoint.lower.place,
        assumption="an unadjusted Cox fit whose arms keep about the same share of patients at risk",
    )


def _direction(key: str, endpoint: Endpoint) -> AuditCheck:
    name = f"endpoints.{key}: hazard ratio and medians favour the same arm"
    medians = [endpoint.median[arm] for arm in ARMS]
    control, rt = medians
    if control is None or rt is None:
        return _medians_missing(name, endpoint)
    rt_better = (endpoint.hazard_ratio.value > 1) == (endpoint.direction == "control_vs_rt")
    sides = "control / RT" if endpoint.direction == "control_vs_rt" else "RT / control"
    holds = rt.exact >= control.exact if rt_better else rt.exact <= control.exact
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(holds or endpoint.hazard_ratio.exact == 1, assumption="proportional"),
        arithmetic=f"hazard ratio {sides} {endpoint.hazard_ratio.text} favours "
        f"{'RT' if rt_better else 'control'}; medians {rt.text} RT, {control.text} control",
        place=endpoint.hazard_ratio.place,
        assumption="proportional hazards",
    )


def _medians(key: str, endpoint: Endpoint) -> AuditCheck:
    name = f"endpoints.{key}: ratio of medians against the hazard ratio"
    control, rt = endpoint.median["control"], endpoint.median["rt"]
    if control is None or rt is None:
        return _medians_missing(name, endpoint)
    top, bottom = (rt, control) if endpoint.direction == "control_vs_rt" else (control, rt)
    ratio = top.value / bottom.value
    holds = top.high / bottom.low >= endpoint.lower.low and (
        top.low / bottom.high <= endpoint.upper.high
    )
    printed = endpoint.hazard_ratio
    off = log(printed.value / ratio) / _standard_error(endpoint)
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(holds, assumption="exponential"),
        arithmetic=f"{top.text} / {bottom.text} = {ratio:.3f} against {printed.text} "
        f"({endpoint.lower.text}–{endpoint.upper.text}): a factor of {printed.value / ratio:.3f}, "
        f"{off:+.2f} standard errors of the log hazard ratio; tension outside the interval",
        place=printed.place,
        assumption="exponential survival in both arms",
    )


def _medians_missing(name: str, endpoint: Endpoint) -> AuditCheck:
    return AuditCheck(
        section=SECTION,
        name=name,
        verdict="not_checkable",
        arithmetic="a median is not printed or was not reached",
        place=endpoint.hazard_ratio.place,
    )


def _most_events(events: EventKnowledge | None, n: int) -> int:
    return n if events is None or events.exactly is None else events.exactly


def _fewest(events: EventKnowledge | None) -> int:
    return 0 if events is None else max(events.exactly or 0, events.at_least or 0)


def _z(endpoint: Endpoint) -> float:
    return NormalDist().inv_cdf((1 + endpoint.ci_level) / 2)


def _standard_error(endpoint: Endpoint) -> float:
    return log(endpoint.upper.value / endpoint.lower.value) / (2 * _z(endpoint))
