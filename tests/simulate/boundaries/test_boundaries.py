"""Bounds spend what they should: against integrals by other means, and as properties."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.crossing import crossing_probabilities
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.power import operating
from simulate.boundaries.scales import hazard_ratio_at, information_per_event, z_at
from simulate.boundaries.spending import SpendingFunction, cumulative_error

OF = SpendingFunction(kind="obrien_fleming")
POCOCK = SpendingFunction(kind="pocock")
BETA = SpendingFunction(kind="obrien_fleming", total=0.1)
RISING = st.lists(st.integers(1, 120), min_size=2, max_size=3).map(np.cumsum)
KINDS: Any = st.sampled_from(("obrien_fleming", "pocock", "hwang_shih_decani", "power"))


def reach(information: Any, upper: Any, *, drift: float = 0.0) -> float:
    """P(no bound crossed at any of one to three looks), by scipy.

    Given the second look the first and the third are independent: with three looks that leaves one
    integral, where scipy's own trivariate probabilities are good to 1e-5 only.
    """
    reached = np.asarray(information, float)
    root, high = np.sqrt(reached), np.minimum(upper, 30)
    if len(reached) == 1:
        return float(norm.cdf(high[0] - drift * root[0]))
    if len(reached) == 2:
        correlation = root[0] / root[1]
        covariance = [[1, correlation], [correlation, 1]]
        return float(multivariate_normal(drift * root, covariance).cdf(high))
    first, later = root[0] / root[1], reached[2] - reached[1]

    def density(z: float) -> float:
        before = norm.cdf((high[0] - first * z) / math.sqrt(1 - first**2))
        mean = z * root[1] + drift * later
        after = norm.cdf((high[2] * root[2] - mean) / math.sqrt(later))
        return float(norm.pdf(z - drift * root[1]) * before * after)

    low = drift * root[1] - 9
    marks = [high[0] / first, high[2] * root[2] / root[1]]
    points = sorted({low, min(high[1], 9), *(m for m in marks if low < m < min(high[1], 9))})
    return sum(
        quad(density, *piece, epsabs=1e-11, epsrel=1e-10, limit=200)[0]
        for piece in pairwise(points)
    )


@settings(max_examples=25)
@given(events=RISING, kind=KINDS, parameter=st.floats(0.3, 4.0), drift=st.floats(-0.3, 0.8))
def test_spending_and_power_agree_with_the_multivariate_normal(
    events: Any, kind: Any, parameter: float, drift: float
) -> None:
    efficacy = SpendingFunction(kind=kind, parameter=parameter)
    bounds = boundaries(events, efficacy=efficacy)
    stopped = operating(bounds, hazard_ratio=math.exp(-drift)).success
    spent = cumulative_error(efficacy, bounds.fraction)
    for look in range(1, len(events) + 1):
        information, z = bounds.information[:look], bounds.z[:look]
        assert 1 - reach(information, z) == pytest.approx(spent[look - 1], abs=1e-8)
        power = 1 - reach(information, z, drift=drift)
        assert stopped[:look].sum() == pytest.approx(power, abs=1e-8)


def test_three_looks_against_the_trivariate_normal_of_scipy() -> None:
    bounds = boundaries([100, 150, 240], efficacy=POCOCK)
    reached = bounds.information
    correlation = np.sqrt(np.minimum.outer(reached, reached) / np.maximum.outer(reached, reached))
    normal = multivariate_normal(np.zeros(3), correlation, abseps=1e-8, seed=1)
    assert 1 - normal.cdf(bounds.z) == pytest.approx(0.025, abs=1e-5)


def test_looks_that_follow_closely_spend_exactly() -> None:
    fractions = np.array([0.5, 0.52])
    bounds = boundaries(100 * fractions, efficacy=OF, planned=(50, 100))
    correlation = math.sqrt(fractions[0] / fractions[1])
    rest = math.sqrt(1 - correlation**2)

    def both(c: float) -> float:
        def density(z: float) -> float:
            return float(norm.pdf(z) * norm.sf((c - correlation * z) / rest))

        pieces = pairwise((-9, 1, 2, 2.5, bounds.z[0]))
        return sum(quad(density, *piece, epsabs=1e-16, epsrel=1e-12)[0] for piece in pieces)

    increment = 0.025 - bounds.alpha[0]
    assert both(bounds.z[1]) == pytest.approx(increment, rel=1e-10)


def test_tiny_steps_are_resolved() -> None:
    # One event more than at the look before, with 1,000 events: the nodes must follow.
    bounds = boundaries([600, 601, 1000], efficacy=POCOCK)
    stops = crossing_probabilities(
        bounds.information, lower=[-math.inf] * 3, upper=bounds.z, drift=0.0
    )
    np.testing.assert_allclose(np.cumsum(stops.above), bounds.alpha, atol=1e-12)
    correlation = math.sqrt(600 / 601)
    covariance = [[1, correlation], [correlation, 1]]
    both = multivariate_normal([0, 0], covariance).cdf(bounds.z[:2])
    assert 1 - both == pytest.approx(bounds.alpha[1], abs=1e-9)


def test_a_single_look_is_the_fixed_test() -> None:
    bounds = boundaries([247], efficacy=SpendingFunction(kind="none"))
    assert bounds.z[0] == pytest.approx(1.959963984540054, abs=1e-12)
    assert bounds.p[0] == pytest.approx(0.025)
    assert bounds.hazard_ratio[0] == pytest.approx(math.exp(-2 * 1.959964 / math.sqrt(247)))
    found = operating(bounds, hazard_ratio=0.7)
    shift = -math.log(0.7) * math.sqrt(247) / 2
    assert found.power == pytest.approx(norm.cdf(shift - 1.959963984540054), abs=1e-12)
    assert found.expected_events == pytest.approx(247)


def test_nothing_is_spent_early_without_a_spending_function() -> None:
    bounds = boundaries([100, 200, 300], efficacy=SpendingFunction(kind="none"))
    assert bounds.z[:2].tolist() == [math.inf, math.inf]
    assert bounds.hazard_ratio[:2].tolist() == [0, 0]
    assert bounds.z[2] == pytest.approx(1.959963984540054, abs=1e-9)


@given(
    events=RISING,
    kind=KINDS,
    last=st.floats(0.5, 1.6),
    drift=st.floats(-0.5, 1.0),
)
def test_all_alpha_is_spent_wherever_the_final_look_comes(
    events: Any, kind: Any, last: float, drift: float
) -> None:
    efficacy = SpendingFunction(kind=kind, parameter=2.0)
    reached = events.astype(float)
    reached[-1] = max(reached[-1] * last, reached[-2] * 1.01)
    bounds = boundaries(reached, efficacy=efficacy, planned=events)
    lower = np.full(len(events), -math.inf)
    lower[-1] = bounds.z[-1]
    stops = crossing_probabilities(bounds.information, lower=lower, upper=bounds.z, drift=0.0)
    np.testing.assert_allclose(np.cumsum(stops.above), bounds.alpha, atol=1e-10)
    assert bounds.alpha[-1] == efficacy.total
    under = crossing_probabilities(bounds.information, lower=lower, upper=bounds.z, drift=drift)
    assert under.above.sum() + under.below.sum() == pytest.approx(1, abs=1e-10)


def test_an_interim_at_the_planned_information_leaves_nothing_for_later() -> None:
    bounds = boundaries([100, 260, 300], efficacy=OF, planned=[100, 200, 250])
    assert bounds.alpha.tolist()[1:] == [0.025, 0.025]
    assert math.isfinite(bounds.z[1])
    assert bounds.z[2] == math.inf


@pytest.mark.parametrize("binding", [False, True])
def test_an_interim_without_new_events_has_no_bounds(binding: bool) -> None:
    rule = FutilityRule(kind="beta_spending", binding=binding, spending=BETA)
    choices: Any = {"futility": rule, "efficacy": OF, "planning_hr": 0.7}
    with_it = boundaries([100, 175, 175, 250], planned=[100, 175, 200, 250], **choices)
    without = boundaries([100, 175, 250], **choices)
    assert with_it.z[2] == math.inf
    assert with_it.futility_z[2] == -math.inf
    kept = [0, 1, 3]
    np.testing.assert_allclose(with_it.z[kept], without.z, rtol=1e-13)
    np.testing.assert_allclose(with_it.futility_z[kept], without.futility_z, rtol=1e-13)
    np.testing.assert_allclose(with_it.beta[kept], without.beta, rtol=1e-12)


def test_a_final_look_without_new_events_still_spends_what_is_left() -> None:
    bounds = boundaries([100, 175, 175], efficacy=OF, planned=[100, 175, 250])
    assert bounds.z[2] < bounds.z[1]
    first, second, last = bounds.z
    information = bounds.information[:2]
    # The same data are seen again: success is what lies between both bounds. The bound is that of
    # an information larger by 1 part in 2,500, so the two agree to some 1e-4.
    between = reach(information, [first, second]) - reach(information, [first, last])
    assert between == pytest.approx(0.025 - bounds.alpha[1], abs=2e-4)


def test_a_futility_bound_above_efficacy_stops_the_trial() -> None:
    early = SpendingFunction(kind="power", parameter=0.2, total=0.4)
    rule = FutilityRule(kind="beta_spending", spending=early)
    bounds = boundaries([200, 400], efficacy=POCOCK, futility=rule, planning_hr=0.5)
    assert bounds.futility_z[0] == bounds.z[0]
    found = operating(bounds, hazard_ratio=0.5)
    assert found.success[0] + found.futility[0] == pytest.approx(1, abs=1e-12)
    assert found.expected_events == pytest.approx(200)


def test_a_look_that_no_trial_reaches_has_no_bound() -> None:
    early = SpendingFunction(kind="power", parameter=0.2, total=0.4)
    rule = FutilityRule(kind="beta_spending", spending=early, binding=True)
    bounds = boundaries([200, 400], efficacy=POCOCK, futility=rule, planning_hr=0.5)
    assert bounds.z[1] == math.inf
    assert bounds.alpha.tolist() == [bounds.alpha[0]] * 2


def test_one_look_after_rare_going_on_spends_no_more_than_it_can() -> None:
    rule = FutilityRule(kind="hazard_ratio", binding=True, hazard_ratio=(0.72,))
    bounds = boundaries([200, 400], efficacy=OF, futility=rule)
    stops = crossing_probabilities(
        bounds.information, lower=bounds.futility_z, upper=bounds.z, drift=0.0
    )
    assert stops.above.sum() <= 0.025 + 1e-12
    assert stops.above.sum() + stops.below.sum() == pytest.approx(1, abs=1e-12)


@given(kind=KINDS, events=RISING)
def test_binding_futility_lowers_efficacy_bounds(kind: Any, events: Any) -> None:
    efficacy = SpendingFunction(kind=kind, parameter=1.5)
    found = [
        boundaries(
            events,
            efficacy=efficacy,
            futility=FutilityRule(kind="beta_spending", spending=BETA, binding=binding),
            planning_hr=0.6,
        )
        for binding in (False, True)
    ]
    stops = found[1].futility_z >= found[1].z
    met = np.concatenate(([True], ~np.maximum.accumulate(stops)[:-1]))
    assert (found[1].z[met] <= found[0].z[met] + 1e-9).all()
    without = boundaries(events, efficacy=efficacy)
    np.testing.assert_allclose(found[0].z, without.z, rtol=1e-13)


@given(alpha=st.floats(0.005, 0.1), more=st.floats(1.01, 2.0), events=RISING)
def test_more_alpha_means_lower_bounds_and_more_power(
    alpha: float, more: float, events: Any
) -> None:
    low, high = (
        boundaries(events, efficacy=SpendingFunction(kind="pocock", total=total))
        for total in (alpha, alpha * more)
    )
    assert (high.z < low.z).all()
    power = [operating(bounds, hazard_ratio=0.75).power for bounds in (low, high)]
    assert power[0] < power[1]


def test_power_rises_with_the_effect() -> None:
    bounds = boundaries([120, 200, 260], efficacy=OF)
    ratios = (1.5, 1.0, 0.9, 0.7, 0.5)
    powers = [operating(bounds, hazard_ratio=ratio).power for ratio in ratios]
    assert powers == sorted(powers)
    assert powers[1] == pytest.approx(0.025, abs=1e-10)


def test_unequal_allocation_changes_hazard_ratios_not_z() -> None:
    equal = boundaries([100, 200], efficacy=OF)
    per_event = information_per_event(control=1, rt=2)
    assert per_event == pytest.approx(2 / 9)
    other = boundaries([100, 200], efficacy=OF, per_event=per_event)
    np.testing.assert_allclose(other.z, equal.z, rtol=1e-12)
    expected = np.exp(-other.z * 3 / np.sqrt(np.array([100, 200]) * 2))
    np.testing.assert_allclose(other.hazard_ratio, expected, rtol=1e-12)


@given(ratio=st.floats(0.2, 5), events=st.floats(1, 1e4))
def test_hazard_ratio_and_z_are_inverse(ratio: float, events: float) -> None:
    back = hazard_ratio_at(z_at(ratio, events), events)
    assert float(back) == pytest.approx(ratio, rel=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": [100, 90]}, "`events` must be positive and not decrease"),
        ({"events": [0, 90]}, "`events` must be positive"),
        ({"events": []}, "1 to 20 looks"),
        ({"planned": [100, 50]}, "`planned` must be positive and not decrease"),
        ({"planning_hr": 1.2}, "`planning_hr` must be above 0 and below 1.*invert"),
        ({"efficacy": SpendingFunction(kind="user", table=(0.025,))}, "got 1 for 2 looks"),
        (
            {"futility": FutilityRule(kind="beta_spending", spending=BETA)},
            "needs `planning_hr`, got None",
        ),
        (
            {"futility": FutilityRule(kind="hazard_ratio", hazard_ratio=(1.0, 1.0, 1.0))},
            "one value per interim look, got 3 for 1",
        ),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    choices: Any = {"events": [100, 200], "efficacy": OF} | change
    with pytest.raises(ValueError, match=message):
        boundaries(choices.pop("events"), **choices)


def test_refused_elsewhere() -> None:
    bounds = boundaries([100, 200], efficacy=OF)
    with pytest.raises(ValueError, match="`hazard_ratio` must be positive and finite, got 0"):
        operating(bounds, hazard_ratio=0)
    with pytest.raises(ValueError, match="must be positive on both sides, got 0:1"):
        information_per_event(control=0, rt=1)
    with pytest.raises(ValueError, match="one bound per look, got 1 and 2 for 2"):
        crossing_probabilities([1, 2], lower=[0], upper=[1, 2], drift=0)
    with pytest.raises(ValueError, match="`lower` must be at most `upper`"):
        crossing_probabilities([1, 2], lower=[3, 0], upper=[1, 2], drift=0)
