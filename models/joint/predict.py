"""Trials of both endpoints drawn from prior and posterior, held against what is printed.

Ratios are control versus RT, as a record is normalised: above 1 favours RT.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.illness_death.exposure import FollowedPatients
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.posterior import pack_posterior
from models.illness_death.prior_draws import draw_illness_death_prior, draw_patients
from models.illness_death.priors import priors_of_joint
from models.joint.posterior import joint_posterior
from models.joint.run import JointDraws
from models.joint.sample import NAME
from models.joint.settings import JointSettings
from models.printed import (
    FollowUpDraws,
    predictive_checks,
    predictive_table,
    record_windows,
)
from models.printed.draw import Trials, draw_ends, record_times
from models.reanalysis.predict import DRAWS, hold, least_counts, prior_follow_up
from models.record.base import ARMS
from models.record.record import Record

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

ENDPOINTS = ("pfs", "os")


class JointPredictive(NamedTuple):
    """Figures of drawn trials and their comparison with the printed ones.

    Attributes
    ----------
    figures : xarray.Dataset
        Each printed figure by `endpoint` and `draw`, and `progressions` by `arm` and `draw`; the
        unit, with the direction of ratios, in `attrs`.
    table : pandas.DataFrame
        See `predictive_table`, with a first column `endpoint`.
    """

    figures: xr.Dataset
    table: pd.DataFrame


class JointPredictions(NamedTuple):
    """Draws from the prior, and trials drawn from it and from the posterior.

    Attributes
    ----------
    prior : xarray.Dataset
        `log_hr` and `hazard`, see `draw_illness_death_prior`.
    before, after : JointPredictive
        Trials drawn from the prior and from the posterior.
    """

    prior: xr.Dataset
    before: JointPredictive
    after: JointPredictive


def joint_predictions(
    record: Record,
    *,
    draws: JointDraws,
    problem: np.void,
    settings: JointSettings,
    seed: int,
) -> JointPredictions:
    """Draw trials from prior and posterior, and hold their figures against the record's.

    Parameters
    ----------
    record : Record
    draws : JointDraws
        Of the posterior; about `DRAWS` evenly spaced ones are taken.
    problem : record of JOINT_PROBLEM
        What was sampled.
    settings : JointSettings
    seed : int
        It fixes the trials.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, *NAME.encode(), 1]))
    prior = draw_illness_death_prior(priors_of_joint(settings), draws=DRAWS, rng=rng)
    ends = prior_follow_up(problem["os"], draws=DRAWS, rng=rng)
    some = draws.evenly(-(-DRAWS // draws.cut.shape[0]))

    def held(tree: xr.DataTree, follow_up: FollowUpDraws) -> JointPredictive:
        packed = pack_posterior(tree["posterior"].to_dataset(), clock=settings.clock).packed
        patients = draw_followed(packed, follow_up=follow_up, problem=problem, rng=rng)
        return hold_jointly(patients, record, problem=problem, settings=settings)

    return JointPredictions(
        prior["posterior"].to_dataset(),
        held(prior, ends),
        held(joint_posterior(some, settings), _follow_up(some, problem)),
    )


def draw_followed(
    packed: PackedIllnessDeath,
    *,
    follow_up: FollowUpDraws,
    problem: np.void,
    rng: np.random.Generator,
) -> FollowedPatients:
    """Draw progression and death of whole trials, of the size of the published one.

    Parameters
    ----------
    packed : PackedIllnessDeath
        A stratum for each trial.
    follow_up : FollowUpDraws
        Of each trial; both endpoints end with it.
    problem : record of JOINT_PROBLEM
        Holds the number of patients.
    rng : numpy.random.Generator

    Returns
    -------
    FollowedPatients
        Latent months, shape (trial, patient), controls first.
    """
    control, patients = int(problem["os"]["n_control"]), int(problem["os"]["n"])
    return draw_patients(
        packed,
        arm_index=np.repeat((0, 1), (control, patients - control)),
        follow_up=draw_ends(follow_up, patients=patients, rng=rng),
        rng=rng,
    )


def hold_jointly(
    patients: FollowedPatients, record: Record, *, problem: np.void, settings: JointSettings
) -> JointPredictive:
    """Compare what drawn trials print of both endpoints with what the record prints.

    Parameters
    ----------
    patients : FollowedPatients
        Of all trials, controls first.
    record : Record
    problem : record of JOINT_PROBLEM
        What was sampled; where it fixes the number of progressions that is compared, too.
    settings : JointSettings
        Say whether times are recorded in days.
    """
    import pandas as pd

    control = int(problem["os"]["n_control"])
    trials = _both_endpoints(patients, settings)
    found = {
        name: hold(
            trials[name],
            record_windows(record, name),
            n_control=control,
            at_least=least_counts(record, name),
        )
        for name in ENDPOINTS
    }
    seen = (patients.progressed[:, :control], patients.progressed[:, control:])
    progressions = np.stack([part.sum(axis=1) for part in seen]).astype(float)
    figures = xr.concat([found[name].figures for name in ENDPOINTS], "endpoint").assign(
        progressions=(("arm", "draw"), progressions, {"unit": "patients"})
    )
    parts = [
        ("pfs", found["pfs"].table),
        ("pfs", _progressions_table(progressions, problem)),
        ("os", found["os"].table),
    ]
    table = pd.concat(
        [part.assign(endpoint=name) for name, part in parts if len(part)], ignore_index=True
    )
    return JointPredictive(
        figures.assign_coords(endpoint=list(ENDPOINTS), arm=list(ARMS)),
        table[["endpoint", *table.columns.drop("endpoint")]],
    )


def predictive_findings(predictions: JointPredictions) -> list[CheckResult]:
    """List what predictive checks find, endpoint by endpoint; it voids nothing."""
    found = []
    for kind, held in (("prior", predictions.before), ("posterior", predictions.after)):
        for name, rows in held.table.groupby("endpoint", sort=False):
            found += [
                replace(check, name=f"{str(name).upper()}, {check.name}")
                for check in predictive_checks(rows, kind=kind)
            ]
    return found


def _follow_up(draws: JointDraws, problem: np.void) -> FollowUpDraws:
    """Follow-up parameters of posterior draws, chains one after the other."""
    return FollowUpDraws(
        draws.cut.reshape(-1), float(problem["os"]["accrual"]), draws.loss.reshape(-1)
    )


def _both_endpoints(patients: FollowedPatients, settings: JointSettings) -> dict[str, Trials]:
    """Record times of progression or death, and of death."""
    grid = settings.days_per_month if settings.times == "days" else 0.0
    first, last = (record_times(x, grid=grid) for x in (patients.progression, patients.last))
    return {
        "pfs": Trials(first, patients.progressed | patients.died),
        "os": Trials(last, patients.died),
    }


def _progressions_table(counts: Array, problem: np.void) -> pd.DataFrame:
    """Place the numbers of progressions that are fixed among those of drawn trials."""
    windows = {
        f"progressions_{arm}": (low - 0.5, high + 0.5)
        for arm, low, high in zip(
            ARMS, problem["progressions_low"], problem["progressions_high"], strict=True
        )
        if low == high
    }
    drawn = dict(zip((f"progressions_{arm}" for arm in ARMS), counts, strict=True))
    return predictive_table(drawn, windows)
