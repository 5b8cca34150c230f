"""Densities and truncated draws against numerical integration of the model."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest

from models.compiled import kernel
from models.reconstruction.importance.pinned import (
    BEFORE,
    PINNED,
    draw_censored,
    draw_end,
    draw_event,
    end_probabilities,
    pin_density,
    set_cell,
    set_hazards,
)
from models.survival.hazard import cumulative_hazard

LOG_HR = -0.6
BREAKS = [3, 6, 7.43, 9, 12, 18]


@kernel
def draw_many(arm, pinned, problems, times, events, given, rng):
    """Ends in the cell, of everybody and of those with (row 1) and without (row 0) an event."""
    for i in range(times.size):
        times[i], events[i] = draw_end(arm, BEFORE, pinned[0], problems[0], rng)
        given[1, i] = draw_event(arm, BEFORE, pinned[0], problems[0], rng)
        given[0, i] = draw_censored(arm, BEFORE, pinned[0], problems[0], rng)


@pytest.fixture(params=[0.0, 0.5], ids=["on control", "between the arms"])
def model(published_problem, request):
    problems = published_problem("os")
    problems[0]["symmetric"] = request.param
    problems[0]["loss"] = 0.02
    pinned = np.zeros(1, PINNED)
    hazard = np.array([0.01, 0.05, 0.03, 0.11, 0.0004, 0.09])
    set_hazards(LOG_HR, hazard, pinned[0], problems[0])
    return problems, pinned, hazard


def arm_hazard(problem, hazard, arm):
    return hazard * np.exp((arm - problem["symmetric"]) * LOG_HR)


def survival(problem, hazard, arm, time):
    """Probability that observation lasts beyond a time."""
    cuts = tuple(problem["cuts"][:5])
    total = cumulative_hazard(arm_hazard(problem, hazard, arm), time, cuts=cuts)
    late = np.clip((problem["cut_high"] - time) / problem["accrual"], 0, 1)
    return np.exp(-total - problem["loss"] * time) * late


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("time", [0.5, 7.0, 8.5, 20.0, 35.5])
def test_density_of_any_end_is_the_slope_of_survival(model, arm, time):
    problems, pinned, hazard = model
    density, share = pin_density(arm, time, True, pinned[0], problems[0])
    step = 1e-5
    low, high = (survival(problems[0], hazard, arm, time + s) for s in (-step, step))
    assert density == pytest.approx((low - high) / (2 * step), rel=1e-6)
    event, certain = pin_density(arm, time, False, pinned[0], problems[0])
    assert certain == 1.0
    assert share == pytest.approx(event / density)


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize(("start", "stop"), [(0.0, 35.93), (4.5, 13.5), (13.5, 35.9), (7.0, 7.5)])
def test_probabilities_of_ends_integrate_their_densities(model, arm, start, stop):
    problems, pinned, hazard = model

    def events(time):
        return pin_density(arm, time, False, pinned[0], problems[0])[0]

    def losses(time):
        return problems[0]["loss"] * survival(problems[0], hazard, arm, time)

    found = end_probabilities(arm, start, stop, pinned[0], problems[0])
    inside = [point for point in BREAKS if start < point < stop]
    for probability, density in zip(found, (events, losses), strict=True):
        expected = quad(density, start, stop, points=inside or None, limit=200)[0]
        assert probability == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(("start", "stop"), [(0.0, 35.93), (4.5, 13.5), (13.5, 35.9)])
def test_draws_in_a_cell_follow_the_model(model, start, stop):
    # 20,000 draws of each kind: Kolmogorov–Smirnov p above 0.0001 in 30 tests, the share of events
    # within 4 standard errors.
    problems, pinned, hazard = model
    mass = set_cell(1, BEFORE, start, stop, pinned[0], problems[0])
    ends = [survival(problems[0], hazard, 1, time) for time in (start, stop)]
    assert mass == pytest.approx(ends[0] - ends[1], rel=1e-10)

    times, events, given = np.empty(20_000), np.empty(20_000), np.empty((2, 20_000))
    draw_many(1, pinned, problems, times, events, given, np.random.default_rng(2))
    total = end_probabilities(1, start, stop, pinned[0], problems[0])[0]
    share = total / mass
    assert abs(events.mean() - share) < 4 * (share * (1 - share) / times.size) ** 0.5

    grid = np.linspace(start, stop, 2_001)
    reached = np.array(
        [end_probabilities(1, start, time, pinned[0], problems[0])[0] for time in grid]
    )
    gone = ends[0] - survival(problems[0], hazard, 1, grid)
    for sample, curve in (
        (times, gone / mass),
        (times[events == 1], reached / total),
        (given[1], reached / total),
        (times[events == 0], (gone - reached) / (mass - total)),
        (given[0], (gone - reached) / (mass - total)),
    ):
        assert kstest(sample, np.interp, args=(grid, curve)).pvalue > 0.0001
