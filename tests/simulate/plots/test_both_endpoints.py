"""Both endpoints of one simulated trial: at a look, and patient by patient."""

import math

import numpy as np
import pytest

from models.survival.kaplan_meier import kaplan_meier
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, LOG_HR
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.plots.both_endpoints import plot_both_endpoints
from simulate.plots.endpoints_at_look import EndpointAtLook, endpoints_at_look
from simulate.plots.patient_courses import patient_courses
from simulate.plots.swimmer import MOST_PATIENTS, plot_swimmer
from simulate.replay.patients import trial_patients

SEED, REPLICATE = 5, 2


def test_the_endpoints_are_what_the_engine_saw(made_up):
    design = made_up.two_endpoints()
    scenario = pack_scenario(design, design.truths[0])
    block = simulate_block(scenario, seed=SEED, first=REPLICATE, trials=1).endpoints[0]
    for look in (1, 2):
        found = endpoints_at_look(
            design, design.truths[0], seed=SEED, replicate=REPLICATE, look=look
        )
        assert [one.name for one in found] == ["pfs", "os"]
        for one, row in zip(found, block[:, look - 1], strict=True):
            assert one.data["event"].sum() == row[EVENTS_CONTROL] + row[EVENTS_RT]
            assert one.hazard_ratio[0] == pytest.approx(math.exp(row[LOG_HR]))
    assert [int(one.data["event"].sum()) for one in found][1] == 80


def test_limits_are_at_1_96_standard_errors_and_none_without_an_estimate(made_up):
    pfs = made_up.both()[0]
    half = 1.959964 * 0.35
    assert pfs.hazard_ratio == pytest.approx(np.exp([-0.4, -0.4 - half, -0.4 + half]))
    for log_hr, error in ((math.inf, math.inf), (math.nan, math.nan), (0.1, math.nan)):
        one = EndpointAtLook(
            name="pfs", month=1.0, data=pfs.data, log_hr=log_hr, standard_error=error
        )
        assert np.isnan(one.hazard_ratio).all()


@pytest.mark.parametrize("look", [0, 3])
def test_a_look_that_the_design_does_not_have_is_refused(made_up, look):
    design = made_up.two_endpoints()
    with pytest.raises(ValueError, match=f"`look` must be from 1 to 2, got {look}"):
        endpoints_at_look(design, design.truths[0], seed=1, replicate=0, look=look)


def test_each_panel_has_the_curves_of_its_endpoint_on_one_time_axis(made_up):
    both = made_up.both()
    axes = plot_both_endpoints(both)
    for panel, one in zip(axes, both, strict=True):
        for arm in ("control", "rt"):
            here = one.data[one.data["arm"] == arm]
            found = kaplan_meier(here["time"], here["event"])
            drawn = made_up.named(panel.curve)[f"curve-{arm}"]
            assert drawn.get_ydata()[1:] == pytest.approx(found.survival)
            written = [t.get_text() for t in panel.at_risk.texts]
            assert written[0] == str(len(here))
    assert axes[0].curve.get_xlim() == axes[1].curve.get_xlim()
    assert axes[0].curve.get_xlim()[1] == max(one.data["time"].max() for one in both)
    assert axes[1].curve.get_ylabel() == "Overall survival, probability"


def test_titles_have_events_and_hazard_ratio(made_up):
    both = made_up.both()
    titles = [
        panel.curve.get_legend().get_title().get_text() for panel in plot_both_endpoints(both)
    ]
    events = [int(one.data["event"].sum()) for one in both]
    assert events[0] > events[1]
    assert f"Progression-free survival: {events[0]} events\nhazard ratio 0.67 (0.34" in titles[0]
    assert titles[1].startswith(f"Overall survival: {events[1]} events\nhazard ratio 0.82 (0.41")
    assert "RT versus control (below 1 favours RT), 95% Wald intervals" in titles[0]


def test_an_endpoint_without_an_estimate_says_so(made_up):
    pfs, death = made_up.both()
    none = EndpointAtLook(
        name="os", month=30.0, data=death.data, log_hr=math.nan, standard_error=math.inf
    )
    assert "hazard ratio not estimable" in made_up.words(plot_both_endpoints([pfs, none])[1].curve)


def test_one_endpoint_or_nobody_followed_is_refused(made_up):
    both = made_up.both()
    with pytest.raises(ValueError, match="`endpoints` needs two endpoints, got 1"):
        plot_both_endpoints(both[:1])
    nobody = [
        EndpointAtLook(
            name=one.name, month=0.0, data=one.data.iloc[:0], log_hr=0.0, standard_error=1.0
        )
        for one in both
    ]
    with pytest.raises(ValueError, match="nobody with follow-up"):
        plot_both_endpoints(nobody)


def test_courses_end_as_both_endpoints_of_the_engine_do(made_up):
    design = made_up.two_endpoints()
    scenario = pack_scenario(design, design.truths[0])
    courses = patient_courses(scenario, seed=SEED, replicate=REPLICATE)
    first = courses[["progression", "death", "drop_out"]].min(axis=1)
    last = courses[["death", "drop_out"]].min(axis=1)
    for place, end, events in (
        (0, first, np.isfinite(courses["progression"]) | np.isfinite(courses["death"])),
        (1, last, np.isfinite(courses["death"])),
    ):
        patients = trial_patients(scenario, seed=SEED, replicate=REPLICATE, endpoint=place)
        np.testing.assert_allclose(end, patients["end"])
        assert ((patients["ended_by"] == "event") == events).all()
        assert (patients["arm"] == courses["arm"]).all()
    seen = courses[np.isfinite(courses["progression"])]
    assert 0 < len(seen) < len(courses)
    assert (seen["progression"] < seen[["death", "drop_out"]].min(axis=1)).all()


def test_courses_need_patients_who_progress(made_up):
    design = made_up.two_endpoints(
        endpoints=[],
        multiplicity=None,
        scans=None,
        looks=[{"events": 50}],
        truths=[made_up.one_endpoint],
    )
    with pytest.raises(ValueError, match="`scenario` has patients with one endpoint"):
        patient_courses(pack_scenario(design, design.truths[0]), seed=1, replicate=0)


def ends(lines):
    return [(line[0][0], line[1][0]) for line in lines.get_segments()]


def test_lines_are_thick_from_progression_to_the_end_or_the_look(made_up):
    courses, stop = made_up.courses(), 20.0
    for arm, panel in zip(("control", "rt"), plot_swimmer(courses, stop=stop), strict=True):
        drawn = made_up.named(panel)
        here = courses[(courses["arm"] == arm) & (courses["entry"] <= stop)]
        end = np.minimum(here[["death", "drop_out"]].min(axis=1), stop)
        np.testing.assert_allclose(
            ends(drawn[f"follow-up-{arm}"]), np.column_stack([here["entry"], end])
        )
        late = here["progression"] < end
        np.testing.assert_allclose(
            ends(drawn[f"progressed-{arm}"]),
            np.column_stack([here["progression"][late], end[late]]),
        )
        for name in ("progression", "death", "drop_out"):
            seen = here[name][here[name] <= stop]
            assert drawn[f"{name}-{arm}"].get_xdata().tolist() == seen.tolist()
        assert drawn["stop"].get_xdata() == [stop, stop]


def test_of_many_patients_some_are_drawn_and_the_figure_says_so(made_up):
    panels = plot_swimmer(made_up.courses(400), stop=100.0)
    drawn = {}
    for panel in panels:
        drawn |= made_up.named(panel)
    lines = sum(len(drawn[f"follow-up-{arm}"].get_segments()) for arm in ("control", "rt"))
    assert lines == MOST_PATIENTS
    assert f"{MOST_PATIENTS} of 400 patients" in made_up.words(panels[0])


def test_a_swimmer_picture_without_patients_is_refused(made_up):
    with pytest.raises(ValueError, match="nobody enrolled by month 0"):
        plot_swimmer(made_up.courses(), stop=0.0)
