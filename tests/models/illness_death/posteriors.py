"""Posteriors of progression and death made up for tests."""

import numpy as np
import xarray as xr

from models.illness_death.posterior import posterior_attributes
from models.illness_death.priors import TRANSITIONS
from models.survival.intervals import ARMS, interval_labels, interval_starts, interval_stops

CUTS = (3.0, 10.0)


def made_up(*, clock="forward", shape=(2, 40), cuts=CUTS, seed=0, imputations=None):
    """Draws of gamma hazards with normal log hazard ratios; with `imputations`, of several sets."""
    rng = np.random.default_rng(seed)
    lead = shape if imputations is None else (imputations, *shape)
    dims = ("chain", "draw") if imputations is None else ("imputation", "chain", "draw")
    log_hr = rng.normal([-0.4, 0.1, -0.1], 0.3, (*lead, 3))
    mean = np.array([0.08, 0.005, 0.07])[:, np.newaxis]
    baseline = mean * rng.gamma(8.0, 1 / 8.0, (*lead, 3, len(cuts) + 1))
    position = np.array([-0.5, 0.5])
    factor = np.exp(log_hr[..., np.newaxis] * position)
    hazard = factor[..., np.newaxis] * baseline[..., np.newaxis, :]
    posterior = xr.Dataset(
        {
            "log_hr": ((*dims, "transition"), log_hr),
            "hazard": ((*dims, "transition", "arm", "interval"), hazard),
        },
        coords={name: np.arange(size) for name, size in zip(dims, lead, strict=True)}
        | {
            "transition": list(TRANSITIONS),
            "arm": list(ARMS),
            "interval": interval_labels(cuts),
            "interval_start": ("interval", interval_starts(cuts)),
            "interval_stop": ("interval", interval_stops(cuts)),
        },
    )
    tree = xr.DataTree.from_dict(
        {"posterior": posterior, "constant_data": xr.Dataset({"cuts": ("cut", np.array(cuts))})}
    )
    tree.attrs = posterior_attributes(clock=clock)
    return tree
