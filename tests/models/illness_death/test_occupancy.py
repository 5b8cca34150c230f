"""Occupancy of the states against differential equations, quadrature, simulation and limits."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from models.illness_death.decay import mean_decay, mean_two_decays, two_decays
from models.illness_death.occupancy import occupancy
from models.illness_death.semi_markov import progressed_at
from models.illness_death.survival import (
    endpoint_hazard,
    hazard_ratio_at,
    median_of,
    restricted_mean,
    survival_at,
)
from simulate.truth.scans import Scans, dates_beyond

TIMES = np.array([30.0, 0.0, 2.5, 3.0, 7.0, 11.0, 18.0])
SCANS = Scans.model_validate({"schedule": [{"start": 0, "every": 2}, {"start": 8, "every": 3}]})
HAZARDS = {
    "progression": [[[0.1, 0.0, 0.05], [0.2, 0.1, 0.02]], [[0.05, 0.03, 0.05], [0.1, 0.2, 0.0]]],
    "without": [[[0.01, 0.02, 0.0], [0.0, 0.05, 0.01]], [[0.02, 0.02, 0.03], [0.0, 0.0, 0.0]]],
    "after": [[[0.11, 0.03], [0.2, 0.1]], [[0.0, 0.08], [0.1, 0.0]]],
    "cuts": (3.0, 10.0),
    "after_cuts": (7.0,),
}
LOST = {"drop_out": [[[0.01, 0.0], [0.0, 0.03]], [[0.1, 0.2], [0.0, 0.05]]], "drop_cuts": (8.0,)}


def at(hazard, cuts, month):
    return hazard[np.searchsorted(cuts, month, side="left")]


def by_equations(packed, arm, stratum, months, *, drop_out):
    """Free, progressed, died without and after: scipy's solver, restarted at each cut."""

    def slope(month, state):
        middle = month
        start = [at(packed.hazard[p, arm, stratum], packed.cuts, middle) for p in (0, 1)]
        after = at(packed.after_hazard[arm, stratum], packed.after_cuts, middle)
        lost = [at(packed.drop_out[k, arm], packed.drop_cuts, middle) * drop_out for k in (0, 1)]
        free, progressed = state[:2]
        return [
            -(start[0] + start[1] + lost[0]) * free,
            start[0] * free - (after + lost[1]) * progressed,
            start[1] * free,
            after * progressed,
        ]

    stops = np.unique(np.concatenate([packed.cuts, packed.after_cuts, packed.drop_cuts, months]))
    state, now, found = np.array([1.0, 0, 0, 0]), 0.0, {0.0: np.array([1.0, 0, 0, 0])}
    for stop in stops[stops > 0]:
        inside = (now + 1e-12, stop - 1e-12)
        state = solve_ivp(slope, inside, state, rtol=1e-11, atol=1e-13, method="DOP853").y[:, -1]
        now, found[stop] = stop, state
    return np.array([found[month] for month in months]).T


@pytest.mark.parametrize("drop_out", [False, True])
def test_states_solve_the_differential_equations(packed_of, drop_out):
    packed = packed_of(**HAZARDS, **LOST)
    found = occupancy(packed, TIMES, drop_out=drop_out)
    for arm in range(2):
        for stratum in range(2):
            expected = by_equations(packed, arm, stratum, TIMES, drop_out=drop_out)
            states = [found.free, found.seen, found.died_without, found.died_after]
            got = np.array([state[arm, stratum] for state in states])
            np.testing.assert_allclose(got, expected, atol=3e-10)
    total = found.alive() + found.died_without + found.died_after + found.lost
    np.testing.assert_allclose(total, 1, atol=1e-13)
    assert (found.lost.max() > 0.1) == drop_out


def plain_progressed(packed, arm, stratum, month, *, dates, drop_out):
    """Unseen and seen progression at a month: adaptive quadrature of the written-out integrand."""

    def cumulative(hazard, cuts, upto):
        bounds = np.append(np.append(0.0, cuts), np.inf)
        inside = np.clip(upto, bounds[:-1], bounds[1:]) - bounds[:-1]
        return float(hazard @ inside)

    def integrand(u, wanted_seen, switched):
        later = [date for date in dates if date >= u] if dates is not None else [u]
        seen = later[0]
        if (seen <= month) != wanted_seen:
            return 0.0
        origin = u if packed.clock else 0.0
        after, lost = packed.after_hazard[arm, stratum], packed.drop_out[:, arm]
        change = min(seen + packed.switch_delay, month) if switched else month
        ratio = packed.switch_hr if switched else 1.0
        spent = [cumulative(after, packed.after_cuts, m - origin) for m in (u, change, month)]
        exposure = spent[1] - spent[0] + ratio * (spent[2] - spent[1])
        exposure += cumulative(packed.hazard[:, arm, stratum].sum(0), packed.cuts, u)
        if drop_out:
            known = min(seen, month)
            exposure += cumulative(lost[0], packed.drop_cuts, known)
            exposure += cumulative(lost[1], packed.drop_cuts, month)
            exposure -= cumulative(lost[1], packed.drop_cuts, known)
        return at(packed.hazard[0, arm, stratum], packed.cuts, u) * math.exp(-exposure)

    def total(wanted_seen):
        share = packed.switch_probability if arm == 0 else 0.0
        knots = [
            *packed.cuts,
            *packed.after_cuts,
            *packed.drop_cuts,
            *(dates if dates is not None else ()),
        ]
        knots += [month - cut for cut in packed.after_cuts] + [month - packed.switch_delay]
        knots += [cut - packed.switch_delay for cut in packed.after_cuts]
        if dates is not None:
            knots += [d + packed.switch_delay - c for d in dates for c in packed.after_cuts]
        bounds = np.unique([0.0, *(k for k in knots if 0 < k < month), month])
        return sum(
            weight * quad(integrand, low, high, args=(wanted_seen, switched), epsabs=1e-13)[0]
            for weight, switched in ((1 - share, False), (share, True))
            if weight
            for low, high in pairwise(bounds)
        )

    return total(False), total(True)


@pytest.mark.parametrize("clock", [0, 1])
@pytest.mark.parametrize("scans", [None, SCANS])
@pytest.mark.parametrize("drop_out", [False, True])
def test_progressed_are_the_integral_over_the_month_of_progression(
    packed_of, clock, scans, drop_out
):
    packed = packed_of(**HAZARDS, **LOST, clock=clock, switch=(0.4, 1.3, 0.5))
    dates = dates_beyond(scans, until=30.0)
    found = occupancy(packed, TIMES, dates=dates, drop_out=drop_out)
    for place in (0, 2, 4, 5):
        for arm, stratum in ((0, 0), (0, 1), (1, 0)):
            unseen, seen = plain_progressed(
                packed, arm, stratum, TIMES[place], dates=dates, drop_out=drop_out
            )
            assert found.unseen[arm, stratum, place] == pytest.approx(unseen, abs=1e-11)
            assert found.seen[arm, stratum, place] == pytest.approx(seen, abs=1e-11)


@pytest.mark.parametrize("drop_out", [False, True])
@pytest.mark.parametrize("scans", [None, SCANS])
def test_both_ways_agree_where_both_apply(packed_of, scans, drop_out):
    lost = LOST if scans is None or not drop_out else {"drop_out": 0.02}
    packed = packed_of(**HAZARDS, **lost)
    dates = dates_beyond(scans, until=30.0)
    found = occupancy(packed, TIMES, dates=dates, drop_out=drop_out)
    other = progressed_at(packed, TIMES, dates=dates, drop_out=drop_out)
    np.testing.assert_allclose(found.unseen, other.unseen, atol=1e-14)
    np.testing.assert_allclose(found.seen, other.seen, atol=1e-14)


@pytest.mark.parametrize("clock", [0, 1])
def test_hazard_is_the_slope_of_survival(packed_of, clock):
    packed = packed_of(**HAZARDS, clock=clock, switch=(0.4, 1.3, 0.5))
    times = np.array([1.0, 5.0, 8.6, 12.2, 25.0])
    step = 1e-4
    around = survival_at(packed, np.add.outer([-step, step], times).ravel(), endpoint="os")
    before, after = around[..., :5], around[..., 5:]
    slope = -np.log(after / before) / (2 * step)
    np.testing.assert_allclose(
        endpoint_hazard(packed, times, endpoint="os"), slope, rtol=1e-6, atol=1e-11
    )


@pytest.mark.parametrize("clock", [0, 1])
@pytest.mark.parametrize("scans", [None, SCANS])
def test_deaths_by_route_where_patients_drop_out(packed_of, drawn, clock, scans):
    """120,000 simulated patients per cell of arm and stratum; each share within 4 errors."""
    packed = packed_of(**HAZARDS, **LOST, clock=clock, switch=(0.4, 1.3, 0.5))
    patients = 120_000
    dates = dates_beyond(scans, until=30.0)
    found = occupancy(packed, TIMES, dates=dates, drop_out=True)
    for cell, (arm, stratum) in enumerate(((0, 0), (0, 1), (1, 0))):
        ones = np.ones(patients, np.int64)
        courses, ends = drawn(packed, arm * ones, stratum * ones, scans=scans, replicate=cell)
        died = ends.os_status == 1
        after = died & np.isfinite(courses.progression)
        for k, month in enumerate(TIMES):
            by_then = ends.os_months <= month
            known = ~by_then
            shares = {
                "died_without": (died & ~after & by_then).mean(),
                "died_after": (after & by_then).mean(),
                "lost": (~died & by_then).mean(),
                "free": (known & (courses.progression > month)).mean(),
                "unseen": (known & (courses.progression <= month) & (courses.seen > month)).mean(),
                "seen": (known & (courses.seen <= month)).mean(),
            }
            for name, share in shares.items():
                exact = getattr(found, name)[arm, stratum, k]
                error = math.sqrt(max(exact * (1 - exact), 1e-12) / patients)
                assert abs(share - exact) <= 4 * error + 1e-9, (
                    name,
                    arm,
                    stratum,
                    month,
                    share,
                    exact,
                )


def test_closed_forms_of_constant_hazards(packed_of):
    a, b, c = 0.08, 0.02, 0.05
    packed = packed_of(a, b, c)
    found = occupancy(packed, [10.0])
    free, slow = math.exp(-1.0), math.exp(-0.5)
    progressed = a * (slow - free) / (a + b - c)
    assert found.free[0, 0, 0] == pytest.approx(free, rel=1e-14)
    assert found.seen[0, 0, 0] == pytest.approx(progressed, rel=1e-13)
    assert found.died_without[0, 0, 0] == pytest.approx(b / (a + b) * (1 - free), rel=1e-13)
    assert median_of(packed, endpoint="pfs") == pytest.approx(np.full((2, 1), math.log(2) / 0.1))
    assert restricted_mean(packed, 12.0, endpoint="pfs") == pytest.approx(
        np.full((2, 1), (1 - math.exp(-1.2)) / 0.1), rel=1e-12
    )
    median = median_of(packed, endpoint="os")[0, 0]
    assert survival_at(packed, [median], endpoint="os")[0, 0, 0] == pytest.approx(0.5, abs=1e-12)


def test_equal_rates_are_the_limit_of_unequal_ones(packed_of):
    equal = occupancy(packed_of(0.07, 0.03, 0.1), [0.0, 5.0, 40.0])
    near = occupancy(packed_of(0.07, 0.03, 0.1 + 1e-9), [0.0, 5.0, 40.0])
    assert equal.seen[0, 0] == pytest.approx([0, 0.35 * math.exp(-0.5), 2.8 * math.exp(-4)])
    np.testing.assert_allclose(near.seen, equal.seen, atol=1e-7)
    np.testing.assert_allclose(near.died_after, equal.died_after, atol=1e-7)


def test_limits(packed_of):
    months = np.array([1.0, 6.0, 30.0])
    no_way_past = occupancy(packed_of(0.1, 0.0, 0.05), months)
    np.testing.assert_array_equal(no_way_past.died_without, 0)
    at_once = packed_of(0.1, 0.02, 1e9)
    np.testing.assert_allclose(
        survival_at(at_once, months, endpoint="os"),
        survival_at(at_once, months, endpoint="pfs"),
        rtol=1e-6,
    )
    alike = packed_of([[[0.1]], [[0.02]]], 0.05, 0.05)
    np.testing.assert_allclose(
        survival_at(alike, months, endpoint="os"),
        np.broadcast_to(np.exp(-0.05 * months), (2, 1, 3)),
        rtol=1e-13,
    )
    np.testing.assert_allclose(hazard_ratio_at(alike, months, endpoint="os"), 1, rtol=1e-13)
    never = packed_of(0.1, 0.0, 0.0)
    assert np.all(np.isinf(median_of(never, endpoint="os")))


def test_restricted_means_are_months_in_the_states(packed_of):
    packed = packed_of(**HAZARDS)
    months, weights = np.polynomial.legendre.leggauss(40)
    total = np.zeros((2, 2))
    for low, high in ((0, 3), (3, 7), (7, 10), (10, 24)):
        nodes = low + (high - low) * (months + 1) / 2
        total += survival_at(packed, nodes, endpoint="os") @ weights * (high - low) / 2
    np.testing.assert_allclose(restricted_mean(packed, 24.0, endpoint="os"), total, rtol=1e-11)


@given(st.floats(0, 60), st.floats(0, 60), st.booleans())
def test_decays_are_their_integrals(x, near, close):
    y = x + near * 1e-3 if close else near
    first = quad(lambda s: math.exp(-x * s - y * (1 - s)), 0, 1, epsabs=1e-14, epsrel=1e-12)[0]
    assert float(two_decays(x, y)) == pytest.approx(first, rel=1e-9, abs=1e-300)
    second = quad(
        lambda s: s * math.exp(-min(x, y) * s) * float(mean_decay(abs(x - y) * s)),
        0,
        1,
        epsabs=1e-15,
        epsrel=1e-12,
        points=[min(1.0, 5 / max(x, y, 5))],
    )[0]
    assert float(mean_two_decays(x, y)) == pytest.approx(second, rel=1e-9)
