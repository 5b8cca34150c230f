"""Weights of log-rank tests: Fleming–Harrington, modest, and capped inverse survival (compiled).

S is the Kaplan–Meier curve of both arms together, just before each event.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FLEMING_HARRINGTON, INVERSE = 0, 1


class Component(NamedTuple):
    """One weighting of the log-rank test; see `Weights`."""

    kind: int
    rho: float
    gamma: float
    s_star: float
    cap: float


class Weights(NamedTuple):
    """Weightings that are computed together, one entry a component.

    Attributes
    ----------
    kind : array (component,)
        `FLEMING_HARRINGTON`: S^rho (1 − S)^gamma; `INVERSE`: the lesser of 1 / S and the cap.
    rho, gamma : array (component,)
        Powers of S and of 1 − S, in this order.
    s_star : array (component,)
        Months from which the weight stays what it is; infinite: never.
    cap : array (component,)
        Greatest weight of the inverse kind; may be infinite.
    """

    kind: Integers
    rho: Floats
    gamma: Floats
    s_star: Floats
    cap: Floats


def fleming_harrington(rho: float, gamma: float) -> Component:
    """Weight S^rho (1 − S)^gamma: gamma above 0 looks for late effects, rho for early ones.

    Parameters
    ----------
    rho, gamma : float
        Not negative. Both 0 give the log-rank test.

    References
    ----------
    Fleming & Harrington 1991, doi 10.1002/9781118150672, chapter 7.
    """
    _check("rho", rho, "use 0 for no power of S")
    _check("gamma", gamma, "use 0 for no power of 1 − S")
    return Component(FLEMING_HARRINGTON, rho, gamma, math.inf, math.inf)


def modestly_weighted(s_star: float) -> Component:
    """Weight 1 / max(S(t−), S(s*)): rises until s* months and stays.

    Parameters
    ----------
    s_star : float
        Months, not negative; 0 gives the log-rank test.

    References
    ----------
    Magirr & Burman 2019, doi 10.1002/sim.8186.
    """
    _check("s_star", s_star, "use 0 for equal weights")
    return Component(INVERSE, 0.0, 0.0, s_star, math.inf)


def capped_inverse(cap: float) -> Component:
    """Weight min(1 / S, cap): the modest weight that stays where S has fallen to 1 / cap.

    Parameters
    ----------
    cap : float
        At least 1, which gives the log-rank test.

    References
    ----------
    Magirr 2021, doi 10.1002/pst.2091.
    """
    if not 1.0 <= cap < math.inf:
        raise ValueError(f"`cap` must be finite and at least 1, got {cap}; use 1 for equal weights")
    return Component(INVERSE, 0.0, 0.0, math.inf, cap)


def pack_weights(*components: Component) -> Weights:
    """Weightings as arrays for the kernels."""
    kind, *others = zip(*components, strict=True)
    rho, gamma, s_star, cap = (np.array(column, dtype=float) for column in others)
    return Weights(np.array(kind, dtype=np.int64), rho, gamma, s_star, cap)


def _check(name: str, value: float, cure: str) -> None:
    if not 0.0 <= value < math.inf:
        raise ValueError(f"`{name}` must be finite and not negative, got {value}; {cure}")


@lean_inlined
def power(base: float, exponent: float) -> float:
    """Raise to a power, quickly for 0 and 1; 1 at power 0 whatever the base."""
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return base
    return float(base**exponent)


@lean_kernel
def weight_at(survival: float, component: int, weights: Weights) -> float:
    """Weight of one component where pooled survival is so much; s* is the caller's."""
    if weights.kind[component] == FLEMING_HARRINGTON:
        falling = power(survival, weights.rho[component])
        return falling * power(1.0 - survival, weights.gamma[component])
    return float(min(1.0 / survival, weights.cap[component]))
