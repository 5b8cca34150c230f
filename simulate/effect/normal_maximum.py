r"""Tail of the greatest of up to four correlated standard normals, by quadrature (compiled).

Let Z be the normals, x a common limit, and i, j, k, l the components. Given Z_i = Z_j = x, the
others lie below x with limits in proportion to x. Two integrations by parts over the level at
which the greatest stands therefore leave one smooth integral, also where correlations are singular:

    P(max Z > z) = Q(z) sum_i O_i + int_0^inf Q(max(x, z)) g(x) dx,    z >= 0,
    g(x) = 2 sum_{i<j} a_ij f(a_ij x) P(Z_k < x, Z_l < x | Z_i = Z_j = x),

with the normal tail Q and density f, a_ij = sqrt((1 - r_ij) / (1 + r_ij)), and O_i the probability
that all others are below 0 given Z_i = 0. Every term is positive, so that nothing cancels far out.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.boundaries.normal import ROOT_TWO_PI, upper_tail
from simulate.effect.owen_t import both_below, owen_t

Floats = NDArray[np.float64]

NODES, WEIGHTS = (np.ascontiguousarray(part) for part in np.polynomial.legendre.leggauss(18))
NODES, WEIGHTS = 0.5 * (NODES + 1.0), 0.5 * WEIGHTS
MOST_COMPONENTS = 4
SAME = 1e-14
LEAST = 1e-15
BEYOND = 44.0


class Others(NamedTuple):
    """The components beside two that stand at the common limit.

    Attributes
    ----------
    number : int
        0, 1 or 2.
    first, second : float
        Their limits as conditional standard normals, per unit of the common limit.
    correlation : float
        Between them.
    """

    number: int
    first: float
    second: float
    correlation: float


@lean_inlined
def _gap(i: int, j: int, correlation: Floats) -> float:
    """1 minus a correlation; written in gaps, nothing cancels where components nearly coincide."""
    return float(1.0 - correlation[i, j])


@lean_kernel
def repeats(component: int, correlation: Floats) -> bool:
    """Whether an earlier component is the same."""
    nearest = math.inf
    for earlier in range(component):
        nearest = min(nearest, _gap(earlier, component, correlation))
    return nearest < SAME


@lean_inlined
def partial(i: int, j: int, given: int, correlation: Floats) -> float:
    """Correlation of two components given a third."""
    a, b = _gap(i, given, correlation), _gap(j, given, correlation)
    value = a + b - _gap(i, j, correlation) - a * b
    return min(max(value / math.sqrt(a * (2.0 - a) * b * (2.0 - b)), -1.0), 1.0)


@lean_kernel
def all_others_below(i: int, correlation: Floats) -> float:
    """P(all others < 0 | Z_i = 0): the share of an orthant, in closed form for up to three."""
    count, angles = 0, 0.0
    for j in range(correlation.shape[0]):
        if j != i and not repeats(j, correlation):
            count += 1
            for k in range(j):
                if k != i and not repeats(k, correlation):
                    angles += math.asin(partial(j, k, i, correlation))
    if count == 2:
        return 0.25 + angles / (2.0 * math.pi)
    return 0.5**count + angles / (4.0 * math.pi)


@lean_inlined
def _limit(k: int, i: int, j: int, correlation: Floats) -> float:
    """Limit of Z_k given Z_i = Z_j = x in its conditional deviations, per unit of x."""
    a = _gap(i, j, correlation)
    b, c = _gap(k, i, correlation), _gap(k, j, correlation)
    determinant = 2.0 * (a * b + b * c + c * a) - a * a - b * b - c * c - 2.0 * a * b * c
    determinant = max(determinant, LEAST * (a + b + c) ** 2)
    return (b + c - a) / (2.0 - a) * math.sqrt(a * (2.0 - a) / determinant)


@lean_kernel
def others_given(i: int, j: int, correlation: Floats) -> Others:
    """Limits of the components other than two, given that both are at the common limit."""
    first = second = -1
    for k in range(correlation.shape[0]):
        if k != i and k != j and not repeats(k, correlation):
            if first < 0:
                first = k
            else:
                second = k
    if first < 0:
        return Others(0, 0.0, 0.0, 0.0)
    limit = _limit(first, i, j, correlation)
    if second < 0:
        return Others(1, limit, 0.0, 0.0)
    one, two = partial(first, j, i, correlation), partial(second, j, i, correlation)
    spread = max((1.0 - one * one) * (1.0 - two * two), LEAST * LEAST)
    between = (partial(first, second, i, correlation) - one * two) / math.sqrt(spread)
    between = min(max(between, -1.0), 1.0)
    return Others(2, limit, _limit(second, i, j, correlation), between)


@lean_inlined
def _all_below(x: float, others: Others) -> float:
    """P(all others < x), given that two components are at x."""
    if others.number == 0:
        return 1.0
    if others.number == 1:
        return upper_tail(-others.first * x)
    return both_below(others.first * x, others.second * x, others.correlation)


@lean_kernel
def _pair_integral(z: float, slope: float, others: Others) -> float:
    """Integrate the part of one pair; nodes crowd towards 0, where limits may be steep."""
    tail, start = upper_tail(z), max(z, 0.0)
    reach = math.sqrt(start * start + BEYOND) - start
    total = 0.0
    for node in range(NODES.size):
        square = NODES[node] * NODES[node]
        weight = 2.0 * WEIGHTS[node] * NODES[node] * slope / ROOT_TWO_PI
        x = z * square
        # Below 0 the second panel, which starts at 0, leaves out Q(x) from z to 0.
        lead = tail if z >= 0.0 else tail - upper_tail(x)
        total += weight * z * lead * math.exp(-0.5 * (slope * x) ** 2) * _all_below(x, others)
        x = start + reach * square
        lead = reach * upper_tail(x)
        total += weight * lead * math.exp(-0.5 * (slope * x) ** 2) * _all_below(x, others)
    return total


@lean_kernel
def maximum_tail(z: float, correlation: Floats) -> float:
    """P(max Z > z) of standard normals Z.

    Parameters
    ----------
    z : float
    correlation : array (component, component)
        Up to four components; may be singular, and components may coincide. Components that are
        exact opposites are not foreseen: weights that are never negative correlate positively.

    Returns
    -------
    float
        To 1e-13 for one or two components; for three or four to 1e-7, and where z is above 1/2
        to 1e-7 of itself. Not a number if an argument is, or with more components.
    """
    components = correlation.shape[0]
    total, distinct = z, 0
    for i in range(components):
        distinct += not repeats(i, correlation)
        for j in range(components):
            total += correlation[i, j]
    if math.isnan(total) or components > MOST_COMPONENTS:
        return math.nan
    if distinct == 1:
        return upper_tail(z)
    shares = integral = 0.0
    for i in range(components):
        if repeats(i, correlation):
            continue
        shares += all_others_below(i, correlation)
        for j in range(i):
            if not repeats(j, correlation):
                r = correlation[i, j]
                slope = math.sqrt((1.0 - r) / (1.0 + r))
                if distinct == 2:
                    return upper_tail(z) + 2.0 * owen_t(z, slope)
                integral += 2.0 * _pair_integral(z, slope, others_given(j, i, correlation))
    return min(upper_tail(z) * shares + integral, 1.0)
