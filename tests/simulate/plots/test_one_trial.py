"""Pictures of one trial: curves with numbers at risk, and patients in calendar time."""

import numpy as np
import pandas as pd
import pytest

from models.survival.kaplan_meier import kaplan_meier, median_time, numbers_at_risk
from simulate.plots.calendar import MOST_PATIENTS, plot_calendar
from simulate.plots.kaplan_meier import plot_trial


def of(data, arm):
    return data[data["arm"] == arm]


def test_curves_are_the_product_limit_estimates(made_up):
    data = made_up.data()
    axes = plot_trial(data, endpoint_label="Survival")
    lines = made_up.named(axes.curve)
    for arm in ("control", "rt"):
        found = kaplan_meier(of(data, arm)["time"], of(data, arm)["event"])
        drawn = lines[f"curve-{arm}"]
        assert drawn.get_xdata()[0] == 0
        assert drawn.get_ydata()[1:] == pytest.approx(found.survival)
        assert len(lines[f"censored-{arm}"].get_xdata()) == (~of(data, arm)["event"]).sum()
        label = f"{of(data, arm)['event'].sum()} events in {len(of(data, arm))} patients, median "
        label += f"{median_time(found):.1f} months"
        assert label in made_up.words(axes.curve)
    assert axes.curve.get_ylabel() == "Survival, probability"


def test_numbers_at_risk_stand_below_their_months(made_up):
    data = made_up.data()
    axes = plot_trial(data, endpoint_label="Survival")
    months = axes.curve.get_xticks()
    for row, arm in enumerate(("control", "rt")):
        written = [t.get_text() for t in axes.at_risk.texts if t.get_position()[1] == row]
        assert written == [str(n) for n in numbers_at_risk(of(data, arm)["time"], months)]


def test_an_arm_without_patients_and_a_median_not_reached(made_up):
    data = of(made_up.data(), "rt").assign(event=False)
    axes = plot_trial(data, endpoint_label="Survival")
    assert "curve-control" not in made_up.named(axes.curve)
    assert "RT: 0 events in 20 patients, median not reached" in made_up.words(axes.curve)


def test_a_look_without_follow_up_is_refused(made_up):
    for data in (made_up.data().iloc[:0], made_up.data().assign(time=0.0)):
        with pytest.raises(ValueError, match="`data` has nobody with follow-up"):
            plot_trial(data, endpoint_label="Survival")


def test_lines_go_from_entry_to_end_or_to_the_last_look(made_up):
    patients, stop = made_up.patients(), 20.0
    ax = plot_calendar(patients, look_months=[12.0, stop])
    drawn = made_up.named(ax)
    enrolled = patients[patients["entry"] <= stop]
    for arm in ("control", "rt"):
        here = of(enrolled, arm)
        ends = [(line[0][0], line[1][0]) for line in drawn[f"follow-up-{arm}"].get_segments()]
        by_hand = list(zip(here["entry"], np.minimum(here["end"], stop), strict=True))
        np.testing.assert_allclose(ends, by_hand)
        for name in ("event", "drop-out"):
            seen = here[(here["ended_by"] == name) & (here["end"] <= stop)]
            assert drawn[f"{name}-{arm}"].get_xdata().tolist() == seen["end"].tolist()
    assert drawn["look-1"].get_xdata() == [12.0, 12.0]
    assert "look 2\n20.0" in [text.get_text() for text in ax.texts]


def test_of_many_patients_some_are_drawn_and_the_figure_says_so(made_up):
    patients = pd.concat([made_up.patients()] * 10).sort_values("entry", ignore_index=True)
    patients["patient"] = range(len(patients))
    ax = plot_calendar(patients, look_months=[500.0])
    drawn = made_up.named(ax)
    lines = sum(len(drawn[f"follow-up-{arm}"].get_segments()) for arm in ("control", "rt"))
    assert lines == MOST_PATIENTS
    assert f"{MOST_PATIENTS} of {len(patients)} patients" in made_up.words(ax)


def test_of_many_looks_some_are_labelled(made_up):
    ax = plot_calendar(made_up.patients(), look_months=list(range(6, 36)))
    assert len(ax.texts) == 6
    assert ax.texts[-1].get_text() == "look 30\n35.0"


def test_a_calendar_without_patients_is_refused(made_up):
    with pytest.raises(ValueError, match="nobody enrolled by month 0"):
        plot_calendar(made_up.patients(), look_months=[0.0])
