"""Numbers and probabilities as written in figures."""

import math

import pytest

from models.plots.wording import (
    central,
    central_masses,
    interval,
    number,
    printed,
    probability,
    ratio_interval,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "= 0.50"),
        (0.984, "= 0.984"),
        (0.9995, "> 0.999"),
        (1.0, "= 1"),
        (0.0004, "< 0.001"),
        (0.0, "= 0"),
        (math.nan, "not estimable"),
    ],
)
def test_probabilities(value, text):
    assert probability(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-1.25, "\u22121.2"),
        (-0.01, "0.0"),
        (math.inf, "∞"),
        (-math.inf, "\u2212∞"),
        (math.nan, "–"),
    ],
)
def test_numbers(value, text):
    assert number(value, decimals=1) == text


def test_intervals():
    assert interval(0.5, 0.25, 1, decimals=2) == "0.50 (0.25 to 1.00)"
    assert interval(12, 9, math.inf, decimals=0) == "12 (9 to ∞)"
    assert interval(math.nan, 1, 2, decimals=1) == "not estimable"
    assert ratio_interval(0.11, 0.019, 0.678) == "0.110 (0.019 to 0.678)"
    assert ratio_interval(0.5, 0.29, 0.86) == "0.50 (0.29 to 0.86)"


def test_kind_and_mass():
    assert central() == "95% central interval"
    assert central(0.975) == "97.5% central interval"
    assert central_masses(0.5, 0.95) == "50% and 95% central intervals"


def test_printed_figures_keep_their_zeros_where_given_as_text():
    assert printed("18.30") == "18.30"
    assert printed(15.37) == "15.37"
