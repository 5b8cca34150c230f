"""Counts and sums over trials of several endpoints: what the trial as a whole decides."""

import numpy as np
from numpy.typing import NDArray

from simulate.engine.fields import HARM, MONTH, PATIENTS, PERSON_MONTHS
from simulate.multiplicity.decide import Decisions
from simulate.operating.histogram import BINS, binned_quantile, count_in_bins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TRIAL_MEASURES = ("month", "patients", "person_months")
MOST_NAMED = 20


class TrialTally:
    """Running sums over trials of several endpoints under one truth.

    Parameters
    ----------
    looks, endpoints : int
    widths : array (measure,)
        Bin widths of the histograms of `TRIAL_MEASURES`.
    null : array (endpoint,)
        Whether an endpoint is without effect under the truth.
    joint : bool
        Whether nothing is claimed unless all endpoints are rejected, as of co-primary endpoints.

    Attributes
    ----------
    trials, success, any_won, all_won, false_win : int
        `false_win` counts trials that claim an effect on an endpoint without: they reject it, and
        with `joint` all others, too.
    rejected, dropped : array (endpoint, look)
        Trials by the look of rejection, and of futility.
    stopped : array (reason, look)
        Trials by why (settled, succeeded, harmed) and where they stop.
    at_look : array (look,)
        Trials that come to a look.
    harm : array (look,)
        Sum of the posterior probability of harm over these trials.
    harm_squares : array (look,)
    stop_total, stop_squares : array (measure,)
    histogram : array (measure, bin)
    split : array (endpoint + 1,)
        Trials by the number of endpoints they reject.
    """

    def __init__(
        self,
        looks: int,
        endpoints: int,
        *,
        widths: Floats,
        null: NDArray[np.bool_],
        joint: bool = False,
    ) -> None:
        self.widths, self.null, self.joint = widths, null, joint
        self.trials = self.success = self.any_won = self.all_won = self.false_win = 0
        self.rejected = np.zeros((endpoints, looks), np.int64)
        self.dropped = np.zeros((endpoints, looks), np.int64)
        self.stopped = np.zeros((3, looks), np.int64)
        self.at_look = np.zeros(looks, np.int64)
        self.harm, self.harm_squares = np.zeros((2, looks))
        self.stop_total, self.stop_squares = np.zeros((2, len(TRIAL_MEASURES)))
        self.histogram = np.zeros((len(TRIAL_MEASURES), BINS), np.int64)
        self.split = np.zeros(endpoints + 1, np.int64)

    def add(self, found: Floats, decisions: Decisions) -> None:
        """Add a block of trials; blocks must come in order for sums to be the same to the bit.

        Parameters
        ----------
        found : array (trial, endpoint, look, field)
        decisions : Decisions
        """
        won = decisions.rejected >= 0
        self.trials += len(won)
        self.success += int(decisions.success.sum())
        self.any_won += int(won.any(axis=1).sum())
        self.all_won += int(won.all(axis=1).sum())
        claimed = won & won.all(axis=1, keepdims=True) if self.joint else won
        self.false_win += int((claimed & self.null).any(axis=1).sum())
        self.split += np.bincount(won.sum(axis=1), minlength=len(self.split))
        for e in range(won.shape[1]):
            _count(decisions.rejected[:, e], self.rejected[e])
            _count(decisions.dropped[:, e], self.dropped[e])
        np.add.at(self.stopped, (decisions.reason, decisions.stop), 1)
        came = np.arange(found.shape[2]) <= decisions.stop[:, np.newaxis]
        self.at_look += came.sum(axis=0)
        harm = np.where(came, np.nan_to_num(found[:, 0, :, HARM]), 0.0)
        self.harm += harm.sum(axis=0)
        self.harm_squares += (harm**2).sum(axis=0)
        self._add_stops(found, decisions.stop)

    def _add_stops(self, found: Floats, stop: Integers) -> None:
        here = found[np.arange(len(stop)), -1, stop]
        values = here[:, [MONTH, PATIENTS, PERSON_MONTHS]].T
        self.stop_total += values.sum(axis=1)
        self.stop_squares += (values**2).sum(axis=1)
        count_in_bins(values, self.widths, self.histogram)

    def quantile(self, measure: str, probability: float) -> float:
        """Quantile over all trials of a measure at the stop, to half a bin."""
        place = TRIAL_MEASURES.index(measure)
        return binned_quantile(self.histogram[place], float(self.widths[place]), probability)


def _count(looks: Integers, totals: Integers) -> None:
    totals += np.bincount(looks[looks >= 0], minlength=len(totals))
