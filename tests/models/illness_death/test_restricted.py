"""Restricted times against the other formulas, quadrature, simulated patients and limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from models.illness_death.correlation import times_correlation
from models.illness_death.decay import ramped_decay
from models.illness_death.restricted import restricted_times
from models.illness_death.survival import restricted_mean

PIECES = {
    "progression": [[[0.1, 0.0, 0.05], [0.2, 0.1, 0.02]], [[0.05, 0.03, 0.05], [1.0, 0.2, 0.3]]],
    "without": [[[0.01, 0.02, 0.0], [0.0, 0.05, 0.01]], [[0.02, 0.02, 0.03], [0.0, 0.0, 0.1]]],
    "after": [[[0.11, 0.03, 0.2], [0.2, 0.1, 0.05]], [[0.0, 0.08, 0.09], [0.1, 0.05, 1.0]]],
    "cuts": (3.0, 10.0),
    "after_cuts": (2.0, 7.0),
}
clocks = pytest.mark.parametrize("clock", [0, 1])


@clocks
@pytest.mark.parametrize("horizon", [0.5, 8.0, 24.0])
def test_means_are_areas_under_survival(packed_of, clock, horizon):
    packed = packed_of(**PIECES, clock=clock)
    found = restricted_times(packed, horizon)
    for name, endpoint in (("pfs_mean", "pfs"), ("os_mean", "os")):
        expected = restricted_mean(packed, horizon, endpoint=endpoint)
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-8)


@clocks
def test_simulated_times_correlate_so(packed_of, drawn, clock):
    """400,000 patients; the standard error is that of 100 groups of 4,000."""
    packed, horizon = packed_of(**PIECES, clock=clock), 24.0
    exact = restricted_times(packed, horizon).correlation
    for arm, draw in ((0, 0), (1, 1)):
        ones = np.ones(400_000, np.int64)
        ends = drawn(packed, arm * ones, draw * ones, replicate=2 * clock + arm)[1]
        pfs, os = (np.minimum(end, horizon) for end in (ends.pfs_months, ends.os_months))
        pairs = zip(pfs.reshape(100, -1), os.reshape(100, -1), strict=True)
        error = np.std([np.corrcoef(x, y)[0, 1] for x, y in pairs], ddof=1) / 10
        found = np.corrcoef(pfs, os)[0, 1]
        assert abs(found - exact[arm, draw]) < 4 * error, (found, exact[arm, draw], error)


@clocks
def test_a_late_horizon_cuts_nothing_off(packed_of, clock):
    hazards = {**PIECES, "after": [[[0.1, 0.2, 0.3]] * 2] * 2, "without": 0.1}
    packed = packed_of(**hazards, clock=clock)
    found = restricted_times(packed, 300.0).correlation
    np.testing.assert_allclose(found, times_correlation(packed), rtol=1e-8)


@clocks
def test_limits(packed_of, clock):
    only_deaths = restricted_times(packed_of(0.0, 0.1, 0.5, clock=clock), 12.0)
    np.testing.assert_allclose(only_deaths.correlation, 1)
    np.testing.assert_allclose(only_deaths.pfs_mean, -math.expm1(-1.2) / 0.1)
    np.testing.assert_array_equal(only_deaths.pfs_mean, only_deaths.os_mean)
    nobody = restricted_times(packed_of(0.0, 0.0, 0.5, clock=clock), 12.0)
    np.testing.assert_allclose(nobody.os_mean, 12.0)
    immortal = restricted_times(packed_of(0.1, 0.0, 0.0, clock=clock), 12.0)
    np.testing.assert_allclose(immortal.os_mean, 12.0)


@given(st.floats(0, 80))
def test_ramped_decay_is_its_integral(x):
    expected = quad(
        lambda s: s * math.exp(-x * s), 0, 1, epsabs=1e-15, points=[min(1, 5 / (x + 5))]
    )[0]
    assert float(ramped_decay(x)) == pytest.approx(expected, rel=1e-11)
