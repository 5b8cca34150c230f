"""Decisions against a plain loop over the same statistics and bounds."""

import math

import numpy as np
import pytest

from simulate.boundaries.monitor import new_track
from simulate.engine.fields import FIELDS
from simulate.operating.decide import FAILURE, FUTILITY, SUCCESS, decide
from simulate.operating.monitoring import monitoring_record, planned_boundaries
from simulate.operating.statistics import BAYES, LOG_RANK

EVENTS = np.array([40.0, 80.0])


def found_with(z, probability=0.5):
    """Results of looks whose log-rank z is given, shape (trial, look)."""
    found = np.full((*z.shape, len(FIELDS)), math.nan)
    values = {
        "events_control": EVENTS / 2,
        "events_rt": EVENTS / 2,
        "score": -z,
        "variance": 1.0,
        "probability": probability,
    }
    for name, value in values.items():
        found[..., FIELDS.index(name)] = value
    return found


def decided(design, found, *, test=LOG_RANK, obey=True):
    monitor, track = monitoring_record(design, EVENTS), new_track()
    shape = found.shape[:2]
    z, upper, lower = np.empty((3, *shape))
    stop, result = np.empty((2, shape[0]), np.int64)
    decide(found, test, 0.975, obey, monitor[0], track[0], z, upper, lower, stop, result)
    return z, upper, lower, stop, result


@pytest.mark.parametrize("obey", [True, False])
def test_a_trial_stops_at_the_first_bound_it_crosses(small, obey):
    design = small()
    bounds = planned_boundaries(design, EVENTS)
    paths = np.random.default_rng(1).normal(1.0, 1.5, (500, 2))
    z, upper, lower, stop, result = decided(design, found_with(paths), obey=obey)
    for trial, (first, second) in enumerate(paths):
        if first >= bounds.z[0]:
            expected = 0, SUCCESS
        elif obey and first < bounds.futility_z[0]:
            expected = 0, FUTILITY
        else:
            expected = 1, SUCCESS if second >= bounds.z[1] else FAILURE
        assert (stop[trial], result[trial]) == expected
    assert set(result) == ({SUCCESS, FUTILITY, FAILURE} if obey else {SUCCESS, FAILURE})
    np.testing.assert_allclose(upper[:, 0], bounds.z[0])
    np.testing.assert_allclose(lower[:, 0], 0.0, atol=1e-12)
    assert np.isnan(z[stop == 0, 1]).all()


def test_the_bayesian_rule_needs_its_probability_at_every_look(small):
    design = small(efficacy={"kind": "none"}, analysis={"test": "bayes"})
    paths = np.full((4, 2), 1.0)
    chances = np.array([[0.98, 0.5], [0.97, 0.975], [0.97, 0.974], [0.975, 0.1]])
    z, upper, _, stop, result = decided(design, found_with(paths, chances), test=BAYES)
    assert stop.tolist() == [0, 1, 1, 0]
    assert result.tolist() == [SUCCESS, SUCCESS, FAILURE, SUCCESS]
    assert (upper[:, 0] == 0.975).all()
    assert z[2].tolist() == [0.97, 0.974]


def test_an_undefined_statistic_is_no_success(small):
    found = found_with(np.full((1, 2), math.nan))
    z, _, _, stop, result = decided(small(), found)
    assert (stop[0], result[0]) == (1, FAILURE)
    assert np.isnan(z).all()
