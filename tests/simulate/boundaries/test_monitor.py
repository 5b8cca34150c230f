"""Bounds look by look: the same as the table, and memory that never shows."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulate.boundaries.boundaries import boundaries, pack_monitor
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.monitor import new_track, next_look
from simulate.boundaries.spending import SpendingFunction

OF = SpendingFunction(kind="obrien_fleming")
BETA = SpendingFunction(kind="pocock", total=0.1)
PLANNED = (100, 160, 250)
RULES = {
    "none": None,
    "beta": FutilityRule(kind="beta_spending", spending=BETA),
    "binding beta": FutilityRule(kind="beta_spending", spending=BETA, binding=True),
    "hazard ratio": FutilityRule(kind="hazard_ratio", hazard_ratio=(1.1, 0.95)),
    "predictive": FutilityRule(kind="predictive", probability=0.1, binding=True),
}
# One trial: events at up to three looks, the last of them final.
TRIAL = st.lists(st.sampled_from([0, 40, 90, 100, 101, 160, 250, 262]), min_size=1, max_size=3)


def plan(rule: str) -> Any:
    packed = pack_monitor(PLANNED, efficacy=OF, futility=RULES[rule], planning_hr=0.7)
    return packed[0]


def walk(track: Any, monitor: Any, trial: list[int]) -> list[Any]:
    looks = sorted(trial)
    return [
        next_look(track, monitor, look, float(events), look == len(looks) - 1)
        for look, events in enumerate(looks)
    ]


@pytest.mark.parametrize("rule", RULES)
def test_the_table_is_what_is_met_look_by_look(rule: str) -> None:
    reached = (97, 171, 249)
    bounds = boundaries(
        reached, efficacy=OF, futility=RULES[rule], planning_hr=0.7, planned=PLANNED
    )
    met = walk(new_track()[0], plan(rule), list(reached))
    assert [look.upper for look in met] == bounds.z.tolist()
    assert [look.lower for look in met] == bounds.futility_z.tolist()
    assert [look.alpha for look in met] == bounds.alpha.tolist()


@settings(max_examples=40)
@given(rule=st.sampled_from(sorted(RULES)), trials=st.lists(TRIAL, min_size=2, max_size=5))
def test_what_earlier_trials_left_behind_never_shows(rule: str, trials: list[list[int]]) -> None:
    monitor, used = plan(rule), new_track()[0]
    for trial in trials:
        assert walk(used, monitor, trial) == walk(new_track()[0], monitor, trial)


def test_no_event_at_all_means_no_bound() -> None:
    met = walk(new_track()[0], plan("binding beta"), [0, 0, 0])
    assert all(look.upper == math.inf and look.alpha == 0 for look in met)


def test_bounds_follow_the_events_not_the_number_of_the_look() -> None:
    monitor = plan("none")
    direct = walk(new_track()[0], monitor, [160, 250])
    later = walk(new_track()[0], monitor, [0, 160, 250])
    assert later[1:] == direct


def test_a_step_just_too_small_is_left_to_the_next_look() -> None:
    monitor = pack_monitor((3000, 6000), efficacy=OF)[0]
    track: Any = new_track()[0]
    first = next_look(track, monitor, 0, 3000.0, False)
    second = next_look(track, monitor, 1, 3001.0, False)
    assert (second.upper, second.alpha) == (math.inf, first.alpha)
    third = next_look(track, monitor, 2, 3002.0, False)
    assert third.alpha > first.alpha
    assert math.isfinite(third.upper)


def test_hazard_ratio_bounds_stand_at_their_hazard_ratio() -> None:
    bounds = boundaries((90, 170, 250), efficacy=OF, futility=RULES["hazard ratio"])
    np.testing.assert_allclose(bounds.futility_hazard_ratio[:2], (1.1, 0.95), rtol=1e-12)
    assert np.isnan(bounds.beta).all()
