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
    if table["z"].isna().all():
        return CheckResult(
            name="PyMC against quadrature",
            passed=None,
            text="a random walk baseline has no closed form to compare with",
        )
    largest = float(table["z"].abs().max())
    spread = float(np.sqrt(np.mean(table["z"] ** 2)))
    return CheckResult(
        name="PyMC against quadrature",
        passed=largest <= LARGEST_Z,
        values={"largest_z": largest, "rms_z": spread, "sets": len(table)},
        text=(
            f"mean log HR of {len(table)} sets against the exact one: largest difference "
            f"{largest:.1f} Monte Carlo errors, root mean square {spread:.2f} "
            f"(at most {LARGEST_Z} allowed)"
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
    largest = float(table["z"].abs().max())
    worst = table.iloc[int(table["z"].abs().to_numpy().argmax())]
    label = f"{worst['estimand']} {worst['contrast']}".strip()
    return CheckResult(
        name="PyMC pooled over sets against the sampler",
        passed=largest <= LARGEST_Z,
        values={"largest_z": largest, "compared": len(table)},
        text=(
            f"{len(table)} posterior means: largest difference {largest:.1f} Monte Carlo errors "
            f"({label}; at most {LARGEST_Z} allowed)"
        ),
    )
