"""Log density of the model against the patients' own likelihood, and its limit cases."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from models.illness_death.exposure import (
    followed_patients,
    tabulate_transitions,
    transition_dataset,
)
from models.illness_death.model import build_illness_death
from models.illness_death.priors import (
    TRANSITIONS,
    CommonEffect,
    IllnessDeathPriors,
    PooledEffects,
    SeparateEffects,
    TransitionBaseline,
    priors_of_joint,
)
from models.joint.settings import JointSettings, TransitionPrior
from models.settings import (
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    RandomWalkBaseline,
)

GAMMA = GammaBaseline(shape=1.5, rate=12.0)
ARM = np.array([0, 0, 0, 0, 1, 1, 1, 1])
PROGRESSION = np.array([2.0, 3.0, 7.0, 0.0, 4.5, 0.0, 9.5, 1.0])
PROGRESSED = np.array([1, 1, 1, 0, 1, 0, 1, 1], bool)
LAST = np.array([5.0, 3.0, 12.0, 6.0, 8.0, 2.5, 9.5, 16.0])
DIED = np.array([1, 1, 0, 1, 1, 0, 0, 1], bool)
CUTS = ((3.0, 9.0), (), (4.0,))
LOG_HR = np.array([-0.4, 0.3, -0.1])
BASELINE = (np.array([0.05, 0.08, 0.03]), np.array([0.01]), np.array([0.1, 0.06]))
clocks = pytest.mark.parametrize("clock", ["forward", "reset"])
placements = pytest.mark.parametrize("placement", ["symmetric", "control"])


def priors(*, baselines=(GAMMA,) * 3, cuts=CUTS, **other):
    own = {
        name: TransitionBaseline(cuts=cut, baseline=baseline)
        for name, cut, baseline in zip(TRANSITIONS, cuts, baselines, strict=True)
    }
    return IllnessDeathPriors(**own, **other)


def table_of(assumed, patients=(PROGRESSION, PROGRESSED, LAST, DIED), arm=ARM):
    table = tabulate_transitions(
        followed_patients(*patients), arm, cuts=assumed.cuts(), clock=assumed.clock
    )
    return transition_dataset(table, cuts=assumed.cuts(), clock=assumed.clock)


def log_density(assumed, point, **data):
    model = build_illness_death(table_of(assumed, **data), priors=assumed)
    return float(model.compile_logp(mode="FAST_COMPILE")(point))


def patients_log_likelihood(assumed, baseline=BASELINE):
    """One patient after the other: hazards of what happened, survival of what did not."""
    low, high = {"control": (0.0, 1.0), "symmetric": (-0.5, 0.5)}[assumed.placement]
    cuts = [own.cuts for own in assumed.of_each()]

    def hazard(transition, arm, month):
        place = int(np.searchsorted(cuts[transition], month, side="left"))
        return baseline[transition][place] * math.exp((low, high)[arm] * LOG_HR[transition])

    def spent(transition, arm, start, stop):
        bounds = [0.0, *cuts[transition], math.inf]
        return sum(
            max(min(stop, right) - max(start, left), 0.0) * hazard(transition, arm, right)
            for left, right in pairwise(bounds)
        )

    total = 0.0
    for i, arm in enumerate(ARM):
        free = PROGRESSION[i] if PROGRESSED[i] else LAST[i]
        total -= spent(0, arm, 0.0, free) + spent(1, arm, 0.0, free)
        if not PROGRESSED[i]:
            total += math.log(hazard(1, arm, free)) if DIED[i] else 0.0
            continue
        total += math.log(hazard(0, arm, free))
        origin = free if assumed.clock == "reset" else 0.0
        total -= spent(2, arm, free - origin, LAST[i] - origin)
        total += math.log(hazard(2, arm, LAST[i] - origin)) if DIED[i] else 0.0
    return total


def gamma_log_prior(baseline=BASELINE):
    """Of the log hazards."""
    return sum((stats.gamma(1.5, scale=1 / 12).logpdf(own) + np.log(own)).sum() for own in baseline)


def gamma_point(baseline=BASELINE):
    pairs = zip(TRANSITIONS, baseline, strict=True)
    return {f"{name}_baseline_log__": np.log(own) for name, own in pairs}


@clocks
@placements
def test_separate_effects_are_prior_times_the_patients_likelihood(clock, placement):
    effects = SeparateEffects(progression=NormalPrior(mean=-0.2, sd=0.8))
    assumed = priors(clock=clock, placement=placement, effects=effects)
    expected = (
        patients_log_likelihood(assumed)
        + gamma_log_prior()
        + stats.norm([-0.2, 0.0, 0.0], [0.8, 0.5, 1.0]).logpdf(LOG_HR).sum()
    )
    found = log_density(assumed, {"log_hr": LOG_HR, **gamma_point()})
    assert found == pytest.approx(expected)


def test_pooled_effects_scatter_about_their_centre():
    effects = PooledEffects(centre=NormalPrior(mean=-0.1, sd=0.7), scale=0.4)
    assumed = priors(effects=effects)
    centre, spread = -0.15, 0.3
    standard = (LOG_HR - centre) / spread
    expected = (
        patients_log_likelihood(assumed)
        + gamma_log_prior()
        + stats.norm(-0.1, 0.7).logpdf(centre)
        + stats.halfnorm(scale=0.4).logpdf(spread)
        + math.log(spread)
        + stats.norm.logpdf(standard).sum()
    )
    point = {
        "effect_centre": np.array(centre),
        "effect_spread_log__": np.array(math.log(spread)),
        "standard_effect": standard,
    }
    assert log_density(assumed, point | gamma_point()) == pytest.approx(expected)


def test_a_common_effect_is_that_of_equal_separate_ones():
    common = priors(effects=CommonEffect(log_hr=NormalPrior(sd=0.6)))
    separate = priors(effects=SeparateEffects())
    found = log_density(common, {"common_log_hr": np.array(-0.2), **gamma_point()})
    alike = log_density(separate, {"log_hr": np.full(3, -0.2), **gamma_point()})
    prior = stats.norm(0, [1.0, 0.5, 1.0]).logpdf(-0.2).sum()
    assert found - stats.norm(0, 0.6).logpdf(-0.2) == pytest.approx(alike - prior)


def test_every_baseline_has_its_own_prior():
    walk = RandomWalkBaseline(log_mean=-3.0, log_sd=0.7, step=0.4)
    rates = HierarchicalGammaBaseline(shape=1.2, rate_shape=2.0, rate_rate=0.1)
    assumed = priors(baselines=(walk, GAMMA, rates), effects=SeparateEffects())
    start, step, steps, rate = -2.9, 0.3, np.array([0.5, -1.2]), 17.0
    walked = np.exp(start + step * np.array([0.0, 0.5, -0.7]))
    baseline = (walked, BASELINE[1], BASELINE[2])
    log_unit = np.log(BASELINE[2] * rate)
    expected = (
        patients_log_likelihood(assumed, baseline)
        + stats.norm(0, [1.0, 0.5, 1.0]).logpdf(LOG_HR).sum()
        + gamma_log_prior(BASELINE[1:2])
        + stats.norm(-3.0, 0.7).logpdf(start)
        + stats.halfnorm(scale=0.4).logpdf(step)
        + math.log(step)
        + stats.norm.logpdf(steps).sum()
        + stats.gamma(2.0, scale=10.0).logpdf(rate)
        + math.log(rate)
        + (stats.gamma(1.2, scale=1 / rate).logpdf(BASELINE[2]) + np.log(BASELINE[2])).sum()
    )
    point = {
        "log_hr": LOG_HR,
        "progression_start": np.array(start),
        "progression_step_sd_log__": np.array(math.log(step)),
        "progression_standard_steps": steps,
        "death_without_progression_baseline_log__": np.log(BASELINE[1]),
        "death_after_progression_rate_log__": np.array(math.log(rate)),
        "death_after_progression_unit_log__": log_unit,
    }
    assert log_density(assumed, point) == pytest.approx(expected)


def test_without_any_patient_the_density_is_the_prior():
    assumed = priors(effects=SeparateEffects())
    nobody = (np.empty(0), np.empty(0, bool), np.empty(0), np.empty(0, bool))
    found = log_density(
        assumed, {"log_hr": LOG_HR, **gamma_point()}, patients=nobody, arm=np.empty(0, int)
    )
    prior = gamma_log_prior() + stats.norm(0, [1.0, 0.5, 1.0]).logpdf(LOG_HR).sum()
    assert found == pytest.approx(prior)


def test_one_interval_is_a_constant_hazard():
    assumed = priors(cuts=((), (), ()), effects=SeparateEffects())
    baseline = tuple(own[:1] for own in BASELINE)
    expected = (
        patients_log_likelihood(assumed, baseline)
        + gamma_log_prior(baseline)
        + stats.norm(0, [1.0, 0.5, 1.0]).logpdf(LOG_HR).sum()
    )
    found = log_density(assumed, {"log_hr": LOG_HR, **gamma_point(baseline)})
    assert found == pytest.approx(expected)


def test_intervals_are_the_union_of_all_cut_points():
    assumed = priors()
    assert assumed.cuts() == (3.0, 4.0, 9.0)
    places = [place.tolist() for place in assumed.places()]
    assert places == [[0, 1, 1, 2], [0, 0, 0, 0], [0, 0, 1, 1]]
    model = build_illness_death(table_of(assumed), priors=assumed)
    assert model.named_vars_to_dims["hazard"] == ("transition", "arm", "interval")
    assert model.coords["interval"] == ("(0, 3]", "(3, 4]", "(4, 9]", "(9, inf)")


def test_unusable_tables_are_named():
    assumed = priors()
    table = table_of(assumed)
    with pytest.raises(ValueError, match=r"`table` must hold one set.*imputation"):
        build_illness_death(table.expand_dims(imputation=[0, 1]), priors=assumed)
    with pytest.raises(ValueError, match=r"cut points \[3.0, 4.0, 9.0\] and `priors` \[\]"):
        build_illness_death(table, priors=priors(cuts=((), (), ())))
    with pytest.raises(ValueError, match="clock 'forward' and `priors` 'reset'"):
        build_illness_death(table, priors=priors(clock="reset"))
    with pytest.raises(ValueError, match=r"cuts are \(6.0, 3.0\); cut points must increase"):
        TransitionBaseline(cuts=(6.0, 3.0))


def test_the_words_on_the_scale_of_pooling_are_true():
    """Ratio of two transitions' hazard ratios, the spread integrated out."""
    spread = stats.halfnorm(scale=PooledEffects().scale)
    assert spread.ppf([0.5, 0.95]) == pytest.approx([0.34, 0.98], abs=0.005)
    values = spread.ppf((np.arange(20_000) + 0.5) / 20_000)
    for factor, share in ((2.0, 0.79), (5.0, 0.96)):
        within = 2 * stats.norm.cdf(math.log(factor) / (math.sqrt(2) * values)) - 1
        assert within.mean() == pytest.approx(share, abs=0.005)


def test_priors_of_a_joint_reconstruction_are_its_own():
    own = {
        name: TransitionPrior(cuts=cuts, baseline=GAMMA, log_hr=NormalPrior(sd=sd))
        for name, cuts, sd in zip(TRANSITIONS, CUTS, (1.0, 0.5, 0.8), strict=True)
    }
    found = priors_of_joint(JointSettings(name="joint", clock="reset", **own))
    assert found.cuts() == (3.0, 4.0, 9.0)
    assert [prior.sd for prior in found.effects.of_each()] == [1.0, 0.5, 0.8]
    assert [one.baseline for one in found.of_each()] == [GAMMA] * 3
    assert (found.clock, found.placement) == ("reset", "symmetric")
