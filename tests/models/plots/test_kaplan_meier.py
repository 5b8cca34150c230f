"""Pseudo-patient curves: what is drawn equals what Kaplan–Meier says, set by set."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from models.plots.kaplan_meier import plot_kaplan_meier
from models.plots.pseudo_patient_curves import pseudo_patient_curves
from models.survival import kaplan_meier, numbers_at_risk, survival_at


def draw(patients, made_up, **others):
    options = {"printed_medians": made_up.medians, "endpoint_label": made_up.endpoint} | others
    return plot_kaplan_meier(patients, **options)


def of(patients, *, imputation, arm):
    chosen = patients[(patients["imputation"] == imputation) & (patients["arm"] == arm)]
    return chosen["time"].to_numpy(), chosen["event"].to_numpy()


def test_thin_lines_are_the_curves_of_the_sets(made_up):
    patients = made_up.patients(3)
    lines = made_up.lines(draw(patients, made_up).curve)
    for arm in ("control", "rt"):
        drawn = lines[f"sets-{arm}"]
        assert isinstance(drawn, LineCollection)
        assert len(drawn.get_segments()) == 3
        for index, corners in enumerate(drawn.get_segments()):
            time, event = of(patients, imputation=index, arm=arm)
            curve = kaplan_meier(time, event)
            assert corners[0].tolist() == [0, 1]
            assert corners[-1, 0] == time.max()
            middle = (corners[:-1, 0] + corners[1:, 0]) / 2
            flat = np.diff(corners[:, 0]) > 0
            np.testing.assert_allclose(
                corners[:-1, 1][flat], survival_at(curve, middle[flat]), rtol=1e-12
            )


def test_the_bold_line_is_the_pointwise_median(made_up):
    patients = made_up.patients(5)
    line = made_up.lines(draw(patients, made_up).curve)["median-rt"]
    time, value = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    by_set = [
        survival_at(kaplan_meier(*of(patients, imputation=index, arm="rt")), time)
        for index in range(5)
    ]
    np.testing.assert_allclose(value, np.median(by_set, axis=0), rtol=1e-12)
    assert (np.diff(value) <= 0).all()


def test_the_bold_line_ends_where_fewer_than_half_of_the_sets_go_on():
    ends = [3.0, 8.0, 9.0, 20.0]
    frame = pd.DataFrame(
        {
            "imputation": np.repeat(range(4), 2),
            "time": np.repeat(ends, 2),
            "event": False,
            "arm": ["control", "rt"] * 4,
        }
    )
    for sets, expected in ((4, 9.0), (3, 8.0), (1, 3.0)):
        chosen = frame[frame["imputation"] < sets]
        curves = pseudo_patient_curves(chosen, risk_months=[0.0])
        assert curves["rt"].median.time[-1] == expected


def test_at_most_100_sets_are_drawn_and_the_legend_says_so(made_up):
    axes = draw(made_up.patients(130), made_up)
    assert len(made_up.lines(axes.curve)["sets-rt"].get_segments()) == 100
    assert "thin: 100 of 130 pseudo-patient sets" in made_up.words(axes.curve)


def test_numbers_at_risk_are_medians_and_ranges_over_the_sets(made_up):
    patients = made_up.patients(3)
    axes = draw(patients, made_up, last_follow_up=36.0)
    notes = [(t.get_position(), t.get_text()) for t in axes.at_risk.texts]
    counts = np.array(
        [numbers_at_risk(of(patients, imputation=i, arm="rt")[0], 12.0) for i in range(3)]
    )
    here = [
        text for text in axes.at_risk.texts if getattr(text, "xy", text.get_position()) == (12.0, 1)
    ]
    assert [text.get_text() for text in here] == [
        f"{np.median(counts):g}",
        f"{counts.min()}–{counts.max()}",
    ]
    assert ((0.0, 0), "38") in notes


def test_printed_medians_are_marked_and_labelled(made_up):
    axes = draw(made_up.patients(1), made_up, printed_medians={"control": "18.30", "rt": 15.37})
    lines = made_up.lines(axes.curve)
    assert lines["printed-median-control"].get_xydata().tolist() == [[18.3, 0.5]]
    assert lines["printed-median-lines-rt"].get_xydata().tolist() == [
        [0, 0.5], [15.37, 0.5], [15.37, 0],
    ]  # fmt: skip
    labels = {text.get_text(): text.get_ha() for text in axes.curve.texts}
    assert labels == {"printed 15.37": "right", "printed 18.30": "left"}


def test_a_median_that_is_not_printed_is_not_marked(made_up):
    axes = draw(made_up.patients(1), made_up, printed_medians={"control": None, "rt": None})
    assert not axes.curve.texts
    assert not [name for name in made_up.lines(axes.curve) if name.startswith("printed")]
    legend = [text.get_text() for text in axes.curve.get_legend().get_texts()]
    assert legend[:2] == ["Control (no printed median)", "RT (no printed median)"]


def test_arms_differ_in_line_and_colour(made_up):
    lines = made_up.lines(draw(made_up.patients(1), made_up).curve)
    control, treated = lines["median-control"], lines["median-rt"]
    assert control.is_dashed()
    assert not treated.is_dashed()
    assert control.get_color() != treated.get_color()


def test_axes_end_at_the_last_follow_up_and_name_their_units(made_up):
    patients = made_up.patients(1)
    axes = draw(patients, made_up, last_follow_up=35.93)
    assert axes.curve.get_xlim() == axes.at_risk.get_xlim() == (0, 35.93)
    assert axes.curve.get_xlabel() == "Months since randomisation"
    assert axes.curve.get_ylabel() == "Progression-free survival, probability"
    assert draw(patients, made_up).curve.get_xlim()[1] == patients["time"].max()


def test_long_labels_are_wrapped_and_the_rows_below_have_short_ones(made_up):
    labels = {"control": "Control", "rt": "Consolidative irradiation of the primary " * 4}
    axes = draw(made_up.patients(1), made_up, arm_labels=labels)
    assert axes.curve.get_legend().get_texts()[1].get_text().count("\n") >= 2
    assert [label.get_text() for label in axes.at_risk.get_yticklabels()] == ["Control", "RT"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.drop(columns="time"), "lacks the column 'time'"),
        (lambda p: p.iloc[:0], "`patients` has no rows"),
        (lambda p: p[p["arm"] == "rt"], "nobody in arm 'control' of set 0"),
    ],
)
def test_unusable_patients_are_refused(made_up, change, message):
    with pytest.raises(ValueError, match=message):
        draw(change(made_up.patients(1)), made_up)


def test_a_follow_up_of_0_is_refused(made_up):
    with pytest.raises(ValueError, match="`last_follow_up` must be positive"):
        draw(made_up.patients(1), made_up, last_follow_up=0.0)
