"""Gates on the agreement of sampler, PyMC and quadrature, on draws of a known posterior."""

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analyses.reanalyse.agreement import (
    LARGEST_Z,
    pooled_agreement,
    pooled_agreement_check,
    set_agreement,
    set_agreement_check,
)
from models.exact_posterior import exact_posterior
from models.settings import AnalysisSettings, GammaBaseline, RandomWalkBaseline
from models.survival.exposure import Exposure, exposure_dataset

SETTINGS = AnalysisSettings(name="test", cuts=(6.0,), baseline=GammaBaseline(shape=1, rate=16.0))
EVENTS = np.array([[[10, 5], [8, 6]], [[12, 4], [7, 7]], [[9, 9], [9, 9]]])
EXPOSURE = np.array([[[120.0, 90], [150, 140]], [[118, 80], [149, 150]], [[100, 99], [130, 99]]])


def tables():
    sets = [
        exposure_dataset(Exposure(events, exposure), cuts=SETTINGS.cuts)
        for events, exposure in zip(EVENTS, EXPOSURE, strict=True)
    ]
    return xr.concat(sets, dim="imputation").assign_coords(imputation=np.arange(3))


def fits(*, shift=0.0, draws=500, seed=1):
    """Independent draws around the exact mean, as a sampler without autocorrelation gives."""
    exact = exact_posterior(
        EVENTS, EXPOSURE, baseline=SETTINGS.baseline, placement="symmetric", log_hr=SETTINGS.log_hr
    )
    noise = np.random.default_rng(seed).normal(size=(3, 4, draws))
    values = exact.mean[:, None, None] + exact.sd[:, None, None] * (noise + shift)
    posterior = xr.Dataset(
        {"log_hr": (("imputation", "chain", "draw"), values)},
        coords={"imputation": np.arange(3)},
    )
    return xr.DataTree.from_dict({"posterior": posterior}), exact


def test_draws_of_the_exact_posterior_agree_with_it():
    regression, exact = fits()
    table = set_agreement(tables(), regression, SETTINGS)
    assert table["exact_mean"].to_numpy() == pytest.approx(exact.mean)
    assert table["exact_sd"].to_numpy() == pytest.approx(exact.sd)
    independent = exact.sd / math.sqrt(2000)
    assert table["mcse"].to_numpy() == pytest.approx(independent, rel=0.25)
    assert table["z"].to_numpy() == pytest.approx(
        (table["pymc_mean"] - exact.mean) / table["mcse"], rel=1e-9
    )
    check = set_agreement_check(table)
    assert check.passed is True
    assert check.values["sets"] == 3


def test_draws_a_tenth_of_a_standard_deviation_off_are_noticed():
    """2000 draws have a Monte Carlo error of 1/45 of the standard deviation: a tenth is 4.5."""
    regression, _ = fits(shift=0.15)
    check = set_agreement_check(set_agreement(tables(), regression, SETTINGS))
    assert check.passed is False
    assert f"(at most {LARGEST_Z} allowed)" in check.text


def test_a_random_walk_has_nothing_to_compare_with():
    regression, _ = fits()
    walk = SETTINGS.model_copy(update={"baseline": RandomWalkBaseline()})
    table = set_agreement(tables(), regression, walk)
    assert table["exact_mean"].isna().all()
    check = set_agreement_check(table)
    assert check.passed is None
    assert "no closed form" in check.text


def summary(mean, error):
    rows = [
        ("log_hr", "rt vs control", math.nan),
        ("survival", "rt", 12.0),
        ("rmst", "rt", 24.0),
        ("events", "rt", math.nan),
        ("median", "rt", math.nan),
    ]
    table = pd.DataFrame(rows, columns=["estimand", "contrast", "time_months"])
    return table.assign(mean=mean, mcse_mean=error)


def test_pooled_means_are_compared_in_joint_monte_carlo_errors():
    table = pooled_agreement(summary(1.0, 0.03), summary(1.1, 0.04))
    assert table["estimand"].tolist() == ["log_hr", "survival", "rmst"]
    assert table["mcse"].to_numpy() == pytest.approx(0.05)
    assert table["z"].to_numpy() == pytest.approx(2.0)
    check = pooled_agreement_check(table)
    assert check.passed is True
    assert check.values == {"largest_z": pytest.approx(2.0), "compared": 3}


def test_the_worst_pooled_estimand_is_named():
    pooled = summary(1.0, 0.01)
    pooled.loc[1, "mean"] = 0.9
    check = pooled_agreement_check(pooled_agreement(summary(1.0, 0.01), pooled))
    assert check.passed is False
    assert "largest difference 7.1 Monte Carlo errors (survival rt;" in check.text
