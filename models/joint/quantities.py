"""What must have converged in a joint run: event counts, and functions of hazards."""

import numpy as np
from numpy.typing import NDArray

from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from models.illness_death.survival import Endpoint, survival_at
from models.joint.counts import ARM_NAMES
from models.joint.run import JointDraws
from models.joint.settings import JointSettings

TIMES = (6.0, 12.0, 24.0)
MOST_DRAWS = 1_000
ENDPOINTS: tuple[Endpoint, Endpoint] = ("pfs", "os")
LABELS = ("progression", "death without progression", "death after progression")

Floats = NDArray[np.float64]


def judged_quantities(draws: JointDraws, settings: JointSettings) -> dict[str, Floats]:
    """Log HR of each transition, events of both endpoints, survival at 6, 12 and 24 months.

    Returns
    -------
    dict of str to array (chain, draw)
        Survival curves are computed for at most `MOST_DRAWS` evenly spaced draws of each chain,
        and all quantities are thinned to these.
    """
    kept = thinned(draws.log_hr.shape[1])
    quantities = {
        f"log HR of {label}": draws.log_hr[:, kept, index] for index, label in enumerate(LABELS)
    }
    events = draws.events()[:, kept]
    for index, endpoint in enumerate(("PFS", "OS")):
        for arm, name in enumerate(ARM_NAMES):
            quantities[f"{endpoint} events {name}"] = events[..., index, arm].astype(float)
    packed = packed_draws(draws.hazard[:, kept], draws.cuts, clock=settings.clock)
    pfs, os = (survival_at(packed, TIMES, endpoint=endpoint) for endpoint in ENDPOINTS)
    for curve, label in ((pfs, "PFS"), (os, "OS")):
        for arm, name in enumerate(ARM_NAMES):
            for place, month in enumerate(TIMES):
                value = curve[arm, :, place].reshape(len(draws.log_hr), -1)
                quantities[f"{label} S({month:g}) {name}"] = value
    return quantities


def thinned(draws: int) -> NDArray[np.int64]:
    """Evenly spaced draws, at most `MOST_DRAWS`."""
    size = min(draws, MOST_DRAWS)
    return ((np.arange(size) + 0.5) * draws / size).astype(np.int64)


def packed_draws(hazard: Floats, cuts: Floats, *, clock: str) -> PackedIllnessDeath:
    """Lay out draws as strata of an illness-death model without drop-out.

    Parameters
    ----------
    hazard : array (chain, draw, transition, arm, interval)
    cuts : array (interval − 1,)
    clock : {"forward", "reset"}
    """
    flat = hazard.reshape(-1, *hazard.shape[2:]).transpose(1, 2, 0, 3)
    return PackedIllnessDeath(
        cuts=cuts,
        hazard=flat[:2],
        clock=RESET if clock == "reset" else FORWARD,
        after_cuts=cuts,
        after_hazard=flat[2],
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )
