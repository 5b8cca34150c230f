"""The Cox windows of both endpoints by level: widened in turns."""

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.problem import LEVELS
from models.reconstruction.windows import level_windows

WIDTHS = 8


def joint_windows(
    problem: np.void, *, levels: int | None = None, widest: float | None = None
) -> NDArray[np.float64]:
    """Windows of both endpoints by level; each level widens one endpoint's window.

    Parameters
    ----------
    problem : record of JOINT_PROBLEM
    levels : int, optional
        Widths of each endpoint's window, at least 2; `WIDTHS` by default.
    widest : float, optional
        How many times wider than printed the top level is.

    Returns
    -------
    array (level, endpoint, 8)
        PFS first; rows as in `models.reconstruction.windows.level_windows`. Level 0 holds both
        exactly; there are 2 × `levels` − 1 levels.
    """
    widths = levels or WIDTHS
    if 2 * widths - 1 > LEVELS:
        raise ValueError(
            f"sampler.levels is {widths}; both endpoints together have at most {LEVELS} levels, "
            f"choose {(LEVELS + 1) // 2} or fewer"
        )
    pfs, os = (level_windows(problem[name], levels=widths, widest=widest) for name in ("pfs", "os"))
    steps = np.arange(2 * widths - 1)
    return np.stack([pfs[(steps + 1) // 2], os[steps // 2]], axis=1)
