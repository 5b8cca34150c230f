"""Decisions on several endpoints, look by look, as alpha passes between them (compiled).

Each endpoint spends on its own information with its own function, inside a hierarchy too: were its
bounds those of a single test, testing it at several looks would spend alpha several times (Hung,
Wang & O'Neill 2007, doi 10.1080/10543400701645405). An endpoint that receives alpha is tested
against the bound that this level would have had at this look, with this look's data only (Glimm,
Maurer & Bretz 2010, doi 10.1002/sim.3748; Maurer & Bretz 2013, doi 10.1080/19466315.2013.807748).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.multiplicity.bounds import Pair, Room, State, bounds_at
from simulate.multiplicity.plan import NONE, Plan, Testing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SETTLED, SUCCEEDED, HARMED = range(3)


class Decisions(NamedTuple):
    """What is decided in each trial.

    Attributes
    ----------
    rejected, dropped : array (trial, endpoint)
        Look of rejection, and of futility; -1 for none.
    stop : array (trial,)
        Look at which the trial stops.
    reason : array (trial,)
        `SETTLED` when no endpoint is left to be tested, `SUCCEEDED` when it stops at success with
        others open, `HARMED`.
    success : array (trial,)
        1 or 0.
    z, upper, lower : array (trial, look, endpoint)
        Statistic and bounds where the endpoint was looked at; not a number where it was not, or no
        longer. `upper` is that of the last level it was tested at in the look, infinite without
        alpha; `lower` is minus infinity without futility, not a number where it was rejected.
    """

    rejected: Integers
    dropped: Integers
    stop: Integers
    reason: Integers
    success: Integers
    z: Floats
    upper: Floats
    lower: Floats


def new_decisions(trials: int, testing: Testing) -> Decisions:
    """Make room for the decisions on so many trials."""
    looks, endpoints = testing.shape
    return Decisions(
        *np.full((2, trials, endpoints), NONE, np.int64),
        *np.zeros((3, trials), np.int64),
        *np.full((3, trials, looks, endpoints), np.nan),
    )


@kernel
def begin(plan: Plan, state: State) -> None:
    """Make the state that of a trial before its first look."""
    for e in range(plan.endpoints):
        state.taken[e] = 0
        state.rejected[e] = state.dropped[e] = NONE
        for look in range(plan.looks):
            state.z[look, e] = state.upper[look, e] = state.lower[look, e] = math.nan


@kernel
def bounds_of(e: int, look: int, slot: int, plan: Plan, room: Room) -> Pair:
    """Bounds of an endpoint at a look of the trial, at the level of a slot."""
    state = room.state[0]
    taken = state.taken[e]
    return bounds_at(
        state.reached[e, :taken],
        plan.final[look, e] == 1,
        room.tracks[slot],
        room.monitors[slot],
        room.kept[slot, taken - 1],
    )


@kernel
def reject(look: int, z: Floats, rejected: int, tested: int, plan: Plan, room: Room) -> int:
    """Reject what can be rejected at a look, again after each gain of alpha; return the mask."""
    state, e = room.state[0], 0
    while e < plan.endpoints:
        if not (tested & ~rejected) >> e & 1:
            e += 1
            continue
        slot, upper = plan.slot[rejected, e], math.inf
        if slot >= 0:
            upper = bounds_of(e, look, slot, plan, room).upper
        state.z[look, e], state.upper[look, e] = z[e], upper
        if z[e] >= upper:
            rejected |= 1 << e
            state.rejected[e] = look
            e = 0
        else:
            e += 1
    return rejected


@kernel
def drop(look: int, gauge: Floats, tested: int, plan: Plan, room: Room) -> int:
    """Drop what is futile at a look; return the mask of what goes."""
    state, dropped = room.state[0], 0
    for e in range(plan.endpoints):
        if not tested >> e & 1:
            continue
        slot, lower = plan.futility[e], -math.inf
        if slot >= 0 and not plan.final[look, e]:
            lower = bounds_of(e, look, slot, plan, room).lower
        state.lower[look, e] = lower
        if gauge[e] < lower and plan.obey_futility:
            state.dropped[e] = look
            dropped |= 1 << e
    return dropped


@kernel
def still_open(rejected: int, lost: int, plan: Plan) -> int:
    """Mask of endpoints that may yet be rejected: not lost, and alpha can come to them."""
    if plan.joint and lost:
        return 0
    reached, grown = rejected, True
    while grown:
        grown = False
        for e in range(plan.endpoints):
            if not (reached | lost) >> e & 1 and plan.slot[reached, e] >= 0:
                reached |= 1 << e
                grown = True
    return reached & ~rejected


@kernel
def succeeds(rejected: int, plan: Plan) -> bool:
    """Whether enough of the wanted endpoints are rejected."""
    count = 0
    for e in range(plan.endpoints):
        count += (rejected & plan.wanted) >> e & 1
    return count >= plan.needed


@kernel
def take(look: int, events: Floats, plan: Plan, state: State) -> int:
    """Note the events of the endpoints that are analysed at a look; return their mask."""
    mask = 0
    for e in range(plan.endpoints):
        if plan.analysed[look, e]:
            state.reached[e, state.taken[e]] = events[e]
            state.taken[e] += 1
            mask |= 1 << e
    return mask


@kernel
def ending(look: int, plan: Plan) -> int:
    """Mask of the endpoints whose final analysis this is."""
    mask = 0
    for e in range(plan.endpoints):
        mask |= plan.final[look, e] << e
    return mask


class End(NamedTuple):
    """How a trial ends: at which look, why, and with which endpoints rejected (bit mask)."""

    stop: int
    reason: int
    rejected: int


@kernel
def decide_trial(
    z: Floats, gauge: Floats, events: Floats, harm: Integers, plan: Plan, room: Room
) -> End:
    """Decide one trial, arrays as for `decide` without their first dimension."""
    state, rejected, lost = room.state[0], 0, 0
    begin(plan, state)
    for look in range(plan.looks):
        if look < len(harm) and harm[look]:
            return End(look, HARMED, rejected)
        tested = take(look, events[look], plan, state) & ~lost
        rejected = reject(look, z[look], rejected, tested, plan, room)
        lost |= drop(look, gauge[look], tested & ~rejected, plan, room)
        lost |= ending(look, plan) & ~rejected
        if still_open(rejected, lost, plan) == 0:
            return End(look, SETTLED, rejected)
        if plan.stop_at_success and succeeds(rejected, plan):
            return End(look, SUCCEEDED, rejected)
    return End(plan.looks - 1, SETTLED, rejected)


@kernel
def record(trial: int, end: End, plan: Plan, state: State, found: Decisions) -> None:
    """Write what was decided in a trial to its row."""
    found.stop[trial], found.reason[trial] = end.stop, end.reason
    found.success[trial] = succeeds(end.rejected, plan)
    for e in range(plan.endpoints):
        found.rejected[trial, e] = state.rejected[e]
        found.dropped[trial, e] = state.dropped[e]
        for look in range(plan.looks):
            found.z[trial, look, e] = state.z[look, e]
            found.upper[trial, look, e] = state.upper[look, e]
            found.lower[trial, look, e] = state.lower[look, e]


@kernel
def decide(
    z: Floats,
    gauge: Floats,
    events: Floats,
    harm: Integers,
    testing: Testing,
    room: Room,
    found: Decisions,
) -> None:
    """Decide trial after trial.

    Parameters
    ----------
    z : array (trial, look, endpoint)
        Statistic of each endpoint, above 0 favours RT. Not a number is no success.
    gauge : array (trial, look, endpoint)
        What futility goes by: the z of the log-rank or Cox test. Not a number is not futile.
    events : array (trial, look, endpoint)
        Events of each endpoint by each look, over both arms.
    harm : array (trial, look) or (0, 0)
        1 stops the trial at this look before anything is tested; earlier rejections stand.
    testing : Testing
        From `pack_testing`.
    room : Room
        From `new_room`; one for each thread.
    found : Decisions
        From `new_decisions`, all of it written anew.

    Notes
    -----
    Within a look, endpoints are tested in their order, from the first again after each rejection,
    until none is rejected; then futility is judged. The trial stops when no endpoint is left that
    is neither rejected nor dropped nor past its final look and to which alpha can still come.
    """
    plan = testing.plan[0]
    for trial in range(len(z)):
        signals = harm[trial] if len(harm) > 0 else harm.ravel()
        end = decide_trial(z[trial], gauge[trial], events[trial], signals, plan, room)
        record(trial, end, plan, room.state[0], found)
