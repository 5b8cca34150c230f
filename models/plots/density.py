"""Smooth density of posterior draws by a Gaussian kernel on a fine grid. Nothing is drawn here."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CELLS = 2048
REACH = 4.0


class Density(NamedTuple):
    """Density on a grid.

    Attributes
    ----------
    value : numpy.ndarray, shape (G,)
        Points, evenly spaced.
    density : numpy.ndarray, shape (G,)
        Per unit of `value`; it sums to 1 times the spacing.
    """

    value: Array
    density: Array


def kernel_density(draws: ArrayLike, *, size: float | None = None) -> Density:
    """Smooth draws with a Gaussian kernel of the width that suits a nearly normal density.

    The draws are counted in 2,048 cells, narrow against the kernel, and the counts are smoothed.

    Parameters
    ----------
    draws : array_like, any shape
        At least 2 different, finite values.
    size : float, optional
        Independent draws that these are worth, which sets the width; their number by default.

    Returns
    -------
    Density

    Raises
    ------
    ValueError
        If a draw is not finite or all are the same.

    References
    ----------
    Silverman 1986, Density estimation for statistics and data analysis, equation 3.28.
    """
    values = np.asarray(draws, dtype=float).reshape(-1)
    if values.size < 2 or not np.isfinite(values).all() or values.min() == values.max():
        raise ValueError(
            f"`draws` needs at least 2 different, finite values, got {values.size} of which "
            f"{np.unique(values).size} differ; leave out draws that are not finite"
        )
    quarter, three = np.quantile(values, (0.25, 0.75))
    spread = min(values.std(ddof=1), (three - quarter) / 1.349 or np.inf)
    width = 1.06 * spread * (values.size if size is None else size) ** -0.2
    edges = np.linspace(values.min() - REACH * width, values.max() + REACH * width, CELLS + 1)
    step = edges[1] - edges[0]
    counts = np.histogram(values, bins=edges)[0] / (values.size * step)
    half = int(np.ceil(REACH * width / step))
    offsets = np.arange(-half, half + 1) * step / width
    kernel = np.exp(-(offsets**2) / 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="full")[half:-half]
    return Density(value=(edges[:-1] + edges[1:]) / 2, density=smooth)
