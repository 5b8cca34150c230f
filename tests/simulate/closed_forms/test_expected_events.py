"""Expected events: stored answers of rpact, integration by other means, limits."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from simulate.closed_forms import event_probability, expected_events, time_of_events


def seen_by(months: float, hazard: Any, cuts: Any, loss: Any, loss_cuts: Any) -> float:
    """Observed-event probability by numerical integration."""

    def rate(t: float, rates: Any, ends: Any) -> float:
        return float(rates[int(np.searchsorted(ends, t, side="left"))])

    def cumulative(t: float, rates: Any, ends: Any) -> float:
        marks = [0.0, *(c for c in ends if c < t), t]
        return sum(rate(b, rates, ends) * (b - a) for a, b in pairwise(marks))

    def density(t: float) -> float:
        gone = cumulative(t, hazard, cuts) + cumulative(t, loss, loss_cuts)
        return rate(t, hazard, cuts) * math.exp(-gone)

    marks = sorted({0.0, months, *(c for c in (*cuts, *loss_cuts) if c < months)})
    pieces = pairwise(marks)
    return sum(quad(density, a, b, epsabs=1e-13, epsrel=1e-12)[0] for a, b in pieces)


RATES = st.lists(st.floats(0, 0.3), min_size=3, max_size=3)
CUTS = st.lists(st.integers(1, 20), min_size=2, max_size=2, unique=True).map(sorted)


@settings(max_examples=25)
@given(
    hazard=RATES,
    cuts=CUTS,
    loss=RATES,
    loss_cuts=CUTS,
    months=st.floats(0, 40),
    end=st.floats(3, 40),
)
def test_every_piece_is_integrated_exactly(
    hazard: Any, cuts: Any, loss: Any, loss_cuts: Any, months: float, end: float
) -> None:
    choices: Any = {"hazard": hazard, "cuts": cuts, "drop_out": loss, "drop_cuts": loss_cuts}
    found = event_probability(months, **choices)
    expected = seen_by(months, hazard, cuts, loss, loss_cuts)
    assert float(found) == pytest.approx(expected, rel=1e-8, abs=1e-12)
    events = expected_events(months, accrual_start=[0, end], accrual_rate=[2.0], **choices)
    marks = sorted({0.0, *(m for m in (*cuts, *loss_cuts) if m < months), months})
    low = max(months - end, 0.0)
    pieces = [max(mark, low) for mark in marks]

    def probability(follow_up: float) -> float:
        return float(event_probability(follow_up, **choices))

    total = sum(quad(probability, a, b, epsabs=1e-12, epsrel=1e-11)[0] for a, b in pairwise(pieces))
    assert float(events) == pytest.approx(2 * total, rel=1e-8, abs=1e-10)


def test_constant_hazards_have_a_closed_form() -> None:
    months, h, g = np.array([0.0, 1.0, 7.5, 60.0]), 0.06, 0.01
    expected = h / (h + g) * (1 - np.exp(-(h + g) * months))
    found = event_probability(months, hazard=[h], drop_out=[g])
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_a_cut_without_a_change_changes_nothing() -> None:
    months = np.linspace(0, 50, 21)
    one = event_probability(months, hazard=[0.05])
    three = event_probability(months, hazard=[0.05] * 3, cuts=[6, 30])
    np.testing.assert_allclose(one, three, rtol=1e-13)


def test_without_hazard_there_are_no_events() -> None:
    choices: Any = {"accrual_start": [0, 10], "accrual_rate": [3]}
    assert expected_events(100.0, hazard=[0.0], **choices) == 0
    assert time_of_events(5, hazard=[0.0], **choices) == math.inf


def test_everyone_has_the_event_in_the_end() -> None:
    found = expected_events(5000.0, accrual_start=[0, 5, 20], accrual_rate=[3, 7], hazard=[0.05])
    assert float(found) == pytest.approx(3 * 5 + 7 * 15, rel=1e-12)


def test_nothing_happens_before_the_first_patient() -> None:
    found = expected_events([-3.0, 0.0], accrual_start=[0, 5], accrual_rate=[3], hazard=[0.05])
    assert found.tolist() == [0, 0]


@pytest.mark.parametrize("events", [1, 60, 240])
def test_the_time_of_the_events_is_when_they_are_expected(events: float) -> None:
    choices: Any = {"accrual_start": [0, 6, 24], "cuts": [8], "drop_out": [0.004]}
    hazard, rate = [[0.07, 0.04], [0.05, 0.02]], [[5, 8], [5, 8]]
    time = time_of_events(events, hazard=hazard, accrual_rate=rate, **choices)
    reached = sum(
        float(expected_events(time, hazard=h, accrual_rate=r, **choices))
        for h, r in zip(hazard, rate, strict=True)
    )
    assert reached == pytest.approx(events, rel=1e-8)


def test_more_events_than_patients_are_never_expected() -> None:
    choices: Any = {"accrual_start": [0, 10], "accrual_rate": [3], "hazard": [0.05]}
    assert time_of_events(31, **choices) == math.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hazard": [-0.1]}, "`hazard` must not be negative"),
        ({"hazard": [0.1, 0.2]}, "`hazard` needs one rate more than there are cuts, got 2 for 0"),
        ({"hazard": [0.1, 0.2, 0.1], "cuts": [6, 3]}, "cuts of `hazard` must be positive and rise"),
        ({"drop_out": [math.inf]}, "`drop_out` must not be negative"),
        ({"accrual_start": [1, 10]}, "`accrual_start` must rise from 0"),
        ({"accrual_rate": [-1]}, "`accrual_rate` must not be negative"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    choices: Any = {"accrual_start": [0, 10], "accrual_rate": [3], "hazard": [0.05]} | change
    with pytest.raises(ValueError, match=message):
        expected_events(20.0, **choices)


def test_refused_elsewhere() -> None:
    with pytest.raises(ValueError, match="`follow_up` must not be negative"):
        event_probability(-1.0, hazard=[0.1])
    with pytest.raises(ValueError, match="`events` must be positive and finite"):
        time_of_events(0, accrual_start=[0, 10], accrual_rate=[3], hazard=[0.05])
