"""Where z-paths leave the region between two bounds. Nothing is drawn here."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class JudgedPaths(NamedTuple):
    """Where paths stop, and with what outcome.

    Attributes
    ----------
    stop : numpy.ndarray of int, shape (trial,)
        Look, counted from 0.
    outcome : numpy.ndarray of str, shape (trial,)
        "success", "futility" or "failure".
    """

    stop: NDArray[np.int64]
    outcome: NDArray[np.str_]


def judge_paths(paths: ArrayLike, *, efficacy_z: ArrayLike, futility_z: ArrayLike) -> JudgedPaths:
    """Hold z-paths against fixed bounds.

    Exact where every look has the events of the bounds. Trials whose looks go by the calendar have
    bounds of their own, and may be judged otherwise close to these.

    Parameters
    ----------
    paths : array_like, shape (trial, look)
        z at every look; not a number crosses nothing.
    efficacy_z, futility_z : array_like, shape (look,)
        Success at or above, futility below; infinite where there is no bound.

    Returns
    -------
    JudgedPaths
    """
    z = np.asarray(paths, dtype=float)
    last = z.shape[1] - 1
    won = z >= np.asarray(efficacy_z, dtype=float)
    lost = (z < np.asarray(futility_z, dtype=float)) & (np.arange(last + 1) < last)
    stops = won | lost
    stop = np.where(stops.any(axis=1), stops.argmax(axis=1), last)
    rows = np.arange(len(z))
    outcome = np.where(
        won[rows, stop], "success", np.where(lost[rows, stop], "futility", "failure")
    )
    return JudgedPaths(stop=stop.astype(np.int64), outcome=outcome)
