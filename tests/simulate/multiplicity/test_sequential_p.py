"""Sequential p values: reject exactly when the spending design of a level has rejected."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.boundaries.boundaries import boundaries
from simulate.multiplicity.levels import levels
from simulate.multiplicity.plan import at_level
from simulate.multiplicity.sequential_p import (
    levels_needed,
    reject_by_p,
    sequential_p_values,
)


def own(endpoint, e, z, events):
    """Columns of an endpoint's own looks."""
    return z[:, list(endpoint.looks), e], events[:, list(endpoint.looks), e]


def stacked(trials, function, z, events):
    """P values of all endpoints at all looks, not a number where one is not analysed."""
    p = np.full(z.shape, np.nan)
    for e, endpoint in enumerate(trials.endpoints):
        p[:, list(endpoint.looks), e] = function(endpoint, *own(endpoint, e, z, events))
    return p


@pytest.mark.parametrize("e", [0, 1, 2])
def test_p_is_at_most_the_level_exactly_when_its_design_has_rejected(trials, e):
    endpoint = trials.endpoints[e]
    z, events = own(endpoint, e, *trials.paths(300, seed=3))
    p = sequential_p_values(endpoint, z, events)
    rejections = 0
    for level in (0.001, 0.0125, 0.025, 0.2):
        for trial in range(len(z)):
            bounds = boundaries(
                events[trial],
                planned=endpoint.planned,
                efficacy=at_level(endpoint.efficacy, level),
            )
            rejected = np.maximum.accumulate(z[trial] >= bounds.z)
            np.testing.assert_array_equal(p[trial] <= level, rejected, err_msg=f"{trial} {level}")
            rejections += int(rejected[-1])
    assert 100 < rejections < 1100


def test_at_its_p_value_an_endpoint_only_just_crosses(trials):
    z, events = own(trials.pfs, 0, *trials.paths(50, seed=4))
    needed = levels_needed(trials.pfs, z, events)
    for trial, look in np.argwhere((needed > 1e-11) & (needed < 0.4)).tolist():
        efficacy = at_level(trials.pfs.efficacy, needed[trial, look])
        bounds = boundaries(events[trial], planned=trials.pfs.planned, efficacy=efficacy)
        assert bounds.z[look] == pytest.approx(z[trial, look], abs=1e-8)


def test_one_look_gives_the_ordinary_p_value(trials):
    once = replace(trials.pfs, looks=(0,), planned=(150,), futility=None)
    p = sequential_p_values(once, [[1.959963984540054], [-3.0], [np.nan]], np.full((3, 1), 150.0))
    np.testing.assert_allclose(p[:, 0], [0.025, 1.0, 1.0], rtol=1e-8)


def both_readings(trials, rule):
    """Looks of rejection: stepwise, by the levels that looks need, and looking back."""
    z, events = trials.paths(400, seed=5)
    table = levels(rule, ["pfs", "os", "late"], trials.alpha)
    stepwise = trials.decided(rule, trials.endpoints, z, events, obey_futility=False).rejected
    alone, back = np.empty((2, *stepwise.shape), np.int64)
    reject_by_p(table, stacked(trials, levels_needed, z, events), alone)
    reject_by_p(table, stacked(trials, sequential_p_values, z, events), back)
    return stepwise, alone, back


@pytest.mark.parametrize("rule", ["hierarchical", "graph"])
def test_where_alpha_moves_looking_back_rejects_more(trials, rule):
    stepwise, alone, back = both_readings(trials, trials.rules[rule])
    np.testing.assert_array_equal(alone, stepwise)
    assert ((back >= 0) >= (stepwise >= 0)).all()
    assert ((back >= 0) > (stepwise >= 0)).any(), "the paths do not tell the readings apart"


def test_where_alpha_stays_both_readings_agree(trials):
    stepwise, alone, back = both_readings(trials, trials.rules["split"])
    np.testing.assert_array_equal(alone, stepwise)
    np.testing.assert_array_equal(back, stepwise)


def test_co_primary_endpoints_win_together_in_both_readings(trials):
    stepwise, alone, back = both_readings(trials, trials.rules["co-primary"])
    won = (stepwise >= 0).all(axis=1)
    assert 0 < won.sum() < len(won)
    np.testing.assert_array_equal((alone >= 0).all(axis=1), won)
    np.testing.assert_array_equal(alone[won], stepwise[won])
    np.testing.assert_array_equal(back, alone)


def test_what_cannot_have_a_p_value_is_refused(trials):
    with pytest.raises(ValueError, match=r"`z` and `events` need shape \(trial, 2\)"):
        levels_needed(trials.pfs, [[1.0]], [[150.0]])
    binding = replace(trials.pfs, futility=replace(trials.below_one, binding=True))
    with pytest.raises(ValueError, match="futility of 'pfs' is binding"):
        levels_needed(binding, [[1.0, 2.0]], [[150.0, 250.0]])
