import math

import numpy as np
import pytest
from scipy import stats

from models.regression import build_proportional_hazards
from models.settings import (
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    RandomWalkBaseline,
)
from models.survival import Exposure, exposure_dataset

CUTS = (3.0, 9.0)
EVENTS = np.array([[4, 7, 0], [2, 5, 3]])
EXPOSURE = np.array([[90.0, 80.0, 0.0], [95.0, 120.0, 40.0]])
TABLE = exposure_dataset(Exposure(EVENTS, EXPOSURE), cuts=CUTS)
PRIOR = NormalPrior(mean=-0.1, sd=0.8)
BETA = -0.4
placements = pytest.mark.parametrize("placement", ["control", "symmetric"])


def log_density(model, point):
    value = model.compile_logp(mode="FAST_COMPILE")(point)
    return float(value)


def log_likelihood(baseline, *, placement):
    low, high = {"control": (0.0, 1.0), "symmetric": (-0.5, 0.5)}[placement]
    hazard = np.stack([baseline * math.exp(low * BETA), baseline * math.exp(high * BETA)])
    return float((EVENTS * np.log(hazard) - hazard * EXPOSURE).sum())


@placements
def test_gamma_baseline_is_prior_times_censored_likelihood(placement):
    model = build_proportional_hazards(
        TABLE, baseline=GammaBaseline(shape=1.5, rate=12.0), placement=placement, log_hr=PRIOR
    )
    baseline = np.array([0.05, 0.08, 0.03])
    expected = (
        log_likelihood(baseline, placement=placement)
        + stats.norm(-0.1, 0.8).logpdf(BETA)
        + (stats.gamma(1.5, scale=1 / 12).logpdf(baseline) + np.log(baseline)).sum()
    )
    point = {"log_hr": np.array(BETA), "baseline_log__": np.log(baseline)}
    assert log_density(model, point) == pytest.approx(expected)


@placements
def test_hierarchical_baseline_shares_one_unknown_rate(placement):
    model = build_proportional_hazards(
        TABLE,
        baseline=HierarchicalGammaBaseline(shape=1.2, rate_shape=2.0, rate_rate=0.1),
        placement=placement,
        log_hr=PRIOR,
    )
    baseline, rate = np.array([0.05, 0.08, 0.03]), 17.0
    # Density of (hazards, rate), turned to the logs of (hazards x rate, rate) that are sampled.
    expected = (
        log_likelihood(baseline, placement=placement)
        + stats.norm(-0.1, 0.8).logpdf(BETA)
        + stats.gamma(2.0, scale=10.0).logpdf(rate)
        + math.log(rate)
        + (stats.gamma(1.2, scale=1 / rate).logpdf(baseline) + np.log(baseline)).sum()
    )
    point = {
        "log_hr": np.array(BETA),
        "rate_log__": np.array(math.log(rate)),
        "baseline_times_rate_log__": np.log(baseline * rate),
    }
    assert log_density(model, point) == pytest.approx(expected)


@placements
def test_random_walk_adds_scaled_steps(placement):
    model = build_proportional_hazards(
        TABLE,
        baseline=RandomWalkBaseline(log_mean=-3.0, log_sd=0.7, step=0.4),
        placement=placement,
        log_hr=PRIOR,
    )
    start, scale, steps = -2.9, 0.3, np.array([0.5, -1.2])
    baseline = np.exp(start + scale * np.array([0.0, 0.5, -0.7]))
    expected = (
        log_likelihood(baseline, placement=placement)
        + stats.norm(-0.1, 0.8).logpdf(BETA)
        + stats.norm(-3.0, 0.7).logpdf(start)
        + stats.halfnorm(scale=0.4).logpdf(scale)
        + math.log(scale)
        + stats.norm.logpdf(steps).sum()
    )
    point = {
        "log_hr": np.array(BETA),
        "log_baseline_start": np.array(start),
        "step_sd_log__": np.array(math.log(scale)),
        "standard_steps": steps,
    }
    assert log_density(model, point) == pytest.approx(expected)


def test_one_interval_walks_nowhere():
    table = exposure_dataset(Exposure(EVENTS[:, :1], EXPOSURE[:, :1]), cuts=())
    model = build_proportional_hazards(
        table, baseline=RandomWalkBaseline(), placement="symmetric", log_hr=PRIOR
    )
    assert {variable.name for variable in model.free_RVs} == {"log_hr", "log_baseline_start"}


def test_dims_and_coordinates_are_named():
    model = build_proportional_hazards(
        TABLE, baseline=GammaBaseline(), placement="symmetric", log_hr=PRIOR
    )
    assert model.named_vars_to_dims["hazard"] == ("arm", "interval")
    assert model.coords["arm"] == ("control", "rt")
    assert model.coords["interval"] == ("(0, 3]", "(3, 9]", "(9, inf)")


def test_a_table_of_several_sets_is_refused():
    with pytest.raises(ValueError, match=r"`table` must hold one set.*imputation"):
        build_proportional_hazards(
            TABLE.expand_dims(imputation=[0, 1]),
            baseline=GammaBaseline(),
            placement="symmetric",
            log_hr=PRIOR,
        )
