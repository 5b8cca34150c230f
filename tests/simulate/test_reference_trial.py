"""The plain-numpy trial against closed forms and against the project's own survival functions."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate, stats

from models.survival.cox import cox
from models.survival.log_rank import log_rank

TRUTH = SimpleNamespace(
    cuts=(3.0, 9.0),
    hazard=np.array(
        [[[0.08, 0.05, 0.02], [0.16, 0.1, 0.04]], [[0.08, 0.02, 0.0], [0.1, 0.1, 0.1]]]
    ),
    cured=(0.1, 0.2),
    drop_cuts=(6.0,),
    drop_out=np.array([[0.01, 0.02], [0.03, 0.0]]),
)
EVENTS, PATIENTS = 40, 120


def enrolled(seed):
    rng = np.random.default_rng(seed)
    return {
        "entry": np.sort(rng.uniform(0, 24, PATIENTS)),
        "arm": np.arange(PATIENTS) % 2,
        "stratum": rng.integers(0, 2, PATIENTS),
        "event_uniform": rng.random(PATIENTS),
        "drop_uniform": rng.random(PATIENTS),
    }


@pytest.fixture
def followed(reference):
    return reference.trial_at_events(EVENTS, TRUTH, **enrolled(1))


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("stratum", [0, 1])
@pytest.mark.parametrize("u", [0.95, 0.8, 0.5, 0.3, 0.21])
def test_survival_at_the_time_is_the_uniform_number(reference, arm, stratum, u):
    cured, hazard = TRUTH.cured[arm], TRUTH.hazard[arm][stratum]
    time = reference.survival_time(u, hazard, TRUTH.cuts, cured)

    def rate(t):
        return hazard[np.searchsorted(TRUTH.cuts, t)]

    lowest = cured + (1 - cured) * np.exp(-integrate.quad(rate, 0, 9, points=[3])[0])
    if np.isinf(time):
        assert hazard[-1] == 0
        assert u < lowest
    else:
        points = [c for c in TRUTH.cuts if c < time]
        total = integrate.quad(rate, 0, time, points=points or None)[0]
        assert cured + (1 - cured) * np.exp(-total) == pytest.approx(u, rel=1e-9)


def test_the_cured_never_have_an_event(reference):
    assert reference.survival_time(0.1, [0.05, 0.05], [3.0], 0.1) == np.inf
    assert np.isfinite(reference.survival_time(0.1001, [0.05, 0.05], [3.0], 0.1))


def test_the_cut_shows_the_wanted_events_and_no_more(followed):
    assert followed.event.sum() == EVENTS
    entry = enrolled(1)["entry"][: followed.time.size]
    ends = entry + followed.time
    assert ends.max() == pytest.approx(followed.calendar)
    assert np.all(ends <= followed.calendar * (1 + 1e-12))


def test_events_that_are_never_seen_leave_the_cut_open(reference):
    entry, event, drop = np.zeros(3), np.array([1.0, 5.0, np.inf]), np.array([2.0, 2.0, np.inf])
    assert reference.calendar_of_event(1, entry, event, drop) == 1.0
    assert reference.calendar_of_event(2, entry, event, drop) == np.inf


def test_times_follow_the_exponential_distribution(reference):
    """2,000 times: Kolmogorov–Smirnov p above 6e-5, as 4 standard errors of a normal."""
    numbers = np.random.default_rng(2).random(2_000)
    times = [reference.survival_time(u, [0.07], []) for u in numbers]
    assert stats.kstest(times, stats.expon(scale=1 / 0.07).cdf).pvalue > 6e-5


def test_log_rank_agrees_with_the_projects_own(reference, followed):
    sums = reference.log_rank_sums(followed.time, followed.event, followed.arm)
    own = log_rank(followed.time, followed.event, followed.arm)
    assert sums.z == pytest.approx(own.z, rel=1e-10)
    assert sums.variance == pytest.approx(own.variance, rel=1e-10)


def test_stratified_log_rank_is_the_sum_over_strata(reference, followed):
    together = reference.log_rank_sums(*followed[:4])
    apart = []
    for cell in (0, 1):
        inside = followed.stratum == cell
        apart.append(log_rank(followed.time[inside], followed.event[inside], followed.arm[inside]))
    for name in ("observed", "expected", "variance"):
        assert getattr(together, name) == pytest.approx(sum(getattr(a, name) for a in apart))


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("digits", [9, 0])
def test_cox_agrees_with_the_projects_own(reference, followed, ties, digits):
    time = np.round(followed.time, digits)
    own = cox(time, followed.event, followed.arm, ties=ties)
    estimate = reference.cox_log_hr(time, followed.event, followed.arm, ties=ties)
    assert estimate == pytest.approx(own.log_hr, abs=1e-9)
    information = reference.cox_score(
        own.log_hr, time, followed.event, followed.arm, ties=ties
    ).information
    assert information == pytest.approx(own.standard_error**-2, rel=1e-8)


def test_score_test_is_the_log_rank_test_without_ties(reference, followed):
    score = reference.cox_score(0.0, *followed[:4])
    sums = reference.log_rank_sums(*followed[:4])
    assert score.score == pytest.approx(sums.observed - sums.expected)
    assert score.information == pytest.approx(sums.variance)
