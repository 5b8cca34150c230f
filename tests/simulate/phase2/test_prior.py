"""Draws from the prior against closed forms."""

import numpy as np
import pytest

from models.settings import (
    AnalysisSettings,
    FixedFollowUp,
    FreeFollowUp,
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    RandomWalkBaseline,
)
from simulate.phase2 import draw_truths

TRIALS = 20_000
FIXED = FixedFollowUp(earliest=7.43, latest=35.93, loss=0.005)


def truths(**changes):
    chosen = {"name": "test", "follow_up": FIXED, **changes}
    return draw_truths(AnalysisSettings(**chosen), trials=TRIALS, rng=np.random.default_rng(5))


def within(values, mean, sd):
    """Whether the mean of 20,000 draws is within 4 standard errors."""
    return abs(np.mean(values) - mean) < 4 * sd / np.sqrt(np.size(values))


def test_gamma_hazards_and_log_hr_have_their_prior_means():
    drawn = truths(
        baseline=GammaBaseline(shape=2, rate=40),
        placement="control",
        log_hr=NormalPrior(mean=-0.2, sd=0.5),
    )
    assert drawn.hazard.shape == (TRIALS, 2, 6)
    assert within(drawn.hazard[:, 0], 0.05, np.sqrt(2) / 40)
    assert within(drawn.log_hr, -0.2, 0.5)
    assert within((drawn.log_hr + 0.2) ** 2, 0.25, 0.25 * np.sqrt(2))


@pytest.mark.parametrize("placement", ["control", "symmetric"])
def test_hazards_differ_by_the_log_hr_in_every_interval(placement):
    drawn = truths(baseline=GammaBaseline(), placement=placement)
    ratio = np.log(drawn.hazard[:, 1] / drawn.hazard[:, 0])
    np.testing.assert_allclose(ratio, np.repeat(drawn.log_hr[:, None], 6, axis=1), atol=1e-9)
    correlation = np.corrcoef(np.log(drawn.hazard[:, 0, 0]), drawn.log_hr)[0, 1]
    # Control hazards know nothing of the effect when they are the baseline: standard error 0.007.
    assert (abs(correlation) < 0.03) == (placement == "control")


def test_hierarchical_hazards_share_a_rate():
    drawn = truths(
        baseline=HierarchicalGammaBaseline(shape=50, rate_shape=3, rate_rate=0.2),
        placement="control",
    )
    hazard = drawn.hazard[:, 0]
    shape, rate_shape, rate_rate = 50, 3, 0.2
    mean = shape * rate_rate / (rate_shape - 1)
    second = shape * (shape + 1) * rate_rate**2 / ((rate_shape - 1) * (rate_shape - 2))
    assert within(hazard[:, 0], mean, np.sqrt(second - mean**2))
    assert np.corrcoef(np.log(hazard[:, 0]), np.log(hazard[:, 5]))[0, 1] > 0.9


def test_walk_starts_at_its_mean_and_grows_its_variance():
    drawn = truths(
        baseline=RandomWalkBaseline(log_mean=-3, log_sd=0.4, step=0.5), placement="control"
    )
    log_hazard = np.log(drawn.hazard[:, 0])
    assert within(log_hazard[:, 0], -3, 0.4)
    assert within((log_hazard[:, 0] + 3) ** 2, 0.16, 0.16 * np.sqrt(2))
    # A half-normal step has mean square 0.25, and 4 steps of it 1 (standard deviation below 4).
    assert within((log_hazard[:, 4] - log_hazard[:, 0]) ** 2, 1.0, 4.0)


def test_fixed_follow_up_is_the_same_in_every_trial():
    follow_up = truths().follow_up
    assert follow_up.accrual == pytest.approx(28.5)
    assert set(follow_up.cut) == {35.93}
    assert set(follow_up.loss) == {0.005}


def test_free_follow_up_draws_cut_and_loss():
    follow_up = truths(follow_up=FreeFollowUp(loss_mean=0.01, accrual=28.0, latest=48.0)).follow_up
    assert follow_up.accrual == 28.0
    assert follow_up.cut.min() >= 28.0
    assert follow_up.cut.max() <= 48.0
    assert within(follow_up.cut, 38.0, 20 / np.sqrt(12))
    assert within(follow_up.loss, 0.01, 0.01)


@pytest.mark.parametrize("missing", ["accrual", "latest"])
def test_free_follow_up_must_be_complete(missing):
    known = {"accrual": 28.0, "latest": 48.0, missing: None}
    with pytest.raises(ValueError, match=f"{missing} = None.*give them in the settings"):
        truths(follow_up=FreeFollowUp(**known))
