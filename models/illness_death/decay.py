"""Integrals of exponential decays that stay exact where rates are equal or zero."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2
APART, STEEP = 0.5, 40.0
NEAR, TERMS = 0.25, 10


def mean_decay(x: ArrayLike) -> Array:
    """Mean of exp(-x s) for s from 0 to 1, x not negative."""
    x = np.asarray(x, dtype=float)
    return np.asarray(np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=x > 0))


def two_decays(x: ArrayLike, y: ArrayLike) -> Array:
    """Mean over s from 0 to 1 of exp(-x s) exp(-y (1 - s)): decay at one rate, then at another."""
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(np.exp(-np.minimum(x, y)) * mean_decay(np.abs(x - y)))


def mean_two_decays(x: ArrayLike, y: ArrayLike) -> Array:
    """Integral over s from 0 to 1 of s × `two_decays`(x s, y s): time spent in the second state.

    It is (mean_decay(x) - mean_decay(y)) / (y - x); where the rates are close, Gauss–Legendre
    quadrature keeps what the difference would lose.
    """
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = (mean_decay(x) - mean_decay(y)) / (y - x)
        steep = 1 / (x * y)
    low, gap = np.minimum(x, y), np.abs(x - y)
    close = gap < APART
    result = np.where(close, steep, apart)
    near = close & (low < STEEP)
    if near.any():
        steps = low[near][:, np.newaxis] * NODES
        spread = mean_decay(gap[near][:, np.newaxis] * NODES)
        result[near] = (np.exp(-steps) * spread * NODES) @ WEIGHTS
    return np.asarray(result)


def log_linear_area(left: ArrayLike, right: ArrayLike, width: ArrayLike) -> Array:
    """Area under exp of a line, from its values at both ends of an interval."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    peak = np.exp(np.maximum(left, right))
    return np.asarray(np.asarray(width) * peak * mean_decay(np.abs(left - right)))


def ramped_decay(x: ArrayLike) -> Array:
    """Integral over s from 0 to 1 of s exp(-x s), x not negative; a series where x is small."""
    x = np.asarray(x, dtype=float)
    near = np.minimum(x, NEAR)
    series = sum((-near) ** k / (math.factorial(k) * (k + 2)) for k in range(TERMS))
    far = np.maximum(x, NEAR)
    apart = (-np.expm1(-far) / far - np.exp(-far)) / far
    return np.asarray(np.where(x < NEAR, series, apart))
