"""Calibration of a model that is compiled once: truths of many trials ranked among its draws."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analyses.calibrate.made_by import made_by
from analyses.calibrate.rank import rank_among
from analyses.calibrate.uniformity import chi_square_p, ecdf_p

Array = NDArray[np.float64]

# Two tests of seven quantities: by Bonferroni at most 7 runs in 100 fail by chance.
SMALLEST_P = 0.005
CHAINS, KEPT = 3, 33
DRAWS = CHAINS * KEPT
TRUTH, PATIENTS, TIES, SAMPLING = range(4)


class RankedBatch(NamedTuple):
    """Trials that were fitted together.

    Attributes
    ----------
    ranks : numpy.ndarray, shape (trial, quantity)
    attempts : numpy.ndarray, shape (trial,)
        Runs that each took.
    passed : numpy.ndarray, shape (trial,)
        Whether its chains mixed.
    """

    ranks: NDArray[np.int64]
    attempts: NDArray[np.int64]
    passed: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class RankedQuantity:
    """Whether the ranks of one quantity are uniform.

    Parameters
    ----------
    name : str
    ranks : tuple of int
        0 to 99, one for each trial.
    chi_square_p, ecdf_p : float
        P-values of two tests of uniformity.
    passed : bool
        Whether both are above 0.005.
    """

    name: str
    ranks: tuple[int, ...]
    chi_square_p: float
    ecdf_p: float
    passed: bool


@dataclass(frozen=True, kw_only=True)
class ModelCalibration:
    """Outcome of a calibration.

    Parameters
    ----------
    quantities : tuple of RankedQuantity
    failed : tuple of int
        Numbers of the trials whose chains did not mix; their ranks count all the same.
    attempts : float
        Mean number of runs of a trial.
    """

    quantities: tuple[RankedQuantity, ...]
    failed: tuple[int, ...]
    attempts: float


def calibrate_in_batches(
    rank: Callable[[range], RankedBatch],
    *,
    names: Sequence[str],
    trials: range,
    together: int,
    progress: Callable[[int, int], None] | None,
) -> ModelCalibration:
    """Rank the truths of many trials, some at a time, and judge the ranks.

    Parameters
    ----------
    rank : callable
        Simulates, fits and ranks the trials with the numbers given.
    names : sequence of str
        Of the ranked quantities.
    trials : range
        Numbers of the trials.
    together : int
        Trials held in memory at once.
    progress : callable, optional
        Called with (trials done, trials in all).
    """
    batches: list[RankedBatch] = []
    for start in range(0, len(trials), together):
        batches.append(rank(trials[start : start + together]))
        if progress is not None:
            progress(min(start + together, len(trials)), len(trials))
    ranks, attempts, passed = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return ModelCalibration(
        quantities=tuple(judge_quantity(name, ranks[:, place]) for place, name in enumerate(names)),
        failed=tuple(number for number, ok in zip(trials, passed, strict=True) if not ok),
        attempts=float(attempts.mean()),
    )


def judge_quantity(name: str, ranks: NDArray[np.int64]) -> RankedQuantity:
    """Test the ranks of one quantity, 0 to 99, for uniformity."""
    chi, ecdf = chi_square_p(ranks, draws=DRAWS), ecdf_p(ranks, draws=DRAWS)
    return RankedQuantity(
        name=name,
        ranks=tuple(int(rank) for rank in ranks),
        chi_square_p=chi,
        ecdf_p=ecdf,
        passed=min(chi, ecdf) > SMALLEST_P,
    )


def rank_quantities(true: Array, drawn: Array, *, numbers: range, seed: int) -> NDArray[np.int64]:
    """Rank the truths of trials among the draws of each, ties at random.

    Parameters
    ----------
    true : numpy.ndarray, shape (trial, quantity)
    drawn : numpy.ndarray, shape (trial, draw, quantity)
    numbers : range
        Numbers of the trials.
    seed : int
        Of the plan.

    Returns
    -------
    numpy.ndarray, shape (trial, quantity)
    """
    return np.array(
        [
            [
                rank_among(truth, draws, rng=stream(seed, number, TIES))
                for truth, draws in zip(truths, of_trial.T, strict=True)
            ]
            for number, truths, of_trial in zip(numbers, true, drawn, strict=True)
        ]
    )


def evenly_spaced(draws: int) -> NDArray[np.int64]:
    """Places of the draws of a chain that are ranked among."""
    return ((np.arange(KEPT) + 0.5) * draws / KEPT).astype(int)


def stream(seed: int, number: int, purpose: int) -> np.random.Generator:
    """Random numbers of one trial for one purpose: its truth, its patients, ties, its chains."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, purpose)))


def describe(file: str, plan: dict[str, object], found: ModelCalibration) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON.

    Parameters
    ----------
    file : str
        The module that ran it.
    plan : dict
    found : ModelCalibration
    """
    return {
        "schema_version": 1,
        **made_by(file),
        "plan": plan,
        "trials": len(found.quantities[0].ranks),
        "failed": list(found.failed),
        "mean_attempts": found.attempts,
        "passed": all(one.passed for one in found.quantities),
        "quantities": [asdict(one) for one in found.quantities],
    }
