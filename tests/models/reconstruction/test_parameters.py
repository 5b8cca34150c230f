"""Updates of the parameters given fixed patients: each leaves its conditional as it is.

Chains of one update are held against closed forms or quadrature: mean and mean square within
4 standard errors from their effective sizes, and at least 1,000 effective draws.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from models.chain_diagnostics import ess_mean
from models.exact_posterior import exact_posterior
from models.reconstruction.parameters import (
    log_hr_density,
    log_walk_weight,
    update_follow_up,
    update_hazard,
    update_log_hr,
    update_parameters,
    update_rate,
    update_walk_sd,
)
from models.reconstruction.patients import tabulate_patients
from models.reconstruction.problem import GAMMA, HIERARCHICAL_GAMMA, RANDOM_WALK
from models.settings import GammaBaseline, NormalPrior

CUTS = (4.0, 9.0)
TIME = np.array([2.0, 5.5, 6.0, 9.0, 14.0, 3.0, 8.0, 11.0, 13.0, 17.0, 19.0])
EVENT = np.array([1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1])
LOG_HR = -0.4


def fixed_patients(trial, **fields):
    """Problem and state with the patients of this file."""
    problem = trial.problem_record(cuts=CUTS, log_hr_mean=0.2, **fields)
    state = trial.patients_state(TIME, EVENT, 0.0)
    state["log_hr"], state["rate"], state["walk_sd"] = LOG_HR, problem["rate"], 0.3
    state["cut"], state["loss"] = 26.0, 0.02
    state["hazard"][:3] = 0.05, 0.06, 0.04
    state["events_control"], state["events_rt"] = EVENT[:5].sum(), EVENT[5:].sum()
    tabulate_patients(state, problem, state)
    return problem, state


def chain(update, state, problem, names, *, draws, seed):
    """Values of fields of the state after each of many updates, shape (draw, name)."""
    rng = np.random.default_rng(seed)
    values = np.empty((draws, len(names)))
    for i in range(draws):
        update(state, problem, rng)
        values[i] = [state[name] if k is None else state[name][k] for name, k in names]
    return values


def assert_moments(draws, mean, mean_square):
    """Mean and mean square of one chain against exact values."""
    for values, exact in ((draws, mean), (draws**2, mean_square)):
        size = float(ess_mean(values[np.newaxis]))
        z = (values.mean() - exact) / (values.std() / math.sqrt(size))
        assert size > 1_000
        assert abs(z) < 4, f"{values.mean():.5f} for {exact:.5f}: z = {z:.1f}"


def expectations(log_density, *functions):
    """Expectations over a grid of equal cells, given the log density at each."""
    mass = np.exp(log_density - log_density.max())
    mass /= mass.sum()
    return [float((mass * function).sum()) for function in functions]


@pytest.mark.parametrize(("symmetric", "placement"), [(0.0, "control"), (0.5, "symmetric")])
def test_the_density_of_log_hr_is_that_of_the_exact_posterior(trial, symmetric, placement):
    problem, state = fixed_patients(trial, symmetric=symmetric)
    exact = exact_posterior(
        state["events"][:, :3],
        state["exposure"][:, :3],
        baseline=GammaBaseline(shape=4.0, rate=60.0),
        placement=placement,
        log_hr=NormalPrior(mean=0.2, sd=0.7),
    )
    points = np.linspace(-2, 2, 9)
    logs = np.array([log_hr_density(point, state, problem) for point in points])
    constant = logs - np.log(exact.density(points))
    np.testing.assert_allclose(constant, constant[0], atol=1e-9)
    draws = chain(update_log_hr, state, problem, [("log_hr", None)], draws=20_000, seed=1)[:, 0]
    assert_moments(draws, float(exact.mean), float(exact.sd**2 + exact.mean**2))


def log_likelihood(hazard, log_hr, symmetric=0.0):
    """Plain likelihood of the patients; each of `hazard` may be an array."""
    total = 0.0
    ends = [0.0, *CUTS, math.inf]
    for i, (time, event) in enumerate(zip(TIME, EVENT, strict=True)):
        ratio = math.exp(((i >= 5) - symmetric) * log_hr)
        for k in range(3):
            spent = min(time, ends[k + 1]) - ends[k]
            if spent > 0:
                total = total - hazard[k] * ratio * spent
            if event and ends[k] < time <= ends[k + 1]:
                total = total + np.log(hazard[k] * ratio)
    return total


@given(st.floats(-2, 2), st.floats(-2, 2), st.sampled_from([0.0, 0.5]))
def test_with_a_random_walk_the_density_of_log_hr_keeps_the_baseline(
    trial, log_hr, other, symmetric
):
    problem, state = fixed_patients(trial, baseline=RANDOM_WALK, symmetric=symmetric)
    hazard = state["hazard"][:3]

    def plain(value):
        prior = stats.norm.logpdf(value, 0.2, 0.7)
        return prior + log_likelihood(hazard, value, symmetric)

    ratio = log_hr_density(log_hr, state, problem) - log_hr_density(other, state, problem)
    assert ratio == pytest.approx(plain(log_hr) - plain(other), abs=1e-9)


@pytest.mark.parametrize("symmetric", [0.0, 0.5])
def test_a_gamma_baseline_is_drawn_from_its_conjugate_posterior(trial, symmetric):
    """Kolmogorov–Smirnov, 4,000 draws of each hazard, p above 1e-4."""
    problem, state = fixed_patients(trial, baseline=GAMMA, symmetric=symmetric)
    names = [("hazard", k) for k in range(3)]
    draws = chain(update_hazard, state, problem, names, draws=4_000, seed=2)
    events, exposure = trial.plain_table(TIME, EVENT, problem)
    ratio = np.exp((np.array([0.0, 1.0]) - symmetric) * LOG_HR)
    for k in range(3):
        posterior = stats.gamma(
            4.0 + events[:, k].sum(), scale=1 / (60.0 + (ratio * exposure[:, k]).sum())
        )
        assert stats.kstest(draws[:, k], posterior.cdf).pvalue > 1e-4


@pytest.mark.parametrize("symmetric", [0.0, 0.5])
def test_a_random_walk_baseline_keeps_its_posterior(trial, symmetric):
    problem, state = fixed_patients(
        trial, baseline=RANDOM_WALK, shape=0.5, rate=1.0, symmetric=symmetric
    )
    logs = np.meshgrid(*[np.linspace(-5.8, -0.8, 101)] * 3, indexing="ij", sparse=True)
    density = log_likelihood([np.exp(log) for log in logs], LOG_HR, symmetric)
    density = density + stats.norm.logpdf(logs[0], -2.8, 0.6)
    for before, after in pairwise(logs):
        density = density - 0.5 * ((after - before) / 0.3) ** 2
    names = [("hazard", k) for k in range(3)]
    draws = np.log(chain(update_hazard, state, problem, names, draws=40_000, seed=3))
    for k in range(3):
        assert_moments(draws[:, k], *expectations(density, logs[k], logs[k] ** 2))
    mean = expectations(density, logs[0] * logs[2], (logs[0] * logs[2]) ** 2)
    assert_moments(draws[:, 0] * draws[:, 2], *mean)


@given(st.integers(0, 2), st.floats(0.005, 0.3), st.floats(0.005, 0.3))
def test_the_walk_weight_is_the_ratio_of_its_prior_to_the_working_prior(trial, k, one, other):
    problem, state = fixed_patients(trial, baseline=RANDOM_WALK, shape=0.5, rate=1.0)

    def plain(value):
        hazard = state["hazard"][:3].copy()
        hazard[k] = value
        walk = np.log(hazard)
        prior = (
            stats.norm.logpdf(walk[0], -2.8, 0.6) + stats.norm.logpdf(np.diff(walk), 0, 0.3).sum()
        )
        return prior - walk[k] - stats.gamma.logpdf(value, 0.5)

    def weight(value):
        hazard = state["hazard"].copy()
        hazard[k] = value
        return log_walk_weight(hazard, k, state, problem)

    assert weight(one) - weight(other) == pytest.approx(plain(one) - plain(other), abs=1e-9)


def test_the_unknown_rate_is_drawn_from_its_conjugate_posterior(trial):
    """Kolmogorov–Smirnov, 4,000 draws, p above 1e-4."""
    problem, state = fixed_patients(trial, baseline=HIERARCHICAL_GAMMA)
    draws = chain(update_rate, state, problem, [("rate", None)], draws=4_000, seed=4)[:, 0]
    posterior = stats.gamma(4.0 + 3 * 4.0, scale=1 / (0.1 + 0.15))
    assert stats.kstest(draws, posterior.cdf).pvalue > 1e-4


def test_the_sd_of_the_walk_keeps_its_posterior(trial):
    problem, state = fixed_patients(trial, baseline=RANDOM_WALK)
    sd = np.exp(np.linspace(-6, 2, 4_001))
    steps = np.diff(np.log(state["hazard"][:3]))
    density = np.log(sd) + stats.norm.logpdf(sd, 0, 0.4)
    density += stats.norm.logpdf(steps[:, np.newaxis], 0, sd).sum(axis=0)
    draws = chain(update_walk_sd, state, problem, [("walk_sd", None)], draws=40_000, seed=5)
    assert_moments(np.log(draws[:, 0]), *expectations(density, np.log(sd), np.log(sd) ** 2))


def test_the_cut_and_the_loss_rate_keep_their_posterior(trial):
    problem, state = fixed_patients(
        trial, free_follow_up=1, cut_low=20.0, cut_high=34.0, accrual=18.0, loss=0.02
    )
    cut = np.linspace(20, 34, 1_401)[:, np.newaxis]
    cut = 0.5 * (cut[1:] + cut[:-1])
    log_loss = np.linspace(-14, 0, 701)
    loss = np.exp(log_loss)
    density = log_loss - loss / 0.02
    for time, event in zip(TIME, EVENT, strict=True):
        followed = np.clip((cut - time) / 18.0, 0, 1)
        ended = loss * followed + ((time >= cut - 18.0) & (time < cut)) / 18.0
        with np.errstate(divide="ignore"):
            density = density + np.log(followed if event else ended) - loss * time
    names = [("cut", None), ("loss", None)]
    draws = chain(update_follow_up, state, problem, names, draws=60_000, seed=6)
    assert_moments(draws[:, 0], *expectations(density, cut, cut**2))
    assert_moments(np.log(draws[:, 1]), *expectations(density, log_loss, log_loss**2))
    mixed = cut * log_loss
    assert_moments(draws[:, 0] * np.log(draws[:, 1]), *expectations(density, mixed, mixed**2))


@pytest.mark.parametrize(
    ("baseline", "changed"),
    [
        (GAMMA, {"log_hr", "hazard"}),
        (HIERARCHICAL_GAMMA, {"log_hr", "hazard", "rate"}),
        (RANDOM_WALK, {"log_hr", "hazard", "walk_sd"}),
    ],
)
@pytest.mark.parametrize("free", [0, 1])
def test_a_sweep_updates_what_is_unknown_and_nothing_else(trial, baseline, changed, free):
    problem, state = fixed_patients(trial, baseline=baseline, free_follow_up=free, cut_high=34.0)
    before = state.copy()
    rng = np.random.default_rng(7)
    for _ in range(40):
        update_parameters(state, problem, rng)
    seen = {name for name in state.dtype.names if np.any(state[name] != before[name])}
    assert seen == changed | ({"cut", "loss"} if free else set())
