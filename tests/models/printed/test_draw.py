"""Drawn trials against the survival function they are drawn from."""

import numpy as np
import pytest

from models.printed import FollowUpDraws, draw_trials
from models.printed.draw import record_times
from models.survival.hazard import survival

CUTS = (3.0, 9.0)
HAZARD = np.array([[0.02, 0.10, 0.05], [0.08, 0.01, 0.03]])
FOREVER = FollowUpDraws(np.full(1, 1e9), 0.0, np.zeros(1))


def draw(trials, *, hazard=HAZARD, sizes=(20, 30), follow_up=None, grid=0.0, seed=1):
    ends = follow_up or FollowUpDraws(np.full(trials, 1e9), 0.0, np.zeros(trials))
    return draw_trials(
        np.broadcast_to(hazard, (trials, *hazard.shape)),
        cuts=CUTS,
        sizes=sizes,
        follow_up=ends,
        grid=grid,
        rng=np.random.default_rng(seed),
    )


def test_times_of_each_arm_follow_its_survival_function():
    trials = 1000
    drawn = draw(trials)
    assert drawn.event.all()
    months = np.array([1.0, 3.0, 6.0, 9.0, 20.0])
    for arm, part in enumerate(np.split(drawn.time, [20], axis=1)):
        exact = survival(HAZARD[arm], months, cuts=CUTS)
        error = np.sqrt(exact * (1 - exact) / part.size)
        found = (part[..., np.newaxis] > months).mean(axis=(0, 1))
        assert np.all(np.abs(found - exact) < 4 * error), (arm, found, exact, error)


def test_follow_up_ends_uniformly_before_the_cut_and_by_exponential_loss():
    trials, cut, accrual, loss = 1000, 30.0, 20.0, 0.02
    ends = FollowUpDraws(np.full(trials, cut), accrual, np.full(trials, loss))
    drawn = draw(trials, hazard=np.full((2, 3), 1e-12), follow_up=ends)
    assert not drawn.event.any()
    assert drawn.time.max() < cut
    months = np.array([5.0, 12.0, 20.0, 28.0])
    administrative = np.clip((cut - months) / accrual, 0.0, 1.0)
    exact = administrative * np.exp(-loss * months)
    error = np.sqrt(exact * (1 - exact) / drawn.time.size)
    found = (drawn.time[..., np.newaxis] > months).mean(axis=(0, 1))
    assert np.all(np.abs(found - exact) < 4 * error), (found, exact, error)


def test_share_of_events_under_competing_ends():
    """Constant hazard h against constant loss l: a share h / (h + l) has the event."""
    trials, rate, loss = 1000, 0.06, 0.02
    ends = FollowUpDraws(np.full(trials, 1e9), 0.0, np.full(trials, loss))
    drawn = draw(trials, hazard=np.full((2, 3), rate), follow_up=ends)
    share = rate / (rate + loss)
    error = np.sqrt(share * (1 - share) / drawn.event.size)
    assert abs(drawn.event.mean() - share) < 4 * error


def test_nobody_is_followed_before_entry_when_the_window_is_wider_than_the_cut():
    ends = FollowUpDraws(np.full(50, 5.0), 20.0, np.zeros(50))
    drawn = draw(50, follow_up=ends)
    assert drawn.time.min() == 0.0


def test_a_hazard_of_zero_and_no_loss_run_to_the_cut():
    ends = FollowUpDraws(np.full(3, 12.0), 0.0, np.zeros(3))
    drawn = draw(3, hazard=np.zeros((2, 3)), follow_up=ends)
    assert np.all(drawn.time == 12.0)
    assert not drawn.event.any()


def test_recorded_times_are_whole_days_and_the_same_seed_gives_the_same_trials():
    one, other = draw(5, grid=30.0), draw(5, grid=30.0)
    assert np.array_equal(one.time, other.time)
    assert np.allclose(one.time * 30, np.round(one.time * 30), atol=1e-9)
    latent = draw(5)
    assert np.all(np.abs(one.time - latent.time) <= 0.5 / 30 + 1e-12)


@pytest.mark.parametrize(
    ("months", "grid", "recorded"),
    [(15.37, 0.0, 15.37), (460.4 / 30, 30.0, 460 / 30), (460.5 / 30, 30.0, 461 / 30), (0, 30, 0)],
)
def test_latent_times_are_rounded_to_the_nearest_day_half_up(months, grid, recorded):
    assert record_times(np.array([months]), grid=grid)[0] == pytest.approx(recorded, abs=1e-12)
