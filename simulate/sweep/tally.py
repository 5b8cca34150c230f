"""From decided trials to the counts and sums of a cell."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from simulate.engine.fields import (
    EVENTS_CONTROL,
    EVENTS_RT,
    LOG_HR,
    MONTH,
    PATIENTS,
    REACHED,
    STANDARD_ERROR,
)
from simulate.engine.run import Block
from simulate.operating.decide import SUCCESS
from simulate.operating.simulate import BIN_MONTHS
from simulate.sweep.exact_sums import (
    LATEST,
    LOG_UNIT,
    MONTH_UNIT,
    Bins,
    bin_width,
    count_bins,
    fixed,
)
from simulate.sweep.judged import Judged
from simulate.sweep.result import BATCHES, MEASURES, MOST_NAMED, CellResult

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OUTCOMES = 3


class Columns(NamedTuple):
    """What is counted of a block, gathered once for all cells that are decided on it.

    Attributes
    ----------
    first : int
        Number of the first replicate.
    values : array (measure, endpoint, trial, look)
        Of `MEASURES`.
    exact, squares : array (measure, endpoint, trial, look)
        The same and their squares, in fixed point where they are not whole numbers.
    reached : array (trial, look)
        Whether a look's triggers were met.
    log_hr, error : array (endpoint, trial, look)
        Cox estimates, RT versus control, and their standard errors; not a number where not
        computed.
    """

    first: int
    values: Floats
    exact: Integers
    squares: Integers
    reached: NDArray[np.bool_]
    log_hr: Floats
    error: Floats


def gather(block: Block) -> Columns:
    """Gather what is counted of a block."""
    found = np.moveaxis(block.endpoints, 1, 0)
    events = found[..., EVENTS_CONTROL] + found[..., EVENTS_RT]
    values = np.stack([found[..., MONTH], found[..., PATIENTS], events])
    exact = values.astype(np.int64)
    squares = exact * exact
    months = np.minimum(values[0], LATEST)
    exact[0], squares[0] = fixed(months, MONTH_UNIT), fixed(months**2, MONTH_UNIT)
    return Columns(
        first=block.first,
        values=values,
        exact=exact,
        squares=squares,
        reached=found[0, ..., REACHED] == 1.0,
        log_hr=np.ascontiguousarray(found[..., LOG_HR]),
        error=np.ascontiguousarray(found[..., STANDARD_ERROR]),
    )


def tally_block(
    columns: Columns,
    judged: Judged,
    *,
    endpoints: tuple[str, ...],
    patients: int,
    limits: Floats | None,
) -> CellResult:
    """Count one cell's decisions on a block.

    Parameters
    ----------
    columns : Columns
    judged : Judged
    endpoints : tuple of str
    patients : int
        Most patients of a trial.
    limits : array (endpoint, look) or None
        What Cox estimates are held against; None where they are not counted.

    Returns
    -------
    CellResult
        Its `sums`, those of months in multiples of `MONTH_UNIT`:

        - of the trial: `success any all` (), `won` (number of endpoints won), `stop
          success_stop harm_stop` (look), `stop_total stop_squares` (month, patients),
          `batch_trials batch_success` (replicate modulo 64);
        - of each endpoint: `ended` (endpoint, outcome, look), `at_look reached undefined`
          (endpoint, look), `total squares` (measure, endpoint, look) of trials that came to the
          look, `end_total end_squares` (measure, endpoint);
        - of estimates, by the look of the end: `estimated covered winners` (endpoint, look), and in
          multiples of `LOG_UNIT` `bias bias_squares winner_log_hr winner_squares`.
    """
    widths = {"month": BIN_MONTHS} | dict.fromkeys(("patients", "events"), bin_width(patients))
    sums, bins = _of_trial(columns, judged, widths)
    for e, name in enumerate(endpoints):
        end = columns.values[:, e, np.arange(len(judged.stop)), judged.end[e]]
        for measure, values in zip(MEASURES, end, strict=True):
            bins[f"{name}.{measure}"] = count_bins(values, widths[measure])
    sums |= _of_endpoints(columns, judged)
    if limits is not None:
        sums |= _of_estimates(columns, judged, limits)
    named = np.flatnonzero(judged.undefined.any(axis=(0, 2)))[:MOST_NAMED]
    return CellResult(
        endpoints=endpoints,
        spans=((columns.first, columns.first + len(judged.stop)),),
        sums=sums,
        bins=bins,
        widths=widths,
        undefined=tuple(columns.first + int(place) for place in named),
        limits=limits,
    )


def _of_trial(
    columns: Columns, judged: Judged, widths: dict[str, float]
) -> tuple[dict[str, Integers], dict[str, Bins]]:
    stop, success = judged.stop, judged.success
    looks, trials = columns.reached.shape[1], np.arange(len(stop))
    won = (judged.outcome == SUCCESS).sum(axis=0)
    batch = (columns.first + trials) % BATCHES
    here = columns.values[:2, -1, trials, stop]
    sums = {
        "success": success.sum(),
        "any": (won > 0).sum(),
        "all": (won == len(judged.outcome)).sum(),
        "won": np.bincount(won, minlength=len(judged.outcome) + 1),
        "stop": np.bincount(stop, minlength=looks),
        "success_stop": np.bincount(stop[success], minlength=looks),
        "harm_stop": np.bincount(stop[judged.harmed], minlength=looks),
        "stop_total": columns.exact[:2, -1, trials, stop].sum(axis=1),
        "stop_squares": columns.squares[:2, -1, trials, stop].sum(axis=1),
        "batch_trials": np.bincount(batch, minlength=BATCHES),
        "batch_success": np.bincount(batch[success], minlength=BATCHES),
    }
    bins = {
        name: count_bins(values, widths[name]) for name, values in zip(MEASURES, here, strict=False)
    }
    return {name: np.asarray(value, np.int64) for name, value in sums.items()}, bins


def _of_endpoints(columns: Columns, judged: Judged) -> dict[str, Integers]:
    looks = columns.reached.shape[1]
    came, at_end = judged.came, judged.end[..., np.newaxis] == np.arange(looks)
    kinds = judged.outcome[:, np.newaxis] == np.arange(OUTCOMES)[:, np.newaxis]
    return {
        "ended": np.einsum("eot,etl->eol", kinds.astype(np.int64), at_end.astype(np.int64)),
        "at_look": came.sum(axis=1),
        "reached": (came & columns.reached).sum(axis=1),
        "undefined": judged.undefined.sum(axis=1),
        "total": np.where(came, columns.exact, 0).sum(axis=2),
        "squares": np.where(came, columns.squares, 0).sum(axis=2),
        "end_total": np.where(at_end, columns.exact, 0).sum(axis=(2, 3)),
        "end_squares": np.where(at_end, columns.squares, 0).sum(axis=(2, 3)),
    }


def _of_estimates(columns: Columns, judged: Judged, limits: Floats) -> dict[str, Integers]:
    looks = columns.reached.shape[1]
    at_end = judged.end[..., np.newaxis] == np.arange(looks)
    known = at_end & np.isfinite(columns.log_hr)
    won = known & (judged.outcome == SUCCESS)[..., np.newaxis]
    log_hr = np.where(known, columns.log_hr, 0.0)
    error = np.where(known, log_hr - limits[:, np.newaxis], 0.0)
    covered = known & (np.abs(error) <= Z_95 * columns.error)
    winners = np.where(won, log_hr, 0.0)
    return {
        "estimated": known.sum(axis=1),
        "covered": covered.sum(axis=1),
        "winners": won.sum(axis=1),
        "bias": fixed(error, LOG_UNIT).sum(axis=1),
        "bias_squares": fixed(error**2, LOG_UNIT).sum(axis=1),
        "winner_log_hr": fixed(winners, LOG_UNIT).sum(axis=1),
        "winner_squares": fixed(winners**2, LOG_UNIT).sum(axis=1),
    }
