"""Whether three ways to one posterior agree: sampler, PyMC on each set, quadrature."""

import numpy as np
import pandas as pd
import xarray as xr

from models.chain_diagnostics import ess_mean
from models.check_result import CheckResult
from models.exact_posterior import exact_posterior
from models.settings import AnalysisSettings, RandomWalkBaseline

LARGEST_Z = 4.5
COMPARED = ("log_hr", "survival", "rmst")


def set_agreement(
    tables: xr.Dataset, regression: xr.DataTree, settings: AnalysisSettings
) -> pd.DataFrame:
    """Compare PyMC with the exact posterior of log HR, set by set.

    Returns
    -------
    pandas.DataFrame
        `imputation`, `pymc_mean`, `pymc_sd`, `mcse`, `exact_mean`, `exact_sd` and `z`; the exact
        columns are not numbers under a random walk, which has no closed form.
    """
    draws = regression["posterior"]["log_hr"].transpose("imputation", "chain", "draw").values
    mean, sd = draws.mean(axis=(1, 2)), draws.std(axis=(1, 2), ddof=1)
    error = sd / np.sqrt(ess_mean(np.moveaxis(draws, 0, -1)))
    exact_mean = exact_sd = np.full(len(mean), np.nan)
    if not isinstance(settings.baseline, RandomWalkBaseline):
        exact = exact_posterior(
            tables["events"].transpose("imputation", "arm", "interval").values,
            tables["exposure"].transpose("imputation", "arm", "interval").values,
            baseline=settings.baseline,
            placement=settings.placement,
            log_hr=settings.log_hr,
        )
        exact_mean, exact_sd = exact.mean, exact.sd
    return pd.DataFrame(
        {
            "imputation": tables["imputation"].values,
            "pymc_mean": mean,
            "pymc_sd": sd,
            "mcse": error,
            "exact_mean": exact_mean,
            "exact_sd": exact_sd,
            "z": (mean - exact_mean) / error,
        }
    )


def set_agreement_check(table: pd.DataFrame) -> CheckResult:
    """Gate: PyMC agrees with the exact posterior on every set within Monte Carlo error."""
    return judge_sets(
        table["z"],
        compared=f"mean log HR of {len(table)} sets",
        values={"sets": len(table)},
        unknown="a random walk baseline has no closed form to compare with",
    )


def judge_sets(
    z: pd.Series, *, compared: str, values: dict[str, float], unknown: str
) -> CheckResult:
    """Judge differences between PyMC and quadrature in Monte Carlo errors.

    Parameters
    ----------
    z : pandas.Series
        Not a number where there is no closed form.
    compared : str
        What was compared, in words.
    values : dict of str to float
        Counts of what was compared.
    unknown : str
        Why there may be nothing to compare with.
    """
    known = z.dropna()
    if known.empty:
        return CheckResult(name="PyMC against quadrature", passed=None, text=unknown)
    largest = float(known.abs().max())
    spread = float(np.sqrt(np.mean(known**2)))
    return CheckResult(
        name="PyMC against quadrature",
        passed=largest <= LARGEST_Z,
        values={"largest_z": largest, "rms_z": spread, **values},
        text=(
            f"{compared} against the exact one: largest difference {largest:.1f} Monte Carlo "
            f"errors, root mean square {spread:.2f} (at most {LARGEST_Z} allowed)"
        ),
    )


def pooled_agreement(level_one: pd.DataFrame, pooled: pd.DataFrame) -> pd.DataFrame:
    """Compare the pooled PyMC posterior with the sampler's own, estimand by estimand.

    Returns
    -------
    pandas.DataFrame
        `estimand`, `contrast`, `time_months`, `sampler`, `pooled` (means), `mcse`, `z`.
    """
    keys = ["estimand", "contrast", "time_months"]
    both = level_one.merge(pooled, on=keys, suffixes=("_sampler", "_pooled"))
    both = both[both["estimand"].isin(COMPARED)]
    error = np.hypot(both["mcse_mean_sampler"], both["mcse_mean_pooled"])
    return pd.DataFrame(
        {
            **{key: both[key] for key in keys},
            "sampler": both["mean_sampler"],
            "pooled": both["mean_pooled"],
            "mcse": error,
            "z": (both["mean_pooled"] - both["mean_sampler"]) / error,
        }
    ).reset_index(drop=True)


def pooled_agreement_check(table: pd.DataFrame) -> CheckResult:
    """Gate: the pooled posterior agrees with the sampler's within Monte Carlo error."""
    names = (table["estimand"] + " " + table["contrast"]).str.strip()
    return judge_pooled(table["z"], names=names)


def judge_pooled(z: pd.Series, *, names: pd.Series) -> CheckResult:
    """Judge differences of posterior means between sampler and pooled fits.

    Parameters
    ----------
    z : pandas.Series
        In Monte Carlo errors.
    names : pandas.Series
        What each is of.
    """
    largest = float(z.abs().max())
    worst = names.iloc[int(z.abs().to_numpy().argmax())]
    return CheckResult(
        name="PyMC pooled over sets against the sampler",
        passed=largest <= LARGEST_Z,
        values={"largest_z": largest, "compared": len(z)},
        text=(
            f"{len(z)} posterior means: largest difference {largest:.1f} Monte Carlo errors "
            f"({worst}; at most {LARGEST_Z} allowed)"
        ),
    )
