"""Independent runs of the sampler for one endpoint: started, extended, read out."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.problem import STATE, WORK
from models.reconstruction.start import descend, search_start
from models.reconstruction.tempering import LADDER, PARAMETERS, run
from models.reconstruction.windows import cox_window, level_windows
from models.settings import SamplerSettings

ATTEMPTS = 12


class NoStartError(ValueError):
    """No patients were found that reproduce the printed figures together."""


@dataclass(kw_only=True)
class Chain:
    """One run: replicas, ladder, generator, and the draws so far.

    Parameters
    ----------
    problem, states, ladder, work : arrays of records
        See `models.reconstruction.problem`; changed in place by the kernels.
    windows : array (level, 8)
        See `level_windows`.
    rng : numpy.random.Generator
        This run's own generator.
    """

    problem: NDArray[np.void]
    states: NDArray[np.void]
    ladder: NDArray[np.void]
    work: NDArray[np.void]
    windows: NDArray[np.float64]
    rng: np.random.Generator
    parameters: list[NDArray[np.float64]] = field(default_factory=list)
    hazards: list[NDArray[np.float64]] = field(default_factory=list)
    times: list[NDArray[np.float64]] = field(default_factory=list)
    events: list[NDArray[np.int8]] = field(default_factory=list)


def start_chain(
    problem: NDArray[np.void], settings: SamplerSettings, *, seed: np.random.SeedSequence
) -> Chain:
    """Find a first state for every level of the ladder.

    Raises
    ------
    NoStartError
        If no patients reproduce the printed figures together; `name_conflict` tells which.
    """
    rng = np.random.default_rng(seed)
    windows = level_windows(problem[0], levels=settings.levels)
    work, ladder = np.zeros(1, WORK), np.zeros(1, LADDER)
    for _ in range(ATTEMPTS):
        states = _start_states(problem, windows, ladder, work, rng)
        if states is not None:
            break
    else:
        raise NoStartError("no set of patients was found that reproduces the printed figures")
    ladder[:] = np.zeros(1, LADDER)
    ladder["slot"][0, : len(windows)] = np.arange(len(windows))
    return Chain(problem=problem, states=states, ladder=ladder, work=work, windows=windows, rng=rng)


def extend_chain(chain: Chain, settings: SamplerSettings) -> None:
    """Run one more chunk of scans and keep its draws."""
    rows = settings.chunk // settings.thin
    patients, intervals = int(chain.problem["n"][0]), int(chain.problem["intervals"][0])
    parameters = np.empty((rows, len(PARAMETERS)))
    hazards = np.empty((rows, intervals))
    times = np.empty((rows, patients))
    events = np.empty((rows, patients), np.int8)
    run(
        rows * settings.thin,
        settings.thin,
        settings.moves,
        chain.states,
        chain.ladder,
        chain.windows,
        chain.problem,
        chain.work,
        parameters,
        hazards,
        times,
        events,
        chain.rng,
    )
    chain.parameters.append(parameters)
    chain.hazards.append(hazards)
    chain.times.append(times)
    chain.events.append(events)


def _start_states(
    problem: NDArray[np.void],
    windows: NDArray[np.float64],
    ladder: NDArray[np.void],
    work: NDArray[np.void],
    rng: np.random.Generator,
) -> NDArray[np.void] | None:
    """States of all levels, from the widest down to the exact one; None if the search failed."""
    state = np.zeros(1, STATE)
    log_hr = cox_window(problem[0]).log_hr
    if search_start(log_hr, state, windows[-1], problem, work, rng) > 0.0:
        return None
    states = np.zeros(len(windows), STATE)
    states[-1] = state[0]
    for level in range(len(windows) - 2, -1, -1):
        if not descend(state, ladder, windows[level + 1], windows[level], problem, work, rng):
            return None
        states[level] = state[0]
    return states
