"""Events for a power: closed form with one look, and bounds that meet at the end."""

import math
from typing import Any

import pytest

from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.power import operating
from simulate.boundaries.scales import information_per_event
from simulate.boundaries.size import events_for_power
from simulate.boundaries.spending import SpendingFunction
from simulate.closed_forms import schoenfeld_events

OF = SpendingFunction(kind="obrien_fleming")
BETA = SpendingFunction(kind="hwang_shih_decani", total=0.2, parameter=-1)
RULE = FutilityRule(kind="beta_spending", spending=BETA, binding=True)


@pytest.mark.parametrize("rt", [1, 2])
def test_one_look_needs_what_schoenfeld_says(rt: int) -> None:
    per_event = information_per_event(control=1, rt=rt)
    efficacy = SpendingFunction(kind="none")
    events = events_for_power(
        [1.0], hazard_ratio=0.72, efficacy=efficacy, power=0.85, per_event=per_event
    )
    expected = schoenfeld_events(0.72, power=0.85, per_event=per_event)
    assert events == pytest.approx(expected, rel=1e-9)


def test_looks_cost_events() -> None:
    looks = events_for_power([0.5, 0.75, 1], hazard_ratio=0.7, efficacy=OF, power=0.9)
    fixed = schoenfeld_events(0.7, power=0.9)
    assert 1.005 < looks / fixed < 1.04


def test_efficacy_and_futility_meet_where_all_beta_is_spent() -> None:
    choices: Any = {"efficacy": OF, "futility": RULE}
    events = events_for_power([0.4, 0.8, 1], hazard_ratio=0.7, **choices)
    bounds = boundaries([0.4 * events, 0.8 * events, events], planning_hr=0.7, **choices)
    assert bounds.beta[-1] == pytest.approx(0.2, abs=1e-9)
    assert operating(bounds, hazard_ratio=0.7).power == pytest.approx(0.8, abs=1e-9)


def test_other_futility_rules_are_paid_for() -> None:
    rule = FutilityRule(kind="hazard_ratio", hazard_ratio=(0.95, 0.9))
    choices: Any = {"hazard_ratio": 0.7, "efficacy": OF, "power": 0.9}
    with_rule = events_for_power([0.5, 0.75, 1], futility=rule, **choices)
    assert with_rule > events_for_power([0.5, 0.75, 1], **choices)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"power": None}, "`power` is needed, got None"),
        ({"power": 1.0}, "above 0 and below 1, got 1.0"),
        ({"power": 0.9, "futility": RULE}, "must be 1 - 0.2 where this beta is spent, got 0.9"),
        ({"fraction": [0.5, 0.9]}, "`fraction` must end at 1"),
        ({"hazard_ratio": 1.0}, "`hazard_ratio` must be positive and not 1"),
        (
            {
                "futility": FutilityRule(kind="hazard_ratio", hazard_ratio=(0.6,)),
                "efficacy": SpendingFunction(kind="none"),
            },
            "a power of 0.9 is not reached.*relax `futility`",
        ),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    choices = {"fraction": [0.5, 1.0], "hazard_ratio": 0.7, "efficacy": OF, "power": 0.9} | change
    with pytest.raises(ValueError, match=message):
        events_for_power(choices.pop("fraction"), **choices)


def test_drift_at_the_end() -> None:
    events = events_for_power([1.0], hazard_ratio=0.7, efficacy=OF, power=0.9)
    drift = -math.log(0.7) * math.sqrt(events / 4)
    assert drift == pytest.approx(1.959964 + 1.281552, abs=1e-5)
