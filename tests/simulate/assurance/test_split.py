"""Draws and trials a draw for the smallest error, against every other split."""

import math

import numpy as np
import pytest

from simulate.assurance.nested import NestedMean
from simulate.assurance.split import best_trials, check_draws, given_split, split_trials


def _pilot(between, within):
    return NestedMean(0.5, 0.0, 0.0, 0.0, between, within)


@pytest.mark.parametrize(("between", "within", "cost"), [(0.08, 0.05, 0.2), (0.01, 0.2, 3.0)])
def test_the_best_split_beats_the_others_at_the_same_cost(between, within, cost):
    each = np.linspace(0.05, 50, 5000)
    variance = (between + within / each) * (each + cost)
    best = best_trials(between=between, within=within, cost=cost)
    assert best == pytest.approx(each[variance.argmin()], abs=0.02)


def test_two_trials_a_draw_at_least():
    split = split_trials(_pilot(0.08, 0.05), trials=20_000, cost=0.2, available=30_600)
    assert (split.draws, split.trials) == (10_000, 2)
    assert split.chosen


def test_more_trials_a_draw_where_draws_are_few_or_alike():
    few = split_trials(_pilot(0.08, 0.05), trials=20_000, cost=0.2, available=1500)
    assert (few.draws, few.trials) == (1500, 13)
    assert few.draws * few.trials <= 20_000
    alike = split_trials(_pilot(0.0, 0.1), trials=20_000, cost=0.2, available=30_000)
    assert math.isinf(alike.best)
    assert (alike.draws, alike.trials) == (20, 1000)


@pytest.mark.parametrize("available", [3, 700, 6000, 7000, 30_000])
@pytest.mark.parametrize("between", [0.001, 0.08])
def test_no_other_split_that_is_possible_is_better(available, between):
    pilot = _pilot(between, 0.05)
    found = split_trials(pilot, trials=20_000, cost=0.1, available=available)
    each = np.arange(2, 20_001)
    draws = np.minimum(available, 20_000 // each)
    variance = (between / draws + 0.05 / (draws * each))[draws >= 2]
    here = between / found.draws + 0.05 / (found.draws * found.trials)
    assert here <= 1.001 * variance.min(), (found, variance.min())


def test_a_split_that_was_asked_for():
    split = given_split(_pilot(0.08, 0.05), draws=2000, trials=20_500, cost=0.2, available=30_000)
    assert (split.draws, split.trials, split.chosen) == (2000, 10, False)


def test_more_draws_than_there_are():
    with pytest.raises(ValueError, match="--draws is 3,000 and the posterior has 2,000"):
        check_draws(3000, trials=10**6, available=2000)


def test_too_few_trials_for_the_draws():
    with pytest.raises(ValueError, match="raise --trials to 4,000"):
        check_draws(2000, trials=3999, available=2000)
