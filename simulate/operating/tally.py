"""Counts and sums over many trials, of fixed size however many trials there are."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from simulate.engine.fields import (
    EVENTS_CONTROL,
    EVENTS_RT,
    LOG_HR,
    MONTH,
    PATIENTS,
    PERSON_MONTHS,
    REACHED,
    STANDARD_ERROR,
)
from simulate.operating.decide import FUTILITY, SUCCESS
from simulate.operating.histogram import BINS, binned_quantile, count_in_bins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MEASURES = ("month", "patients", "events", "person_months")
MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A block of trials with one test's decisions.

    Attributes
    ----------
    first : int
        Number of the first replicate.
    found : array (trial, look, field)
    z : array (trial, look)
        The statistic up to the stop.
    stop, result : array (trial,)
        Look of the stop, and what it was.
    unhindered : array (trial,) or None
        What it would have been had futility been ignored, where that was decided.
    adjusted : array (some,)
        Stage-wise adjusted log HR of the first trials of the block; empty where not computed.
    analysed : array (look,)
        Whether the endpoint is analysed at a look.
    """

    first: int
    found: Floats
    z: Floats
    stop: Integers
    result: Integers
    unhindered: Integers | None
    adjusted: Floats
    analysed: NDArray[np.bool_]


class Tally:
    """Running sums of one test under one truth.

    Parameters
    ----------
    looks : int
    widths : array (measure,)
        Bin widths of the histograms of `MEASURES`.
    limits : array (look,)
        What the Cox estimate is held against: the truth's Cox limit at each look.

    Attributes
    ----------
    trials, success : int
    unhindered_success : float
        Not a number where it was not decided.
    stopped : array (outcome, look)
        Trials by outcome (failure, success, futility) and look.
    at_look, reached, undefined : array (look,)
        Trials that came to a look, whose triggers were met, and whose statistic is undefined.
    analysed : array (look,)
        Whether the endpoint is analysed at a look.
    undefined_trials : list of int
        Numbers of the first of these.
    total, squares : array (measure, look)
        Of trials that came to a look.
    stop_total, stop_squares : array (measure,)
        Of all trials when they stopped.
    histogram : array (measure, bin)
        Of all trials when they stopped.
    estimated, error, error_squares, covered : array (look,)
        Cox estimates at the stop: number, sums of estimate minus limit, intervals that cover.
    won_estimate, won_squares : array (look,)
        Sums of the estimates of successful trials.
    adjusted, adjusted_below : int
        Stage-wise adjusted estimates, and how many of them are below the limit.
    adjusted_error, adjusted_squares : float
        Sums of these estimates minus the limit.
    """

    def __init__(self, looks: int, *, widths: Floats, limits: Floats) -> None:
        self.widths, self.limits = widths, limits
        self.trials = self.success = 0
        self.unhindered_success: float = 0
        self.stopped = np.zeros((3, looks), np.int64)
        self.at_look, self.reached, self.undefined = np.zeros((3, looks), np.int64)
        self.analysed = np.ones(looks, bool)
        self.undefined_trials: list[int] = []
        self.total, self.squares = np.zeros((2, len(MEASURES), looks))
        self.stop_total, self.stop_squares = np.zeros((2, len(MEASURES)))
        self.histogram = np.zeros((len(MEASURES), BINS), np.int64)
        self.estimated, self.covered, self.won = np.zeros((3, looks), np.int64)
        self.adjusted = self.adjusted_below = 0
        self.adjusted_error = self.adjusted_squares = 0.0
        self.error, self.error_squares, self.won_estimate, self.won_squares = np.zeros((4, looks))

    def add(self, block: Decided) -> None:
        """Add a block; blocks must come in order for sums to be the same to the bit."""
        looks, self.analysed = np.arange(block.found.shape[1]), block.analysed
        came = (looks <= block.stop[:, np.newaxis]) & block.analysed
        self.trials += len(block.stop)
        self.success += int((block.result == SUCCESS).sum())
        if block.unhindered is None:
            self.unhindered_success = math.nan
        else:
            self.unhindered_success += int((block.unhindered == SUCCESS).sum())
        np.add.at(self.stopped, (block.result, block.stop), 1)
        self.at_look += came.sum(axis=0)
        self.reached += (came & (block.found[..., REACHED] == 1.0)).sum(axis=0)
        undefined = came & np.isnan(block.z)
        self.undefined += undefined.sum(axis=0)
        room = MOST_NAMED - len(self.undefined_trials)
        named = np.flatnonzero(undefined.any(axis=1))[:room]
        self.undefined_trials += [block.first + int(index) for index in named]
        self._add_measures(block, came)
        self._add_estimates(block)
        self._add_adjusted(block)

    def _add_measures(self, block: Decided, came: NDArray[np.bool_]) -> None:
        values = _measures(block.found)
        self.total += np.where(came, values, 0.0).sum(axis=1)
        self.squares += np.where(came, values**2, 0.0).sum(axis=1)
        at_stop = values[:, np.arange(len(block.stop)), block.stop]
        self.stop_total += at_stop.sum(axis=1)
        self.stop_squares += (at_stop**2).sum(axis=1)
        count_in_bins(at_stop, self.widths, self.histogram)

    def _add_estimates(self, block: Decided) -> None:
        here = block.found[np.arange(len(block.stop)), block.stop]
        known = np.isfinite(here[:, LOG_HR])
        stop, log_hr = block.stop[known], here[known, LOG_HR]
        error = log_hr - self.limits[stop]
        covered = np.abs(error) <= Z_95 * here[known, STANDARD_ERROR]
        won = block.result[known] == SUCCESS
        looks = len(self.limits)
        self.estimated += np.bincount(stop, minlength=looks)
        self.error += np.bincount(stop, weights=error, minlength=looks)
        self.error_squares += np.bincount(stop, weights=error**2, minlength=looks)
        self.covered += np.bincount(stop[covered], minlength=looks)
        self.won += np.bincount(stop[won], minlength=looks)
        self.won_estimate += np.bincount(stop[won], weights=log_hr[won], minlength=looks)
        self.won_squares += np.bincount(stop[won], weights=log_hr[won] ** 2, minlength=looks)

    def _add_adjusted(self, block: Decided) -> None:
        known = np.isfinite(block.adjusted)
        error = (block.adjusted - self.limits[block.stop[: len(known)]])[known]
        self.adjusted += len(error)
        self.adjusted_below += int((error < 0.0).sum())
        self.adjusted_error += float(error.sum())
        self.adjusted_squares += float((error**2).sum())

    def quantile(self, measure: str, probability: float) -> float:
        """Quantile over all trials of a measure at the stop, to half a bin."""
        place = MEASURES.index(measure)
        return binned_quantile(self.histogram[place], float(self.widths[place]), probability)


def _measures(found: Floats) -> Floats:
    """Values of `MEASURES`, shape (measure, trial, look)."""
    events = found[..., EVENTS_CONTROL] + found[..., EVENTS_RT]
    return np.stack([found[..., MONTH], found[..., PATIENTS], events, found[..., PERSON_MONTHS]])


def outcome_names() -> tuple[str, str, str]:
    """Outcomes in the order of `Tally.stopped`."""
    names = ["failure", "failure", "failure"]
    names[SUCCESS], names[FUTILITY] = "success", "futility"
    return (names[0], names[1], names[2])
