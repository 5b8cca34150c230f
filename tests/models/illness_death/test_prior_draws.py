"""Prior draws against the priors, and drawn patients against the exact formulas."""

import math

import numpy as np
import pytest
from scipy import stats

from models.illness_death.exposure import tabulate_transitions
from models.illness_death.occupancy import occupancy
from models.illness_death.posterior import pack_posterior
from models.illness_death.prior_draws import draw_illness_death_prior, draw_patients
from models.illness_death.priors import (
    CommonEffect,
    IllnessDeathPriors,
    PooledEffects,
    SeparateEffects,
)
from models.settings import NormalPrior

DRAWS = 20_000


@pytest.mark.parametrize(
    ("effects", "sd"),
    [
        (SeparateEffects(), [1.0, 0.5, 1.0]),
        (PooledEffects(centre=NormalPrior(sd=0.6), scale=0.5), [math.sqrt(0.61)] * 3),
        (CommonEffect(log_hr=NormalPrior(sd=0.7)), [0.7] * 3),
    ],
    ids=["separate", "pooled", "common"],
)
def test_prior_draws_have_the_moments_of_the_prior(effects, sd):
    """20,000 draws: mean and standard deviation within 4.5 standard errors."""
    priors = IllnessDeathPriors(effects=effects)
    tree = draw_illness_death_prior(priors, draws=DRAWS, rng=np.random.default_rng(2))
    posterior = tree["posterior"].to_dataset()
    log_hr = posterior["log_hr"].values[0]
    np.testing.assert_allclose(log_hr.mean(axis=0) / np.array(sd), 0, atol=4.5 / math.sqrt(DRAWS))
    kurtosis = stats.kurtosis(log_hr, fisher=False)
    error = np.sqrt((kurtosis - 1) / 4 / DRAWS)
    assert (abs(log_hr.std(axis=0) / sd - 1) < 4.5 * error).all(), log_hr.std(axis=0)
    together = np.corrcoef(log_hr.T)[0, 1]
    expected = {"separate": 0.0, "pooled": 0.36 / 0.61, "common": 1.0}[effects.kind]
    assert together == pytest.approx(expected, abs=0.04)
    hazard = posterior["hazard"].sel(transition="progression")
    baseline = np.sqrt(hazard.sel(arm="control") * hazard.sel(arm="rt")).values[0, :, 0]
    assert stats.kstest(baseline, stats.expon(scale=1 / 16.667).cdf).pvalue > 1e-4
    without = posterior["hazard"].sel(transition="death_without_progression")
    assert (without == without.isel(interval=0)).all()


@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_drawn_patients_are_where_they_should_be(made_up, clock):
    """100,000 patients followed for 12 months: shares of the states within 4 standard errors."""
    tree = made_up(clock=clock, shape=(1, 2))
    packed = pack_posterior(tree["posterior"].to_dataset(), clock=clock).packed
    patients, months = 100_000, 12.0
    for arm in (0, 1):
        found = draw_patients(
            packed,
            arm_index=np.full(patients, arm),
            follow_up=np.full((2, patients), months),
            rng=np.random.default_rng(arm),
        )
        exact = occupancy(packed, [months])
        for name, share, expected in (
            ("free", ~found.progressed & ~found.died, exact.free),
            ("progressed", found.progressed & ~found.died, exact.seen),
            ("died without", ~found.progressed & found.died, exact.died_without),
            ("died after", found.progressed & found.died, exact.died_after),
        ):
            wanted = expected[arm, :, 0]
            error = np.sqrt(wanted * (1 - wanted) / patients)
            z = (share.mean(axis=1) - wanted) / error
            assert (abs(z) < 4).all(), f"{name}: {share.mean(axis=1)}, exact {wanted}"


@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_events_are_hazard_times_exposure(made_up, clock):
    """Events less hazard × exposure of each cell over 200 trials, within 4.5 standard errors."""
    tree = made_up(clock=clock, shape=(1, 200))
    packed = pack_posterior(tree["posterior"].to_dataset(), clock=clock).packed
    rng = np.random.default_rng(8)
    arm = np.repeat([0, 1], 100)
    follow_up = rng.uniform(5, 30, (200, 200))
    found = draw_patients(packed, arm_index=arm, follow_up=follow_up, rng=rng)
    events, exposure = tabulate_transitions(found, arm, cuts=packed.cuts, clock=clock)
    expected = tree["posterior"]["hazard"].values[0] * exposure
    z = (events - expected).sum(axis=0) / np.sqrt(expected.sum(axis=0))
    assert (abs(z) < 4.5).all(), z
