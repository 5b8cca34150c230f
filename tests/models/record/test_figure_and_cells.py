"""Figures and table cells read as printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.record import Figure
from models.record.cell import read_count_cell, read_range_cell, read_spread_cell


def test_a_figure_knows_its_value_and_its_window():
    figure = Figure(text="13.50", unit="months", place="Results")
    assert (figure.text, figure.value, figure.decimals) == ("13.50", 13.5, 2)
    assert (figure.low, figure.high) == (13.495, 13.505)


def test_a_figure_cannot_be_changed_or_extended():
    figure = Figure(text="13.50", unit="months", place="Results")
    with pytest.raises(ValidationError):
        figure.text = "13.5"
    with pytest.raises(ValidationError):
        Figure(text="13.50", unit="months", place="Results", rounded=True)


def test_bounds_have_no_end_on_the_other_side():
    figure = Figure(text="<0.001", unit="probability", place="Table 1")
    assert figure.low == float("-inf")
    assert figure.high == 0.001


@given(count=st.integers(0, 500), percent=st.decimals(0, 100, places=1))
def test_count_cells_come_back_as_printed(count, percent):
    cell = read_count_cell(f"{count} ({percent}%)", place="Table 1")
    assert (cell.count.text, cell.of, cell.percent.text) == (str(count), None, str(percent))


def test_count_cells_with_denominator_percentage_alone_or_nothing():
    cell = read_count_cell("10/22 (45.4%)", place="Table 1")
    assert (cell.count.value, cell.of.value, cell.percent.value) == (10, 22, 45.4)
    alone = read_count_cell("21%", place="Results")
    assert (alone.count, alone.of, alone.percent.text) == (None, None, "21")
    empty = read_count_cell("–", place="Table 1")
    assert (empty.count, empty.of, empty.percent) == (None, None, None)


@pytest.mark.parametrize("text", ["25 (67.6", "25 67.6%", "25 (67.6)", "a", "2.5 (10%)", "1/ (5%)"])
def test_unreadable_count_cells_are_refused(text):
    with pytest.raises(ValueError, match="is not a count cell; write it as printed"):
        read_count_cell(text, place="Table 1")


def test_spread_and_range_cells():
    spread = read_spread_cell("62.1 ± 9.69", place="Table 1")
    assert (spread.mean.text, spread.sd.text) == ("62.1", "9.69")
    cell = read_range_cell("15 (12.5–16)", place="Table 1")
    assert (cell.median.text, cell.minimum.text, cell.maximum.text) == ("15", "12.5", "16")
    below_zero = read_range_cell("-1.5 (-3 to -0.5)", place="Table 1")
    assert (below_zero.minimum.value, below_zero.maximum.value) == (-3, -0.5)


def test_unreadable_spread_and_range_cells_are_refused():
    with pytest.raises(ValueError, match="is not a mean with its SD"):
        read_spread_cell("62.1 (9.69)", place="Table 1")
    with pytest.raises(ValueError, match="negative SD"):
        read_spread_cell("62.1 ± -9.69", place="Table 1")
    with pytest.raises(ValueError, match="is not a median with its range"):
        read_range_cell("63 34–80", place="Table 1")
