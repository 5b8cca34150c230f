"""One sorted pass against the figures in plain Python, `models.survival` and lifelines."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from models.reconstruction.figures import (
    HALF,
    cox_figures_match,
    figures_hold,
    insertion_sort,
    ranks_hold,
    recorded,
    sort_key,
    sorted_pass,
)
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
)
from models.reconstruction.windows import level_windows
from models.survival.cox import cox, hazard_ratio
from models.survival.kaplan_meier import kaplan_meier, median_time

TEN_THOUSANDTHS = st.integers(0, 240_000).map(lambda i: i / 10_000)
GRIDS = st.sampled_from([0.0, 0.5, 4.0, 30.0])


@st.composite
def small_trials(draw):
    """Times (all different), statuses, number of controls and grid of 2 to 14 patients."""
    n = draw(st.integers(2, 14))
    time = draw(st.lists(TEN_THOUSANDTHS, min_size=n, max_size=n, unique=True))
    event = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return np.array(time), np.array(event), draw(st.integers(1, n - 1)), draw(GRIDS)


def simulated(rng, n=75, n_control=38, grid=0.0):
    """Latent and recorded times and statuses of one trial of the usual size."""
    scale = np.where(np.arange(n) < n_control, 14.0, 22.0)
    died, left = rng.exponential(scale), rng.uniform(7, 36, n)
    time, event = np.minimum(died, left), (died <= left).astype(int)
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    return time, event, seen


def a_pass(trial, time, event, n_control, grid, log_hr):
    problem = trial.problem_record(n=len(time), n_control=n_control, grid=grid)
    state = trial.patients_state(time, event, grid)
    return sorted_pass(state["order"], state, problem, log_hr)


@given(small_trials(), st.floats(-3, 3))
def test_score_and_information_are_those_of_risk_sets_counted_one_by_one(trial, patients, log_hr):
    time, event, n_control, grid = patients
    fit = a_pass(trial, time, event, n_control, grid, log_hr)
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    score, information = trial.plain_score(log_hr, seen, event, np.arange(len(time)) >= n_control)
    assert fit.score == pytest.approx(score, abs=1e-10)
    assert fit.information == pytest.approx(information, abs=1e-10)


@given(small_trials())
def test_the_patients_at_the_medians_are_those_of_a_plain_kaplan_meier_curve(trial, patients):
    time, event, n_control, grid = patients
    fit = a_pass(trial, time, event, n_control, grid, 0.0)
    figures = trial.plain_figures(time, event, n_control=n_control, grid=grid)
    assert (fit.control_crossing, fit.rt_crossing) == figures.crossing


@given(small_trials())
def test_the_crossing_patient_has_the_median_of_the_survival_package(trial, patients):
    time, event, n_control, grid = patients
    fit = a_pass(trial, time, event, n_control, grid, 0.0)
    seen = np.array([recorded(value, grid) for value in time])
    for arm, holder in ((slice(n_control), fit[2]), (slice(n_control, None), fit[3])):
        median = median_time(kaplan_meier(seen[arm], event[arm] == 1))
        assert median == (seen[holder] if holder >= 0 else math.inf)


def test_a_curve_at_one_half_has_crossed():
    assert (5 / 6) * (4 / 5) * (3 / 4) <= HALF < 0.5 * (1 + 1e-9)


def test_without_ties_the_root_of_the_score_is_the_estimate_of_lifelines(trial):
    time, event, _ = simulated(np.random.default_rng(4))
    patients = pd.DataFrame({"time": time, "event": event, "rt": np.arange(75) >= 38})
    fitter = CoxPHFitter().fit(patients.astype(float), "time", "event")
    fit = a_pass(trial, time, event, 38, 0.0, fitter.params_["rt"])
    assert fit.score == pytest.approx(0.0, abs=1e-4)
    assert fit.information**-0.5 == pytest.approx(fitter.standard_errors_["rt"], rel=1e-4)


@pytest.mark.parametrize("grid", [0.0, 30.0, 1.0])
def test_the_cox_figures_match_when_each_window_holds_the_fit_and_only_then(trial, grid):
    rng = np.random.default_rng(8)
    for _ in range(10):
        time, event, seen = simulated(rng, grid=grid)
        rt = np.arange(75) >= 38
        inverse = hazard_ratio(cox(seen, event == 1, ~rt))
        state = trial.patients_state(time, event, grid)
        printed = dict(zip(("hr", "lower", "upper"), inverse, strict=True))
        around = {name: (value - 1e-4, value + 1e-4) for name, value in printed.items()}
        start = -math.log(printed["hr"] * rng.uniform(0.8, 1.25))

        def match(windows, state=state, start=start):
            problem = trial.problem_record(n=75, n_control=38, grid=grid, **windows)
            return cox_figures_match(state["order"], state, problem, start)

        assert match(around)
        for name, value in printed.items():
            assert not match(around | {name: (value + 1e-6, value + 1)})
            assert not match(around | {name: (0.0, value - 1e-6)})


@pytest.mark.parametrize("event", [np.zeros(6, int), np.array([0, 0, 0, 1, 1, 1])])
def test_no_finite_estimate_matches_no_figures(trial, event):
    time = np.array([4.0, 5.0, 6.0, 1.0, 2.0, 3.0])
    state = trial.patients_state(time, event, 0.0)
    problem = trial.problem_record(n=6, n_control=3, hr=(0.2, 5), lower=(0, 5), upper=(0.2, 99))
    assert not cox_figures_match(state["order"], state, problem, 0.0)


@given(st.lists(st.tuples(TEN_THOUSANDTHS, st.booleans()), min_size=2, max_size=12), GRIDS)
def test_keys_sort_by_day_then_events_first_then_latent_time(patients, grid):
    keys = np.array([sort_key(time, event, grid) for time, event in patients])
    days = [time if grid == 0 else math.floor(time * grid + 0.5) for time, _ in patients]
    wanted = [
        (day, not event if grid else False, time)
        for day, (time, event) in zip(days, patients, strict=True)
    ]
    by_key = [wanted[i] for i in np.argsort(keys, kind="stable")]
    assert by_key == sorted(wanted)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_the_sort_is_that_of_numpy(key):
    order = np.arange(len(key))
    insertion_sort(order, np.array(key), len(key))
    np.testing.assert_array_equal(order, np.argsort(key, kind="stable"))


@given(st.floats(0, 40), st.sampled_from([4.0, 30.0, 30.4375]))
def test_a_recorded_time_is_the_nearest_whole_day(time, grid):
    assert abs(recorded(time, grid) - time) <= 0.5 / grid + 1e-12
    assert recorded(time, grid) * grid == pytest.approx(round(recorded(time, grid) * grid))
    assert recorded(time, 0.0) == time


def a_trial_with_its_figures(trial, rng, grid=0.0, n=11):
    """A trial, its problem with windows around its own figures, and its holders."""
    time, event, _ = simulated(rng, n=n, n_control=n // 2, grid=grid)
    figures = trial.plain_figures(time, event, n_control=n // 2, grid=grid)
    state = trial.patients_state(time, event, grid)
    roles = {}
    for role, value in (
        (CONTROL_MEDIAN, figures.median[0]),
        (RT_MEDIAN, figures.median[1]),
        (SHORTEST, figures.follow_up[0]),
        (MIDDLE, figures.follow_up[1]),
        (LONGEST, figures.follow_up[2]),
    ):
        roles[role] = (value - 0.01, value + 0.01)
    if n % 2 == 0:
        roles[UPPER_MIDDLE] = roles[MIDDLE]
    middle = (n - 1) // 2
    state["holder"][:2] = figures.crossing
    state["holder"][2:] = [figures.ranked[i] for i in (0, middle, middle + 1, -1)]
    middle = math.exp(-figures.log_hr)
    spread = math.exp(figures.half_width)
    ends = {"hr": middle, "lower": middle / spread, "upper": middle * spread}
    windows = {name: (value * 0.99, value * 1.01) for name, value in ends.items()}
    return state, trial.problem_record(roles, n=n, n_control=n // 2, grid=grid, **windows)


@pytest.mark.parametrize("n", [11, 12])
@pytest.mark.parametrize("grid", [0.0, 30.0])
def test_a_trial_holds_its_own_figures_and_loses_each_that_is_changed(trial, grid, n):
    rng = np.random.default_rng(12)
    tried = 0
    while tried < 10:
        state, problem = a_trial_with_its_figures(trial, rng, grid, n)
        holders = state["holder"].copy()
        if min(holders) < 0 or not 0.3 < problem["hr"][0] < 3:
            continue
        tried += 1
        windows = level_windows(problem, levels=2)
        assert figures_hold(state["order"], state, windows[0], problem)
        assert ranks_hold(state["order"], state, problem)
        for role in np.flatnonzero(problem["used"]):
            state["holder"][role] = (holders[role] + 1) % n
            medians = figures_hold(state["order"], state, windows[0], problem)
            ranks = ranks_hold(state["order"], state, problem)
            assert (medians, ranks) == ((False, True) if role < SHORTEST else (True, False))
            state["holder"][role] = holders[role]
        problem["unreached"] = 1, 0
        assert not figures_hold(state["order"], state, windows[0], problem)
        problem["unreached"] = 0, 0
        problem["cap"] = state["time"][:n].max()
        assert not ranks_hold(state["order"], state, problem)


@pytest.mark.parametrize("arm", [0, 1])
def test_a_median_printed_as_not_reached_forbids_a_crossing(trial, arm):
    time = np.arange(1.0, 9.0)
    problem = trial.problem_record(
        n=8, n_control=4, hr=(0.01, 100), lower=(1e-9, 100), upper=(0.01, 1e9)
    )
    problem["unreached"][arm] = 1
    free = np.array([-math.inf, math.inf] * 3 + [0.0, 0.0])
    first = 4 * arm
    for count, holds in ((2, False), (1, True)):
        event = np.zeros(8, int)
        event[first : first + count] = 1
        event[4 - first] = 1
        state = trial.patients_state(time, event, 0.0)
        assert figures_hold(state["order"], state, free, problem) is holds


@pytest.mark.parametrize(("apart", "holds"), [(0.004, True), (0.016, False)])
def test_an_even_number_of_patients_prints_the_mean_of_two_middle_times(trial, apart, holds):
    time = np.array([1.0, 9.0, 5.0 - 0.1, 5.1 + apart])
    roles = {MIDDLE: (4.995, 5.005), UPPER_MIDDLE: (4.995, 5.005)}
    problem = trial.problem_record(roles, n=4, n_control=2)
    state = trial.patients_state(time, np.ones(4, int), 0.0)
    state["holder"][[MIDDLE, UPPER_MIDDLE]] = 2, 3
    assert ranks_hold(state["order"], state, problem) is holds
