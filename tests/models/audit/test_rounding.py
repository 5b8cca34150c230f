"""Percentages decided exactly, ties both ways."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.audit.rounding import is_tie, prints_as, shown, whole_numbers
from models.record import Figure, read_number


def percent(text: str) -> Figure:
    return Figure(text=text, unit="percent", place="Table 1")


@given(count=st.integers(0, 400), more=st.integers(0, 400), decimals=st.integers(0, 3))
def test_both_roundings_of_a_share_are_accepted_and_no_other(count, more, decimals):
    size = max(count + more, 1)
    exact = Decimal(100 * count) / Decimal(size)
    step = Decimal(1).scaleb(-decimals)
    accepted = {
        exact.quantize(step, rounding=rounding) for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    }
    near = {exact.quantize(step) + step * k for k in (-2, -1, 0, 1, 2)}
    fitting = {
        text
        for text in near | accepted
        if text >= 0 and prints_as(Fraction(100 * count, size), percent(str(text)))
    }
    assert fitting == accepted
    assert is_tie(Fraction(100 * count, size), percent(str(max(accepted)))) == (
        abs(exact - max(accepted)) == step / 2
    )


def test_ties_are_named():
    assert prints_as(Fraction(25, 4), percent("6.3"))
    assert prints_as(Fraction(25, 4), percent("6.2"))
    assert not prints_as(Fraction(75, 4), percent("18.7"))
    assert is_tie(Fraction(25, 4), percent("6.3"))


@pytest.mark.parametrize(
    ("text", "scale", "numbers"),
    [("15.37", 30, [461]), ("13.50", 30, [405]), ("20.0", 30, [599, 600, 601]), ("10.93", 1, [])],
)
def test_whole_numbers_of_units_in_a_window(text, scale, numbers):
    assert list(whole_numbers(read_number(text).window, scale=Fraction(scale))) == numbers


def test_windows_without_an_end_are_refused():
    with pytest.raises(ValueError, match="`window` must have two ends"):
        whole_numbers(read_number("<5").window, scale=Fraction(1))


def test_numbers_are_shown_short():
    assert [shown(Fraction(5)), shown(Fraction(1, 3)), shown(Fraction(1, 2))] == [
        "5",
        "0.3333",
        "0.5",
    ]
