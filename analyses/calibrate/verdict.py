"""The verdict of a calibration: uniform ranks, and intervals that cover as often as they say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analyses.calibrate.plan import RANKED, SHOWN
from analyses.calibrate.rank import RankedTrial
from analyses.calibrate.uniformity import chi_square_p, ecdf_p

SMALLEST_P = 0.005
MOST_ERRORS = 4.0
MASSES = (0.5, 0.9)
MOST_FAILURES = 0.02

Ranks = Mapping[str, Mapping[str, Sequence[int]]]


@dataclass(frozen=True, kw_only=True)
class QuantityVerdict:
    """Calibration of one quantity over the trials of one kind.

    Attributes
    ----------
    kind : str
        "os", "pfs", or "all" for both together.
    quantity : str
    trials : int
    chi_square_p, ecdf_p : float
        P-values of two tests of uniform ranks.
    coverage : dict of float to float
        Share of truths in the central interval of each mass.
    coverage_error : dict of float to float
        Monte Carlo standard error if the mass is right.
    gated : bool
        Whether the verdict counts; other quantities are shown for information.
    passed : bool
        Each p-value above 0.005, each coverage within 4 standard errors.
    """

    kind: str
    quantity: str
    trials: int
    chi_square_p: float
    ecdf_p: float
    coverage: dict[float, float]
    coverage_error: dict[float, float]
    gated: bool
    passed: bool


def collect_ranks(trials: Sequence[RankedTrial]) -> dict[str, dict[str, list[int]]]:
    """Gather ranks by kind and quantity, in the order of the trials that have any."""
    kinds = dict.fromkeys(trial.kind for trial in trials)
    return {
        kind: {
            name: [trial.ranks[name] for trial in trials if trial.kind == kind and trial.ranks]
            for name in RANKED + SHOWN
        }
        for kind in kinds
    }


def judge_ranks(ranks: Ranks, *, draws: int) -> list[QuantityVerdict]:
    """Judge every quantity for each kind, and for all trials together.

    Parameters
    ----------
    ranks : mapping of kind to mapping of quantity to sequence of int
        0 to `draws`.
    draws : int
    """
    groups = {kind: dict(found) for kind, found in ranks.items()}
    if len(groups) > 1:
        groups["all"] = {
            name: [rank for found in ranks.values() for rank in found[name]]
            for name in RANKED + SHOWN
        }
    return [
        _judge(kind, name, groups[kind][name], draws=draws)
        for kind in groups
        for name in RANKED + SHOWN
        if len(groups[kind][name])
    ]


def coverage(ranks: ArrayLike, *, mass: float, draws: int) -> float:
    """Share of truths within the central interval of the draws.

    Parameters
    ----------
    ranks : array_like of int, shape (trial,)
        0 to `draws`.
    mass : float
        The interval leaves out (1 − `mass`) / 2 of the possible ranks on each side, which must
        be a whole number.
    draws : int

    Raises
    ------
    ValueError
        If that is not a whole number.
    """
    outside = (draws + 1) * (1.0 - mass) / 2.0
    if not math.isclose(outside, round(outside), abs_tol=1e-9):
        raise ValueError(
            f"`mass` {mass} leaves out {outside:g} of {draws + 1} possible ranks on each side; it "
            "must be a whole number, use 99 draws"
        )
    values = np.asarray(ranks)
    inside = (values >= round(outside)) & (values <= draws - round(outside))
    return float(inside.mean())


def enough_succeeded(trials: Sequence[RankedTrial]) -> bool:
    """Whether so few trials failed that they cannot hide a miscalibration."""
    return sum(bool(trial.failure) for trial in trials) <= MOST_FAILURES * len(trials)


def _judge(kind: str, name: str, ranks: Sequence[int], *, draws: int) -> QuantityVerdict:
    chi_square, distribution = chi_square_p(ranks, draws=draws), ecdf_p(ranks, draws=draws)
    found = {mass: coverage(ranks, mass=mass, draws=draws) for mass in MASSES}
    errors = {mass: math.sqrt(mass * (1.0 - mass) / len(ranks)) for mass in MASSES}
    covered = all(abs(found[mass] - mass) <= MOST_ERRORS * errors[mass] for mass in MASSES)
    return QuantityVerdict(
        kind=kind,
        quantity=name,
        trials=len(ranks),
        chi_square_p=chi_square,
        ecdf_p=distribution,
        coverage=found,
        coverage_error=errors,
        gated=name in RANKED,
        passed=min(chi_square, distribution) > SMALLEST_P and covered,
    )
