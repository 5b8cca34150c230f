"""Thousands of moves of every kind: the figures and all bookkeeping hold after each scan."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reconstruction.figures import insertion_sort
from models.reconstruction.moves import merge_order, move_pin, redraw_block, settle, spread_middle
from models.reconstruction.patients import place, tabulate_patients
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    RANDOM_WALK,
    RT_MEDIAN,
    SHORTEST,
    STATE,
    UPPER_MIDDLE,
)
from models.reconstruction.tempering import MOVES
from models.reconstruction.warp import warp

COX = {"hr": (1.1, 1.9), "lower": (0.25, 0.7), "upper": (3.5, 7.0)}
ROLES = {
    CONTROL_MEDIAN: (5.0, 7.0),
    RT_MEDIAN: (11.0, 14.0),
    SHORTEST: (1.0, 3.0),
    MIDDLE: (8.5, 10.5),
    LONGEST: (18.0, 22.0),
}
ON_DAYS = {role: (low - 1 / 60, high - 1 / 60) for role, (low, high) in ROLES.items()}
EVEN = {"n_control": 6, "n": 12}
WALK = {"baseline": RANDOM_WALK, "shape": 0.5, "rate": 1.0, "cuts": (4.0, 9.0)}
FREE = {"free_follow_up": 1, "cut_low": 22.0, "cut_high": 34.0, "loss": 0.02}
CASES = {
    "gamma": (ROLES, {}),
    "hierarchical, symmetric": (ROLES, {"baseline": HIERARCHICAL_GAMMA, "symmetric": 0.5}),
    "random walk, symmetric": (ROLES, WALK | {"symmetric": 0.5}),
    "days": (ON_DAYS, {"grid": 30.0, "cap": 22.0 - 1 / 60}),
    "free follow-up": (ROLES, FREE),
    "event bounds": (ROLES, {"events_low": (4, 3), "events_high": (4, 5)}),
    "even": (ROLES | {UPPER_MIDDLE: ROLES[MIDDLE]}, EVEN),
    "even on days": (ON_DAYS | {UPPER_MIDDLE: ON_DAYS[MIDDLE]}, EVEN | {"grid": 30.0}),
    "all at once": (
        ON_DAYS | {UPPER_MIDDLE: ON_DAYS[MIDDLE]},
        EVEN | FREE | WALK | {"symmetric": 0.5, "grid": 30.0, "events_high": (5, 6)},
    ),
    "no median reached by RT": (
        {CONTROL_MEDIAN: (5.0, 10.0), LONGEST: (16.0, 23.0)},
        {"unreached": (0, 1), "hr": (0.8, 2.6), "lower": (0.1, 0.9), "upper": (2.4, 9.0)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_figures_and_bookkeeping_hold_at_every_level_after_thousands_of_moves(trial, case):
    roles, fields = CASES[case]
    problem = trial.problem_record(roles, **COX | fields)
    for seed in range(4):
        chain = trial.tempered(problem, scans=600, seed=seed, widest=10.0, moves=6)
        for level in range(3):
            state = chain.replicas[chain.ladder["slot"][level]]
            assert trial.violated(state, problem, exact=level == 0) == []
        accepted, tried = np.moveaxis(chain.ladder["moves"][:3], 2, 0)
        assert (tried[:, :3].sum(axis=1) == 6 * 600).all()
        assert (accepted[:, :MOVES] > 0).all()
    trace = chain.trace
    assert len(np.unique(trace["log_hr"])) > 150
    assert len(np.unique(trace["time"])) > 150


@pytest.mark.parametrize("case", CASES)
def test_every_draw_of_the_trace_prints_the_published_figures(trial, case):
    roles, fields = CASES[case]
    problem = trial.problem_record(roles, **COX | fields)
    n, n_control, grid = int(problem["n"]), int(problem["n_control"]), float(problem["grid"])
    trace = trial.tempered(problem, scans=2_000, seed=5, thin=100).trace
    for draw in trace:
        figures = trial.plain_figures(
            draw["time"][:n], draw["event"][:n], n_control=n_control, grid=grid
        )
        values = np.exp(-figures.log_hr + figures.half_width * np.array([0, -1, 1]))
        for name, value in zip(("hr", "lower", "upper"), values, strict=True):
            assert problem[name][0] <= value < problem[name][1]
        times = dict(
            zip(
                (CONTROL_MEDIAN, RT_MEDIAN, SHORTEST, MIDDLE, LONGEST),
                (*figures.median, *figures.follow_up),
                strict=True,
            )
        )
        for role in set(roles) - {UPPER_MIDDLE}:
            assert problem["windows"][role, 0] <= times[role] < problem["windows"][role, 1]


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_merged_changes_are_in_the_order_of_a_sort(trial, count, seed):
    rng = np.random.default_rng(seed)
    problem = trial.problem_record()
    state = trial.patients_state(rng.uniform(0, 20, 11), rng.integers(0, 2, 11), 0.0)
    _, work = trial.empty_records()
    for i, patient in enumerate(rng.choice(11, count, replace=False)):
        place(patient, rng.uniform(0, 20), 1, i, state, problem, work)
    merge_order(count, state, problem, work)
    sorted_order = np.arange(11)
    insertion_sort(sorted_order, state["key"], 11)
    np.testing.assert_array_equal(work["order"][:11], sorted_order)
    assert not work["changed"].any()


def at_level_zero(trial, case, seed=1):
    """Problem, a state that holds its figures, level 0's window, work space and generator."""
    roles, fields = CASES[case]
    problem = trial.problem_record(roles, **COX | fields)
    chain = trial.tempered(problem, scans=50, seed=seed)
    state = chain.replicas[chain.ladder["slot"][0]]
    _, work = trial.empty_records()
    return problem, state, chain.windows[0], work, np.random.default_rng(seed)


def same(one, other, names=STATE.names):
    return all(np.array_equal(one[name], other[name]) for name in names)


MEMORY_OF_PATIENTS = [name for name in STATE.names if name != "free"]


@pytest.mark.parametrize("case", ["gamma", "random walk, symmetric", "even on days"])
def test_a_refused_move_leaves_no_trace(trial, case):
    """Whatever is refused, all but the order of the free list is as before."""
    problem, state, window, work, rng = at_level_zero(trial, case)
    moves = {
        "block": lambda: redraw_block(3, False, state, window, problem, work, rng),
        "with baseline": lambda: redraw_block(3, True, state, window, problem, work, rng),
        "pin": lambda: move_pin(state, window, problem, work, rng),
        "spread": lambda: spread_middle(state, window, problem, work, rng),
        "warp": lambda: warp(state, window, problem, work, rng),
    }
    refused = dict.fromkeys(moves, 0)
    for _ in range(150):
        for name, move in moves.items():
            before = state.copy()
            if not move():
                refused[name] += 1
                assert same(before, state, MEMORY_OF_PATIENTS), name
                assert sorted(before["free"]) == sorted(state["free"])
    assert min(refused.values()) > 0


def test_a_settled_change_outside_the_event_bounds_is_undone(trial):
    problem, state, window, work, rng = at_level_zero(trial, "event bounds")
    control = next(i for i in state["free"][: state["free_count"]] if i < 5 and state["event"][i])
    before = state.copy()
    place(control, state["time"][control], 0, 0, state, problem, work)
    assert not settle(1, 0.0, False, state, window, problem, work, rng)
    assert same(before, state)


def test_an_impossible_ratio_is_refused_and_a_neutral_change_kept(trial):
    problem, state, window, work, rng = at_level_zero(trial, "gamma")
    patient = state["free"][0]
    time, event = state["time"][patient], state["event"][patient]
    place(patient, time, event, 0, state, problem, work)
    assert settle(1, 0.0, False, state, window, problem, work, rng)
    place(patient, time, event, 0, state, problem, work)
    assert not settle(1, -np.inf, False, state, window, problem, work, rng)


def test_a_warp_keeps_pins_ranks_and_statuses(trial):
    problem, state, window, work, rng = at_level_zero(trial, "gamma")
    accepted = 0
    for _ in range(200):
        before = state.copy()
        if not warp(state, window, problem, work, rng):
            continue
        accepted += 1
        assert same(before, state, ["order", "event", "holder", "free", "events_rt"])
        holders = state["holder"][problem["used"] > 0]
        np.testing.assert_array_equal(before["time"][holders], state["time"][holders])
        moved = state["time"] != before["time"]
        pins = np.sort(np.append(before["time"][holders], [0.0, np.inf]))
        gaps = np.searchsorted(pins, before["time"][moved])
        assert len(set(gaps)) <= 1
        np.testing.assert_array_equal(gaps, np.searchsorted(pins, state["time"][moved]))
        fresh = state.copy()
        tabulate_patients(fresh, problem, fresh)
        np.testing.assert_allclose(fresh["exposure"], state["exposure"], atol=1e-9)
    assert accepted > 50
