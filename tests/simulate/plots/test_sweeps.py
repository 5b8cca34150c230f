"""Figures of sweeps: what is drawn is what was found, and sizes are where power is reached."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from models.interval_estimate import Z_95
from simulate.plots.power_curves import plot_power_curves
from simulate.plots.power_map import plot_power_map
from simulate.plots.smallest_size import monotone, plot_smallest_sizes, smallest_sizes
from simulate.plots.tornado import Swing, plot_tornado

SIZES = np.array([200.0, 300.0, 400.0, 500.0])


def test_curves_and_bands_are_power_and_its_error(made_up):
    power, error = np.array([[0.5, 0.8, 0.99]]), np.array([[0.02, 0.01, 0.01]])
    ax = plot_power_curves([1, 2, 3], power, error, lines=["all"], field="x", targets=[0.9])
    drawn = made_up.named(ax)
    np.testing.assert_allclose(drawn["power-all"].get_ydata(), power[0])
    corners = drawn["band-all"].get_paths()[0].vertices
    assert corners[:, 1].min() == pytest.approx(0.5 - Z_95 * 0.02)
    assert corners[:, 1].max() == 1.0
    assert drawn["target-0.9"].get_ydata() == [0.9, 0.9]


def test_unknown_powers_are_left_out(made_up):
    power = np.array([[0.5, np.nan, 0.9]])
    ax = plot_power_curves([1, 2, 3], power, power / 50, lines=["a"], field="x")
    assert made_up.named(ax)["power-a"].get_xdata().tolist() == [1.0, 3.0]


def test_more_lines_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="`lines` has 9 names"):
        plot_power_curves(
            [1, 2], np.ones((9, 2)), np.ones((9, 2)), lines=list("abcdefghi"), field="x"
        )


def test_a_map_writes_percentages_and_contours_where_numbers_are(made_up):
    power = ndtr(np.add.outer([0.0, 0.5, 1.0], [0.0, 0.4, 0.8, 1.2]))
    ax = plot_power_map(power, columns=[1, 2, 3, 4], rows=[1, 2, 3], fields=("x", "y"))
    written = made_up.words(ax)
    assert all(f"{100 * share:.0f}%" in written for share in power.flat)
    contours = [child for child in ax.get_children() if type(child).__name__ == "QuadContourSet"]
    assert [level for lines in contours for level in lines.levels] == [0.8, 0.9]
    names = plot_power_map(power, columns=list("abcd"), rows=[1, 2, 3], fields=("x", "y"))
    assert not [c for c in names.get_children() if type(c).__name__ == "QuadContourSet"]


def test_a_tornado_has_the_longest_bar_at_the_top():
    swings = [
        Swing(field=name, low=0.8 - down, high=0.8 + up, low_at="a", high_at="b",
              low_error=0.01, high_error=0.01)
        for name, down, up in (("short", 0.01, 0.02), ("long", 0.2, 0.1), ("middle", 0.1, 0.05))
    ]  # fmt: skip
    ax = plot_tornado(swings, centre=0.8)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["long", "middle", "short"]
    ends = {round(bar.get_x() + bar.get_width(), 9) for bar in ax.patches}
    assert {0.6, 0.9, 0.7, 0.85} <= ends


def test_sizes_are_exact_where_power_is_normal_in_the_root_of_the_size():
    slopes = np.array([0.19, 0.16])
    power = ndtr(np.sqrt(SIZES) * slopes[:, np.newaxis] - 1.96)
    error = np.full_like(power, 0.005)
    found = smallest_sizes(SIZES, power, error, target=0.9)
    expected = ((1.96 + ndtri(0.9)) / slopes) ** 2
    np.testing.assert_allclose(found.size, expected, rtol=1e-9)
    assert (found.low < found.size).all()
    assert (found.size < found.high).all()


def test_sizes_beyond_those_simulated_are_infinite_and_drawn_at_the_edge(made_up):
    power = np.array([[0.95, 0.96, 0.97, 0.98], [0.1, 0.2, 0.3, 0.4], [0.5, 0.7, 0.9, 0.95]])
    found = smallest_sizes(SIZES, power, np.zeros_like(power), target=0.9)
    assert found.size.tolist() == [-np.inf, np.inf, pytest.approx(400)]
    ax = plot_smallest_sizes([found], values=list("abc"), sizes=SIZES, field="x")
    assert {"▲", "▼"} <= {text.get_text() for text in ax.texts}
    assert made_up.named(ax)["size-0.9"].get_xdata().tolist() == [2.0]


def test_an_unknown_power_gives_no_size():
    power = np.array([[0.5, np.nan, 0.9, 0.95]])
    assert np.isnan(smallest_sizes(SIZES, power, power / 100, target=0.9).size).all()


def test_monotone_values_are_the_nearest():
    assert monotone(np.array([0.1, 0.3, 0.2, 0.4])).tolist() == [0.1, 0.25, 0.25, 0.4]
    assert monotone(np.array([3.0, 2.0, 1.0])).tolist() == [2.0, 2.0, 2.0]
