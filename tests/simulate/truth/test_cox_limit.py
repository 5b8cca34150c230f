"""Cox limit and average hazard ratio: closed forms, a plain grid, and very large samples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from models.survival import cox, time_at_cumulative_hazard
from simulate.closed_forms import expected_events
from simulate.truth import PackedTruth, pack_truth
from simulate.truth.cox_limit import average_log_hr, cox_limit
from simulate.truth.crude_incidence import crude_incidence
from simulate.truth.estimands import look_estimands, truth_estimands
from simulate.truth.follow_up import FollowUp, fixed_follow_up, follow_up_at
from simulate.truth.observed_events import observed_events

NONE = np.array([])
PATIENTS = 150_000

RATES = [{"start": 0, "per_month": 4}, {"start": 10, "per_month": 10}]
FACTORS = [
    {
        "name": "site",
        "levels": [{"name": "few", "prevalence": 0.4}, {"name": "many", "prevalence": 0.6}],
    }
]
PROGNOSTIC = {"site": {"many": {"hazard_ratio": 2.5}}}
LOST = {"control": {"per_12_months": 0.05}, "rt": {"cuts": [6], "rates": [0.02, 0.005]}}
TRUTHS = {
    "proportional": {"effect": {"kind": "proportional", "hr": 0.7}},
    "proportional, prognostic strata": {
        "effect": {"kind": "proportional", "hr": 0.5},
        "factors": PROGNOSTIC,
    },
    "delayed": {"effect": {"kind": "delayed", "hr": 0.5, "delay": 6}},
    "crossing": {"effect": {"kind": "crossing", "before": 1.5, "after": 0.4, "at": 5}},
    "waning, cured": {
        "effect": {"kind": "waning", "hr": 0.4, "start": 3, "end": 15},
        "cured": {"control": 0.05, "rt": 0.25},
    },
    "all at once": {
        "control": {"cuts": [2, 9], "rates": [0.02, 0.09, 0.05]},
        "effect": {"kind": "piecewise", "cuts": [4, 12], "hr": [1.1, 0.5, 0.8]},
        "cured": {"rt": 0.1},
        "factors": {"site": {"many": {"hazard_ratio": 2.0, "effect_ratio": 1.4}}},
    },
}


@pytest.fixture(scope="module")
def trial(default_design_with):
    """A design whose arrivals are independent draws, with one of the truths."""

    def build(name, *, allocation=(1, 1), kind="uniform"):
        truth = {"name": name, "control": {"median": 13.73}, "drop_out": LOST} | TRUTHS[name]
        return default_design_with(
            truth,
            patients=240,
            recruitment={"kind": kind, "rates": RATES},
            randomisation={"kind": "simple"},
            allocation=dict(zip(("control", "rt"), allocation, strict=True)),
            factors=FACTORS,
            looks=[{"events": 100}],
            efficacy={"kind": "none"},
            futility=None,
        )

    return build


def entered(time):
    """Share of the 240 patients who have entered by a calendar time: 4, then 10 a month."""
    clipped = np.clip(time, 0, 30)
    return (4 * np.minimum(clipped, 10) + 10 * np.maximum(clipped - 10, 0)) / 240


def plain_rates(packed, shares, parts, months, *, steps=120_000):
    """Patients at risk and events of each arm and stratum on a fine grid of midpoints."""
    width = months / steps
    time = (np.arange(steps) + 0.5) * width
    place = np.searchsorted(packed.cuts, time)
    hazard = packed.hazard[:, :, place]
    lost = packed.drop_out[:, np.searchsorted(packed.drop_cuts, time)]
    lived = np.exp(-(np.cumsum(hazard, axis=-1) - hazard / 2) * width)
    stayed = np.exp(-(np.cumsum(lost, axis=-1) - lost / 2) * width) * entered(months - time)
    scale = np.asarray(parts)[:, None, None] * np.asarray(shares)[:, None] * stayed[:, None, :]
    uncured = scale * lived * (1 - packed.cured)[:, None, None]
    return uncured + scale * packed.cured[:, None, None], uncured * hazard * width


def plain_limit(packed, shares, parts, months, *, stratified):
    """Root of the population score, summed over the grid."""
    at_risk, events = plain_rates(packed, shares, parts, months)
    if not stratified:
        at_risk, events = at_risk.sum(1, keepdims=True), events.sum(1, keepdims=True)

    def score(log_hr):
        treated = at_risk[1] * math.exp(log_hr)
        return (events[1] - events.sum(0) * treated / (at_risk[0] + treated)).sum()

    return brentq(score, -5, 5, xtol=1e-12)


@pytest.mark.parametrize("name", TRUTHS)
@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize(("months", "allocation"), [(24.0, (1, 1)), (60.0, (1, 2))])
def test_the_limit_agrees_with_a_plain_grid(trial, name, stratified, months, allocation):
    design = trial(name, allocation=allocation)
    packed = pack_truth(design, design.truths[0])
    parts = np.array(allocation) / sum(allocation)
    plain = plain_limit(packed, design.prevalences(), parts, months, stratified=stratified)
    found = look_estimands(design, design.truths[0], months=months, stratified=stratified)
    assert found.cox_limit == pytest.approx(plain, abs=3e-7)


def large_sample(packed, parts, months, rng):
    """Patients of the truth who had entered by a look, as they are known then."""
    uniform = rng.random(PATIENTS) * entered(months)
    entry = np.where(uniform * 240 <= 40, uniform * 60, 10 + (uniform * 240 - 40) / 10)
    arm = (rng.random(PATIENTS) < parts[1]).astype(int)
    stratum = (rng.random(PATIENTS) < 0.6).astype(int)
    event = time_at_cumulative_hazard(
        packed.hazard[arm, stratum], rng.exponential(size=PATIENTS), cuts=packed.cuts
    )
    event[rng.random(PATIENTS) < packed.cured[arm]] = np.inf
    lost = time_at_cumulative_hazard(
        packed.drop_out[arm], rng.exponential(size=PATIENTS), cuts=packed.drop_cuts
    )
    end = np.minimum(lost, months - entry)
    return np.minimum(event, end), event <= end, arm, stratum


def score_in_sample(log_hr, time, event, arm, stratum):
    """Score of the stratified Cox model and its information, without ties."""
    score = information = 0.0
    for cell in np.unique(stratum):
        inside = stratum == cell
        order = np.argsort(-time[inside])
        seen, treated = event[inside][order], arm[inside][order]
        weight = np.where(treated == 1, math.exp(log_hr), 1.0)
        share = np.cumsum(weight * treated) / np.cumsum(weight)
        score += (treated - share)[seen].sum()
        information += (share * (1 - share))[seen].sum()
    return score, information


@pytest.mark.parametrize("name", TRUTHS)
def test_very_large_samples_come_to_the_limit(trial, name):
    # One sample of 150,000 patients each, 64,000 to 105,000 events: standard error 0.006 to 0.008
    # for the log HR (the model's, near enough where hazards are not proportional); 4 of them.
    design = trial(name, allocation=(1, 2))
    packed = pack_truth(design, design.truths[0])
    rng = np.random.default_rng(20_250_115)
    time, event, arm, stratum = large_sample(packed, (1 / 3, 2 / 3), 40.0, rng)
    pooled = look_estimands(design, design.truths[0], months=40.0, stratified=False)
    fit = cox(time, event, arm)
    assert fit.standard_error < 0.01
    assert abs(fit.log_hr - pooled.cox_limit) < 4 * fit.standard_error
    within = look_estimands(design, design.truths[0], months=40.0, stratified=True)
    score, information = score_in_sample(within.cox_limit, time, event, arm, stratum)
    assert abs(score) < 4 * math.sqrt(information)
    share = pooled.events / pooled.patients
    spread = math.sqrt(share * (1 - share) / PATIENTS)
    assert abs(event.mean() - share) < 4 * spread


def packed_exponential(control, rt, cured=(0.0, 0.0), lost=(0.0, 0.0)):
    return PackedTruth(
        cuts=NONE,
        hazard=np.array([control, rt], dtype=float)[..., np.newaxis],
        cured=np.array(cured, dtype=float),
        drop_cuts=NONE,
        drop_out=np.array(lost, dtype=float)[:, np.newaxis],
    )


@given(
    rate=st.floats(1e-3, 50),
    hr=st.floats(0.02, 50),
    lost=st.floats(0, 1),
    part=st.integers(1, 5),
    months=st.floats(1, 200),
)
def test_under_proportional_hazards_both_are_the_log_hazard_ratio(rate, hr, lost, part, months):
    packed = packed_exponential([rate], [rate * hr], lost=(lost, lost / 2))
    falling = FollowUp(
        patients=1.0, longest=months, share=lambda time: 1 - time / months, knots=(months / 3,)
    )
    observed = observed_events(packed, prevalences=[1.0], allocation=(1, part), follow_up=falling)
    assert cox_limit(observed) == pytest.approx(math.log(hr), abs=1e-9)
    assert average_log_hr(observed) == pytest.approx(math.log(hr), abs=1e-9)


def test_strata_with_one_hazard_ratio_keep_it_only_within(trial):
    design = trial("proportional, prognostic strata")
    truth = design.truths[0]
    within = look_estimands(design, truth, months=60.0, stratified=True)
    pooled = look_estimands(design, truth, months=60.0, stratified=False)
    assert within.cox_limit == pytest.approx(math.log(0.5), abs=1e-12)
    assert within.average_log_hr == pytest.approx(math.log(0.5), abs=1e-12)
    assert math.log(0.5) + 0.03 < pooled.cox_limit < 0
    assert look_estimands(design, truth, months=60.0).cox_limit == within.cox_limit


def test_no_effect_is_a_limit_of_zero_whatever_the_strata():
    packed = packed_exponential([0.03, 0.2], [0.03, 0.2], lost=(0.1, 0.0))
    observed = observed_events(
        packed, prevalences=[0.4, 0.6], allocation=(1, 1), follow_up=fixed_follow_up(36)
    )
    assert cox_limit(observed, stratified=True) == pytest.approx(0, abs=1e-12)


def test_an_arm_without_events_has_no_finite_limit():
    def limit(control, rt):
        packed = packed_exponential([control], [rt])
        follow_up = fixed_follow_up(12)
        observed = observed_events(
            packed, prevalences=[1.0], allocation=(1, 1), follow_up=follow_up
        )
        return cox_limit(observed), average_log_hr(observed)

    assert limit(0.1, 0.0) == (-math.inf, -math.inf)
    assert limit(0.0, 0.1) == (math.inf, math.inf)
    assert all(math.isnan(value) for value in limit(0.0, 0.0))


def test_the_average_of_a_delayed_effect_is_its_share_of_the_events():
    rate, hr, delay, end = 0.06, 0.5, 6.0, 40.0
    packed = PackedTruth(
        cuts=np.array([delay]),
        hazard=np.array([[[rate, rate]], [[rate, rate * hr]]]),
        cured=np.zeros(2),
        drop_cuts=NONE,
        drop_out=np.zeros((2, 1)),
    )
    observed = observed_events(
        packed, prevalences=[1.0], allocation=(1, 3), follow_up=fixed_follow_up(end)
    )
    reached = math.exp(-rate * delay)
    last = [reached * math.exp(-rate * part * (end - delay)) for part in (1, hr)]
    late = sum(part * (reached - alive) for part, alive in zip((1, 3), last, strict=True))
    every = sum(part * (1 - alive) for part, alive in zip((1, 3), last, strict=True))
    assert average_log_hr(observed) == pytest.approx(math.log(hr) * late / every, rel=1e-12)


@given(rate=st.floats(1e-4, 1e4), lost=st.floats(0, 100), end=st.floats(0.1, 300))
def test_events_are_integrated_whatever_the_scale(rate, lost, end):
    packed = packed_exponential([rate], [rate], lost=(lost, 0.0))
    observed = observed_events(
        packed, prevalences=[1.0], allocation=(1, 1), follow_up=fixed_follow_up(end)
    )
    events = observed.events()[:, 0]
    assert events == pytest.approx(crude_incidence(packed, [end])[:, 0, 0] / 2, rel=1e-9)


@pytest.mark.parametrize("months", [6.0, 24.0, 60.0])
def test_expected_events_agree_with_the_closed_form(trial, months):
    design = trial("delayed")
    packed = pack_truth(design, design.truths[0])
    closed = sum(
        float(
            expected_events(
                months,
                accrual_start=[0, 10, 30],
                accrual_rate=[2, 5],
                hazard=packed.hazard[arm, 0],
                cuts=packed.cuts,
                drop_out=packed.drop_out[arm],
                drop_cuts=packed.drop_cuts,
            )
        )
        for arm in range(2)
    )
    found = look_estimands(design, design.truths[0], months=months)
    assert found.events == pytest.approx(closed, rel=1e-10)


def test_follow_up_is_the_time_since_entry(trial):
    design = trial("proportional")
    follow_up = follow_up_at(design, 24.0)
    assert (follow_up.patients, follow_up.longest) == (pytest.approx(180), 24.0)
    times = np.array([0.0, 5.0, 14.0, 20.0, 24.0])
    assert follow_up.share(times) == pytest.approx(entered(24 - times) / entered(24.0))
    assert follow_up.knots == (14.0,)
    assert follow_up_at(design, 60.0).knots == (30.0, 50.0)
    with pytest.raises(ValueError, match="`months` is 0 and nobody is enrolled by then"):
        follow_up_at(design, 0.0)


def test_the_truth_in_words(trial):
    design = trial("proportional")
    found = truth_estimands(design, design.truths[0], milestones=[12], horizons=[24])
    rate = np.log(2) / 13.73 * np.array([1, 0.7])
    assert found.survival[:, 0] == pytest.approx(np.exp(-12 * rate))
    assert found.rmst[:, 0] == pytest.approx((1 - np.exp(-24 * rate)) / rate)
    assert found.median == pytest.approx([13.73, 13.73 / 0.7])
    assert truth_estimands(design, design.truths[0], horizons=[]).rmst.shape == (2, 0)
