"""From a design to the record by which its trials are monitored."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.boundaries import Boundaries, boundaries, pack_monitor
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.scales import information_per_event
from simulate.boundaries.spending import SpendingFunction
from simulate.design.futility import BetaSpending, HazardRatioFutility, PredictiveFutility
from simulate.design.spending import Spending
from simulate.design.trial import TrialDesign
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, simulate_block
from simulate.truth.pieces import Pieces
from simulate.truth.truth import Truth

Floats = NDArray[np.float64]


def planned_events(design: TrialDesign, *, seed: int) -> Floats:
    """Events planned at each look.

    Those that the looks wait for; for looks by the calendar their mean over 1,000 trials under
    the planning truth, to the next whole number, or the planned share of the final look's.

    Parameters
    ----------
    design : TrialDesign
    seed : int

    Returns
    -------
    array (look,)
    """
    known = [look.events for look in design.looks]
    if all(count is not None for count in known):
        return np.array(known, dtype=float)
    scenario = pack_scenario(design, design.truths[0], every_test=False)
    found = simulate_block(scenario, seed=seed, first=0, trials=BLOCK).found
    seen = np.rint((found[..., EVENTS_CONTROL] + found[..., EVENTS_RT]).mean(axis=0))
    final = known[-1] or seen[-1]
    events = [
        count or (final * look.information if look.information is not None else mean)
        for count, look, mean in zip(known[:-1], design.looks[:-1], seen[:-1], strict=True)
    ]
    return np.maximum.accumulate(np.maximum([*events, final], 1.0))


def planning_ratio(truth: Truth) -> float:
    """Hazard ratio (RT versus control) that beta spending and closed forms take from a truth.

    A constant ratio is itself; of one that changes, the mean of its logs, weighted by the events
    that the control arm has in each piece.
    """
    pieces = truth.effect.pieces(ratio=1.0)
    cuts, ratios = np.array(pieces.cuts), np.array(pieces.values)
    control = truth.control.pieces()
    edges = np.concatenate(([0.0], cuts, [math.inf]))
    survival = np.array([_survival(control, edge) for edge in edges])
    weights = -np.diff(survival)
    return float(np.exp(np.average(np.log(ratios), weights=weights)))


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


def monitoring_record(design: TrialDesign, events: Floats) -> NDArray[np.void]:
    """Pack spending and futility for `next_look`.

    Parameters
    ----------
    design : TrialDesign
    events : array (look,)
        From `planned_events`.

    Returns
    -------
    array of MONITOR (1,)
    """
    return pack_monitor(events, **_rules(design))


def planned_boundaries(design: TrialDesign, events: Floats) -> Boundaries:
    """Bounds if every look comes at its planned events."""
    return boundaries(events, **_rules(design))


def _rules(design: TrialDesign) -> dict[str, Any]:
    ratio = planning_ratio(design.truths[0])
    return {
        "efficacy": _function(design.efficacy, design.alpha),
        "futility": _futility(design),
        "planning_hr": ratio if ratio < 1.0 else None,
        "per_event": per_event(design),
    }


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
