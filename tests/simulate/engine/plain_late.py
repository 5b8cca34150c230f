"""Tests for late effects in plain numpy and scipy, from the patients' own times.

Z above 0 favours RT, differences are RT minus control. Every test takes `time`, `event`, `arm` and
`stratum` arrays; without strata all stand in one.
"""

import math

import numpy as np
from scipy.stats import chi, multivariate_normal

HALF = 0.5 + 1e-9
Z_95 = 1.959964


def curve(time, event):
    """Kaplan–Meier curve: event times, at risk, events, and survival from each time on."""
    times = np.unique(time[event])
    at_risk = np.array([(time >= t).sum() for t in times], float)
    events = np.array([(event & (time == t)).sum() for t in times], float)
    return times, at_risk, events, np.cumprod(1 - events / at_risk)


def survival_at(known, month):
    """Survival at a month by a curve."""
    passed = (known[0] <= month).sum()
    return known[3][passed - 1] if passed else 1.0


def scores(weightings, time, event, arm, stratum):
    """Weighted sums of observed minus expected RT events, and their covariance."""
    total, covariance = np.zeros(len(weightings)), np.zeros((len(weightings),) * 2)
    for cell in np.unique(stratum):
        here = stratum == cell
        t, d, a = time[here], event[here], arm[here]
        known = curve(t, d)
        times, at_risk, events, alive = known
        before = np.append(1.0, alive[:-1])
        w = np.array([weight(before, known) for weight in weightings])
        share = np.array([((t >= moment) & (a == 1)).sum() for moment in times]) / at_risk
        rt = np.array([(d & (t == moment) & (a == 1)).sum() for moment in times])
        left = (at_risk - events) / np.maximum(at_risk - 1, 1)
        total += w @ (rt - events * share)
        covariance += (w * events * share * (1 - share) * left) @ w.T
    return total, covariance


def fleming_harrington(rho, gamma):
    return lambda before, known: before**rho * (1 - before) ** gamma


def modest(until):
    return lambda before, known: 1 / np.maximum(before, survival_at(known, until))


def weighted_z(weighting, *data):
    total, covariance = scores([weighting], *data)
    return -total[0] / math.sqrt(covariance[0, 0])


def largest_and_correlation(weightings, *data):
    """Largest z of several weightings, and the correlation of them all without effect."""
    total, covariance = scores(weightings, *data)
    error = np.sqrt(np.diag(covariance))
    return (-total / error).max(), covariance / np.outer(error, error)


def maximum_tail(largest, correlation):
    """Probability that the greatest of normal variables passes a value, by polar integration.

    The variables are projections of a standard normal vector in as many dimensions, 1 to 3, as the
    correlation has; in each direction its length must pass the value over the greatest projection.
    """
    size, vectors = np.linalg.eigh(correlation)
    kept = size > 1e-9
    axes = vectors[:, kept] * np.sqrt(size[kept])
    directions, weight = sphere(kept.sum())
    reach = (axes @ directions).max(axis=0)
    with np.errstate(divide="ignore"):
        tail = np.where(reach > 0, chi.sf(largest / np.maximum(reach, 1e-9), kept.sum()), 0.0)
    return (tail * weight).sum()


def sphere(dimensions, *, steps=160):
    """Directions, and what share of all each stands for."""
    if dimensions == 1:
        return np.array([[1.0, -1.0]]), np.full(2, 0.5)
    angle = (np.arange(20 * steps if dimensions == 2 else 2 * steps) + 0.5) * 2 * np.pi
    angle /= angle.size
    circle = np.array([np.cos(angle), np.sin(angle)])
    if dimensions == 2:
        return circle, np.full(angle.size, 1 / angle.size)
    height, share = np.polynomial.legendre.leggauss(steps)
    flat = np.sqrt(1 - height**2)
    points = [np.outer(flat, part).ravel() for part in circle]
    points.append(np.repeat(height, angle.size))
    return np.array(points), np.repeat(share / 2, angle.size) / angle.size


def scipy_tail(largest, correlation):
    """The same of two variables by scipy, which has no exact law of more that hang together."""
    middle = np.zeros(2)
    return 1 - multivariate_normal.cdf(middle + largest, middle, correlation)


def known_until(time, event):
    """Month to which a curve is known: for ever if the longest follow-up ends in events alone."""
    longest = time.max()
    return math.inf if event[time == longest].all() else longest


def restricted_mean(time, event, until):
    """Area below the curve up to a month, and its variance as R's survival package has it."""
    times, at_risk, events, alive = curve(time, event)
    inside = times < until
    edges = np.concatenate([[0.0], times[inside], [until]])
    heights = np.concatenate([[1.0], alive[inside]])
    areas = np.diff(edges) * heights
    variance = 0.0
    for k in np.flatnonzero(inside):
        if at_risk[k] > events[k]:
            beyond = areas[k + 1 :].sum()
            variance += beyond**2 * events[k] / (at_risk[k] * (at_risk[k] - events[k]))
    return areas.sum(), variance


def greenwood(time, event, month):
    """Survival at a month and the variance of its estimate."""
    times, at_risk, events, alive = curve(time, event)
    inside = times <= month
    survival = alive[inside][-1] if inside.any() else 1.0
    if survival == 0.0:
        return 0.0, 0.0
    terms = events / (at_risk * np.maximum(at_risk - events, 1))
    return survival, survival**2 * terms[inside].sum()


def difference(summary, month, time, event, arm, stratum):
    """Difference of a figure of the arms and its error; strata by their share of patients."""
    value = variance = 0.0
    for cell in np.unique(stratum):
        share = (stratum == cell).mean()
        for side, sign in ((0, -1), (1, 1)):
            here = (stratum == cell) & (arm == side)
            if not here.any() or known_until(time[here], event[here]) < month:
                return math.nan, math.nan
            figure, spread = summary(time[here], event[here], month)
            value += sign * share * figure
            variance += share**2 * spread
    return value, math.sqrt(variance)


def log_log_z(month, time, event, arm):
    """Milestone compared on the scale of log(-log S), control minus RT."""
    gap = variance = 0.0
    for side, sign in ((0, 1), (1, -1)):
        here = arm == side
        survival, spread = greenwood(time[here], event[here], month)
        if known_until(time[here], event[here]) < month or not 0 < survival < 1:
            return math.nan
        gap += sign * math.log(-math.log(survival))
        variance += spread / (survival * math.log(survival)) ** 2
    return gap / math.sqrt(variance)


def median_limits(time, event):
    """Median and its 95% limits on the log-log scale: first months at or below one half."""
    times, at_risk, events, alive = curve(time, event)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.cumsum(events / (at_risk * (at_risk - events)))
        margin = Z_95 * np.sqrt(total) / np.abs(np.log(alive))
        lower, upper = alive ** np.exp(margin), alive ** np.exp(-margin)
    lower[alive == 0] = 0.0
    upper[alive == 0] = math.nan
    first = [times[hit][0] if hit.any() else math.inf for hit in (alive <= HALF, lower <= 0.5)]
    hit = upper <= 0.5
    return first[0], first[1], times[hit][0] if hit.any() else math.inf


def median_difference(time, event, arm):
    """Difference of medians, its limits by recovered variances, and the z that goes with them."""
    (c, c_low, c_up), (r, r_low, r_up) = (
        median_limits(time[arm == side], event[arm == side]) for side in (0, 1)
    )
    if math.isinf(c) or math.isinf(r):
        return (math.nan,) * 4
    down, up = math.hypot(r - r_low, c_up - c), math.hypot(r_up - r, c - c_low)
    down, up = (part if math.isfinite(part) else math.nan for part in (down, up))
    value = r - c
    nearer = down if value > 0 else up
    if value == 0:
        return value, value - down, value + up, 0.0
    z = Z_95 * value / nearer if nearer != 0 else math.copysign(math.inf, value)
    return value, value - down, value + up, z
