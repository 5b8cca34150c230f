"""Bounds look by look, at the information a trial has actually reached (compiled).

`next_look` gives the bounds of one look and remembers what was spent and which trials go on. The
same `Track` serves trial after trial: as long as a trial's looks come at the events of the trial
before it, its bounds are remembered and not computed again.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.boundaries.futility import predictive_bound
from simulate.boundaries.normal import upper_quantile
from simulate.boundaries.process import (
    LOOKS,
    PROCESS,
    SMALLEST_STEP,
    Process,
    bound_beyond,
    go_on,
    resolve,
    restart,
)
from simulate.boundaries.spending import SPENDING, PackedSpending, spent_at

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NO_FUTILITY, BETA_SPENDING, HAZARD_RATIO, PREDICTIVE = range(4)


class Monitor(Protocol):
    """What is fixed before the trial.

    Attributes
    ----------
    planned : float
        Events planned for the final look.
    per_event : float
        Information on log HR in one event.
    alpha, beta : record
        Spending functions.
    futility : int
        `NO_FUTILITY`, `BETA_SPENDING`, `HAZARD_RATIO` or `PREDICTIVE`.
    binding : int
        1 when efficacy bounds rely on futility being obeyed.
    drift : float
        -log of the planning hazard ratio; for beta spending.
    level : array (look,)
        Log hazard ratio at which to stop, or the normal quantile of the predictive probability.
    prior_mean, prior_precision : float
        Prior of -log HR for predictive probabilities.
    final_z : float
        Efficacy bound planned for the final look, for predictive probabilities.
    apart : int
        1 when a look's bound takes no credit for the correlation with looks before it: each look
        then spends its part of alpha alone, which is valid whatever the test's joint law.
    """

    planned: float
    per_event: float
    alpha: PackedSpending
    beta: PackedSpending
    futility: int
    binding: int
    drift: float
    level: Floats
    prior_mean: float
    prior_precision: float
    final_z: float
    apart: int


class Track(Protocol):
    """What has been reached: processes without an effect and with the planned one, and bounds.

    Attributes
    ----------
    null, alternative : record
        Score processes, see `simulate.boundaries.process`.
    known : int
        The first so many looks are computed.
    final, events : array (look,)
        For which these were.
    steps : array (look,)
        Steps of the processes after each look; a look that brought no information is none.
    upper, lower, alpha, beta : array (look,)
        Bounds on the z scale and cumulative errors spent.
    """

    null: Process
    alternative: Process
    known: int
    final: Integers
    events: Floats
    steps: Integers
    upper: Floats
    lower: Floats
    alpha: Floats
    beta: Floats


MONITOR = np.dtype(
    [
        ("planned", np.float64),
        ("per_event", np.float64),
        ("alpha", SPENDING),
        ("beta", SPENDING),
        ("futility", np.int64),
        ("binding", np.int64),
        ("drift", np.float64),
        ("level", np.float64, LOOKS),
        ("prior_mean", np.float64),
        ("prior_precision", np.float64),
        ("final_z", np.float64),
        ("apart", np.int64),
    ],
    align=True,
)

TRACK = np.dtype(
    [
        ("null", PROCESS),
        ("alternative", PROCESS),
        ("known", np.int64),
        ("final", np.int64, LOOKS),
        ("events", np.float64, LOOKS),
        ("steps", np.int64, LOOKS),
        ("upper", np.float64, LOOKS),
        ("lower", np.float64, LOOKS),
        ("alpha", np.float64, LOOKS),
        ("beta", np.float64, LOOKS),
    ],
    align=True,
)


class LookBounds(NamedTuple):
    """Bounds of one look on the z scale, and what has been spent by then.

    Attributes
    ----------
    upper : float
        Success at or above; infinite when nothing may be spent.
    lower : float
        Futility below (at the final look: all that is not success).
    alpha, beta : float
        Cumulative errors spent, beta under the planning hazard ratio and for beta spending only.
    """

    upper: float
    lower: float
    alpha: float
    beta: float


@kernel
def futility_bound(monitor: Monitor, look: int, information: float) -> float:
    """Futility bound of a rule that needs no integration; none under beta spending."""
    if monitor.futility == HAZARD_RATIO:
        return float(-monitor.level[look] * math.sqrt(information))
    if monitor.futility == PREDICTIVE:
        return predictive_bound(
            information,
            monitor.planned * monitor.per_event,
            monitor.final_z,
            monitor.level[look],
            monitor.prior_mean,
            monitor.prior_precision,
        )
    return -math.inf


@kernel
def skip_look(track: Track, look: int) -> None:
    """Record a look that brings no information: no bounds, nothing spent."""
    track.upper[look], track.lower[look] = math.inf, -math.inf
    track.steps[look] = track.steps[look - 1] if look > 0 else 0
    track.alpha[look] = track.alpha[look - 1] if look > 0 else 0.0
    track.beta[look] = track.beta[look - 1] if look > 0 else 0.0


@kernel
def take_look(
    track: Track, monitor: Monitor, look: int, events: float, information: float, final: bool
) -> None:
    """Spend what a look may spend, and carry the processes on."""
    step = track.steps[look - 1] if look > 0 else 0
    alpha = track.alpha[look - 1] if look > 0 else 0.0
    beta = track.beta[look - 1] if look > 0 else 0.0
    fraction = events / monitor.planned
    target = monitor.alpha.total if final else spent_at(monitor.alpha, look, fraction)
    resolve(track.null, step, information)
    if monitor.apart:
        upper = upper_quantile(target - alpha) if target > alpha else math.inf
    else:
        upper = bound_beyond(track.null, step, information, target - alpha, 1.0)
    lower = futility_bound(monitor, look, information)
    track.alpha[look] = max(alpha, target) if upper < math.inf else alpha
    track.beta[look] = beta
    if monitor.futility == BETA_SPENDING:
        target = monitor.beta.total if final else spent_at(monitor.beta, look, fraction)
        resolve(track.alternative, step, information)
        lower = bound_beyond(track.alternative, step, information, target - beta, -1.0)
        track.beta[look] = max(beta, target) if lower > -math.inf else beta
    lower = upper if final else min(lower, upper)
    track.upper[look], track.lower[look], track.steps[look] = upper, lower, step + 1
    go_on(track.null, step + 1, information, lower if monitor.binding else -math.inf, upper)
    go_on(track.alternative, step + 1, information, lower, upper)


@kernel
def next_look(track: Track, monitor: Monitor, look: int, events: float, final: bool) -> LookBounds:
    """Bounds of a look at the events it has, given the looks before it.

    Parameters
    ----------
    track : Track
        From `new_track`, used again for every trial of the same design; holds the looks before.
    monitor : Monitor
        From `pack_monitor`.
    look : int
        Counted from 0. Look 0 begins a new trial.
    events : float
        Seen by this look, over both arms.
    final : bool
        Whether the trial ends here; then all alpha that is left is spent.

    Returns
    -------
    LookBounds

    Notes
    -----
    An interim look spends up to the spending function at `events` / `planned`. The final look
    spends all that is left wherever it comes: with fewer events than planned, or with more
    (over-running), its bound is solved at the information it has (Lan & DeMets 1989, doi
    10.1002/sim.4780081003; Wassmer & Brannath 2016, section 3.3, doi 10.1007/978-3-319-32562-0).
    An interim look at or beyond the planned information spends everything, too, and leaves later
    looks no bound to cross.

    An interim look that adds less than 1 part in 2,500 to the information (no new event, say) has
    no bounds; what it might have spent is left to later looks. A final look of this kind is taken
    as if it added that part.
    """
    if look < track.known and track.events[look] == events and track.final[look] == final:
        return LookBounds(track.upper[look], track.lower[look], track.alpha[look], track.beta[look])
    if look == 0:
        restart(track.null, 0.0)
        restart(track.alternative, monitor.drift)
    reached = track.null.information[track.steps[look - 1] if look > 0 else 0]
    information = events * monitor.per_event
    smallest = reached * (1.0 + SMALLEST_STEP)
    if final and information < smallest:
        information = smallest
    if information > 0.0 and information >= smallest:
        take_look(track, monitor, look, events, information, final)
    else:
        skip_look(track, look)
    track.known, track.events[look], track.final[look] = look + 1, events, final
    return LookBounds(track.upper[look], track.lower[look], track.alpha[look], track.beta[look])


def new_track() -> NDArray[np.void]:
    """Room for the looks of one trial after the other: record array of shape (1,)."""
    return np.zeros(1, TRACK)
