"""From a design to the record by which its trials are monitored."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.boundaries import Boundaries, boundaries, pack_monitor
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.scales import information_per_event
from simulate.boundaries.spending import SpendingFunction
from simulate.design.endpoint import Endpoint
from simulate.design.futility import BetaSpending, HazardRatioFutility, PredictiveFutility
from simulate.design.spending import Spending
from simulate.design.trial import TrialDesign
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, Block, simulate_block
from simulate.multiplicity.plan import EndpointPlan, at_level
from simulate.operating.statistics import takes_credit
from simulate.truth.kinds import OneTruth
from simulate.truth.pack import pack_truth
from simulate.truth.pieces import Pieces
from simulate.truth.truth import Truth

Floats = NDArray[np.float64]


def planned_events(design: TrialDesign, *, seed: int, endpoint: str | None = None) -> Floats:
    """Events planned at each look of an endpoint.

    Those that the looks wait for; for looks by the calendar or by another endpoint their mean over
    1,000 trials under the planning truth, to the next whole number, or the planned share of the
    final look's.

    Parameters
    ----------
    design : TrialDesign
    seed : int
    endpoint : str, optional
        Needed where the design tests several.

    Returns
    -------
    array (look,)
        One value for each look at which the endpoint is analysed.

    Examples
    --------
    >>> from simulate import load_design, planned_events
    >>> planned_events(load_design("analyses/phase3/os_alone.toml"), seed=1)
    array([150., 225., 300.])
    """
    name = endpoint or design.endpoint
    known = [look.events for look in design.seen_by(name).looks]
    if all(count is not None for count in known):
        return np.array(known, dtype=float)
    return _expected(design, name, _pilot(design, seed))


def all_planned_events(design: TrialDesign, *, seed: int) -> dict[str, Floats]:
    """Events planned at each look of each endpoint, from the same trials; see `planned_events`.

    Parameters
    ----------
    design : TrialDesign
    seed : int

    Returns
    -------
    dict of str to array (look,)
        By endpoint, one value for each look at which it is analysed.
    """
    names = [str(one.name) for one in design.tested()]
    known = {name: [look.events for look in design.seen_by(name).looks] for name in names}
    if all(count is not None for counts in known.values() for count in counts):
        return {name: np.array(counts, dtype=float) for name, counts in known.items()}
    pilot = _pilot(design, seed)
    return {name: _expected(design, name, pilot) for name in names}


def _pilot(design: TrialDesign, seed: int) -> Block:
    scenario = pack_scenario(design, design.truths[0])
    return simulate_block(scenario, seed=seed, first=0, trials=BLOCK)


def _expected(design: TrialDesign, name: str, pilot: Block) -> Floats:
    """Events that the endpoint's looks wait for, or have in the pilot's mean."""
    looks = design.seen_by(name).looks
    which = [str(one.name) for one in design.tested()].index(name)
    found = pilot.of(which)[:, list(design.looks_at(name))]
    seen = np.rint((found[..., EVENTS_CONTROL] + found[..., EVENTS_RT]).mean(axis=0))
    final = looks[-1].events or seen[-1]
    events = [
        look.events or (final * look.information if look.information is not None else mean)
        for look, mean in zip(looks[:-1], seen[:-1], strict=True)
    ]
    return np.maximum.accumulate(np.maximum([*events, final], 1.0))


def planning_ratio(design: TrialDesign, truth: OneTruth) -> float:
    """Hazard ratio (RT versus control) that beta spending and closed forms take from a truth.

    A constant ratio is itself; of one that changes, the mean of its logs, weighted by the events
    that the control arm has in each piece.

    Parameters
    ----------
    design : TrialDesign
        Of patients who progress and die, its `endpoint` says which endpoint is meant. Its scans
        are left aside: they shift when progression is seen, not what drives it.
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    """
    if isinstance(truth, Truth):
        pieces, control = truth.effect.pieces(ratio=1.0), truth.control.pieces()
        edges = np.array([0.0, *pieces.cuts, math.inf])
        survival = np.array([_survival(control, edge) for edge in edges])
        return float(np.exp(np.average(np.log(pieces.values), weights=-np.diff(survival))))
    packed = pack_truth(design.model_copy(update={"scans": None}), truth)
    shares = np.array(design.prevalences())
    spent = np.cumsum(packed.hazard[0, :, :-1] * np.diff(packed.cuts, prepend=0.0), axis=1)
    reached = np.exp(-np.pad(spent, ((0, 0), (1, 0))))
    events = shares[:, np.newaxis] * -np.diff(reached, axis=1, append=0.0)
    both = np.log(np.maximum(packed.hazard, 1e-12))
    return float(np.exp(np.average(both[1] - both[0], weights=events)))


def _survival(pieces: Pieces, time: float) -> float:
    total, start = 0.0, 0.0
    for stop, value in zip((*pieces.cuts, math.inf), pieces.values, strict=True):
        if time <= start:
            break
        total += value * (min(stop, time) - start) if value > 0.0 else 0.0
        start = stop
    return math.exp(-total)


def per_event(design: TrialDesign) -> float:
    """Information on log HR in one event under the design's allocation."""
    return information_per_event(control=design.allocation.control, rt=design.allocation.rt)


def monitoring_record(
    design: TrialDesign, events: Floats, *, apart: bool = False
) -> NDArray[np.void]:
    """Pack spending and futility for `next_look`.

    Parameters
    ----------
    design : TrialDesign
        Of one endpoint, or as one endpoint has it.
    events : array (look,)
        From `planned_events`.
    apart : bool
        Whether bounds take no credit for the correlation between looks.

    Returns
    -------
    array of MONITOR (1,)
    """
    return pack_monitor(events, apart=apart, **_rules(design))


def planned_boundaries(
    design: TrialDesign, events: Floats, *, alpha: float | None = None
) -> Boundaries:
    """Bounds if every look comes at its planned events.

    Parameters
    ----------
    design : TrialDesign
        Of one endpoint, or as one endpoint has it.
    events : array (look,)
        From `planned_events`.
    alpha : float, optional
        One-sided; the design's unless given.

    Returns
    -------
    Boundaries
        z, p value, hazard ratio and alpha spent at each look.

    Examples
    --------
    >>> from simulate import load_design, planned_boundaries, planned_events
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> planned_boundaries(design, planned_events(design, seed=1)).z.round(2)
    array([2.96, 2.36, 2.01])
    """
    rules = _rules(design) | {"planning_hr": _below_one(design)}
    if alpha is not None:
        rules["efficacy"] = at_level(rules["efficacy"], alpha)
    return boundaries(events, apart=not takes_credit(design.analysis.test), **rules)


def endpoint_plan(
    design: TrialDesign, endpoint: Endpoint, events: Floats, *, test: str | None = None
) -> EndpointPlan:
    """How one of several endpoints is tested, on its own information.

    Parameters
    ----------
    design : TrialDesign
    endpoint : Endpoint
        One of the design's.
    events : array (look,)
        From `planned_events`.
    test : str, optional
        The endpoint's own unless given.
    """
    return EndpointPlan(
        name=endpoint.name,
        looks=design.looks_at(endpoint.name),
        planned=tuple(events.tolist()),
        apart=not takes_credit(test or endpoint.analysis.test),
        **_rules(design.seen_by(endpoint.name)),
    )


def _rules(design: TrialDesign) -> dict[str, Any]:
    """Give the rules of monitoring; only beta spending asks for the planning hazard ratio."""
    spends = isinstance(design.futility, BetaSpending)
    return {
        "efficacy": _function(design.efficacy, design.alpha),
        "futility": _futility(design),
        "planning_hr": _below_one(design) if spends else None,
        "per_event": per_event(design),
    }


def _below_one(design: TrialDesign) -> float | None:
    """Give the planning hazard ratio if there is an effect."""
    ratio = planning_ratio(design, design.truths[0])
    return ratio if ratio < 1.0 else None


def _function(spending: Spending, total: float) -> SpendingFunction:
    return SpendingFunction(
        kind=spending.kind,
        total=total,
        parameter=float(getattr(spending, "gamma", getattr(spending, "rho", 0.0))),
        table=tuple(getattr(spending, "cumulative", ())),
    )


def _futility(design: TrialDesign) -> FutilityRule | None:
    rule = design.futility
    if isinstance(rule, BetaSpending):
        spending = _function(rule.spending, rule.beta)
        return FutilityRule(kind=rule.kind, binding=rule.binding, spending=spending)
    if isinstance(rule, HazardRatioFutility):
        return FutilityRule(kind=rule.kind, binding=rule.binding, hazard_ratio=rule.hr)
    if isinstance(rule, PredictiveFutility):
        return FutilityRule(kind=rule.kind, binding=rule.binding, probability=rule.probability)
    return None
