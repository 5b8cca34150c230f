"""Where the baseline hazard stands between the arms."""

from models.settings import Placement

# Multiples of the log hazard ratio in control and RT: "control" makes the baseline the control
# hazard, "symmetric" the geometric mean of both arms.
POSITIONS: dict[Placement, tuple[float, float]] = {
    "control": (0.0, 1.0),
    "symmetric": (-0.5, 0.5),
}
