"""Where the baseline hazard stands between the arms."""

import numpy as np
from numpy.typing import NDArray

from models.settings import Placement

Array = NDArray[np.float64]

# Multiples of the log hazard ratio in control and RT: "control" makes the baseline the control
# hazard, "symmetric" the geometric mean of both arms.
POSITIONS: dict[Placement, tuple[float, float]] = {
    "control": (0.0, 1.0),
    "symmetric": (-0.5, 0.5),
}


def arm_hazards(log_hr: Array, baseline: Array, *, placement: Placement) -> Array:
    """Hazards of both arms from the baseline and the log hazard ratio.

    Parameters
    ----------
    log_hr : array (...)
        RT versus control.
    baseline : array (..., interval)
        Per month.
    placement : {"control", "symmetric"}
        Where the baseline stands.

    Returns
    -------
    numpy.ndarray, shape (..., arm, interval)
        Per month, control first.
    """
    factors = np.exp(log_hr[..., np.newaxis] * np.array(POSITIONS[placement]))
    return np.asarray(factors[..., np.newaxis] * baseline[..., np.newaxis, :])
