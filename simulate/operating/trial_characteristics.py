"""Operating characteristics of trials of several endpoints, as one labelled dataset."""

import math
from collections.abc import Sequence

import numpy as np
import xarray as xr

from simulate.operating.characteristics import QUANTILES, Variable, mean_and_error, share_error
from simulate.operating.several import SimulatedTrials
from simulate.operating.stacked import stacked
from simulate.operating.trial_tally import TRIAL_MEASURES, TrialTally

REASONS = ("settled", "succeeded", "harm")


def trial_characteristics(simulated: Sequence[SimulatedTrials]) -> xr.Dataset:
    """Tabulate what a design of several endpoints does as a whole.

    Parameters
    ----------
    simulated : sequence of SimulatedTrials
        Of the same design.

    Returns
    -------
    xarray.Dataset
        Dims `truth`, `endpoint`, `look` (from 1), `reason` (why a trial stops), `measure` (calendar
        months, patients, person-months), `quantile` and `won` (number of endpoints rejected). What
        rests on simulated trials has a standard error of the same name with `_mcse`.
        `family_wise_error` is the share of trials that reject an endpoint without effect, not a
        number where every endpoint has one.
    """
    names = list(simulated[0].endpoints)
    parts = [_shares(one.trial) | _errors(one) | _means(one.trial) for one in simulated]
    return xr.Dataset(
        stacked(parts, "truth"),
        coords={
            "truth": [one.truth.name for one in simulated],
            "endpoint": names,
            "look": np.arange(1, simulated[0].trial.stopped.shape[1] + 1),
            "reason": list(REASONS),
            "measure": list(TRIAL_MEASURES),
            "quantile": list(QUANTILES),
            "won": np.arange(len(names) + 1),
        },
    )


def _shares(tally: TrialTally) -> dict[str, Variable]:
    """Give counts as shares of all trials, each with its standard error."""
    counts: dict[str, Variable] = {
        "trial_success": ((), tally.success),
        "any_endpoint": ((), tally.any_won),
        "all_endpoints": ((), tally.all_won),
        "endpoint_success": ("endpoint", tally.rejected.sum(axis=1)),
        "rejected": (("endpoint", "look"), tally.rejected),
        "dropped": (("endpoint", "look"), tally.dropped),
        "trial_stop": (("reason", "look"), tally.stopped),
        "endpoints_won": ("won", tally.split),
    }
    variables: dict[str, Variable] = {"trials": ((), tally.trials)}
    for name, (dims, count) in counts.items():
        variables[name] = (dims, np.asarray(count) / tally.trials)
        variables[f"{name}_mcse"] = (dims, share_error(count, tally.trials))
    return variables


def _errors(simulated: SimulatedTrials) -> dict[str, Variable]:
    """Family-wise error, not a number where every endpoint has an effect."""
    tally, some = simulated.trial, any(simulated.null)
    return {
        "family_wise_error": ((), tally.false_win / tally.trials if some else math.nan),
        "family_wise_error_mcse": (
            (),
            share_error(tally.false_win, tally.trials) if some else math.nan,
        ),
        "without_effect": ("endpoint", list(simulated.null)),
    }


def _means(tally: TrialTally) -> dict[str, Variable]:
    stop, stop_error = mean_and_error(tally.stop_total, tally.stop_squares, tally.trials)
    harm, harm_error = mean_and_error(tally.harm, tally.harm_squares, tally.at_look)
    quantiles = [[tally.quantile(name, q) for q in QUANTILES] for name in TRIAL_MEASURES]
    return {
        "trial_stop_mean": ("measure", stop),
        "trial_stop_mean_mcse": ("measure", stop_error),
        "trial_stop_quantile": (("measure", "quantile"), quantiles),
        "harm": ("look", harm),
        "harm_mcse": ("look", harm_error),
    }
