"""Searches among trials whose power is known exactly."""

import math

import numpy as np
import pytest
from scipy import stats

from simulate.size.sample import Seen
from simulate.size.vary import vary

BISECTION_STEPS = math.ceil(math.log2((2 - 0.5) / 0.02))


def final_trials(trials, power=0.9, precision=0.01):
    """Trials at the known answer that give an interval of ±1%, by the slope of the power there."""
    z = stats.norm.ppf(power)
    slope = stats.norm.pdf(z) * (z + trials.bound) / 2
    return power * (1 - power) * (1.96 / (precision * slope)) ** 2


@pytest.mark.parametrize(("known", "share"), [(True, 0.12), (False, 0.25)])
def test_the_answer_is_found_with_few_trials(brownian, seek, known, share):
    """±1% of 262.7 patients: the true size within 4 standard errors (the interval is ±1.96).

    Trials stay below the share of seven steps of bisection, each at full precision; the statistic's
    share is a tenth on average (see the benchmark) and 12% at most for one search.
    """
    trials = brownian(known=known)
    found = seek(trials, precision=0.01)
    half = (found.estimate.upper - found.estimate.lower) / 2
    away = (found.estimate.size - trials.size(0.9)) / (half / 1.96)
    assert found.modelled is known
    assert half <= 0.01 * found.estimate.size
    assert abs(away) < 4, f"{found.estimate.size:.2f}, {away:+.2f} standard errors"
    limit = share * BISECTION_STEPS * final_trials(trials)
    assert found.trials < limit, f"{found.trials} trials, limit {limit:.0f}"


def test_pilots_share_replicates_and_later_trials_do_not(brownian, seek):
    trials = brownian()
    found = seek(trials)
    pilot, *later = found.batches
    assert len(pilot.sizes) == 3
    assert pilot.first == 0
    used = [set(range(batch.first, batch.first + batch.trials)) for batch in found.batches]
    assert all(len(batch.sizes) == 1 for batch in later)
    assert len(set().union(*used)) == sum(map(len, used))
    assert found.trials == sum(count for _, _, count in trials.asked)
    assert found.replicates == max(max(numbers) for numbers in used) + 1


def test_a_bad_guess_is_left_without_simulating_a_size_twice(brownian, seek):
    """From 30 patients to 262.7: within 4 standard errors all the same."""
    trials = brownian()
    found = seek(trials, start=30.0)
    half = (found.estimate.upper - found.estimate.lower) / 2
    assert abs(found.estimate.size - trials.size(0.9)) < 4 * half / 1.96
    pilots = [size for size, first, _ in trials.asked if first == 0]
    assert len(pilots) == len(set(pilots))


def test_the_same_seed_gives_the_same_answer(brownian, seek):
    first, second = (seek(brownian(seed=3), seed=3).estimate for _ in range(2))
    assert first[:3] == second[:3]
    assert seek(brownian(seed=4), seed=4).estimate.size != first.size


def test_a_statistic_that_does_not_decide_alone_is_not_believed(brownian, seek):
    """Three in ten successes are lost to something else; the wins tell, the statistic does not."""
    trials = brownian(ceiling=0.7)
    found = seek(trials, power=0.6)
    assert not found.modelled
    exact = trials.size(0.6 / 0.7)
    half = (found.estimate.upper - found.estimate.lower) / 2
    assert abs(found.estimate.size - exact) < 4 * half / 1.96


def test_a_plateau_is_one_sentence(brownian, seek):
    with pytest.raises(ValueError, match=r"--power is 0.9 but is not reached: it is 0\.[67]"):
        seek(brownian(ceiling=0.7, known=False))
    with pytest.raises(ValueError, match="not reached") as told:
        seek(brownian(drift=0.0))
    assert "\n" not in str(told.value)


def test_more_power_than_asked_everywhere_is_one_sentence(brownian, seek, one_look):
    smallest = vary(one_look(), "n").lowest
    with pytest.raises(ValueError, match=f"smallest trial there can be, of {smallest:g} patients"):
        seek(brownian(drift=3.0), power=0.3)


def test_power_that_hardly_rises_is_refused_before_it_takes_long(seek):
    """A curve from 0.895 to 0.905: an answer would need millions of trials."""

    def flat(size, first, trials):
        rng = np.random.default_rng([first, round(size)])
        share = 0.9 + 0.005 * math.tanh(math.log(size / 200))
        return Seen((rng.random(trials) < share).astype(float), None)

    with pytest.raises(ValueError, match=r"hardly rises|not reached|already has"):
        seek(flat)
