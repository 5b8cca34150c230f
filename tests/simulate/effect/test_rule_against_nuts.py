"""The exact Bayesian rule against NUTS on simulated trials."""

import math

import numpy as np
import pytest
import xarray as xr

from models.chain_diagnostics import ess_mean
from models.regression import compile_proportional_hazards, fit_imputations
from models.settings import GammaBaseline, NormalPrior
from models.survival.exposure import Exposure, exposure_dataset
from simulate.design import read_design
from simulate.effect.bayes import new_nodes, probability_below
from simulate.effect.exposure import fill_exposure
from simulate.engine.analyse import count_enrolled
from simulate.engine.look import look_time
from simulate.engine.one_trial import follow_replicate
from simulate.engine.order import fill_calendar
from simulate.engine.pack import pack_scenario
from simulate.engine.see import see

TRIALS = 200
CUTS = (3.0, 6.0, 12.0)
NEEDED = 0.975


def exposure_tables(scenario, trials):
    """Events and person-months of trials at their only look, from the engine's own kernels."""
    work = scenario.work_space()
    tables = []
    for trial in range(trials):
        followed, _ = follow_replicate(scenario, seed=7, replicate=trial, work=work)
        fill_calendar(followed.end, followed.status, 10.0, work.calendars[0])
        at = look_time(scenario.plan.looks[0], 0.0, followed, work.calendars[0]).at
        room = work.looking
        seen = see(followed, count_enrolled(followed, at), at, 10.0, room.sight)
        fill_exposure(seen, scenario.plan.models[0].cuts, room.cells, room.events, room.exposure)
        tables.append((room.events.copy(), room.exposure.copy()))
    return np.stack([table[0] for table in tables]), np.stack([table[1] for table in tables])


@pytest.mark.calibration
def test_exact_probabilities_and_decisions_are_those_of_nuts():
    design = read_design(
        {
            "name": "nuts",
            "patients": 120,
            "recruitment": {"kind": "poisson", "rates": [{"start": 0.0, "per_month": 10.0}]},
            "randomisation": {"kind": "blocks", "block_sizes": [4]},
            "looks": [{"events": 80}],
            "analysis": {"test": "bayes", "bayes": {"cuts": list(CUTS)}},
            "truths": [
                {
                    "name": "planning",
                    "control": {"median": 10.0},
                    "effect": {"kind": "proportional", "hr": 0.65},
                }
            ],
        }
    )
    scenario = pack_scenario(design, design.truths[0])
    events, exposure = exposure_tables(scenario, TRIALS)
    exact = np.array(
        [
            probability_below(0.0, count, months, scenario.plan.models[0], new_nodes())
            for count, months in zip(events, exposure, strict=True)
        ]
    )
    tables = xr.concat(
        [
            exposure_dataset(Exposure(count.astype(np.int64), months), cuts=CUTS)
            for count, months in zip(events, exposure, strict=True)
        ],
        "imputation",
    ).assign_coords(imputation=np.arange(TRIALS))
    compiled = compile_proportional_hazards(
        tables, baseline=GammaBaseline(), placement="symmetric", log_hr=NormalPrior()
    )
    tree = fit_imputations(tables, compiled=compiled, seed=1, chains=4, draws=1000)
    below = (tree["posterior"]["log_hr"].transpose("imputation", "chain", "draw") < 0).values
    share = below.mean(axis=(1, 2))
    error = np.array(
        [
            math.sqrt(max(p * (1 - p), 1e-4) / max(ess_mean(one.astype(float)), 100.0))
            if 0 < p < 1
            else 1e-3
            for one, p in zip(below, share, strict=True)
        ]
    )
    z = (share - exact) / error
    close = np.abs(exact - NEEDED) < 4 * error
    agree = (share >= NEEDED) == (exact >= NEEDED)
    print(
        f"{TRIALS} trials: largest |z| {np.abs(z).max():.2f}, rms {np.sqrt((z**2).mean()):.2f}; "
        f"decisions differ in {int((~agree).sum())}, of which {int((~agree & ~close).sum())} are "
        f"not within Monte Carlo error of {NEEDED}; successes {int((exact >= NEEDED).sum())}"
    )
    assert np.abs(z).max() < 4.5
    assert (agree | close).all()
    assert 20 < (exact >= NEEDED).sum() < 180
