"""Operating characteristics of tallied simulations as one labelled dataset."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from simulate.operating.simulate import Simulated
from simulate.operating.stacked import stacked
from simulate.operating.tally import MEASURES, Tally, outcome_names

Floats = NDArray[np.float64]
Variable = tuple[str | tuple[str, ...], Any]

QUANTILES = (0.1, 0.5, 0.9)


def characteristics(simulated: Sequence[Simulated]) -> xr.Dataset:
    """Tabulate what a design does under several truths.

    Parameters
    ----------
    simulated : sequence of Simulated
        Of the same design.

    Returns
    -------
    xarray.Dataset
        Dims `truth`, `test`, `look` (from 1), `outcome`, `measure` (calendar months, patients,
        events, person-months), `quantile`, and `arm`, `milestone`, `horizon` (months) of what
        the truths mean. Every variable that rests on simulated trials has
        a standard error of the same name with `_mcse`; hazard ratios are RT versus control.
    """
    tests = list(simulated[0].tallies)
    parts = [
        stacked([_of_tally(one.tallies[test]) | _against(one, test) for test in tests], "test")
        for one in simulated
    ]
    truths = [_of_truth(one) for one in simulated]
    first = simulated[0].tallies[tests[0]]
    return xr.Dataset(
        stacked(parts, "truth") | stacked(truths, "truth") | {"analysed": ("look", first.analysed)},
        coords={
            "truth": [one.truth.name for one in simulated],
            "test": tests,
            "look": np.arange(1, first.stopped.shape[1] + 1),
            "outcome": list(outcome_names()),
            "measure": list(MEASURES),
            "quantile": list(QUANTILES),
            "arm": ["control", "rt"],
            "milestone": simulated[0].estimands.milestones,
            "horizon": simulated[0].estimands.horizons,
        },
    )


def _against(simulated: Simulated, test: str) -> dict[str, Variable]:
    """Shares of trials that a test alone, or the deciding test alone, wins of the two."""
    agreement, trials = simulated.agreement, simulated.tallies[test].trials
    shares: dict[str, Variable] = {}
    for name in ("only_this", "only_deciding"):
        count = getattr(agreement, name)[test]
        shares[f"{name}_succeeds"] = (), count / trials
        shares[f"{name}_succeeds_mcse"] = (), share_error(count, trials)
    return shares


def _of_truth(simulated: Simulated) -> dict[str, Variable]:
    """Lay out what holds under the truth; but for the months, nothing here is simulated."""
    looks, true = simulated.looks, simulated.estimands
    return {
        "true_survival": (("arm", "milestone"), true.survival),
        "true_rmst": (("arm", "horizon"), true.rmst),
        "true_median": ("arm", true.median),
        "cox_limit": ("look", [look.cox_limit for look in looks]),
        "average_log_hr": ("look", [look.average_log_hr for look in looks]),
        "planned_month": ("look", [look.months for look in looks]),
        "trials": ((), next(iter(simulated.tallies.values())).trials),
    }


def share_error(count: ArrayLike, trials: ArrayLike) -> Floats:
    """Give the standard error of a share, no smaller than that of one trial more or less."""
    number = np.maximum(np.asarray(trials, float), 1.0)
    share = np.clip(np.asarray(count, float), 1.0, np.maximum(number - 1.0, 1.0)) / number
    return np.asarray(np.sqrt(share * np.maximum(1.0 - share, 1.0 / number) / number))


def _of_tally(tally: Tally) -> dict[str, Variable]:
    stop_mean, stop_error = mean_and_error(tally.stop_total, tally.stop_squares, tally.trials)
    mean, error = mean_and_error(tally.total, tally.squares, tally.at_look)
    quantiles = [[tally.quantile(name, q) for q in QUANTILES] for name in MEASURES]
    ignored, trials = tally.unhindered_success, tally.trials
    return {
        "success": ((), tally.success / trials),
        "success_mcse": ((), share_error(tally.success, trials)),
        "success_if_futility_ignored": ((), ignored / trials),
        "success_if_futility_ignored_mcse": ((), share_error(ignored, trials)),
        "stop": (("outcome", "look"), tally.stopped / trials),
        "stop_mcse": (("outcome", "look"), share_error(tally.stopped, trials)),
        "not_reached": ("look", 1.0 - tally.reached / np.maximum(tally.at_look, 1)),
        "undefined": ("look", tally.undefined),
        "at_look": ("look", tally.at_look),
        "at_look_mean": (("measure", "look"), mean),
        "at_look_mean_mcse": (("measure", "look"), error),
        "at_stop_mean": ("measure", stop_mean),
        "at_stop_mean_mcse": ("measure", stop_error),
        "at_stop_quantile": (("measure", "quantile"), quantiles),
        **_estimates(tally),
    }


def mean_and_error(total: ArrayLike, squares: ArrayLike, count: ArrayLike) -> tuple[Floats, Floats]:
    """Give means and their standard errors from sums and sums of squares."""
    number = np.asarray(count, float)
    total, squares = np.asarray(total, float), np.asarray(squares, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(number > 0, total / number, math.nan)
        spread = np.maximum(squares / number - mean**2, 0.0)
        error = np.where(number > 1, np.sqrt(spread / (number - 1.0)), math.nan)
    return mean, error


def _estimates(tally: Tally) -> dict[str, Variable]:
    """Bias, root mean square error and coverage of the Cox estimate at the stop."""
    number = int(tally.estimated.sum())
    bias, bias_error = mean_and_error(tally.error.sum(), tally.error_squares.sum(), number)
    rmse = math.sqrt(tally.error_squares.sum() / number) if number else math.nan
    by_look, by_look_error = mean_and_error(tally.error, tally.error_squares, tally.estimated)
    adjusted, adjusted_error = mean_and_error(
        tally.adjusted_error, tally.adjusted_squares, tally.adjusted
    )
    won, won_error = mean_and_error(
        tally.won_estimate.sum(), tally.won_squares.sum(), int(tally.won.sum())
    )
    covered = int(tally.covered.sum())
    return {
        "bias": ((), bias),
        "bias_mcse": ((), bias_error),
        "rmse": ((), rmse),
        "rmse_mcse": ((), rmse / math.sqrt(2.0 * max(number, 1))),
        "coverage": ((), covered / number if number else math.nan),
        "coverage_mcse": ((), share_error(covered, number)),
        "adjusted_bias": ((), adjusted),
        "adjusted_bias_mcse": ((), adjusted_error),
        "adjusted_below": (
            (),
            tally.adjusted_below / tally.adjusted if tally.adjusted else math.nan,
        ),
        "adjusted_below_mcse": ((), share_error(tally.adjusted_below, tally.adjusted)),
        "adjusted_trials": ((), tally.adjusted),
        "bias_at_look": ("look", by_look),
        "bias_at_look_mcse": ("look", by_look_error),
        "log_hr_given_success": ((), won),
        "log_hr_given_success_mcse": ((), won_error),
    }
