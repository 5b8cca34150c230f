"""When runs that sample patients may stop, how far they are, and how their ladders were climbed."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.settings import SamplerSettings

Array = NDArray[np.float64]

FEWEST_CHUNKS = 2


class Climbed(Protocol):
    """A run with a ladder of levels: their windows, and counts of moves and exchanges."""

    windows: NDArray[Any]
    ladder: NDArray[np.void]


@dataclass(frozen=True, kw_only=True)
class SamplingProgress:
    """How far an endpoint is: `ess` and `r_hat` are the worst, `seconds_left` an estimate."""

    endpoint: str
    chunks: int
    ess: float
    r_hat: float
    seconds: float
    seconds_left: float
    done: bool


def wait_for[T](futures: list[Future[T]]) -> list[T]:
    """Wait in short steps, so that an interrupt gets through, and return all results."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    return [future.result() for future in futures]


def may_stop(
    checks: list[CheckResult], plan: SamplerSettings, *, chunk: int, seconds: float
) -> bool:
    """Whether the gate holds: with margin at first, then as needed, or time is up."""
    if seconds > plan.time_limit:
        return True
    if chunk < FEWEST_CHUNKS or any(check.passed is False for check in checks):
        return False
    return chunk >= plan.chunks or _worst_ess(checks) >= plan.ess_wanted


def sampling_progress(
    name: str,
    checks: list[CheckResult],
    plan: SamplerSettings,
    *,
    chunk: int,
    seconds: float,
    done: bool,
) -> SamplingProgress:
    """Tell how far the runs of an endpoint are after so many chunks and seconds."""
    ess = _worst_ess(checks)
    chunks_left = min(plan.chunks - chunk, chunk * max(0.0, plan.ess_wanted / ess - 1.0))
    return SamplingProgress(
        endpoint=name,
        chunks=chunk,
        ess=ess,
        r_hat=max(c.values["r_hat"] for c in checks if c.values.get("r_hat", 0.0) > 0.0),
        seconds=seconds,
        seconds_left=0.0 if done else max(1.0, chunks_left) * seconds / chunk,
        done=done,
    )


def _worst_ess(checks: list[CheckResult]) -> float:
    return min(
        min(check.values["ess_bulk"], check.values["ess_tail"])
        for check in checks
        if check.passed is not None and "ess_bulk" in check.values
    )


def round_trips(runs: Sequence[Climbed]) -> NDArray[np.int64]:
    """Round trips of the ladder, shape (chain,)."""
    return np.array([int(run.ladder["trips"][0]) for run in runs])


def round_trips_check(runs: Sequence[Climbed], plan: SamplerSettings) -> CheckResult:
    """Gate: every run went up and down the ladder often enough."""
    trips = int(round_trips(runs).min())
    return CheckResult(
        name="round trips",
        passed=trips >= plan.round_trips,
        values={"trips": trips},
        text=f"at least {trips} round trips of the ladder a run ({plan.round_trips} needed)",
    )


def acceptance(runs: Sequence[Climbed]) -> Array:
    """Share of accepted moves, shape (chain, level, move)."""
    levels = len(runs[0].windows)
    moves = np.stack([run.ladder["moves"][0, :levels] for run in runs]).astype(float)
    return np.asarray(moves[..., 0] / np.maximum(moves[..., 1], 1.0))


def exchange(runs: Sequence[Climbed]) -> Array:
    """Share of accepted exchanges with the level above, shape (chain, level − 1)."""
    steps = len(runs[0].windows) - 1
    exchanged = np.stack([run.ladder["exchanged"][0, :steps] for run in runs])
    tried = np.stack([run.ladder["tried"][0, :steps] for run in runs])
    return np.asarray(exchanged / np.maximum(tried, 1))
