"""Power by test: each mark where the table says, each test with a name and a mark."""

import numpy as np
import pytest

from models.interval_estimate import Z_95
from simulate.operating.statistics import NAMES
from simulate.plots.power import TEST_STYLES, plot_power
from simulate.plots.power_by_test import MOST_WRITTEN, TRUTH_STYLES, plot_power_by_test
from simulate.plots.wording import TEST_LABELS


def test_every_test_has_a_name_and_a_mark_of_its_own():
    assert set(TEST_LABELS) == set(TEST_STYLES) == set(NAMES)
    assert len(set(TEST_LABELS.values())) == len(NAMES)
    assert len({style.marker for style in TEST_STYLES.values()}) == len(NAMES)
    assert len(set(TRUTH_STYLES)) == len({style.marker for style in TRUTH_STYLES})


def test_marks_are_powers_with_their_monte_carlo_interval(made_up):
    table = made_up.table(("early", "late", "no effect"))
    drawn = made_up.named(plot_power_by_test(table, alpha=0.025))
    for truth in ("early", "late", "no effect"):
        share, error = (table.sel(truth=truth)[name].values for name in ("success", "success_mcse"))
        marks = drawn[f"power-{truth}"]
        assert marks.get_xdata() == pytest.approx(share)
        lines = np.array(drawn[f"mcse-{truth}"].get_segments())
        assert lines[:, 0, 0] == pytest.approx(share - Z_95 * error)
        assert lines[:, 1, 0] == pytest.approx(share + Z_95 * error)
        assert lines[:, 0, 1] == pytest.approx(marks.get_ydata())
    assert drawn["alpha"].get_xdata() == [0.025, 0.025]


def test_each_test_is_a_row_and_no_mark_hides_another(made_up):
    table = made_up.table(tuple(f"truth {k}" for k in range(8)))
    ax = plot_power_by_test(table, alpha=0.025)
    rows = ax.get_yticks()
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        TEST_LABELS[test] for test in table["test"].values
    ]
    heights = np.concatenate(
        [made_up.named(ax)[f"power-truth {k}"].get_ydata() for k in range(8)]
    ).reshape(8, -1)
    assert len(np.unique(heights.round(9))) == heights.size
    assert np.abs(heights - rows).max() < np.diff(rows).min() / 2


def test_percentages_of_few_truths_are_written_beside_their_rows(made_up):
    table = made_up.table(("early", "late"))
    ax = plot_power_by_test(table, alpha=0.025)
    for place, test in enumerate(table["test"].values):
        written = [t.get_text() for t in ax.texts if t.xy[1] == ax.get_yticks()[place]]
        assert written == [f"{100 * v:.1f}%" for v in table["success"].sel(test=test).values]
    many = made_up.table(tuple(f"truth {k}" for k in range(MOST_WRITTEN + 1)))
    assert not plot_power_by_test(many, alpha=0.025).texts


def test_intervals_stay_between_0_and_1(made_up):
    table = made_up.table(("early",))
    table["success"][:], table["success_mcse"][:] = 0.999, 0.01
    drawn = made_up.named(plot_power_by_test(table, alpha=0.025))
    assert np.array(drawn["mcse-early"].get_segments())[:, 1, 0].max() == 1.0


def test_more_truths_than_marks_are_refused(made_up):
    table = made_up.table(tuple(f"truth {k}" for k in range(9)))
    with pytest.raises(ValueError, match="`table` has 9 truths and there are 8 marks"):
        plot_power_by_test(table, alpha=0.025)


def test_tests_for_late_effects_are_drawn_beside_the_others(made_up):
    table = made_up.table(("late",)).isel(test=[0, 1, 2]).assign_coords(
        test=["log_rank", "max_combo", "rmst"]
    )  # fmt: skip
    assert "MaxCombo test" in made_up.words(plot_power(table, alpha=0.025))
