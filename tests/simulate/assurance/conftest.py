"""Posteriors whose draws are known, and small designs to plan with them."""

import numpy as np
import pytest

from models.priors.normal_mixture import NormalMixture
from simulate.assurance.posterior import PosteriorDraws
from simulate.design import read_design

DESIGN = {
    "name": "small",
    "patients": 120,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": 100}],
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.6},
            "drop_out": {
                "control": {"per_12_months": 0.05},
                "rt": {"cuts": [6.0], "rates": [0.01, 0.0]},
            },
        }
    ],
}
FACTOR = {
    "name": "spread",
    "levels": [{"name": "few", "prevalence": 0.6}, {"name": "many", "prevalence": 0.4}],
}
LEVELS = {"spread": {"many": {"hazard_ratio": 1.4, "effect_ratio": 1.1}}}


@pytest.fixture(scope="session")
def small():
    """Give a design of overall survival, with fields replaced."""

    def make(**changes):
        return read_design(DESIGN | changes)

    return make


@pytest.fixture(scope="session")
def stratified(small):
    """Give a design whose planning truth has a factor that matters."""
    truth = DESIGN["truths"][0] | {"factors": LEVELS}
    return small(factors=[FACTOR], truths=[truth])


@pytest.fixture(scope="session")
def proportional():
    """Draws of log HR as a posterior of one endpoint with a control median of ten months."""

    def make(log_hr, *, endpoint="os", chains=1):
        hazard = np.log(2) / 10.0 * np.exp(np.multiply.outer(np.asarray(log_hr), [0.0, 1.0]))
        return PosteriorDraws(
            kind="proportional",
            endpoints=(endpoint,),
            cuts=np.empty(0),
            hazard=hazard[:, np.newaxis, :, np.newaxis],
            chains=chains,
            prior=NormalMixture.normal(0.0, 1.0),
        )

    return make


@pytest.fixture(scope="session")
def time_varying():
    """Draws of hazards that change over time, in both arms."""

    def make(draws, *, seed=1):
        rng = np.random.default_rng(seed)
        hazard = 0.07 * np.exp(rng.normal(0.0, 0.3, (draws, 1, 2, 3)))
        return PosteriorDraws(
            kind="time_varying", endpoints=("os",), cuts=np.array([3.0, 9.0]), hazard=hazard
        )

    return make


@pytest.fixture(scope="session")
def joint():
    """Draws of progression and death."""

    def make(draws, *, seed=1, clock="forward"):
        rng = np.random.default_rng(seed)
        level = np.array([0.07, 0.01, 0.13])[:, np.newaxis, np.newaxis]
        return PosteriorDraws(
            kind="illness_death",
            endpoints=("pfs", "os"),
            cuts=np.array([4.0, 12.0]),
            hazard=level * np.exp(rng.normal(0.0, 0.3, (draws, 3, 2, 3))),
            clock=clock,
        )

    return make
