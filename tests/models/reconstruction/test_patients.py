"""Draws of single patients against survival functions and densities by quadrature."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from models.reconstruction.patients import (
    add_patient,
    cumulative_hazard,
    draw_censoring_time,
    draw_event_time,
    draw_patient,
    end_density,
    event_share,
    interval_of,
    log_follow_up_density,
    log_pin_density,
    set_arm_hazards,
    still_followed,
    tabulate_patients,
)

CUTS = (3.0, 7.5, 12.0)
HAZARD = np.array([0.04, 0.12, 0.02, 0.09])
LOG_HR = -0.6
CUT, LOSS, ACCRUAL = 24.0, 0.03, 18.0
BREAKS = [3.0, 6.0, 7.5, 12.0]
DRAWS = 20_000


def ready(trial, symmetric=0.0, **fields):
    """Problem, state and work space with the arm hazards of this file."""
    problem = trial.problem_record(
        cuts=CUTS, symmetric=symmetric, accrual=ACCRUAL, loss=LOSS, **fields
    )
    state, work = trial.empty_records()
    state["cut"], state["loss"], state["log_hr"] = CUT, LOSS, LOG_HR
    hazard = np.zeros(32)
    hazard[:4] = HAZARD
    set_arm_hazards(hazard, LOG_HR, problem, work)
    return problem, state, work


def hazards(arm, symmetric=0.0):
    return HAZARD * math.exp((arm - symmetric) * LOG_HR)


def cumulated(time, arm, symmetric=0.0):
    """Cumulative hazard, interval by interval."""
    starts = np.array([0.0, *CUTS])
    stops = np.array([*CUTS, np.inf])
    spent = np.clip(np.minimum(np.asarray(time)[..., None], stops) - starts, 0, None)
    return spent @ hazards(arm, symmetric)


@given(st.floats(0, 40), st.integers(0, 1), st.sampled_from([0.0, 0.5]))
def test_the_cumulative_hazard_adds_up_over_intervals(trial, time, arm, symmetric):
    problem, _, work = ready(trial, symmetric)
    value = cumulative_hazard(time, arm, problem, work)
    assert value == pytest.approx(float(cumulated(time, arm, symmetric)), rel=1e-12)


def test_a_cut_point_belongs_to_the_interval_that_ends_there(trial):
    problem, _, _ = ready(trial)
    times = [0.0, 3.0, np.nextafter(3.0, 4), 7.5, 11.0, 12.0, 12.1, 90.0]
    assert [interval_of(time, problem) for time in times] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("arm", [0, 1])
def test_event_times_have_the_survival_function_of_their_arm(trial, arm):
    """Kolmogorov–Smirnov, 20,000 draws: a right sampler has p below 1e-4 one time in 10,000."""
    problem, _, work = ready(trial, 0.5)
    rng = np.random.default_rng(17)
    times = [draw_event_time(arm, problem, work, rng) for _ in range(DRAWS)]
    assert stats.kstest(times, lambda t: 1 - np.exp(-cumulated(t, arm, 0.5))).pvalue > 1e-4


@pytest.mark.parametrize("loss", [0.0, LOSS])
def test_ends_of_follow_up_are_uniform_or_lost(trial, loss):
    """Kolmogorov–Smirnov, 20,000 draws."""
    problem, state, _ = ready(trial)
    state["loss"] = loss
    rng = np.random.default_rng(18)
    times = [draw_censoring_time(state, problem, rng) for _ in range(DRAWS)]

    def reached(t):
        return 1 - np.clip((CUT - t) / ACCRUAL, 0, 1) * np.exp(-loss * t)

    assert stats.kstest(times, reached).pvalue > 1e-4


def densities(trial, patient):
    """Densities of an event and of a censoring at a time, from the kernels' parts."""
    problem, state, work = ready(trial)
    arm = int(patient >= 5)

    def of_event(time):
        return math.exp(log_pin_density(patient, time, False, state, problem, work))

    def of_any(time):
        return math.exp(log_pin_density(patient, time, True, state, problem, work))

    def of_censoring(time):
        decay = LOSS * time + cumulative_hazard(time, arm, problem, work)
        return end_density(time, CUT, LOSS, problem) * math.exp(-decay)

    return of_event, of_censoring, of_any


@pytest.mark.parametrize("patient", [0, 10])
def test_the_densities_of_events_and_censorings_integrate_to_one(trial, patient):
    of_event, of_censoring, of_any = densities(trial, patient)
    events = quad(of_event, 0, CUT, points=BREAKS, limit=200)[0]
    censorings = quad(of_censoring, 0, CUT, points=BREAKS, limit=200)[0]
    assert 0.2 < events < 0.8
    assert events + censorings == pytest.approx(1.0, abs=1e-8)
    assert quad(of_any, 0, CUT, points=BREAKS, limit=200)[0] == pytest.approx(1.0, abs=1e-8)


@given(st.floats(0.001, 23.99), st.sampled_from([0, 10]))
def test_a_pinned_time_has_the_density_of_its_event_or_of_both_kinds(trial, time, patient):
    problem, state, work = ready(trial)
    arm = int(patient >= 5)
    hazard = hazards(arm)[interval_of(time, problem)]
    followed = min(1.0, (CUT - time) / ACCRUAL)
    event = hazard * followed
    end = LOSS * followed + (time >= CUT - ACCRUAL) / ACCRUAL
    decay = math.exp(-LOSS * time - float(cumulated(time, arm)))
    assert log_pin_density(patient, time, False, state, problem, work) == pytest.approx(
        math.log(event * decay), abs=1e-10
    )
    assert log_pin_density(patient, time, True, state, problem, work) == pytest.approx(
        math.log((event + end) * decay), abs=1e-10
    )
    share = event_share(patient, time, state, problem, work)
    assert share == pytest.approx(event / (event + end), rel=1e-12)


@pytest.mark.parametrize("time", [CUT, CUT + 1])
def test_nobody_is_observed_beyond_the_cut(trial, time):
    problem, state, work = ready(trial)
    assert still_followed(time, CUT, problem) == 0
    assert log_pin_density(0, time, True, state, problem, work) == -math.inf


@pytest.mark.parametrize("patient", [0, 10])
def test_whole_patients_have_the_density_they_are_pinned_with(trial, patient):
    """Chi-square over 12 classes of time by status, 20,000 draws, p above 1e-4."""
    problem, state, work = ready(trial, grid=30.0)
    of_event, of_censoring, _ = densities(trial, patient)
    rng = np.random.default_rng(19)
    drawn = np.empty((DRAWS, 2))
    for i in range(DRAWS):
        draw_patient(patient, 0, state, problem, work, rng)
        drawn[i] = state["time"][patient], state["event"][patient]
        if i == 0:
            assert work["chosen"][0] == patient
            assert work["old_time"][0] == 0
            assert state["key"][patient] == trial.plain_key(*drawn[0], 30.0)
    ends = [0.0, *BREAKS, 18.0, CUT]
    seen, expected = [], []
    for status, density in ((1, of_event), (0, of_censoring)):
        seen += list(np.histogram(drawn[drawn[:, 1] == status, 0], ends)[0])
        expected += [quad(density, a, b)[0] for a, b in pairwise(ends)]
    expected = DRAWS * np.array(expected) / sum(expected)
    assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_the_density_of_all_ends_of_follow_up_is_a_product_over_patients(trial):
    problem, state, _ = ready(trial, n=4, n_control=2)
    time, event = np.array([2.0, 9.0, 14.0, 20.0]), np.array([1, 0, 1, 0])
    state["time"][:4], state["event"][:4] = time, event
    total = 0.0
    for t, d in zip(time, event, strict=True):
        followed = min(1.0, (26.0 - t) / ACCRUAL)
        at_end = 0.05 * followed + (t >= 26.0 - ACCRUAL) / ACCRUAL
        total += math.log(followed if d else at_end) - 0.05 * t
    assert log_follow_up_density(26.0, 0.05, state, problem) == pytest.approx(total, abs=1e-12)
    assert log_follow_up_density(19.9, 0.05, state, problem) == -math.inf


@given(
    st.lists(
        st.tuples(st.floats(1e-6, 30) | st.sampled_from(CUTS), st.integers(0, 1)),
        min_size=2,
        max_size=10,
    )
)
def test_the_table_counts_events_and_months_and_patients_can_leave_it(trial, patients):
    n = len(patients)
    problem, state, _ = ready(trial, n=n, n_control=n // 2)
    state["time"][:n], state["event"][:n] = zip(*patients, strict=True)
    tabulate_patients(state, problem, state)
    events, exposure = trial.plain_table(state["time"][:n], state["event"][:n], problem)
    np.testing.assert_allclose(state["events"][:, :4], events, atol=0)
    np.testing.assert_allclose(state["exposure"][:, :4], exposure, atol=1e-12)
    for i, (time, event) in enumerate(patients):
        add_patient(time, event, -1.0, int(i >= n // 2), problem, state)
    np.testing.assert_allclose(state["events"][:, :4], 0, atol=0)
    np.testing.assert_allclose(state["exposure"][:, :4], 0, atol=1e-12)
