"""What success says of the truth, against counting trial by trial."""

import math

import numpy as np
import pytest

from simulate.assurance.benefit import what_success_says


def _count(success, log_hr, weights, threshold):
    """Sum weights of single trials, one after the other."""
    total = success_total = good = good_success = none = none_success = 0.0
    for draw, trials in enumerate(success.tolist()):
        for won in trials:
            weight = weights[draw] / len(trials)
            total += weight
            success_total += weight * won
            if math.exp(log_hr[draw]) <= threshold:
                good += weight
                good_success += weight * won
            if math.exp(log_hr[draw]) >= 1.0:
                none += weight
                none_success += weight * won
    return good / total, good_success / success_total, none_success / total, none_success / none


@pytest.mark.parametrize("weighted", [False, True])
def test_probabilities_are_shares_of_trials(weighted):
    rng = np.random.default_rng(5)
    log_hr = rng.normal(-0.2, 0.3, 200)
    success = rng.random((200, 3)) < 1 / (1 + np.exp(4 * log_hr))[:, np.newaxis]
    weights = rng.random(200) if weighted else np.full(200, 1 / 200)
    found = what_success_says(success, log_hr, threshold=0.8, weights=weights if weighted else None)
    plain = _count(success, log_hr, weights, 0.8)
    np.testing.assert_allclose([one.value for one in found], plain, rtol=1e-12)
    assert all(0 < one.mcse < 0.1 for one in found)
    assert found.benefit_given_success.value > found.benefit.value


def test_the_threshold_itself_is_a_benefit():
    found = what_success_says(np.ones((2, 2)), np.log([0.8, 0.9]), threshold=0.8)
    assert found.benefit.value == 0.5


def test_without_a_draw_there_is_no_probability():
    found = what_success_says(np.ones((4, 2)), np.full(4, -0.5), threshold=0.8)
    assert found.success_without_effect.value == 0.0
    assert np.isnan(found.success_given_no_effect.value)
    assert np.isnan(found.success_given_no_effect.mcse)
