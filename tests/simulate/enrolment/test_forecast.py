"""Expected enrolment against simulated trials and closed forms; 4 standard errors."""

import numpy as np
import pytest
from scipy import stats

from simulate.enrolment.forecast import entry_quantile, expected_enrolment

TRIALS = 400
MONTHS = np.array([-1.0, 0.0, 1.5, 4.0, 7.0, 9.5, 10.0, 14.0, 40.0])
PATTERNS = {
    "steps": {"rates": [(0.0, 4.0), (5.0, 12.0), (9.0, 7.0)]},
    "ramp": {"rates": [(0.0, 12.0)], "ramp_up": 6.0},
    "sites": {"rates": (), "sites": {"number": 9, "opening_months": 8.0, "per_site_month": 1.0}},
}
SIZES = {"fixed number": {"patients": 60}, "fixed duration": {"duration": 9.5}}


@pytest.fixture(params=[(p, s) for p in PATTERNS for s in SIZES], ids="-".join)
def planned(request):
    pattern, size = request.param
    return PATTERNS[pattern] | SIZES[size]


def spread(kind, arrived, most):
    """SD of the count when so many are expected to have arrived: binomial, Poisson or capped."""
    if kind == "uniform":
        return np.sqrt(arrived * np.maximum(1 - arrived / most, 0))
    count = np.arange(1_000)
    probability = stats.poisson.pmf(count, arrived[:, None])
    capped = np.minimum(count, most)
    mean = probability @ capped
    return np.sqrt((probability * (capped - mean[:, None]) ** 2).sum(axis=1))


@pytest.mark.parametrize("kind", ["uniform", "poisson"])
def test_expected_enrolment_is_the_mean_of_trials(design, enrolled, planned, kind):
    """400 trials; SE of each mean in closed form, at least that of one patient in 10^6 trials."""
    chosen = design(kind=kind, **planned)
    counts = np.array(
        [np.searchsorted(t.entry, MONTHS, side="right") for t in enrolled(chosen, trials=TRIALS)]
    )
    end = chosen.recruitment.duration or np.inf
    arrived = np.array([chosen.recruitment.expected(m) for m in np.clip(MONTHS, 0, end)])
    most = chosen.patients or (arrived[-1] if kind == "uniform" else np.inf)
    error = np.maximum(spread(kind, np.minimum(arrived, 300), most), 1e-3) / np.sqrt(TRIALS)
    difference = np.abs(counts.mean(axis=0) - expected_enrolment(chosen, MONTHS))
    rounding = 0.5 if kind == "uniform" and "duration" in planned else 0.0
    assert np.all(difference <= 4 * error + rounding)


def test_even_enrolment_is_within_half_a_patient(design, enrolled, planned):
    chosen = design(**planned)
    months = np.linspace(0, 30, 500)
    counts = np.searchsorted(enrolled(chosen)[0].entry, months, side="right")
    assert np.abs(counts - expected_enrolment(chosen, months)).max() <= 0.5 + 1e-9


def test_nobody_is_enrolled_before_the_start_and_all_in_the_end(design, planned):
    chosen = design(kind="poisson", **planned)
    counts = expected_enrolment(chosen, [-3.0, 0.0, 500.0])
    assert counts[:2].tolist() == [0.0, 0.0]
    if chosen.patients:
        assert counts[2] == pytest.approx(60)


@pytest.mark.parametrize("kind", ["even", "uniform", "poisson"])
def test_quantiles_invert_expected_enrolment(design, planned, kind):
    chosen = design(kind=kind, **planned)
    share = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    everybody = expected_enrolment(chosen, 500.0)
    back = expected_enrolment(chosen, entry_quantile(chosen, share)) / everybody
    np.testing.assert_allclose(back, share, rtol=1e-9)


def test_poisson_enrolment_of_a_fixed_number_is_a_mean_of_gamma_distributions(design):
    """Patient i enters at a gamma time of shape i, so their mean is a sum of gamma means."""
    chosen = design(kind="poisson", patients=30, rates=[(0.0, 3.0)])
    months = np.array([2.0, 9.0, 12.0])
    direct = sum(stats.gamma.cdf(months, i, scale=1 / 3) for i in range(1, 31))
    np.testing.assert_allclose(expected_enrolment(chosen, months), direct, rtol=1e-12)
    mean = np.mean(entry_quantile(chosen, (np.arange(20_000) + 0.5) / 20_000))
    assert mean == pytest.approx(15.5 / 3, rel=1e-4)


def test_poisson_enrolment_that_dries_up_stays_below_the_wanted_number(design):
    chosen = design(kind="poisson", patients=50, rates=[(0.0, 10.0), (5.0, 0.0)])
    count = np.arange(200)
    direct = (np.minimum(count, 50) * stats.poisson.pmf(count, 50.0)).sum()
    assert expected_enrolment(chosen, 60.0) == pytest.approx(direct)
    months = entry_quantile(chosen, [0.5, 0.999, 1.0])
    assert np.all(months <= 5.0 + 1e-9)
