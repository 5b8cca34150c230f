"""The threshold: a quantile of the largest posterior probability, at the worst nuisance values.

Every point of the grid is simulated once with the same replicates; the points whose quantiles are
highest are simulated again with others, so that the choice of the worst is not made by chance and
then believed, and the error at the threshold is found with others once more. The points that are
not simulated again are known by their difference to the worst in the replicates that both share.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from simulate.design.trial import TrialDesign
from simulate.threshold.at_level import Error, Threshold, error_at, quantile
from simulate.threshold.largest import largest_probabilities
from simulate.threshold.nuisance import Nuisance, NuisanceGrid

Floats = NDArray[np.float64]

FINALISTS = 3
TIMES = 5
DIGITS = 4
RESAMPLES = 200


@dataclass(frozen=True, kw_only=True)
class AtPoint:
    """What was found at one point of the grid.

    Attributes
    ----------
    nuisance : Nuisance
    threshold : Threshold
        That would hold the error at this point.
    planned, calibrated : Error
        At the design's threshold and at the calibrated one.
    finalist : bool
        Whether it was simulated again.
    """

    nuisance: Nuisance
    threshold: Threshold
    planned: Error
    calibrated: Error
    finalist: bool


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A threshold that holds the type I error at every point.

    Attributes
    ----------
    endpoint : str
    alpha : float
        Type I error that is allowed.
    planned : float
        The design's threshold.
    threshold : Threshold
        At the worst point, not rounded.
    rounded : float
        Rounded up to four digits: the one to plan with.
    worst : Nuisance
    error : Error
        At the worst point and the rounded threshold, from replicates that chose neither.
    points : list of AtPoint
    seed, trials : int
        Trials simulated at all points together.
    """

    endpoint: str
    alpha: float
    planned: float
    threshold: Threshold
    rounded: float
    worst: Nuisance
    error: Error
    points: list[AtPoint]
    seed: int
    trials: int

    @property
    def table(self) -> pd.DataFrame:
        """Points as rows: nuisance values, thresholds with 95% limits, errors with `_mcse`."""
        return pd.DataFrame(
            [
                {
                    **asdict(point.nuisance),
                    "threshold": point.threshold.value,
                    "lower": point.threshold.lower,
                    "upper": point.threshold.upper,
                    "error_planned": point.planned.value,
                    "error_planned_mcse": point.planned.mcse,
                    "error_calibrated": point.calibrated.value,
                    "error_calibrated_mcse": point.calibrated.mcse,
                    "finalist": point.finalist,
                    "worst": point.nuisance == self.worst,
                }
                for point in self.points
            ]
        )


def calibrate(
    design: TrialDesign,
    grid: NuisanceGrid,
    *,
    endpoint: str,
    alpha: float,
    trials: int,
    seed: int,
    workers: int,
    progress: Callable[[float, str], None] = lambda _share, _note: None,
) -> Calibration:
    """Find the threshold.

    Parameters
    ----------
    design : TrialDesign
    grid : NuisanceGrid
    endpoint : str
        One whose test is the Bayesian rule.
    alpha : float
        One-sided.
    trials : int
        At each point; the worst get five times as many others.
    seed, workers : int
    progress : callable
        Told the share that is done, and a note.
    """
    points = grid.points()
    finalists = min(FINALISTS, len(points))
    work = len(points) + (finalists + 1) * TIMES
    done = 0

    def simulate(nuisance: Nuisance, first: int, count: int) -> Floats:
        nonlocal done
        progress(done / work, nuisance.words())
        done += count // trials
        return largest_probabilities(
            design, nuisance, endpoint=endpoint, seed=seed, first=first, trials=count,
            workers=workers,
        )  # fmt: skip

    found = {point: simulate(point, 0, trials) for point in points}
    ranked = sorted(points, key=lambda point: -quantile(found[point], alpha).value)
    again = {point: simulate(point, trials, TIMES * trials) for point in ranked[:finalists]}
    worst = max(again, key=lambda point: quantile(again[point], alpha).value)
    threshold = quantile(again[worst], alpha)
    rounded = min(math.ceil(threshold.value * 10**DIGITS) / 10**DIGITS, 1 - 10**-DIGITS)
    fresh = simulate(worst, (1 + TIMES) * trials, TIMES * trials)
    planned = design.seen_by(endpoint).analysis.bayes.probability
    reference = _Worst(found[worst], again[worst], alpha, seed)
    return Calibration(
        endpoint=endpoint,
        alpha=alpha,
        planned=planned,
        threshold=threshold,
        rounded=rounded,
        worst=worst,
        error=error_at(fresh, rounded),
        points=[
            reference.at(point, found[point], again.get(point), planned=planned, rounded=rounded)
            for point in points
        ],
        seed=seed,
        trials=work * trials,
    )


class _Worst:
    """The worst point, against which the others are held in the replicates that they share.

    Parameters
    ----------
    shared, others : array (trial,)
        Its largest probabilities in the first replicates and in those after them.
    alpha : float
    seed : int
        Of the resampling.
    """

    def __init__(self, shared: Floats, others: Floats, alpha: float, seed: int) -> None:
        self.shared, self.others, self.alpha = shared, others, alpha
        rng = np.random.default_rng(seed)
        self.resampled = rng.integers(0, len(shared), (RESAMPLES, len(shared)))
        self.quantiles = self._quantiles(shared)

    def at(
        self,
        point: Nuisance,
        shared: Floats,
        others: Floats | None,
        *,
        planned: float,
        rounded: float,
    ) -> AtPoint:
        """Hold a point against the worst; `others` are there for finalists only."""
        return AtPoint(
            nuisance=point,
            threshold=self.threshold(shared, others),
            planned=self.error(shared, others, planned),
            calibrated=self.error(shared, others, rounded),
            finalist=others is not None,
        )

    def threshold(self, shared: Floats, others: Floats | None) -> Threshold:
        """Give the threshold of a point with its interval."""
        own = quantile(self.others if others is None else others, self.alpha)
        if others is not None:
            return own
        apart = quantile(shared, self.alpha).value - quantile(self.shared, self.alpha).value
        noise = float((self._quantiles(shared) - self.quantiles).std())
        half = math.hypot(Z_95 * noise, (own.upper - own.lower) / 2)
        middle = min(own.value + apart, 1.0)
        return Threshold(middle, middle - half, min(middle + half, 1.0))

    def error(self, shared: Floats, others: Floats | None, threshold: float) -> Error:
        """Give the error of a point at a threshold."""
        own = error_at(self.others if others is None else others, threshold)
        if others is not None:
            return own
        apart = (shared >= threshold).astype(float) - (self.shared >= threshold)
        noise = float(apart.std()) / math.sqrt(len(apart))
        return Error(max(own.value + float(apart.mean()), 0.0), math.hypot(own.mcse, noise))

    def _quantiles(self, values: Floats) -> Floats:
        place = len(values) - math.floor(self.alpha * len(values)) - 1
        return np.array([np.partition(values[chosen], place)[place] for chosen in self.resampled])


def check_endpoint(design: TrialDesign, endpoint: str | None) -> str:
    """Give the endpoint whose rule is meant: one sentence where there is none, or several.

    Raises
    ------
    ValueError
    """
    rules = [str(one.name) for one in design.tested() if one.analysis.test == "bayes"]
    tested = ", ".join(str(one.name) for one in design.tested())
    if not rules:
        raise ValueError(
            f"the design decides {tested} without the Bayesian rule; a threshold needs "
            'analysis.test "bayes", change the test'
        )
    if endpoint is None and len(rules) > 1:
        raise ValueError(
            f"--endpoint is missing but {' and '.join(rules)} have a Bayesian rule; name one"
        )
    if endpoint is not None and endpoint not in rules:
        raise ValueError(
            f"--endpoint is {endpoint!r} but the Bayesian rule decides {', '.join(rules)}; name one"
        )
    return endpoint or rules[0]
