"""Variables of like parts stacked along a new first dimension."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Part = Mapping[str, tuple[str | tuple[str, ...], ArrayLike]]
Variable = tuple[tuple[str, ...], NDArray[Any]]


def stacked(parts: Sequence[Part], dim: str) -> dict[str, Variable]:
    """Stack what parts of a table have under the same names.

    Parameters
    ----------
    parts : sequence of mapping of str to (dims, values)
        With the same names, dims and shapes.
    dim : str
        Name of the new dimension, one place a part; it comes first.

    Returns
    -------
    dict of str to (dims, array)
    """
    found: dict[str, Variable] = {}
    for name, (dims, _) in parts[0].items():
        old = (dims,) if isinstance(dims, str) else tuple(dims)
        found[name] = (dim, *old), np.stack([np.asarray(part[name][1]) for part in parts])
    return found
