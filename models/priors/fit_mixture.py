"""A few normal components in place of many, or of draws: expectation–maximisation.

The fit is to points with weights: draws, or a grid with the density at its points.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.priors.normal_mixture import NormalMixture

Array = NDArray[np.float64]

GRID = 501
BEYOND = 1e-7
STEPS = 2000
SETTLED = 1e-9
NARROWEST = 1e-3
MOST_COMPONENTS = 4
GOOD_ENOUGH = 0.005


class Approximation(NamedTuple):
    """A mixture of few components, and how far it is from what it stands for.

    Attributes
    ----------
    mixture : NormalMixture
    largest_cdf_error : float
        Largest difference of the distribution functions.
    kullback_leibler : float
        Divergence of the approximation from the exact distribution, nats.
    """

    mixture: NormalMixture
    largest_cdf_error: float
    kullback_leibler: float


def approximate(
    exact: NormalMixture,
    *,
    most_components: int = MOST_COMPONENTS,
    good_enough: float = GOOD_ENOUGH,
) -> Approximation:
    """Put the fewest components that serve in place of a mixture of many.

    Parameters
    ----------
    exact : NormalMixture
        Such as a meta-analytic predictive distribution.
    most_components : int
        At least 1.
    good_enough : float
        Largest error of the distribution function that ends the search; without it, the best
        of all numbers of components is taken.

    Returns
    -------
    Approximation
    """
    low, high = exact.quantile([BEYOND, 1 - BEYOND])
    grid = np.linspace(float(low), float(high), GRID)
    density = exact.density(grid)
    tried: list[Approximation] = []
    for components in range(1, most_components + 1):
        mixture = fit_mixture(grid, components=components, weights=density)
        tried.append(_judge(mixture, exact, grid, density))
        if tried[-1].largest_cdf_error <= good_enough:
            break
    return min(tried, key=lambda found: found.largest_cdf_error)


def fit_mixture(
    points: ArrayLike, *, components: int, weights: ArrayLike | None = None
) -> NormalMixture:
    """Fit a mixture of normals by maximum likelihood.

    Two starts are tried, components side by side and components of one centre and several
    widths; the likelier end is returned.

    Parameters
    ----------
    points : array_like, shape (N,)
        Draws, or points of a grid.
    components : int
        At least 1.
    weights : array_like, shape (N,), optional
        Weights of the points, at least 0; equal by default.

    Returns
    -------
    NormalMixture

    Raises
    ------
    ValueError
        If there are fewer different points than twice the components.
    """
    values = np.asarray(points, dtype=float).reshape(-1)
    mass = np.ones(values.size) if weights is None else np.asarray(weights, float).reshape(-1)
    if np.unique(values).size < 2 * components:
        raise ValueError(
            f"`points` holds {np.unique(values).size} different values for {components} "
            "components; two for each are the least, take more points"
        )
    mass = mass / mass.sum()
    ends = [_climb(values, mass, start) for start in _starts(values, mass, components)]
    return max(ends, key=lambda end: end[0])[1]


def _starts(values: Array, mass: Array, components: int) -> list[tuple[Array, Array]]:
    mean = float(mass @ values)
    sd = float(mass @ (values - mean) ** 2) ** 0.5
    if components == 1:
        return [(np.array([mean]), np.array([sd]))]
    order = np.argsort(values, kind="stable")
    levels = (np.arange(components) + 0.5) / components
    side_by_side = np.interp(levels, np.cumsum(mass[order]), values[order])
    widths = sd * np.geomspace(0.5, 2.0, components)
    nudged = mean + 0.1 * sd * np.linspace(-1.0, 1.0, components)
    return [(side_by_side, np.full(components, sd / components)), (nudged, widths)]


def _climb(values: Array, mass: Array, start: tuple[Array, Array]) -> tuple[float, NormalMixture]:
    """Climb to a maximum of the likelihood; a component never gets narrower than a sliver."""
    means, sds = start
    floor = NARROWEST * float(np.ptp(values))
    share = np.full(means.size, 1 / means.size)
    reached = -np.inf
    for _ in range(STEPS):
        scaled = (values[:, np.newaxis] - means) / sds
        logs = np.log(share) - np.log(sds) - 0.5 * scaled**2
        top = logs.max(axis=1, keepdims=True)
        raised = np.exp(logs - top)
        summed = raised.sum(axis=1, keepdims=True)
        total = (top + np.log(summed))[:, 0]
        before, reached = reached, float(mass @ total)
        if reached - before < SETTLED:
            break
        part = mass[:, np.newaxis] * raised / summed
        share = np.maximum(part.sum(axis=0), 1e-12)
        means = (part * values[:, np.newaxis]).sum(axis=0) / share
        spread = (part * (values[:, np.newaxis] - means) ** 2).sum(axis=0) / share
        sds = np.maximum(np.sqrt(spread), floor)
        share = share / share.sum()
    order = np.argsort(-share, kind="stable")
    return reached, NormalMixture(
        weights=tuple(share[order]), means=tuple(means[order]), sds=tuple(sds[order])
    )


def _judge(
    mixture: NormalMixture, exact: NormalMixture, grid: Array, density: Array
) -> Approximation:
    gap = np.log(density) - mixture.log_density(grid)
    return Approximation(
        mixture=mixture,
        largest_cdf_error=float(np.abs(mixture.cdf(grid) - exact.cdf(grid)).max()),
        kullback_leibler=float(np.trapezoid(density * gap, grid)),
    )
