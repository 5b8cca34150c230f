"""Alpha passed on between endpoints, decisions and sequential p values, by plain computation."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from analyses.selftest.check import Check, Finding, Worst
from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.spending import SpendingFunction
from simulate.design.multiplicity import CoPrimary, Graph, Hierarchical, Multiplicity, Split
from simulate.multiplicity.bounds import new_room
from simulate.multiplicity.decide import decide, new_decisions
from simulate.multiplicity.levels import levels
from simulate.multiplicity.plan import EndpointPlan, at_level, pack_testing
from simulate.multiplicity.sequential_p import levels_needed

Floats = NDArray[np.float64]

ALPHA, SEED = 0.025, 8
EXACT, ROOT = 1e-12, 1e-7
TRIALS, P_TRIALS = 600, 25
NAMES = ("pfs", "os", "late")
ENDPOINTS = (
    EndpointPlan(
        name="pfs", looks=(0, 1), planned=(150, 250),
        efficacy=SpendingFunction(kind="obrien_fleming"),
    ),
    EndpointPlan(
        name="os", looks=(0, 1, 2), planned=(110, 160, 200),
        efficacy=SpendingFunction(kind="user", table=(0.001, 0.01, 0.025)),
    ),
    EndpointPlan(
        name="late", looks=(1, 2), planned=(90, 120), efficacy=SpendingFunction(kind="pocock")
    ),
)  # fmt: skip
EVENTS = np.array(
    [
        [[150, 110, 50], [250, 160, 90], [260, 200, 120]],
        [[140, 115, 55], [255, 150, 85], [265, 210, 125]],
        [[160, 105, 45], [240, 165, 95], [250, 195, 110]],
    ],
    float,
)
RULES: dict[str, Multiplicity] = {
    "hierarchy": Hierarchical(order=("pfs", "late", "os")),
    "split": Split(weights={"pfs": 0.2, "os": 0.5, "late": 0.3}),
    "co-primary": CoPrimary(),
    "graph": Graph(
        weights={"pfs": 0.6, "os": 0.4, "late": 0.0},
        transitions={
            "pfs": {"os": 0.5, "late": 0.5},
            "os": {"pfs": 0.9, "late": 0.1},
            "late": {"pfs": 0.8},
        },
    ),
}


def _arrows(rule: Multiplicity) -> tuple[Floats, Floats]:
    """Weights and transitions of a rule that passes alpha on, in the order of the names."""
    weights, arrows = np.zeros(3), np.zeros((3, 3))
    if isinstance(rule, Hierarchical):
        places = [NAMES.index(name) for name in rule.order]
        weights[places[0]] = 1.0
        arrows[places[:-1], places[1:]] = 1.0
    elif not isinstance(rule, CoPrimary):
        weights[:] = [rule.weights[name] for name in NAMES]
    if isinstance(rule, Graph):
        for start, row in rule.transitions.items():
            for end, share in row.items():
                arrows[NAMES.index(start), NAMES.index(end)] = share
    return weights, arrows


@cache
def plain_levels(name: str, rejected: frozenset[int]) -> Floats:
    """Alpha of each endpoint, as that of rejected ones wanders until it meets an open one.

    In closed form: w_open + w_gone (I - T_gone)^-1 T_to_open.
    """
    rule = RULES[name]
    gone, left = sorted(rejected), sorted({0, 1, 2} - rejected)
    found = np.zeros(3)
    if isinstance(rule, CoPrimary):
        found[left] = ALPHA
        return found
    weights, arrows = _arrows(rule)
    within = np.eye(len(gone)) - arrows[np.ix_(gone, gone)]
    wandering = weights[gone] @ np.linalg.inv(within) @ arrows[np.ix_(gone, left)]
    found[left] = ALPHA * (weights[left] + wandering)
    return found


def compare_levels() -> Finding:
    """Levels of every rule, whichever endpoints are rejected."""
    worst = Worst(EXACT, "difference in alpha")
    for name, rule in RULES.items():
        table = levels(rule, NAMES, ALPHA)
        for mask in range(8):
            rejected = frozenset(e for e in range(3) if mask >> e & 1)
            if len(rejected) == 3:
                continue
            worst.absolute(table[mask], plain_levels(name, rejected), f"{name}, {mask} rejected")
    return worst.finding()


def _paths() -> tuple[Floats, Floats]:
    """Statistics and events, shape (trial, look, endpoint), some of each on either side."""
    rng = np.random.default_rng(SEED)
    shared = rng.normal(1.7, 1.0, (TRIALS, 1, 1))
    z = shared + rng.normal(0.0, 1.1, (TRIALS, 3, 3))
    return z, EVENTS[rng.integers(0, len(EVENTS), TRIALS)]


@cache
def _bounds(endpoint: EndpointPlan, level: float, events: tuple[float, ...]) -> Floats:
    efficacy = at_level(endpoint.efficacy, level)
    return boundaries(events, planned=endpoint.planned, efficacy=efficacy).z


def plain_decision(name: str, z: Floats, events: Floats) -> list[int]:
    """Look of each endpoint's rejection, -1 for none, by sets of endpoints."""
    found = [-1, -1, -1]
    for look in range(len(z)):
        again = True
        while again:
            again = False
            for e in _crossing(name, z, events, look, found):
                found[e], again = look, True
                break
    return found


def _crossing(name: str, z: Floats, events: Floats, look: int, found: list[int]) -> Iterator[int]:
    """Give open endpoints that are analysed at a look and beyond their bound, the first first."""
    gone = frozenset(e for e in range(3) if found[e] >= 0)
    for e, endpoint in enumerate(ENDPOINTS):
        if e in gone or look not in endpoint.looks:
            continue
        level = float(plain_levels(name, gone)[e])
        seen = tuple(events[list(endpoint.looks), e])
        if level > 0 and z[look, e] >= _bounds(endpoint, level, seen)[endpoint.looks.index(look)]:
            yield e


def compare_decisions() -> Finding:
    """Look at which each endpoint of each trial is rejected, under every rule."""
    worst = Worst(0.0, "decisions that differ")
    z, events = _paths()
    for name, rule in RULES.items():
        testing = pack_testing(rule, ENDPOINTS, alpha=ALPHA)
        found = new_decisions(TRIALS, testing)
        decide(z, z, events, np.zeros((0, 0), np.int64), testing, new_room(testing), found)
        plain = [plain_decision(name, *trial) for trial in zip(z, events, strict=True)]
        # A co-primary trial that has lost one endpoint ends, whatever the others would do.
        wrong = found.rejected != np.array(plain)
        if isinstance(rule, CoPrimary):
            wrong = found.success != (np.array(plain) >= 0).all(axis=1)
        worst.add(wrong.astype(float), name)
    return worst.finding()


def _needed(endpoint: EndpointPlan, z: Floats, events: Floats, look: int) -> float:
    """Level whose bound at a look is z, by bracketing on the scale of normal quantiles."""
    seen = tuple(events)

    def above(x: float) -> float:
        return float(z[look] - _bounds(endpoint, float(norm.sf(x)), seen)[look])

    return float(norm.sf(brentq(above, 0.1, 6.0, xtol=1e-12)))


def compare_p_values() -> Finding:
    """Levels needed: of one look, the p value; of several, where the bound is the statistic."""
    worst = Worst(ROOT, "relative difference")
    rng = np.random.default_rng(SEED)
    efficacy = SpendingFunction(kind="obrien_fleming")
    once = EndpointPlan(name="once", looks=(0,), planned=(150,), efficacy=efficacy)
    z = rng.normal(2.0, 1.0, (40, 1))
    z = z[z > 0.1][:, np.newaxis]
    found = levels_needed(once, z, np.full_like(z, 150.0))
    worst.relative(found, norm.sf(z), "one look")
    for e, endpoint in enumerate(ENDPOINTS):
        looks = list(endpoint.looks)
        z, events = rng.uniform(1.9, 3.2, (P_TRIALS, len(looks))), EVENTS[0][looks, e]
        found = levels_needed(endpoint, z, np.broadcast_to(events, z.shape))
        for trial in range(P_TRIALS):
            expected = _needed(endpoint, z[trial], events, len(looks) - 1)
            worst.relative(found[trial, -1], expected, f"{endpoint.name}, trial {trial}")
    return worst.finding()


CHECKS = (
    Check(
        name="alpha passed on",
        requirement="multiplicity.error",
        grade="closed form",
        claim="Levels of hierarchy, split, co-primary and graph, whichever endpoints are rejected.",
        source="absorption of a Markov chain, w + w (I - T)^-1 T, in the check",
        subject="simulate.multiplicity.levels.levels",
        compare=compare_levels,
    ),
    Check(
        name="decisions on several endpoints",
        requirement="multiplicity.error",
        grade="independent implementation",
        claim="600 trials of three endpoints at three looks are decided as by a plain procedure.",
        source="sets of endpoints and bounds found one by one, in the check",
        subject="simulate.multiplicity.decide.decide",
        compare=compare_decisions,
        seconds=2.0,
    ),
    Check(
        name="sequential p values",
        requirement="multiplicity.error",
        grade="independent implementation",
        claim="At the level that a look needs, the bound of that look is its statistic.",
        source="the normal tail for one look; scipy's brentq on the bounds for several",
        subject="simulate.multiplicity.sequential_p.levels_needed",
        compare=compare_p_values,
        seconds=2.0,
    ),
)
