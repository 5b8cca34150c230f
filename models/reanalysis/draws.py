"""From the sampler's arrays to labelled draws and pseudo-patient sets."""

import numpy as np
import pandas as pd
import xarray as xr

from models.printed.draw import record_times
from models.reconstruction.sample import Sample
from models.settings import (
    AnalysisSettings,
    FreeFollowUp,
    HierarchicalGammaBaseline,
    RandomWalkBaseline,
)
from models.survival.intervals import ARMS, interval_labels, interval_starts, interval_stops


def label_draws(sample: Sample, settings: AnalysisSettings) -> xr.Dataset:
    """Name the dims of the posterior draws.

    Returns
    -------
    xarray.Dataset
        `log_hr` (chain, draw), RT versus control; `hazard` (chain, draw, arm, interval) per
        month; `events` (chain, draw, arm); and, where the model has them, `baseline_rate`
        (person-months), `walk_sd`, `last_cut` (months) and `loss` (per month).
    """
    variables: dict[str, object] = {
        "log_hr": (("chain", "draw"), sample.parameters["log_hr"]),
        "hazard": (("chain", "draw", "arm", "interval"), sample.hazard),
        "events": (("chain", "draw", "arm"), sample.events),
    }
    for name, source in _free_parameters(settings).items():
        variables[name] = (("chain", "draw"), sample.parameters[source])
    chains, draws = sample.parameters["log_hr"].shape
    return xr.Dataset(
        variables,
        coords={
            "chain": np.arange(chains),
            "draw": np.arange(draws),
            "arm": list(ARMS),
            "interval": interval_labels(settings.cuts),
            "interval_start": ("interval", interval_starts(settings.cuts)),
            "interval_stop": ("interval", interval_stops(settings.cuts)),
        },
    )


def _free_parameters(settings: AnalysisSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    if isinstance(settings.baseline, HierarchicalGammaBaseline):
        found["baseline_rate"] = "rate"
    if isinstance(settings.baseline, RandomWalkBaseline):
        found["walk_sd"] = "walk_sd"
    if isinstance(settings.follow_up, FreeFollowUp):
        found |= {"last_cut": "cut", "loss": "loss"}
    return found


def pick_sets(sample: Sample, *, sets: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose evenly spaced draws, as many from each chain as can be.

    Returns
    -------
    (array, array)
        Chain and draw of each set.
    """
    chains, draws = sample.parameters["log_hr"].shape
    chain = np.arange(sets) % chains
    turn = np.arange(sets) // chains
    turns = -(-sets // chains)
    return chain, ((turn + 0.5) * draws / turns).astype(int)


def pseudo_patients(
    sample: Sample, settings: AnalysisSettings, *, sets: int, n_control: int
) -> pd.DataFrame:
    """Tabulate evenly spaced posterior draws of the patients.

    Returns
    -------
    pandas.DataFrame
        `imputation`, `patient`, `time` (recorded months), `event`, `arm`; `chain` and `draw` say
        which posterior draw each set is.
    """
    chain, draw = pick_sets(sample, sets=sets)
    grid = settings.days_per_month if settings.times == "days" else 0.0
    time = record_times(sample.time[chain, draw], grid=grid)
    event = sample.event[chain, draw].astype(bool)
    patients = time.shape[1]
    arm = np.where(np.arange(patients) < n_control, ARMS[0], ARMS[1])
    return pd.DataFrame(
        {
            "imputation": np.repeat(np.arange(sets), patients),
            "patient": np.tile(np.arange(patients), sets),
            "time": time.reshape(-1),
            "event": event.reshape(-1),
            "arm": pd.Categorical(np.tile(arm, sets), categories=list(ARMS), ordered=True),
            "chain": np.repeat(chain, patients),
            "draw": np.repeat(draw, patients),
        }
    )
