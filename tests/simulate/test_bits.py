"""Bits as uniforms, logarithm and exponential, against numpy's over their whole range."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.bits import fast_exp, minus_log, unit_interval

RELATIVE = 1e-13
SMALLEST, LARGEST = np.finfo(float).tiny, np.finfo(float).max


def relative_error(values, expected):
    return np.max(np.abs(np.array(values) - expected) / np.abs(expected))


def test_logarithm_over_all_magnitudes():
    """20,000 values spread evenly over the exponents of all normal numbers."""
    rng = np.random.default_rng(1)
    exponents = rng.uniform(-1022, 1023.9, 20_000)
    values = np.ldexp(1.0 + rng.random(20_000), np.floor(exponents).astype(int))
    assert relative_error([minus_log(v) for v in values], -np.log(values)) < RELATIVE


def test_logarithm_next_to_one_and_to_the_change_of_series():
    for centre in (1.0, math.sqrt(2.0), math.sqrt(0.5), 2.0, 0.5, 4.0):
        steps = np.concatenate([-np.logspace(-15.5, -1, 500), np.logspace(-15.5, -1, 500)])
        values = centre * (1.0 + steps)
        values = values[values != 1.0]
        assert relative_error([minus_log(v) for v in values], -np.log(values)) < RELATIVE


@pytest.mark.parametrize("value", [SMALLEST, LARGEST, 2.0**-53, 1.0 - 2.0**-53, 1.0 + 2.0**-52])
def test_logarithm_at_the_edges(value):
    assert minus_log(value) == pytest.approx(-math.log(value), rel=RELATIVE)


def test_logarithm_of_one_is_nothing():
    assert minus_log(1.0) == 0.0


@given(st.floats(min_value=SMALLEST, max_value=LARGEST))
def test_logarithm_of_any_normal_number(value):
    assert minus_log(value) == pytest.approx(-math.log(value), rel=RELATIVE)


def test_exponential_over_its_range():
    """20,000 arguments, and those where the power of two changes."""
    turns = (np.arange(-1009, 1010) + 0.5) * math.log(2.0)
    arguments = np.concatenate(
        [np.linspace(-700.0, 700.0, 20_000), turns, np.nextafter(turns, np.inf)]
    )
    arguments = arguments[np.abs(arguments) <= 700.0]
    assert relative_error([fast_exp(a) for a in arguments], np.exp(arguments)) < RELATIVE


@pytest.mark.parametrize("argument", [-700.0, 700.0, 0.0, -0.0, 1e-300, -1e-17, 5e-324])
def test_exponential_at_the_edges(argument):
    assert fast_exp(argument) == pytest.approx(math.exp(argument), rel=RELATIVE)


@given(st.floats(min_value=-700.0, max_value=700.0))
def test_exponential_of_any_argument(argument):
    assert fast_exp(argument) == pytest.approx(math.exp(argument), rel=RELATIVE)


@given(st.floats(min_value=-700.0, max_value=700.0))
def test_logarithm_takes_back_the_exponential(argument):
    assert minus_log(fast_exp(argument)) == pytest.approx(-argument, rel=1e-12, abs=2e-13)


def test_uniform_numbers_lie_strictly_inside():
    assert unit_interval(np.uint64(0)) == 2.0**-53
    assert unit_interval(np.uint64(2**64 - 1)) == 1.0 - 2.0**-53


@given(st.integers(0, 2**64 - 1))
def test_uniform_numbers_are_the_middles_of_cells(bits):
    """A cell is 2^-52 wide and its number a function of the upper 52 bits alone."""
    assert unit_interval(np.uint64(bits)) == ((bits >> 12) + 0.5) / 2**52
