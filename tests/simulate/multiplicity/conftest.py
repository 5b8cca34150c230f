"""Trials with several endpoints, and what is decided on them by a slow plain procedure."""

import functools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.spending import SpendingFunction
from simulate.design.multiplicity import CoPrimary, Graph, Hierarchical, Split
from simulate.multiplicity.bounds import new_room
from simulate.multiplicity.decide import HARMED, SETTLED, SUCCEEDED, decide, new_decisions
from simulate.multiplicity.plan import EndpointPlan, at_level, pack_testing

ALPHA = 0.025
OF = SpendingFunction(kind="obrien_fleming")
POCOCK = SpendingFunction(kind="pocock")
TABLE = SpendingFunction(kind="user", table=(0.001, 0.01, 0.025))
BELOW_ONE = FutilityRule(kind="hazard_ratio", hazard_ratio=(1.0,))
BETA = FutilityRule(
    kind="beta_spending", spending=SpendingFunction(kind="hwang_shih_decani", total=0.2)
)
NO_HARM = np.zeros((0, 0), np.int64)

PFS = EndpointPlan(
    name="pfs", looks=(0, 1), planned=(150, 250), efficacy=OF, futility=BELOW_ONE
)  # fmt: skip
OS = EndpointPlan(
    name="os", looks=(0, 1, 2), planned=(110, 160, 200), efficacy=TABLE, futility=BETA,
    planning_hr=0.7,
)  # fmt: skip
LATE = EndpointPlan(name="late", looks=(1, 2), planned=(90, 120), efficacy=POCOCK)
THREE = (PFS, OS, LATE)

RULES = {
    "hierarchical": Hierarchical(order=("pfs", "late", "os")),
    "split": Split(weights={"pfs": 0.2, "os": 0.5, "late": 0.3}),
    "co-primary": CoPrimary(),
    "graph": Graph(
        weights={"pfs": 0.6, "os": 0.4, "late": 0.0},
        transitions={
            "pfs": {"os": 0.5, "late": 0.5},
            "os": {"pfs": 0.9, "late": 0.1},
            "late": {"pfs": 1.0},
        },
    ),
}


def paths(trials: int, *, mean: float = 1.7, seed: int = 1) -> tuple[Any, Any]:
    """Statistics and events of three endpoints at three looks."""
    rng = np.random.default_rng(seed)
    middle = np.array([[150, 110, 50], [250, 160, 90], [260, 200, 120]])
    events = 5 * np.rint(middle * rng.uniform(0.93, 1.07, (trials, 3, 3)) / 5)
    shared = rng.normal(mean, 1.0, (trials, 1, 1))
    return shared + rng.normal(0, 1.1, (trials, 3, 3)), np.maximum.accumulate(events, axis=1)


def decided(rule: Any, endpoints: Any, z: Any, events: Any, *, harm: Any = NO_HARM, **how: Any):
    """Decisions of the kernel."""
    testing = pack_testing(rule, endpoints, alpha=ALPHA, **how)
    found = new_decisions(len(z), testing)
    decide(z, z, events, harm, testing, new_room(testing), found)
    return found


def plain_levels(rule: Any, names: list[str], rejected: set[str]) -> dict[str, float]:
    """Levels by the published update, one rejected endpoint at a time."""
    if isinstance(rule, CoPrimary):
        return {name: 0.0 if name in rejected else ALPHA for name in names}
    weight = dict.fromkeys(names, 0.0)
    arrow = {(one, other): 0.0 for one in names for other in names}
    if isinstance(rule, Hierarchical):
        weight[rule.order[0]] = 1.0
        for place in range(len(rule.order) - 1):
            arrow[rule.order[place], rule.order[place + 1]] = 1.0
    else:
        weight.update(rule.weights)
    if isinstance(rule, Graph):
        for one, row in rule.transitions.items():
            arrow.update({(one, other): share for other, share in row.items()})
    left = list(names)
    for gone in rejected:
        left.remove(gone)
        before = dict(arrow)
        for one in left:
            weight[one] += weight[gone] * before[gone, one]
            for other in left:
                loop = before[one, gone] * before[gone, one]
                through = before[one, other] + before[one, gone] * before[gone, other]
                arrow[one, other] = through / (1 - loop) if one != other and loop < 1 else 0.0
    return {name: ALPHA * weight[name] if name in left else 0.0 for name in names}


@functools.cache
def plain_bounds(endpoint: EndpointPlan, level: float, events: tuple[float, ...]) -> Any:
    return boundaries(
        events,
        planned=endpoint.planned,
        efficacy=at_level(endpoint.efficacy, level),
        futility=endpoint.futility,
        planning_hr=endpoint.planning_hr,
    )


def plain_decision(rule, endpoints, z, events, *, harm=None, success="all", stop_at_success=False):
    """Decide one trial by sets of names; `z` and `events` have shape (look, endpoint)."""
    names = [endpoint.name for endpoint in endpoints]
    places = list(enumerate(endpoints))
    rejected, dropped, over = {}, {}, set()

    def level_of(name, gone):
        return plain_levels(rule, names, set(gone))[name]

    def bounds(e, endpoint, level, look):
        seen = tuple(events[list(endpoint.looks), e].tolist())
        table = plain_bounds(endpoint, level, seen)
        own = endpoint.looks.index(look)
        return table.z[own], table.futility_z[own]

    def can_come():
        if isinstance(rule, CoPrimary) and (dropped or over - set(rejected)):
            return False
        gone, size = set(rejected), -1
        while len(gone) > size:
            size = len(gone)
            gone |= {
                name
                for name in names
                if name not in dropped and name not in over and level_of(name, gone) > 0
            }
        return gone > set(rejected)

    def won():
        if success == "any":
            return bool(rejected)
        return set(names if success == "all" else [success]) <= set(rejected)

    def result(look, reason):
        return SimpleNamespace(
            rejected=[rejected.get(name, -1) for name in names],
            dropped=[dropped.get(name, -1) for name in names],
            stop=look, reason=reason, success=int(won()),
        )  # fmt: skip

    for look in range(len(z)):
        if harm is not None and harm[look]:
            return result(look, HARMED)
        active = [
            (e, one)
            for e, one in places
            if look in one.looks and one.name not in rejected and one.name not in dropped
        ]
        again = True
        while again:
            again = False
            for e, one in active:
                level = level_of(one.name, rejected)
                if level > 0 and z[look, e] >= bounds(e, one, level, look)[0]:
                    rejected[one.name], again = look, True
        for e, one in active:
            if one.name in rejected or one.futility is None or look == one.looks[-1]:
                continue
            most = level_of(one.name, set(names) - {one.name})
            if z[look, e] < bounds(e, one, most, look)[1]:
                dropped[one.name] = look
        over |= {one.name for one in endpoints if one.looks[-1] == look}
        if not can_come():
            return result(look, SETTLED)
        if stop_at_success and won():
            return result(look, SUCCEEDED)
    raise AssertionError("the trial never stops")


@pytest.fixture(scope="session")
def trials():
    return SimpleNamespace(
        alpha=ALPHA, rules=RULES, endpoints=THREE, pfs=PFS, os=OS, late=LATE, no_harm=NO_HARM,
        of=OF, below_one=BELOW_ONE, paths=paths, decided=decided, plain_levels=plain_levels,
        plain_decision=plain_decision, nan=math.nan,
    )  # fmt: skip
