"""From sums to estimates, each with its standard error, for all cells of a sweep at once."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.operating.characteristics import QUANTILES, mean_and_error, share_error
from simulate.operating.decide import SUCCESS
from simulate.sweep.exact_sums import LOG_UNIT, MONTH_UNIT
from simulate.sweep.result import MEASURES
from simulate.sweep.stack import DIMS, Stack

Floats = NDArray[np.float64]

OF_SEVERAL = (("any_endpoint", "any"), ("all_endpoints", "all"), ("harm_stop", "harm_stop"))
UNITS = np.array([MONTH_UNIT, 1.0, 1.0])


class Figure(NamedTuple):
    """One quantity in every cell.

    Attributes
    ----------
    name : str
    dims : tuple of str
        After that of the cells.
    value : array (cell, …)
    error : array (cell, …) or None
        Monte Carlo standard error; None of what is no estimate.
    """

    name: str
    dims: tuple[str, ...]
    value: Floats
    error: Floats | None


def figures(stack: Stack) -> Iterator[Figure]:
    """Compute every figure of a sweep.

    Parameters
    ----------
    stack : Stack

    Yields
    ------
    Figure
    """
    yield Figure("trials", (), stack.trials, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        yield from _shares(stack)
        yield from _of_stops(stack)
        yield from _of_ends(stack)
        yield from _of_looks(stack)
        if stack.has("estimated"):
            yield from _estimates(stack)


def _share(stack: Stack, name: str, dims: tuple[str, ...], count: Floats) -> Figure:
    return Figure(name, dims, *_rate(count, _along(stack.trials, count)))


def _rate(count: Floats, out_of: Floats) -> tuple[Floats, Floats]:
    """Share and standard error; not a number out of nothing."""
    there = np.isfinite(count) & (out_of > 0)
    error = np.where(there, share_error(np.nan_to_num(count), np.nan_to_num(out_of)), math.nan)
    return np.where(there, count / out_of, math.nan), error


def _along(cells: Floats, like: Floats) -> Floats:
    """Give a value a cell the shape of an array with further dims."""
    return np.broadcast_to(cells.reshape(-1, *(1,) * (like.ndim - 1)), like.shape)


def _shares(stack: Stack) -> Iterator[Figure]:
    for name, source in (
        ("success", "success"),
        ("stop", "stop"),
        ("success_at", "success_stop"),
        ("ended", "ended"),
        *(OF_SEVERAL if len(stack.endpoints) > 1 else ()),
    ):
        yield _share(stack, name, DIMS[source], stack[source])
    won = _all_looks(stack["ended"][:, :, SUCCESS])
    yield _share(stack, "endpoint_success", ("endpoint",), won)
    batches, counts = stack["batch_success"], stack["batch_trials"]
    yield Figure("batch_success", ("batch",), batches / counts, None)


def _of_stops(stack: Stack) -> Iterator[Figure]:
    """Months and patients when the trial stops."""
    units = UNITS[:2]
    total, squares = stack["stop_total"] * units, stack["stop_squares"] * units
    mean, error = mean_and_error(total, squares, _along(stack.trials, total))
    for place, (name, measure) in enumerate((("duration", "month"), ("enrolled", "patients"))):
        yield Figure(name, (), mean[:, place], error[:, place])
        yield Figure(f"{name}_quantile", ("quantile",), *_quantiles(stack, measure))


def _quantiles(stack: Stack, name: str) -> tuple[Floats, Floats]:
    """Quantiles, and half the distance of those one standard error of the probability away."""
    wanted = np.broadcast_to(QUANTILES, (stack.trials.size, len(QUANTILES)))
    spread = np.sqrt(wanted * (1.0 - wanted) / np.maximum(stack.trials, 1.0)[:, np.newaxis])
    low, high = np.maximum(wanted - spread, 0.0), np.minimum(wanted + spread, 1.0)
    found = stack.quantiles(name, np.stack([wanted, low, high], axis=1))
    return found[:, 0], (found[:, 2] - found[:, 1]) / 2.0


def _of_ends(stack: Stack) -> Iterator[Figure]:
    """Months, patients and events when an endpoint's testing ends."""
    total = np.moveaxis(stack["end_total"], 1, 2) * UNITS
    squares = np.moveaxis(stack["end_squares"], 1, 2) * UNITS
    mean, error = mean_and_error(total, squares, _along(stack.trials, total))
    yield Figure("at_end", ("endpoint", "measure"), mean, error)
    found = [
        [_quantiles(stack, f"{name}.{measure}") for measure in MEASURES] for name in stack.endpoints
    ]
    dims = ("endpoint", "measure", "quantile")
    value, errors = np.moveaxis(np.array(found), (2, 3), (0, 1)) if found else np.empty((2, 0))
    if found:
        yield Figure("at_end_quantile", dims, value, errors)


def _of_looks(stack: Stack) -> Iterator[Figure]:
    """Means of the trials that come to a look, and how many these are."""
    came = stack["at_look"]
    yield Figure("at_look_trials", ("endpoint", "look"), came, None)
    yield Figure("not_reached", ("endpoint", "look"), *_rate(came - stack["reached"], came))
    yield Figure("undefined", ("endpoint", "look"), stack["undefined"], None)
    total, squares = (np.moveaxis(stack[name], 1, -1) * UNITS for name in ("total", "squares"))
    number = np.broadcast_to(came[..., np.newaxis], total.shape)
    yield Figure(
        "at_look", ("endpoint", "look", "measure"), *mean_and_error(total, squares, number)
    )


def _all_looks(sums: Floats) -> Floats:
    """Add up over looks, of which some cells have fewer; not a number where a cell has none."""
    return np.where(np.isnan(sums).all(axis=-1), math.nan, np.nansum(sums, axis=-1))


def _estimates(stack: Stack) -> Iterator[Figure]:
    """Bias, root mean square error and coverage of Cox estimates, log HR of RT versus control."""
    number = stack["estimated"]
    bias, squares = stack["bias"] * LOG_UNIT, stack["bias_squares"] * LOG_UNIT
    yield Figure("cox_limit", ("endpoint", "look"), stack.limits(), None)
    yield Figure("bias_at_look", ("endpoint", "look"), *mean_and_error(bias, squares, number))
    whole, whole_bias, whole_squares = map(_all_looks, (number, bias, squares))
    yield Figure("bias", ("endpoint",), *mean_and_error(whole_bias, whole_squares, whole))
    rmse = np.sqrt(whole_squares / whole)
    yield Figure("rmse", ("endpoint",), rmse, rmse / np.sqrt(2.0 * whole))
    yield Figure("coverage", ("endpoint",), *_rate(_all_looks(stack["covered"]), whole))
    total = _all_looks(stack["winner_log_hr"]) * LOG_UNIT
    of_squares = _all_looks(stack["winner_squares"]) * LOG_UNIT
    won = mean_and_error(total, of_squares, _all_looks(stack["winners"]))
    yield Figure("log_hr_given_success", ("endpoint",), *won)
