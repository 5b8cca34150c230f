"""Density of the parameters of a changing effect, gamma baseline integrated out (compiled).

With hazards lambda_k ~ Gamma(a, b) in interval k of the baseline, log hazard ratios
beta_f = G_f x in cell f and arm hazards lambda_k exp(position beta_f),

    p(data | x, b) = prod_f exp(beta_f tilt_f) prod_k b^a Gamma(a + D_k) / Gamma(a)
                     (b + sum_f,arm exp(position_arm beta_f) E_arm,f)^-(a + D_k),

the last sum over the cells of interval k. Its log is concave in (x, log b) together. The
parameters are x, normal and independent, and with an unknown rate log b as the last.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel

Array = NDArray[np.float64]

NEWTON_STEPS = 60
LARGEST_STEP = 2.0
CLOSE = 1e-9


class Cells(NamedTuple):
    """One set of patients by cells, and what its baseline is thought to be.

    Attributes
    ----------
    exposure : numpy.ndarray, shape (2, F)
        Person-months, control and RT.
    tilt : numpy.ndarray, shape (F,)
        Events weighted by the arms' positions.
    power : numpy.ndarray, shape (K,)
        Gamma shape plus events of each interval of the baseline.
    interval : numpy.ndarray of int, shape (F,)
        Interval of the baseline that each cell lies in.
    low, high : float
        Multiples of the log hazard ratio in control and RT.
    shape : float
        Gamma shape of the baseline hazards.
    rate : float
        Gamma rate, person-months; 0 where it is unknown.
    rate_shape, rate_rate : float
        Gamma prior of an unknown rate.
    """

    exposure: Array
    tilt: Array
    power: Array
    interval: NDArray[np.int64]
    low: float
    high: float
    shape: float
    rate: float
    rate_shape: float
    rate_rate: float


class Room(NamedTuple):
    """Work space of one node.

    Attributes
    ----------
    effect, control, treated : numpy.ndarray, shape (F,)
        Log hazard ratio of each cell, and person-months times the arms' factors.
    total : numpy.ndarray, shape (K,)
        Rate plus weighted person-months of each interval.
    slope, step : numpy.ndarray, shape (Q,)
    curvature : numpy.ndarray, shape (Q, Q)
        Negative second derivatives; Q counts all parameters.
    """

    effect: Array
    control: Array
    treated: Array
    total: Array
    slope: Array
    step: Array
    curvature: Array


@inlined
def weigh_exposure(x: Array, basis: Array, cells: Cells, room: Room) -> float:
    """Fill effects, weighted exposures and their sums; returns the log rate."""
    parameters = basis.shape[1]
    log_rate = math.log(cells.rate) if cells.rate > 0.0 else float(x[parameters])
    rate = math.exp(log_rate)
    for k in range(cells.power.size):
        room.total[k] = rate
    for f in range(basis.shape[0]):
        beta = 0.0
        for p in range(parameters):
            beta += basis[f, p] * x[p]
        room.effect[f] = beta
        room.control[f] = math.exp(cells.low * beta) * cells.exposure[0, f]
        room.treated[f] = math.exp(cells.high * beta) * cells.exposure[1, f]
        room.total[cells.interval[f]] += room.control[f] + room.treated[f]
    return log_rate


@kernel
def log_joint(x: Array, basis: Array, mean: Array, sd: Array, cells: Cells, room: Room) -> float:
    """Log of likelihood times prior at the parameters, without the gamma functions of events."""
    log_rate = weigh_exposure(x, basis, cells, room)
    value = cells.power.size * cells.shape * log_rate
    if cells.rate == 0.0:
        value += cells.rate_shape * (log_rate + math.log(cells.rate_rate))
        value -= cells.rate_rate * math.exp(log_rate) + math.lgamma(cells.rate_shape)
    for k in range(cells.power.size):
        value -= cells.power[k] * math.log(room.total[k])
    for f in range(basis.shape[0]):
        value += float(room.effect[f] * cells.tilt[f])
    for p in range(basis.shape[1]):
        scaled = (x[p] - mean[p]) / sd[p]
        value -= 0.5 * scaled * scaled + math.log(sd[p]) + 0.5 * math.log(2.0 * math.pi)
    return value


@kernel
def expand(x: Array, basis: Array, mean: Array, sd: Array, cells: Cells, room: Room) -> None:
    """Fill slope and negative curvature of the log joint density at the parameters."""
    parameters = basis.shape[1]
    log_rate = weigh_exposure(x, basis, cells, room)
    room.slope[:] = 0.0
    room.curvature[:] = 0.0
    for p in range(parameters):
        room.slope[p] = -(x[p] - mean[p]) / sd[p] ** 2
        room.curvature[p, p] = 1.0 / sd[p] ** 2
    if cells.rate == 0.0:
        add_rate(log_rate, cells, room)
    for k in range(cells.power.size):
        add_interval(k, log_rate, basis, cells, room)


@inlined
def add_rate(log_rate: float, cells: Cells, room: Room) -> None:
    """Add the prior of an unknown rate, and of the hazards given it."""
    last = room.slope.size - 1
    weighed = cells.rate_rate * math.exp(log_rate)
    room.slope[last] = cells.power.size * cells.shape + cells.rate_shape - weighed
    room.curvature[last, last] = weighed


@inlined
def add_interval(k: int, log_rate: float, basis: Array, cells: Cells, room: Room) -> None:
    """Add the likelihood of one interval of the baseline."""
    parameters, total, power = basis.shape[1], room.total[k], cells.power[k]
    share = math.exp(log_rate) / total
    room.step[:] = 0.0
    for f in range(basis.shape[0]):
        if cells.interval[f] != k:
            continue
        mean = (cells.low * room.control[f] + cells.high * room.treated[f]) / total
        square = (cells.low**2 * room.control[f] + cells.high**2 * room.treated[f]) / total
        for p in range(parameters):
            room.step[p] += mean * basis[f, p]
            room.slope[p] += (cells.tilt[f] - power * mean) * basis[f, p]
            for q in range(parameters):
                room.curvature[p, q] += power * square * basis[f, p] * basis[f, q]
    if cells.rate == 0.0:
        room.step[parameters] = share
        room.slope[parameters] -= power * share
        room.curvature[parameters, parameters] += power * share
    for p in range(room.step.size):
        for q in range(room.step.size):
            room.curvature[p, q] -= power * room.step[p] * room.step[q]


@kernel
def factor(matrix: Array, size: int) -> None:
    """Cholesky factor of a positive definite matrix in its lower triangle, in place."""
    for i in range(size):
        for j in range(i + 1):
            total = matrix[i, j]
            for m in range(j):
                total -= matrix[i, m] * matrix[j, m]
            if i == j:
                matrix[i, i] = math.sqrt(total)
            else:
                matrix[i, j] = total / matrix[j, j]


@kernel
def find_mode(x: Array, basis: Array, mean: Array, sd: Array, cells: Cells, room: Room) -> None:
    """Newton from `x`, in place; leaves the Cholesky factor of the curvature in `room`."""
    size = x.size
    for _ in range(NEWTON_STEPS):
        expand(x, basis, mean, sd, cells, room)
        factor(room.curvature, size)
        solve(room, size)
        longest = 0.0
        for p in range(size):
            longest = max(longest, abs(room.step[p]))
        shrink = min(1.0, LARGEST_STEP / longest) if longest > 0.0 else 1.0
        for p in range(size):
            x[p] += shrink * room.step[p]
        if longest < CLOSE:
            break


@inlined
def solve(room: Room, size: int) -> None:
    """Solve curvature times step = slope, given the Cholesky factor."""
    for i in range(size):
        total = room.slope[i]
        for m in range(i):
            total -= room.curvature[i, m] * room.step[m]
        room.step[i] = total / room.curvature[i, i]
    back_substitute(room, size)


@inlined
def back_substitute(room: Room, size: int) -> None:
    """Solve the transposed factor times step = step, in place."""
    for i in range(size - 1, -1, -1):
        total = room.step[i]
        for m in range(i + 1, size):
            total -= room.curvature[m, i] * room.step[m]
        room.step[i] = total / room.curvature[i, i]


@kernel
def integrate(
    basis: Array,
    log_weight: Array,
    mean: Array,
    sd: Array,
    cells: Cells,
    points: Array,
    point_weight: Array,
    averaging: Array,
    room: Room,
    mass: Array,
    average: Array,
) -> None:
    """Evaluate the joint density of each node at points laid about its mode.

    `points` (M, Q) are standard coordinates with log weights `point_weight` (M,). `mass` (J, M)
    takes the log mass of each point and `average` (J, M) its log hazard ratio averaged over
    cells with the weights `averaging` (F,).
    """
    size = points.shape[1]
    x, here = np.zeros(size), np.empty(size)
    x[: mean.size] = mean
    if size > mean.size:
        x[mean.size] = math.log(cells.rate_shape / cells.rate_rate)
    for j in range(basis.shape[0]):
        find_mode(x, basis[j], mean, sd, cells, room)
        spread = 0.0
        for p in range(size):
            spread -= math.log(room.curvature[p, p])
        for m in range(points.shape[0]):
            room.step[:] = points[m]
            back_substitute(room, size)
            for p in range(size):
                here[p] = x[p] + room.step[p]
            value = log_joint(here, basis[j], mean, sd, cells, room)
            mass[j, m] = value + spread + point_weight[m] + log_weight[j]
            total = 0.0
            for f in range(averaging.size):
                total += averaging[f] * room.effect[f]
            average[j, m] = total
