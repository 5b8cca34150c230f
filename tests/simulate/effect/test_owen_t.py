"""Owen's T against scipy's, and the bivariate normal against scipy's and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, owens_t
from scipy.stats import multivariate_normal

from simulate.effect.owen_t import both_below, owen_t

LIMITS = st.floats(-9.0, 9.0)
SLOPES = st.one_of(st.floats(-1.0, 1.0), st.floats(-1e3, 1e3), st.sampled_from([1e12, -1e300]))


@given(LIMITS, SLOPES)
def test_it_is_that_of_scipy(h, slope):
    assert owen_t(h, slope) == pytest.approx(owens_t(h, slope), abs=1e-14)


@given(st.floats(0.0, 30.0), st.floats(0.01, 1.0))
def test_far_out_it_is_right_of_its_own_size(h, slope):
    """By the trapezoid rule on 20,001 points, scaled by the tail's leading factor."""
    u = np.linspace(0.0, slope, 20_001)
    heights = np.exp(-0.5 * (h * u) ** 2) / (1 + u * u)
    expected = np.trapezoid(heights, u) / (2 * math.pi)
    assert owen_t(h, slope) * math.exp(0.5 * h * h) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("slope", [0.3, 1.0, 4.0, math.inf])
def test_closed_forms(slope):
    assert owen_t(0.0, slope) == pytest.approx(math.atan(slope) / (2 * math.pi), rel=1e-14)
    assert owen_t(-1.2, slope) == owen_t(1.2, slope) == -owen_t(1.2, -slope)
    assert owen_t(0.7, 1.0) == pytest.approx(0.5 * ndtr(0.7) * ndtr(-0.7), rel=1e-13)
    assert owen_t(0.7, math.inf) == pytest.approx(0.5 * ndtr(-0.7), rel=1e-14)


@given(LIMITS, LIMITS, st.floats(-0.999, 0.999))
def test_the_bivariate_normal_is_that_of_scipy(first, second, r):
    law = multivariate_normal([0.0, 0.0], [[1.0, r], [r, 1.0]])
    assert both_below(first, second, r) == pytest.approx(law.cdf([first, second]), abs=1e-9)


@given(LIMITS, LIMITS)
def test_singular_and_no_correlation(first, second):
    assert both_below(first, second, 1.0) == pytest.approx(ndtr(min(first, second)), abs=1e-14)
    both = max(ndtr(first) - ndtr(-second), 0.0)
    assert both_below(first, second, -1.0) == pytest.approx(both, abs=1e-14)
    assert both_below(first, second, 0.0) == pytest.approx(ndtr(first) * ndtr(second), abs=1e-14)


@pytest.mark.parametrize("r", [-1.0, -0.5, 0.0, 0.3, 1.0])
def test_the_share_of_a_quadrant(r):
    expected = 0.25 + math.asin(r) / (2 * math.pi)
    assert both_below(0.0, 0.0, r) == pytest.approx(expected, abs=1e-14)
