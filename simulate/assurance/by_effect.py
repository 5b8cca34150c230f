"""Share of successful trials by the true hazard ratio, in groups of draws."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulate.assurance.nested import nested_mean

Floats = NDArray[np.float64]

GROUPS, FEWEST = 20, 10
INSIDE = (0.005, 0.995)


class SuccessByEffect(NamedTuple):
    """Trials in groups of draws with nearly the same hazard ratio.

    Attributes
    ----------
    hazard_ratio : array (group,)
        Geometric mean of the group, RT versus control.
    success, mcse : array (group,)
        Share of successful trials, and its Monte Carlo standard error.
    """

    hazard_ratio: Floats
    success: Floats
    mcse: Floats


def success_by_effect(success: ArrayLike, log_hr: ArrayLike) -> SuccessByEffect:
    """Group draws by their hazard ratio, in steps of equal width on the log scale.

    Parameters
    ----------
    success : array_like, shape (draw, trial)
        0 or 1.
    log_hr : array_like, shape (draw,)

    Returns
    -------
    SuccessByEffect
        Of the steps with at least ten draws, outermost draws apart.
    """
    won, effect = np.asarray(success, dtype=float), np.asarray(log_hr, dtype=float)
    low, high = np.quantile(effect, INSIDE).tolist()
    edges = np.linspace(low, high, GROUPS + 1)
    step = np.searchsorted(edges, effect, side="right") - 1
    parts = [np.flatnonzero(step == group) for group in range(GROUPS)]
    parts = [part for part in parts if part.size >= FEWEST]
    found = [nested_mean(won[part]) for part in parts]
    return SuccessByEffect(
        hazard_ratio=np.exp([effect[part].mean() for part in parts]),
        success=np.array([one.value for one in found]),
        mcse=np.array([one.mcse for one in found]),
    )
