"""Rounding windows: what is printed tells what was rounded, exactly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.record import read_number

NUMBERS = st.builds(Fraction, st.integers(-(10**6), 10**6), st.integers(1, 1000))
DECIMALS = st.integers(min_value=0, max_value=5)


def printed(number: Fraction, decimals: int) -> str:
    """Round half up in size, as an independent implementation does."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


@given(numbers=st.lists(NUMBERS, min_size=30, max_size=40), decimals=DECIMALS)
def test_a_number_lies_in_the_window_of_its_rounding(numbers, decimals):
    for number in numbers:
        read = read_number(printed(number, decimals))
        assert read.decimals == decimals
        assert read.window.contains(number)


@given(
    many=st.lists(st.integers(-10_000, 10_000), min_size=20, max_size=30),
    decimals=DECIMALS,
    part=st.integers(0, 999),
)
def test_windows_of_one_precision_tile_the_line(many, decimals, part):
    for units in many:
        scale = 10**decimals
        neighbours = [
            read_number(str(Decimal(units + step).scaleb(-decimals))).window for step in (0, 1)
        ]
        assert not neighbours[0].overlaps(neighbours[1])
        for number in (
            Fraction(2 * units + 1, 2 * scale),
            Fraction(1000 * units + part, 1000 * scale),
        ):
            assert sum(window.contains(number) for window in neighbours) == 1


@given(units=st.integers(1, 10**6), decimals=DECIMALS)
def test_a_coarser_rounding_overlaps_and_the_next_one_does_not(units, decimals):
    fine = read_number(str(Decimal(units).scaleb(-decimals)))
    coarse = read_number(printed(fine.value, max(decimals - 1, 0)))
    assert fine.window.overlaps(coarse.window)
    further = read_number(printed(fine.value + 2 * Fraction(10, 10**decimals), decimals))
    assert not fine.window.overlaps(further.window)


@pytest.mark.parametrize(
    ("text", "low", "high", "inside", "outside"),
    [
        ("15.37", "15.365", "15.375", "15.365", "15.375"),
        ("13.50", "13.495", "13.505", "13.495", "13.5050"),
        ("-0.5", "-0.55", "-0.45", "-0.45", "-0.55"),
        ("47%", "46.5", "47.5", "46.5", "47.5"),
        ("0·57", "0.565", "0.575", "0.57", "0.575"),
        (".19", "0.185", "0.195", "0.185", "0.195"),
        ("0.0", "-0.05", "0.05", "0", "0.05"),
    ],
)
def test_ends_of_windows(text, low, high, inside, outside):
    window = read_number(text).window
    assert (window.low, window.high) == (Fraction(low), Fraction(high))
    assert window.contains(Fraction(inside))
    assert not window.contains(Fraction(outside))


def test_negative_windows_mirror_positive_ones():
    positive, negative = read_number("1.25").window, read_number("−1.25").window
    assert (negative.low, negative.high) == (-positive.high, -positive.low)
    assert (negative.low_included, negative.high_included) == (False, True)


def test_bounds_are_windows_on_one_side():
    below = read_number("<0.001").window
    assert below.contains(Fraction("0.0009"))
    assert not below.contains(Fraction("0.001"))
    assert read_number("≥5").window.contains(Fraction(5))
    assert not below.overlaps(read_number("0.01").window)
    assert below.overlaps(read_number("0.001").window)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "15,37",
        "1e5",
        "nan",
        "inf",
        "1.2.3",
        "5 %%",
        "4–5",
        "++1",
        "1.",
        "%",
        "<",
        "１２",
        "NR",
    ],
)
def test_unreadable_numbers_are_refused(text):
    with pytest.raises(ValueError, match=r"is not a printed number; write digits with"):
        read_number(text)


def test_numbers_too_long_to_be_exact_floats_are_refused():
    with pytest.raises(ValueError, match="more than 15 digits"):
        read_number("0.1234567890123456")
    assert read_number("000000000000000000.5").value == Fraction(1, 2)
