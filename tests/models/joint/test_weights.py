"""Weights of drawn courses: with the density of the draw they make the density of the model."""

import math
from itertools import product

import numpy as np
import pytest

from models.joint.courses import set_all_hazards
from models.joint.flips import log_death, log_free
from models.joint.problem import JOINT_STATE, JOINT_WORK, RESET
from models.joint.tables import tabulate_courses
from models.joint.trades import give_progression, take_progression
from models.joint.weights import (
    log_weight_before,
    log_weight_first,
    log_weight_last,
    log_weight_pinned,
    log_weight_without,
)

HAZARDS = {"progression": (0.11, 0.07), "death": (0.02,), "after": (0.05, 0.13, 0.09)}
LOG_HR = {"progression": -0.6, "death": 0.3, "after": -0.2}
CUT, LOSS, ACCRUAL = 26.0, 0.013, 18.0
COURSES = [(2.0, 9.3), (4.1, 4.9), (7.5, 25.0), (10.9, 11.2), (1.0, 6.0)]


def model(problem):
    """State and work space with known hazards, and the same model in plain Python."""
    state, work = np.zeros(1, JOINT_STATE), np.zeros(1, JOINT_WORK)
    for name, hazard in HAZARDS.items():
        state[name]["hazard"][0, : len(hazard)] = hazard
        state[name]["log_hr"] = LOG_HR[name]
    state["os"]["cut"], state["os"]["loss"] = CUT, LOSS
    set_all_hazards(state[0], problem, work[0])
    return state[0], work[0]


def rate(name, time, arm, problem):
    cuts = problem[name]["cuts"][: len(HAZARDS[name]) - 1]
    hazard = HAZARDS[name][int(np.sum(time > cuts))]
    return hazard * math.exp((arm - problem["os"]["symmetric"]) * LOG_HR[name])


def passed(name, start, stop, arm, problem):
    """Integral of a hazard by the midpoint rule on a fine grid that holds all cuts."""
    edges = np.unique(np.r_[start, np.arange(0.0, 40.0, 0.05), 5.0, 6.0, 11.0, stop])
    edges = edges[(edges >= start) & (edges <= stop)]
    middles = 0.5 * (edges[1:] + edges[:-1])
    return sum(
        rate(name, t, arm, problem) * w for t, w in zip(middles, np.diff(edges), strict=True)
    )


def followed(time):
    return min(1.0, (CUT - time) / ACCRUAL) * math.exp(-LOSS * time)


def ended(time):
    inside = 1.0 / ACCRUAL if CUT - ACCRUAL <= time < CUT else 0.0
    return (LOSS * min(1.0, (CUT - time) / ACCRUAL) + inside) * math.exp(-LOSS * time)


def after(first, last, arm, problem):
    """Cumulative hazard and hazard of death after progression."""
    if problem["clock"] == RESET:
        return passed("after", 0.0, last - first, arm, problem), rate(
            "after", last - first, arm, problem
        )
    return passed("after", first, last, arm, problem), rate("after", last, arm, problem)


def density(first, last, progressed, died, arm, problem):
    """Density of what is seen of one patient."""
    until = first if progressed else last
    free = math.exp(
        -passed("progression", 0.0, until, arm, problem) - passed("death", 0.0, until, arm, problem)
    )
    if not progressed:
        return free * (rate("death", last, arm, problem) * followed(last) if died else ended(last))
    lived, hazard = after(first, last, arm, problem)
    event = hazard * followed(last) if died else ended(last)
    return free * rate("progression", first, arm, problem) * math.exp(-lived) * event


@pytest.fixture(params=[0, RESET], ids=["forward", "reset"])
def problem(request, joint):
    return joint.joint_record({}, {}, clock=request.param)


@pytest.mark.parametrize(("course", "arm"), list(product(COURSES, (0, 1))))
def test_weights_complete_the_density(course, arm, problem):
    state, work = model(problem)
    first, last = course
    parts = state, problem, work
    alone = rate("progression", first, arm, problem) * math.exp(
        -passed("progression", 0.0, first, arm, problem)
    )
    both = [density(first, last, 1, died, arm, problem) for died in (0, 1)]
    only_deaths = log_weight_last(arm, first, last, 1, False, *parts)
    assert math.log(both[1] / alone) == pytest.approx(only_deaths, abs=1e-9)
    weight = log_weight_last(arm, first, last, 1, True, *parts)
    assert math.log(sum(both) / alone) == pytest.approx(weight, abs=1e-9)
    pinned = log_weight_pinned(arm, first, last, 1, True, True, *parts)
    assert math.log(sum(both)) == pytest.approx(pinned, abs=1e-9)
    others = [log_weight_before(arm, time, last, 1, problem, work) for time in (first, 0.5)]
    other = rate("progression", 0.5, arm, problem) * math.exp(
        -passed("progression", 0.0, 0.5, arm, problem)
    )
    ratio = both[1] / alone / (density(0.5, last, 1, 1, arm, problem) / other)
    assert math.log(ratio) == pytest.approx(others[0] - others[1], abs=1e-9)


@pytest.mark.parametrize(("course", "arm"), list(product(COURSES, (0, 1))))
def test_weights_without_progression(course, arm, problem):
    state, work = model(problem)
    time = course[1]
    both = [density(time, time, 0, died, arm, problem) for died in (0, 1)]
    later = math.exp(-passed("progression", 0.0, time, arm, problem))
    weight = log_weight_last(arm, math.inf, time, 0, True, state, problem, work)
    assert math.log(sum(both) / later) == pytest.approx(weight, abs=1e-9)
    without = log_weight_without(arm, time, problem, work)
    assert math.log(later) == pytest.approx(without, abs=1e-9)
    first = log_weight_first(arm, time, state, problem, work)
    rates = rate("progression", time, arm, problem) + rate("death", time, arm, problem)
    ahead = math.exp(
        -passed("progression", 0.0, time, arm, problem) - passed("death", 0.0, time, arm, problem)
    )
    assert math.log(rates * ahead * followed(time)) == pytest.approx(first, abs=1e-9)


def one_patient(course, progressed, died, arm, problem):
    """State and work space in which the first patient of an arm has a known course."""
    state, work = model(problem)
    patient = int(problem["os"]["n_control"]) if arm else 0
    first, last = course
    state["pfs"]["time"][patient] = first if progressed else last
    state["os"]["time"][patient], state["os"]["event"][patient] = last, died
    state["progressed"][patient] = progressed
    return patient, state, work


@pytest.mark.parametrize(("course", "arm", "died"), list(product(COURSES, (0, 1), (0, 1))))
def test_a_progression_comes_and_goes_by_the_ratio_of_densities(course, arm, died, problem):
    first, last = course
    never = density(last, last, 0, died, arm, problem)
    if not never:
        pytest.skip("nobody is lost at this month")

    def with_one(time):
        """Density of a progression at a month, by that of drawing it before the last one."""
        drawn = rate("progression", time, arm, problem) * math.exp(
            -passed("progression", 0.0, time, arm, problem)
        )
        drawn /= -math.expm1(-passed("progression", 0.0, last, arm, problem))
        return density(time, last, 1, died, arm, problem) / drawn

    patient, state, work = one_patient(course, 1, died, arm, problem)
    taken = take_progression(patient, state, problem, work)
    assert math.log(never / with_one(first)) == pytest.approx(taken, abs=1e-9)
    assert (state["progressed"][patient], state["pfs"]["time"][patient]) == (0, last)

    patient, state, work = one_patient(course, 0, died, arm, problem)
    given = give_progression(patient, state, problem, work, np.random.default_rng(3))
    drawn = state["pfs"]["time"][patient]
    assert 0 <= drawn < last
    assert math.log(with_one(drawn) / never) == pytest.approx(given, abs=1e-9)


@pytest.mark.parametrize(("course", "arm"), list(product(COURSES, (0, 1))))
def test_deaths_without_progression_come_and_go_by_the_ratio_of_densities(course, arm, problem):
    state, work = model(problem)
    time = course[1]
    died = density(time, time, 0, 1, arm, problem) * CUT
    ratio = log_death(arm, time, state, problem, work)
    assert math.log(died) == pytest.approx(ratio, abs=1e-9)
    alive = density(time, time, 0, 0, arm, problem) / ended(time)
    assert math.log(alive) == pytest.approx(log_free(arm, time, problem, work), abs=1e-9)


def test_what_cannot_be_has_no_weight(problem):
    state, work = model(problem)
    parts = state, problem, work
    assert log_weight_first(0, CUT + 1.0, *parts) == -math.inf
    assert log_weight_last(0, 2.0, CUT + 1.0, 1, True, *parts) == -math.inf
    assert log_weight_pinned(0, math.inf, 5.0, 0, True, True, *parts) == -math.inf


def test_tables_against_plain_counting(problem):
    rng = np.random.default_rng(5)
    n, control = int(problem["os"]["n"]), int(problem["os"]["n_control"])
    state = np.zeros(1, JOINT_STATE)[0]
    progressed, died = rng.integers(0, 2, (2, n))
    first, last = np.sort(rng.uniform(0.0, 20.0, (2, n)), axis=0)
    first = np.where(progressed, first, last)
    state["progressed"][:n], state["os"]["event"][:n] = progressed, died
    state["pfs"]["time"][:n], state["os"]["time"][:n] = first, last
    tabulate_courses(state, problem, state)
    reset = problem["clock"] == RESET
    spans = {
        "progression": (np.zeros(n), first, progressed),
        "death": (np.zeros(n), first, died * (1 - progressed)),
        "after": (
            np.zeros(n) if reset else first,
            last - first if reset else last,
            died * progressed,
        ),
    }
    arms = [np.arange(n) < control, np.arange(n) >= control]
    for name, (start, stop, event) in spans.items():
        k = int(problem[name]["intervals"])
        edges = np.r_[0.0, problem[name]["cuts"][: k - 1], np.inf]
        at_risk = progressed == 1 if name == "after" else np.full(n, True)
        for index, arm in enumerate(arms):
            for low, high, events, exposure in zip(
                edges[:-1],
                edges[1:],
                state[name]["events"][index],
                state[name]["exposure"][index],
                strict=False,
            ):
                mine = arm & at_risk
                spent = np.clip(np.minimum(stop, high) - np.maximum(start, low), 0.0, None)
                assert exposure == pytest.approx(spent[mine].sum(), abs=1e-9)
                inside = (stop > low) & (stop <= high)
                assert events == event[mine & inside].sum()
