"""Weights of log-rank tests: their values, and what is refused."""

import math

import pytest

from simulate.effect.weights import (
    capped_inverse,
    fleming_harrington,
    modestly_weighted,
    pack_weights,
    power,
    weight_at,
)


@pytest.mark.parametrize(
    ("component", "weight"),
    [
        (fleming_harrington(0, 0), 1.0),
        (fleming_harrington(1, 0), 0.4),
        (fleming_harrington(0, 1), 0.6),
        (fleming_harrington(1, 1), 0.24),
        (fleming_harrington(0.5, 2), math.sqrt(0.4) * 0.36),
        (modestly_weighted(12.0), 2.5),
        (capped_inverse(2.0), 2.0),
        (capped_inverse(3.0), 2.5),
    ],
)
def test_values_where_survival_is_two_fifths(component, weight):
    """Rho goes with S and gamma with 1 − S; s* is left to the caller."""
    assert weight_at(0.4, 0, pack_weights(component)) == pytest.approx(weight, rel=1e-14)


def test_at_the_start_late_weights_are_nothing_and_the_others_one():
    packed = pack_weights(fleming_harrington(0, 1), fleming_harrington(2, 0), modestly_weighted(6))
    assert [weight_at(1.0, c, packed) for c in range(3)] == [0.0, 1.0, 1.0]


def test_power_nothing_is_one():
    assert power(0.0, 0.0) == 1.0
    assert power(0.3, 1.0) == 0.3
    assert power(0.3, 2.5) == pytest.approx(0.3**2.5)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: fleming_harrington(-1, 0), "`rho` must be finite and not negative, got -1"),
        (lambda: fleming_harrington(0, math.nan), "`gamma` must be finite and not negative"),
        (lambda: modestly_weighted(-3.0), "`s_star` must be finite and not negative, got -3.0"),
        (lambda: capped_inverse(0.5), "`cap` must be finite and at least 1, got 0.5; use 1"),
    ],
)
def test_refusals(make, text):
    with pytest.raises(ValueError, match=text):
        make()
