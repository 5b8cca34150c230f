"""The trial whose posterior is asked for: from its draws, or from its printed hazard ratio."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.reanalyse.evidence import printed_ratio
from models.normal_posterior import NormalPosterior, normal_likelihood
from models.priors.evidence import ENDPOINT_LABELS, Endpoint
from models.priors.normal_mixture import NormalMixture
from models.priors.prior_curves import exponential_survival
from models.priors.trial_posterior import Learner, learn_from_draws, learn_from_estimate
from models.record.record import Record
from models.settings import NormalPrior
from models.survival.hazard import survival

Array = NDArray[np.float64]

MONTHS = np.linspace(0.0, 36.0, 73)


class TrialAtHand(NamedTuple):
    """What a trial says of its hazard ratio, ready for any prior.

    Attributes
    ----------
    endpoint : str
    origin : str
        Where it comes from, in words.
    learn : Learner
    likelihood : NormalPosterior
        Estimate and standard error of log HR (RT versus control) without any prior.
    control : numpy.ndarray, shape (73,)
        Survival of the control arm at 0 to 36 months.
    """

    endpoint: Endpoint
    origin: str
    learn: Learner
    likelihood: NormalPosterior
    control: Array


def from_posterior(path: Path) -> TrialAtHand:
    """Read a posterior that `replan reanalyse` wrote.

    Raises
    ------
    ValueError
        If the file is none: one sentence.
    """
    tree = _open(path)
    try:
        endpoint = tree.attrs["endpoint"]
        old = NormalPrior.model_validate(json.loads(tree.attrs["settings"])["log_hr"])
        draws = tree["posterior"].dataset
        log_hr = np.asarray(draws["log_hr"].values, dtype=float)
        hazard = draws["hazard"].transpose("chain", "draw", "arm", "interval").values
        cuts = np.asarray(tree["constant_data"].dataset["cuts"].values, dtype=float)
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{path} lacks what a posterior of one endpoint holds ({' '.join(str(error).split())})"
            "; it must be a posterior.nc of replan reanalyse, give its path"
        ) from None
    if endpoint not in ENDPOINT_LABELS:
        raise ValueError(
            f"{path} is of the endpoint {endpoint!r}; priors are of pfs or os, give one of these"
        )
    curves = survival(hazard[:, ::20, 0].reshape(-1, hazard.shape[-1]), MONTHS, cuts=cuts)
    return TrialAtHand(
        endpoint=endpoint,
        origin=f"{log_hr.size:,} draws under Normal({old.mean:g}, sd {old.sd:g}), re-weighted",
        learn=learn_from_draws(log_hr, old=NormalMixture.normal(old.mean, old.sd)),
        likelihood=_without_prior(log_hr, old),
        control=np.asarray(curves).mean(axis=0),
    )


def from_record(record: Record, endpoint: Endpoint) -> TrialAtHand:
    """Take the printed hazard ratio and interval of a published record, and its control median.

    Raises
    ------
    ValueError
        If the record lacks the endpoint or its control median.
    """
    if endpoint not in record.endpoints:
        raise ValueError(
            f"--record has the endpoints {', '.join(record.endpoints)} but not {endpoint}; "
            "choose one of them with --endpoint"
        )
    printed = record.endpoints[endpoint]
    median = printed.median["control"]
    if median is None:
        raise ValueError(
            f"--record has no control median of {endpoint}; prior curves need one, give a "
            "--posterior instead"
        )
    likelihood = normal_likelihood(printed_ratio(printed), direction=printed.direction)
    return TrialAtHand(
        endpoint=endpoint,
        origin="printed hazard ratio and interval alone",
        learn=learn_from_estimate(likelihood),
        likelihood=likelihood,
        control=exponential_survival(median.value, months=MONTHS),
    )


def _open(path: Path) -> xr.DataTree:
    if not path.is_file():
        raise ValueError(
            f"{path} does not exist or is no file; --posterior must be a posterior.nc of replan "
            "reanalyse, check the path"
        )
    try:
        with xr.open_datatree(path, engine="h5netcdf") as tree:
            return tree.load()
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(
            f"{path} cannot be read as netCDF ({' '.join(str(error).split())}); --posterior must "
            "be a posterior.nc of replan reanalyse, run it again"
        ) from None


def _without_prior(log_hr: Array, prior: NormalPrior) -> NormalPosterior:
    """Divide a normal prior out of a posterior that is taken as normal."""
    precision = log_hr.std() ** -2 - prior.sd**-2
    if precision <= 0.0:
        raise ValueError(
            f"the draws have sd {log_hr.std():.3g} under a prior of sd {prior.sd:.3g}; data must "
            "have made them narrower, check the file"
        )
    mean = (log_hr.mean() / log_hr.std() ** 2 - prior.mean / prior.sd**2) / precision
    return NormalPosterior(mean=float(mean), sd=float(precision**-0.5))
