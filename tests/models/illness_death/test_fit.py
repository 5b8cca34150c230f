"""Fits against exact posteriors by quadrature, limit cases of the data, and the gates."""

import math

import numpy as np
import pytest
from scipy import stats

from models.chain_diagnostics import mcse_mean
from models.illness_death.exposure import (
    followed_patients,
    tabulate_transitions,
    transition_dataset,
)
from models.illness_death.fit import compile_illness_death, fit_illness_death
from models.illness_death.gates import convergence_checks, demand_convergence
from models.illness_death.priors import (
    TRANSITIONS,
    CommonEffect,
    IllnessDeathPriors,
    PooledEffects,
    SeparateEffects,
)
from models.survival import Exposure

pytestmark = pytest.mark.slow

PATIENTS = 75
SETS = ("ordinary", "no death without progression", "no event in RT", "all censored")
POSITION = np.array([-0.5, 0.5])[:, np.newaxis]


def patients_of(kind):
    """Patients of a trial; the kinds are limit cases."""
    rng = np.random.default_rng(17)
    arm = np.repeat([0, 1], [38, 37])
    progression = rng.exponential(8 * np.exp(0.6 * arm))
    without = rng.exponential(60.0, PATIENTS)
    if kind != "ordinary":
        without += 1e3
    last = np.where(progression < without, progression + rng.exponential(11.0, PATIENTS), without)
    until = rng.uniform(7.43, 35.93, PATIENTS)
    if kind == "no event in RT":
        until = np.where(arm == 1, np.minimum(until, 0.99 * progression), until)
    if kind == "all censored":
        until = np.minimum(until, 0.99 * np.minimum(progression, without))
    progressed = (progression < without) & (progression <= until)
    return followed_patients(progression, progressed, np.minimum(last, until), last <= until), arm


def tables_of(priors, kinds=SETS):
    made = [
        tabulate_transitions(*patients_of(kind), cuts=priors.cuts(), clock=priors.clock)
        for kind in kinds
    ]
    stacked = Exposure(*(np.stack(parts) for parts in zip(*made, strict=True)))
    return transition_dataset(stacked, cuts=priors.cuts(), clock=priors.clock)


@pytest.fixture(scope="module")
def pooled():
    priors = IllnessDeathPriors()
    tables = tables_of(priors)
    compiled = compile_illness_death(tables, priors=priors)
    return tables, compiled, fit_illness_death(tables, compiled=compiled, seed=5, draws=1500)


def log_likelihood(table, priors, transition, log_hr):
    """Gamma baselines integrated out: log density of the data at log hazard ratios."""
    place = priors.places()[transition]
    own = priors.of_each()[transition].baseline
    groups = np.arange(place.max() + 1)[:, np.newaxis] == place
    events, exposure = (
        table[name].isel(transition=transition).values @ groups.T for name in ("events", "exposure")
    )
    rate = np.exp(POSITION * log_hr[:, np.newaxis, np.newaxis]) * exposure
    log_rate = np.log(own.rate + rate.sum(axis=-2))
    tilt = log_hr * float((POSITION * events).sum())
    return tilt - ((own.shape + events.sum(axis=0)) * log_rate).sum(axis=-1)


def exact_moments(table, priors):
    """Mean and sd of pooled log hazard ratios, then of centre and spread, by quadrature.

    Midpoints in the quantiles of the spread, a grid of centres, Gauss–Hermite within.
    """
    effects = priors.effects
    spread = stats.halfnorm(scale=effects.scale).ppf((np.arange(100) + 0.5) / 100)
    centre = np.linspace(-4.5, 4.5, 91)
    place, weight = np.polynomial.hermite_e.hermegauss(32)
    effect = centre[:, np.newaxis, np.newaxis] + spread[:, np.newaxis] * place
    prior = stats.norm(effects.centre.mean, effects.centre.sd).pdf(centre)[:, np.newaxis]
    parts = []
    for transition in range(3):
        log_density = log_likelihood(table, priors, transition, effect.ravel())
        density = np.exp(log_density - log_density.max()).reshape(effect.shape) * weight
        parts.append([(density * effect**power).sum(axis=-1) for power in range(3)])
    flat = prior * np.ones(spread.size)
    joint = flat * np.prod([part[0] for part in parts], axis=0)
    moments = []
    for transition in range(3):
        others = flat * np.prod([parts[j][0] for j in range(3) if j != transition], axis=0)
        moments.append([(others * part).sum() / joint.sum() for part in parts[transition][1:]])
    for values in (centre[:, np.newaxis], spread):
        moments.append([(joint * values**power).sum() / joint.sum() for power in (1, 2)])
    return [(mean, math.sqrt(square - mean**2)) for mean, square in moments]


def test_pooled_fits_are_the_exact_posterior(pooled):
    """Means and spreads of five quantities in four sets, within 4.5 Monte Carlo errors."""
    tables, compiled, tree = pooled
    for place, kind in enumerate(SETS):
        draws = tree["posterior"].to_dataset().isel(imputation=place)
        exact = exact_moments(tables.isel(imputation=place), compiled.priors)
        quantities = {name: draws["log_hr"].sel(transition=name).values for name in TRANSITIONS}
        quantities |= {name: draws[name].values for name in ("effect_centre", "effect_spread")}
        for (name, values), (mean, sd) in zip(quantities.items(), exact, strict=True):
            z = (values.mean() - mean) / float(mcse_mean(values))
            square = (values - mean) ** 2
            z_sd = (square.mean() - sd**2) / float(mcse_mean(square))
            assert abs(z) < 4.5, f"{kind}, {name}: mean {values.mean():.4f}, exact {mean:.4f}"
            assert abs(z_sd) < 4.5, f"{kind}, {name}: sd {values.std():.4f}, exact {sd:.4f}"


def test_hazards_follow_the_log_hazard_ratios(pooled):
    _, compiled, tree = pooled
    posterior = tree["posterior"].to_dataset()
    ratio = posterior["hazard"].sel(arm="rt") / posterior["hazard"].sel(arm="control")
    for place in range(ratio.sizes["interval"]):
        np.testing.assert_allclose(np.log(ratio.isel(interval=place)), posterior["log_hr"])
    without = posterior["hazard"].sel(transition="death_without_progression")
    assert (without == without.isel(interval=0)).all()
    assert tuple(tree["constant_data"]["cuts"].values) == compiled.priors.cuts()


def test_gates_hold_in_every_limit_case(pooled):
    _, _, tree = pooled
    checks = convergence_checks(tree)
    assert [check.passed for check in checks] == [True] * 4, [check.text for check in checks]
    assert demand_convergence(tree) is tree
    convergence = tree["convergence"].to_dataset()
    names = convergence["quantity"].values.tolist()
    assert names[:3] == [f"log_hr {name}" for name in TRANSITIONS]
    assert names[-2:] == ["effect_centre", "effect_spread"]
    assert len(names) == 3 + 2 * (6 + 1 + 6) + 2 == convergence["r_hat"].sizes["quantity"]
    assert (tree.attrs["kind"], tree.attrs["clock"]) == ("illness_death", "forward")
    assert IllnessDeathPriors.model_validate_json(tree.attrs["priors"]) == IllnessDeathPriors()


def test_a_failed_gate_is_loud(pooled):
    tables, compiled, _ = pooled
    few = fit_illness_death(
        tables.isel(imputation=[2]), compiled=compiled, seed=1, draws=50, tune=50, ess_limit=1e9
    )
    assert int(few["convergence"]["attempts"].item()) == 5
    with pytest.raises(ValueError, match=r"chains of every set: 0 of 1 sets mixed.*failed: 2; do"):
        demand_convergence(few)


def test_a_set_has_the_same_draws_in_any_company(pooled):
    tables, compiled, tree = pooled
    done = []
    again = fit_illness_death(
        tables.isel(imputation=[1]),
        compiled=compiled,
        seed=5,
        draws=1500,
        cores=2,
        progress=lambda now, total: done.append((now, total)),
    )
    np.testing.assert_array_equal(
        again["posterior"]["hazard"].sel(imputation=1),
        tree["posterior"]["hazard"].sel(imputation=1),
    )
    assert done == [(1, 1)]


def test_unusable_sets_are_named(pooled):
    tables, compiled, _ = pooled
    with pytest.raises(ValueError, match=r"`tables` must have the dims.*expand_dims"):
        fit_illness_death(tables.isel(imputation=0), compiled=compiled, seed=1)
    with pytest.raises(ValueError, match="`imputation` must be labelled from 0 on, got -1"):
        fit_illness_death(
            tables.isel(imputation=[0]).assign_coords(imputation=[-1]), compiled=compiled, seed=1
        )
    with pytest.raises(ValueError, match="clock 'reset'"):
        fit_illness_death(tables.assign_attrs(clock="reset"), compiled=compiled, seed=1)


@pytest.mark.calibration
@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_separate_effects_are_exact_posteriors_of_their_own(clock):
    """Log hazard ratios on a grid, one transition at a time."""
    priors = IllnessDeathPriors(effects=SeparateEffects(), clock=clock)
    tables = tables_of(priors)
    tree = fit_illness_death(
        tables, compiled=compile_illness_death(tables, priors=priors), seed=2, draws=1500
    )
    assert demand_convergence(tree) is tree
    grid = np.linspace(-6, 6, 4001)
    for place, kind in enumerate(SETS):
        for index, (name, prior) in enumerate(
            zip(TRANSITIONS, priors.effects.of_each(), strict=True)
        ):
            log_density = log_likelihood(tables.isel(imputation=place), priors, index, grid)
            log_density = log_density + stats.norm(prior.mean, prior.sd).logpdf(grid)
            weight = np.exp(log_density - log_density.max())
            exact = (weight * grid).sum() / weight.sum()
            values = tree["posterior"]["log_hr"].isel(imputation=place).sel(transition=name).values
            error = float(mcse_mean(values))
            assert abs(values.mean() - exact) < 4.5 * error, (kind, name, values.mean(), exact)


@pytest.mark.calibration
def test_pooling_lies_between_its_limits():
    """A narrow scale is the common effect; a common effect is exact on a grid."""
    grid = np.linspace(-6, 6, 4001)
    common = IllnessDeathPriors(effects=CommonEffect())
    tables = tables_of(common, SETS[:1])
    log_density = stats.norm.logpdf(grid) + sum(
        log_likelihood(tables.isel(imputation=0), common, index, grid) for index in range(3)
    )
    weight = np.exp(log_density - log_density.max())
    exact = (weight * grid).sum() / weight.sum()
    for effects in (CommonEffect(), PooledEffects(scale=0.002)):
        priors = IllnessDeathPriors(effects=effects)
        compiled = compile_illness_death(tables, priors=priors)
        tree = demand_convergence(fit_illness_death(tables, compiled=compiled, seed=3, draws=1500))
        for name in TRANSITIONS:
            values = tree["posterior"]["log_hr"].isel(imputation=0).sel(transition=name).values
            assert abs(values.mean() - exact) < 4.5 * float(mcse_mean(values)) + 0.002
