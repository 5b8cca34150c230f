"""Which printed figures no set of patients can reproduce together."""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    RT_MEDIAN,
    SHORTEST,
    STATE,
    UPPER_MIDDLE,
    WORK,
)
from models.reconstruction.start import descend, search_start
from models.reconstruction.tempering import LADDER
from models.reconstruction.windows import cox_window, level_windows

ATTEMPTS = 4


def name_conflict(
    problem: NDArray[np.void],
    rng: np.random.Generator,
    *,
    pool: ThreadPoolExecutor | None = None,
) -> str:
    """Find the figures without which patients exist, and say so in one sentence.

    Parameters
    ----------
    problem : array of PROBLEM, shape (1,)
        Figures that were found irreconcilable.
    rng : numpy.random.Generator
        Each search has a generator of its own, spawned from it.
    pool : concurrent.futures.ThreadPoolExecutor, optional
        Searches side by side; the sentence does not depend on it.
    """
    names, relaxed = zip(*_relaxations(problem), strict=True)
    search = map if pool is None else pool.map
    solvable = search(_solvable, relaxed, rng.spawn(len(relaxed)))
    culprits = [name for name, found in zip(names, solvable, strict=True) if found]
    if not culprits:
        return (
            "no set of patients reproduces the printed figures together, and leaving out any one "
            "of them does not help; check all figures of this endpoint"
        )
    return (
        "no set of patients reproduces the printed figures together; patients exist once "
        f"{' or '.join(culprits)} is left out: check these figures against each other"
    )


def _solvable(problem: NDArray[np.void], rng: np.random.Generator) -> bool:
    try:
        windows = level_windows(problem[0])
    except ValueError:
        return False
    return any(_search(problem, windows, rng) for _ in range(ATTEMPTS))


def _search(
    problem: NDArray[np.void], windows: NDArray[np.float64], rng: np.random.Generator
) -> bool:
    """Search once, from a random start that may lead nowhere."""
    work, ladder, state = np.zeros(1, WORK), np.zeros(1, LADDER), np.zeros(1, STATE)
    log_hr = cox_window(problem[0]).log_hr
    if search_start(log_hr, state, windows[-1], problem, work, rng) > 0.0:
        return False
    return all(
        descend(state, ladder, windows[level + 1], windows[level], problem, work, rng)
        for level in range(len(windows) - 2, -1, -1)
    )


def _relaxations(problem: NDArray[np.void]) -> Iterator[tuple[str, NDArray[np.void]]]:
    changes: list[tuple[str, Callable[[np.void], None]]] = [
        ("the control median", lambda p: _drop(p, CONTROL_MEDIAN)),
        ("the RT median", lambda p: _drop(p, RT_MEDIAN)),
        ("the follow-up minimum", lambda p: _drop(p, SHORTEST)),
        ("the follow-up median", lambda p: _drop(p, MIDDLE, UPPER_MIDDLE)),
        ("the follow-up maximum", lambda p: _drop(p, LONGEST)),
        ("the number of events", _drop_events),
        ("the hazard ratio with its limits", _drop_hazard_ratio),
    ]
    for name, change in changes:
        relaxed = problem.copy()
        change(relaxed[0])
        if relaxed.tobytes() != problem.tobytes():
            yield name, relaxed


def _drop(problem: np.void, *roles: int) -> None:
    problem["used"][list(roles)] = 0
    if LONGEST in roles:
        problem["cap"] = math.inf


def _drop_events(problem: np.void) -> None:
    control = problem["n_control"]
    problem["events_low"] = 0
    problem["events_high"] = (control, problem["n"] - control)


def _drop_hazard_ratio(problem: np.void) -> None:
    problem["hr"], problem["lower"], problem["upper"] = (1e-3, 1e3), (1e-6, 1e3), (1e-3, 1e6)
