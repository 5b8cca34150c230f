"""Small trials, and trials drawn from the prior of a model."""

from types import SimpleNamespace

import numpy as np
import pytest

from models.printed import FollowUpDraws, draw_trials
from models.settings import AnalysisSettings, GammaBaseline, NormalPrior
from models.survival.exposure import tabulate
from models.time_varying.effect_nodes import cell_cuts
from models.time_varying.prior_draws import draw_effect_prior

SETTINGS = AnalysisSettings(name="test")
SMALL = AnalysisSettings(
    name="small",
    cuts=(6.0,),
    times="continuous",
    baseline=GammaBaseline(shape=4.0, rate=60.0),
    log_hr=NormalPrior(sd=0.7),
)


def patients(sets=6, *, seed=1, sizes=(38, 37), hr=0.6):
    """Exponential trials: time, event by (set, patient), arm by patient."""
    rng = np.random.default_rng(seed)
    arm = np.repeat([0, 1], sizes)
    died = rng.exponential(np.where(arm == 1, 13 / hr, 13.0), (sets, arm.size))
    end = rng.uniform(7, 36, (sets, arm.size))
    return np.minimum(died, end), died <= end, arm


def tables(model, sets=6, *, settings=SETTINGS, **kwargs):
    """Events and exposure of such trials by the cells of a model."""
    time, event, arm = patients(sets, **kwargs)
    return tabulate(time, event, arm, cuts=cell_cuts(model, cuts=settings.cuts))


def prior_trials(model, trials, *, seed, settings=SMALL, sizes=(5, 6)):
    """Trials whose hazards come from the prior, followed for 6 to 24 months."""
    rng = np.random.default_rng(seed)
    drawn = draw_effect_prior(model, settings=settings, draws=trials, rng=rng)
    follow_up = FollowUpDraws(np.full(trials, 24.0), 18.0, np.full(trials, 0.01))
    return draw_trials(
        drawn["hazard"].values[0],
        cuts=cell_cuts(model, cuts=settings.cuts),
        sizes=sizes,
        follow_up=follow_up,
        grid=0.0,
        rng=rng,
    )


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    return SimpleNamespace(
        settings=SETTINGS, small=SMALL, patients=patients, tables=tables, prior_trials=prior_trials
    )
