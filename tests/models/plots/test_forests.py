"""Forests of estimands and of analyses: rows equal the tables, limits without end are arrows."""

import numpy as np
import pytest

from models.plots.estimand_forest import plot_estimands
from models.plots.sensitivity_forest import plot_sensitivity


def markers(ax):
    """Points with a marker, by their height."""
    return {
        float(line.get_ydata()[0]): float(line.get_xdata()[0])
        for line in ax.get_lines()
        if line.get_marker() in "oDs" and len(line.get_xdata()) == 1
    }


def spans(ax, width):
    """Ends of the horizontal lines of a width, by their height."""
    return {
        float(line.get_ydata()[0]): tuple(map(float, line.get_xdata()))
        for line in ax.get_lines()
        if len(line.get_xdata()) == 2
        and line.get_linewidth() == pytest.approx(width)
        and line.get_ydata()[0] == line.get_ydata()[1]
    }


def row(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    (found,) = table.to_dict("records")
    return found


def estimands(table, made_up, **others):
    return plot_estimands(table, endpoint_label=made_up.endpoint, **others)


def test_rows_hold_the_medians_and_both_intervals(made_up):
    table, inner = made_up.table(), made_up.table(ci_prob=0.5)
    axes = estimands(table, made_up, inner=inner)
    first = row(table, estimand="survival", contrast="control", time_months=6.0)
    thick = row(inner, estimand="survival", contrast="control", time_months=6.0)
    assert markers(axes.survival)[0.0] == pytest.approx(first["median"])
    assert spans(axes.survival, 1.1)[0.0] == pytest.approx((first["lower"], first["upper"]))
    assert spans(axes.survival, 3.52)[0.0] == pytest.approx((thick["lower"], thick["upper"]))
    ratio = row(table, estimand="hazard_ratio")
    assert markers(axes.hazard_ratio) == {0.0: pytest.approx(ratio["median"])}


def test_rows_go_by_estimand_time_and_arm(made_up):
    axes = estimands(made_up.table(), made_up, arm_labels=made_up.labels)
    assert [label.get_text() for label in axes.time.get_yticklabels()] == [
        "Median, Standard care", "Median, Radiotherapy",
        "RMST(12), Standard care", "RMST(12), Radiotherapy",
        "RMST(24), Standard care", "RMST(24), Radiotherapy",
    ]  # fmt: skip
    assert [label.get_text() for label in axes.survival_difference.get_yticklabels()] == [
        "S(6)", "S(12)", "S(24)",
    ]  # fmt: skip


def test_numbers_stand_at_the_right(made_up):
    table = made_up.table()
    axes = estimands(table, made_up)
    found = row(table, estimand="hazard_ratio")
    (text,) = [note.get_text() for note in axes.hazard_ratio.texts]
    assert text == f"{found['median']:.2f} ({found['lower']:.2f} to {found['upper']:.2f})"


def test_direction_kind_and_masses_are_stated(made_up):
    axes = estimands(made_up.table(), made_up, inner=made_up.table(ci_prob=0.5))
    words = made_up.words(axes.time)
    assert "50% and 95% central intervals" in words
    assert "RT versus control (log scale), below 1 favours RT" in words
    assert "RT minus control, above 0 favours RT" in words


def test_a_median_not_reached_is_an_arrow_and_says_so(made_up):
    table = made_up.table().copy()
    median = table["estimand"] == "median"
    table.loc[median, "upper"] = np.inf
    table.loc[median & (table["contrast"] == "rt"), "median"] = np.inf
    nothing = table["estimand"] == "median_difference"
    table.loc[nothing, ["median", "lower", "upper"]] = np.nan
    axes = estimands(table, made_up)
    arrows = [line for line in axes.time.get_lines() if line.get_marker() == ">"]
    assert sorted(line.get_ydata()[0] for line in arrows) == [0.0, 1.0]
    assert 1.0 not in markers(axes.time)
    texts = [note.get_text() for note in axes.time.texts]
    assert texts[1].startswith("∞ (")
    assert "∞ is not reached" in axes.time.get_xlabel()
    assert axes.time_difference.texts[0].get_text() == "not estimable"
    assert 0.0 not in markers(axes.time_difference)


def test_a_table_of_one_estimand_makes_one_panel(made_up):
    table = made_up.table()
    axes = estimands(table[table["estimand"] == "survival"], made_up)
    assert axes.survival is not None
    assert [axes.hazard_ratio, axes.survival_difference, axes.time, axes.time_difference] == (
        [None] * 4
    )


def test_unusable_tables_of_estimands_are_refused(made_up):
    table = made_up.table()
    with pytest.raises(ValueError, match="`table` lacks the column 'median'"):
        estimands(table.drop(columns="median"), made_up)
    with pytest.raises(ValueError, match="`table` has none of the estimands hazard_ratio"):
        estimands(table[table["estimand"] == "events"], made_up)
    mixed = table.assign(ci_prob=np.where(np.arange(len(table)) == 0, 0.5, 0.95))
    with pytest.raises(ValueError, match=r"`table` must have intervals of one mass, got \[0.5"):
        estimands(mixed, made_up)


def sensitivity(table, made_up, **others):
    options = {"default": "default", "endpoint_label": made_up.endpoint} | others
    return plot_sensitivity(table, **options)


def test_each_analysis_has_its_row_in_each_panel(made_up):
    table = made_up.sensitivity()
    axes = sensitivity(table, made_up)
    names = [label.get_text() for label in axes.hazard_ratio.get_yticklabels()]
    assert names == ["default", "reference", "flat prior"]
    for height, name in enumerate(names):
        found = row(table, estimand="hazard_ratio", analysis=name)
        assert markers(axes.hazard_ratio)[height] == pytest.approx(found["median"])
        limits = found["lower"], found["upper"]
        assert spans(axes.hazard_ratio, 1.4)[height] == pytest.approx(limits)
        gain = row(table, estimand="rmst_difference", analysis=name, time_months=24.0)
        assert markers(axes.rmst_difference)[height] == pytest.approx(gain["median"])
        alive = row(table, estimand="survival", analysis=name, time_months=24.0, contrast="control")
        assert markers(axes.survival)[height - 0.17] == pytest.approx(alive["median"])
    shares = axes.p_below_1.collections[0].get_offsets()[:, 0]
    ratios = table[table["estimand"] == "hazard_ratio"]
    np.testing.assert_allclose(shares, ratios["p_below_1"])


def test_the_default_row_is_in_bold_and_shaded(made_up):
    axes = sensitivity(made_up.sensitivity(), made_up, default="reference")
    weights = [label.get_fontweight() for label in axes.hazard_ratio.get_yticklabels()]
    assert weights == ["normal", "bold", "normal"]
    for panel in axes:
        (shade,) = panel.patches
        assert (shade.get_y(), shade.get_height()) == (0.5, 1.0)


def test_what_an_analysis_does_not_estimate_is_left_empty(made_up):
    table = made_up.sensitivity()
    lost = (table["analysis"] == "reference") & (table["estimand"] == "rmst_difference")
    axes = sensitivity(table[~lost], made_up)
    assert sorted(markers(axes.rmst_difference)) == [0.0, 2.0]


def test_unusable_tables_of_analyses_are_refused(made_up):
    table = made_up.sensitivity()
    with pytest.raises(ValueError, match=r"`default` must be one of the analyses .* got 'nobody'"):
        sensitivity(table, made_up, default="nobody")
    with pytest.raises(ValueError, match="lacks the column 'analysis'"):
        sensitivity(table.drop(columns="analysis"), made_up)
    with pytest.raises(ValueError, match="`table` has no survival of control at 36 months"):
        sensitivity(table, made_up, months=36.0)
    twice = table.assign(analysis="default")
    with pytest.raises(ValueError, match="twice in 'default'; name them apart"):
        sensitivity(twice, made_up)
    mixed = table.assign(ci_prob=np.where(np.arange(len(table)) == 0, 0.5, 0.95))
    with pytest.raises(ValueError, match="`table` must have intervals of one mass"):
        sensitivity(mixed, made_up)
