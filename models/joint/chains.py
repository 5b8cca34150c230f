"""Independent runs of the joint sampler: started, extended, read out."""

from dataclasses import dataclass, field
from threading import Event

import numpy as np
from numpy.typing import NDArray

from models.illness_death.priors import TRANSITIONS
from models.joint.ladder import new_ladder
from models.joint.problem import JOINT_STATE, JOINT_WORK
from models.joint.settings import JointSettings
from models.joint.start import search_start
from models.joint.tempering import FOLLOW_UP, PARAMETERS, Rows, run, suits
from models.joint.windows import joint_windows
from models.reconstruction.chains import NoStartError
from models.reconstruction.problem import INTERVALS
from models.reconstruction.windows import cox_window

ATTEMPTS = 12
DESCENT_MOVES = 5
DESCENT_SCANS = 40_000
ROWS_AT_ONCE = 50


@dataclass(kw_only=True)
class JointChain:
    """One run: replicas, ladder, generator, and the draws so far.

    Parameters
    ----------
    problem, states, ladder, work : arrays of records
        See `models.joint.problem`; changed in place by the kernels.
    windows : array (level, endpoint, 8)
        See `joint_windows`.
    rng : numpy.random.Generator
        This run's own generator.
    """

    problem: NDArray[np.void]
    states: NDArray[np.void]
    ladder: NDArray[np.void]
    work: NDArray[np.void]
    windows: NDArray[np.float64]
    rng: np.random.Generator
    chunks: list[Rows] = field(default_factory=list)


def start_joint_chain(
    problem: NDArray[np.void], settings: JointSettings, *, seed: np.random.SeedSequence
) -> JointChain:
    """Find a first state for every level of the ladder.

    Raises
    ------
    NoStartError
        If no patients reproduce the figures of both endpoints together.
    """
    rng = np.random.default_rng(seed)
    windows = joint_windows(problem[0], levels=settings.sampler.levels)
    work = np.zeros(1, JOINT_WORK)
    for _ in range(ATTEMPTS):
        states = start_states(problem, windows, work, rng)
        if states is not None:
            break
    else:
        raise NoStartError(
            "no set of patients was found that reproduces the printed figures of PFS and OS "
            "together; sample each endpoint alone to see which of them cannot be, and check the "
            "progressions against the events"
        )
    ladder = new_ladder(len(windows), moves=settings.sampler.moves)
    return JointChain(
        problem=problem, states=states, ladder=ladder, work=work, windows=windows, rng=rng
    )


def extend_joint_chain(
    chain: JointChain, settings: JointSettings, stop: Event | None = None
) -> None:
    """Run one more chunk of scans and keep its draws; between parts of it, look whether to stop."""
    plan = settings.sampler
    rows = plan.chunk // plan.thin
    draws = empty_rows(rows, chain.problem)
    records = chain.states, chain.ladder, chain.windows, chain.problem, chain.work
    for first in range(0, rows, ROWS_AT_ONCE):
        if stop is not None and stop.is_set():
            return
        part = some_rows(draws, slice(first, first + ROWS_AT_ONCE))
        run(len(part.times) * plan.thin, plan.thin, *records, part, chain.rng)
    chain.chunks.append(draws)


def empty_rows(rows: int, problem: NDArray[np.void]) -> Rows:
    """Allocate the arrays that `run` records to, for so many rows."""
    patients = int(problem["os"]["n"][0])
    return Rows(
        np.empty((rows, len(TRANSITIONS), len(PARAMETERS))),
        np.full((rows, len(TRANSITIONS), INTERVALS), np.nan),
        np.empty((rows, len(FOLLOW_UP))),
        np.empty((rows, 2, patients)),
        np.empty((rows, 2, patients), np.int8),
    )


def some_rows(draws: Rows, chosen: slice) -> Rows:
    """View some rows, for `run` to record to."""
    return Rows(
        draws.parameters[chosen],
        draws.hazards[chosen],
        draws.follow_up[chosen],
        draws.times[chosen],
        draws.statuses[chosen],
    )


def start_states(
    problem: NDArray[np.void],
    windows: NDArray[np.float64],
    work: NDArray[np.void],
    rng: np.random.Generator,
) -> NDArray[np.void] | None:
    """States of all levels, from the widest down to the exact one; None if the search failed."""
    states = np.zeros(len(windows), JOINT_STATE)
    state = states[-1:].copy()
    log_hr = cox_window(problem[0]["pfs"]).log_hr
    if search_start(log_hr, state, windows[-1], problem, work, rng) > 0.0:
        return None
    states[-1] = state[0]
    for level in range(len(windows) - 2, -1, -1):
        if not _descend(state, windows, level, problem, work, rng):
            return None
        states[level] = state[0]
    return states


def _descend(
    state: NDArray[np.void],
    windows: NDArray[np.float64],
    level: int,
    problem: NDArray[np.void],
    work: NDArray[np.void],
    rng: np.random.Generator,
) -> bool:
    """Move a state in the level above until a level's figures hold; False if they never do."""
    ladder, draws = new_ladder(1, moves=DESCENT_MOVES), empty_rows(0, problem)
    above = np.ascontiguousarray(windows[level + 1 : level + 2])
    for _ in range(DESCENT_SCANS):
        if suits(state[0], windows[level], problem[0]):
            return True
        run(1, 2, state, ladder, above, problem, work, draws, rng)
    return False
