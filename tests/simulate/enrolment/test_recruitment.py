"""Arrivals against their definitions; p-values above 6e-5 are 4 standard errors of a normal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulate.enrolment.intensity import (
    expected_patients,
    months_until,
    piecewise_intensity,
    recruitment_intensity,
)
from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.recruitment import draw_arrivals
from simulate.random_numbers import ARRIVAL

TINY = 6e-5
PATTERNS = {
    "constant": {},
    "steps": {"rates": [(0.0, 3.0), (6.0, 12.0), (9.0, 0.0), (10.0, 20.0)]},
    "late": {"rates": [(0.0, 0.0), (2.0, 15.0)]},
    "ramp": {"rates": [(0.0, 15.0), (9.0, 8.0)], "ramp_up": 6.0},
    "long ramp": {"rates": [(0.0, 15.0)], "ramp_up": 30.0},
    "sites": {"rates": (), "sites": {"number": 20, "opening_months": 12.0, "per_site_month": 0.6}},
}
MONTHS = 18.0


@pytest.fixture(params=PATTERNS)
def pattern(request):
    return PATTERNS[request.param]


@pytest.fixture(scope="session")
def arrivals(key_of):
    def run(chosen, replicate=0, room=None):
        plan = pack_enrolment(chosen)
        entry = np.zeros(room or int(plan["most_patients"][0]))
        return entry[: draw_arrivals(plan[0], key_of(replicate), entry)]

    return run


def test_even_arrivals_stand_in_the_middle_of_their_gaps(design, arrivals):
    entry = arrivals(design(patients=400, rates=[(0.0, 16.0)]))
    np.testing.assert_allclose(entry, (np.arange(400) + 0.5) / 16.0, rtol=1e-14)


def test_even_arrivals_follow_the_intensity_within_half_a_patient(design, arrivals, pattern):
    chosen = design(patients=150, **pattern)
    entry, intensity = arrivals(chosen), recruitment_intensity(chosen.recruitment)
    months = np.linspace(0.0, entry[-1], 2_000)
    counted = np.searchsorted(entry, months, side="right")
    assert np.abs(counted - expected_patients(intensity, months)).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("kind", ["even", "uniform", "poisson"])
def test_arrivals_are_the_inverse_of_their_operational_times(
    design, arrivals, key_of, numbers, pattern, kind
):
    """A second implementation in numpy on the same uniform numbers."""
    chosen = design(patients=120, kind=kind, **pattern)
    sums = np.cumsum(-np.log(numbers(key_of(0), ARRIVAL, 121)))
    operational = {
        "even": np.arange(120) + 0.5,
        "uniform": 120 * sums[:-1] / sums[-1],
        "poisson": sums[:-1],
    }
    expected = months_until(recruitment_intensity(chosen.recruitment), operational[kind])
    np.testing.assert_allclose(arrivals(chosen), expected, rtol=1e-11)


@pytest.mark.parametrize("kind", ["even", "uniform"])
def test_a_fixed_duration_enrols_the_expected_number(design, arrivals, pattern, kind):
    chosen = design(kind=kind, duration=MONTHS, **pattern)
    entry = arrivals(chosen)
    target = expected_patients(recruitment_intensity(chosen.recruitment), MONTHS)
    assert abs(entry.size - target) <= 0.5
    assert entry[0] > 0
    assert entry[-1] <= MONTHS


def test_poisson_counts_by_interval_have_their_means(design, arrivals, pattern):
    """400 trials: the counts of 9 intervals are independent and Poisson with the given means."""
    chosen = design(kind="poisson", duration=MONTHS, **pattern)
    pooled = np.concatenate([arrivals(chosen, r) for r in range(400)])
    edges = np.linspace(0.0, MONTHS, 10)
    expected = 400 * np.diff(expected_patients(recruitment_intensity(chosen.recruitment), edges))
    counts = np.histogram(pooled, edges)[0]
    filled = expected > 0
    assert counts[~filled].sum() == 0
    statistic = ((counts - expected)[filled] ** 2 / expected[filled]).sum()
    assert stats.chi2.sf(statistic, filled.sum()) > TINY


def test_the_number_of_poisson_patients_is_poisson(design, arrivals):
    """2,000 trials with 50 expected: SE of the mean 0.158, of the variance 1.6."""
    chosen = design(kind="poisson", duration=5.0)
    counts = np.array([arrivals(chosen, r).size for r in range(2_000)])
    assert abs(counts.mean() - 50.0) < 4 * 0.158
    assert abs(counts.var(ddof=1) - 50.0) < 4 * 1.6


def test_gaps_between_poisson_patients_are_exponential(design, arrivals, pattern):
    """8,000 gaps in operational time."""
    chosen = design(kind="poisson", patients=80, **pattern)
    intensity = recruitment_intensity(chosen.recruitment)
    gaps = [
        np.diff(expected_patients(intensity, arrivals(chosen, r)), prepend=0.0) for r in range(100)
    ]
    assert stats.kstest(np.concatenate(gaps), stats.expon.cdf).pvalue > TINY
    following = np.corrcoef(
        np.concatenate([g[:-1] for g in gaps]), np.concatenate([g[1:] for g in gaps])
    )
    assert abs(following[0, 1]) < 4 / np.sqrt(100 * 79)


def test_uniform_arrivals_are_uniform_in_operational_time(design, arrivals, pattern):
    """8,000 arrivals of 100 trials; the last of 80 has mean 80 / 81 and SD 0.012."""
    chosen = design(kind="uniform", patients=80, **pattern)
    intensity = recruitment_intensity(chosen.recruitment)
    share = np.array([expected_patients(intensity, arrivals(chosen, r)) / 80 for r in range(100)])
    assert stats.kstest(share.ravel(), stats.uniform.cdf).pvalue > TINY
    assert abs(share[:, -1].mean() - 80 / 81) < 4 * 0.012 / 10


@pytest.mark.parametrize("kind", ["even", "poisson"])
def test_a_smaller_trial_is_the_first_part_of_a_larger_one(design, arrivals, pattern, kind):
    large, small = (arrivals(design(kind=kind, patients=n, **pattern)) for n in (150, 60))
    assert large[:60].tolist() == small.tolist()


def test_a_shorter_poisson_trial_is_the_first_part_of_a_longer_one(design, arrivals):
    long, short = (arrivals(design(kind="poisson", duration=d)) for d in (9.0, 4.0))
    assert long[: short.size].tolist() == short.tolist()
    assert long[short.size] > 4.0


@pytest.mark.parametrize("kind", ["even", "uniform", "poisson"])
def test_recruitment_ends_when_there_is_no_more_room(design, arrivals, kind):
    assert arrivals(design(kind=kind, patients=50), room=20).size == 20


@given(
    widths=st.lists(st.floats(0.01, 30), min_size=0, max_size=5),
    rates=st.lists(st.floats(0.1, 300), min_size=6, max_size=6),
    ramp_up=st.sampled_from([None, 0.1, 0.9, 1.0]),
    kind=st.sampled_from(["even", "uniform", "poisson"]),
)
def test_arrivals_are_ascending_and_have_the_wanted_number(
    design, arrivals, widths, rates, ramp_up, kind
):
    start = [0.0, *np.cumsum(widths)]
    pattern = {"rates": list(zip(start, rates, strict=False))}
    if ramp_up:
        pattern["ramp_up"] = ramp_up * (widths[0] if widths else 90.0)
    entry = arrivals(design(kind=kind, patients=70, **pattern))
    assert entry.size == 70
    assert entry[0] > 0
    assert np.isfinite(entry[-1])
    assert np.all(np.diff(entry) >= 0)


def test_rates_that_end_at_0_leave_some_poisson_trials_smaller(design, arrivals):
    """2,000 trials with 60 expected in all and 50 wanted: P(fewer than 50) has SE 0.0063."""
    chosen = design(kind="poisson", patients=50, rates=[(0.0, 10.0), (6.0, 0.0)])
    sizes = np.array([arrivals(chosen, r).size for r in range(2_000)])
    assert sizes.max() == 50
    assert abs((sizes < 50).mean() - stats.poisson.cdf(49, 60)) < 4 * 0.0063


def test_the_pieces_of_the_plan_are_those_of_the_intensity(design):
    chosen = design(patients=10, **PATTERNS["ramp"])
    plan = pack_enrolment(chosen)[0]
    own = piecewise_intensity([0.0, 9.0], [15.0, 8.0], ramp_up=6.0)
    for name in ("start", "rate", "slope", "expected"):
        assert plan[name][: plan["pieces"]].tolist() == getattr(own, name).tolist()
