"""The merged pass and its cheap test against the library's own Cox fit."""

import numpy as np
import pytest

from models.reconstruction.importance.cox_pairs import (
    exact_figures_hold,
    figures_hold,
    rt_shares,
    score_and_information,
)
from models.reconstruction.windows import cox_window
from models.survival.cox import cox, hazard_ratio

SETS = 200


@pytest.fixture
def sized_problem(published_problem):
    problem = published_problem("pfs")[0]
    problem["n_control"], problem["n"] = 12, 26
    return problem


def draw_arms(rng):
    """Sorted times and statuses of 12 controls and 14 RT patients, each ended by infinity."""
    arms = []
    for size, scale in ((12, 10.0), (14, 17.0)):
        time = np.sort(rng.exponential(scale, size))
        event = (rng.random(size) < 0.8).astype(float)
        arms += [np.append(time, np.inf), np.append(event, 0.0)]
    return arms


def fit(arms):
    control_time, control_event, rt_time, rt_event = (values[:-1] for values in arms)
    time, event = np.append(control_time, rt_time), np.append(control_event, rt_event) > 0
    return cox(time, event, np.repeat([0, 1], [12, 14]))


def print_figures(problem, arms, decimals):
    """Set the windows to the rounded figures, control versus RT."""
    ratio = hazard_ratio(fit(arms))
    half = 0.5 * 10.0**-decimals
    figures = {"hr": 1 / ratio.estimate, "lower": 1 / ratio.upper, "upper": 1 / ratio.lower}
    for name, value in figures.items():
        problem[name] = round(value, decimals) - half, round(value, decimals) + half


def test_score_vanishes_at_the_estimate_and_information_gives_its_error(sized_problem):
    rng = np.random.default_rng(1)
    for _ in range(20):
        arms = draw_arms(rng)
        expected = fit(arms)
        shares = rt_shares(expected.log_hr, sized_problem)
        score, information = score_and_information(*arms, shares, sized_problem)
        assert abs(score) < 1e-6
        assert information**-0.5 == pytest.approx(expected.standard_error, rel=1e-6)


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_own_figures_hold_and_pass_the_cheap_test(sized_problem, decimals):
    rng = np.random.default_rng(2)
    for _ in range(SETS):
        arms = draw_arms(rng)
        print_figures(sized_problem, arms, decimals)
        if sized_problem["lower"][0] <= 0:
            continue
        window = cox_window(sized_problem)
        limits = np.array([window.log_hr, window.slack, *window.information])
        assert exact_figures_hold(*arms, sized_problem)
        shares = rt_shares(window.log_hr, sized_problem)
        assert figures_hold(*arms, shares, limits, sized_problem)


def test_decision_equals_that_of_the_full_fit(sized_problem):
    rng = np.random.default_rng(3)
    print_figures(sized_problem, draw_arms(rng), 2)
    for name in ("hr", "lower", "upper"):
        sized_problem[name] *= 0.7, 1.4
    window = cox_window(sized_problem)
    limits = np.array([window.log_hr, window.slack, *window.information])
    shares = rt_shares(window.log_hr, sized_problem)
    decisions = []
    for _ in range(SETS):
        arms = draw_arms(rng)
        ratio = hazard_ratio(fit(arms))
        figures = {"hr": 1 / ratio.estimate, "lower": 1 / ratio.upper, "upper": 1 / ratio.lower}
        expected = all(
            sized_problem[name][0] <= value < sized_problem[name][1]
            for name, value in figures.items()
        )
        assert figures_hold(*arms, shares, limits, sized_problem) == expected
        decisions.append(expected)
    assert 10 < sum(decisions) < SETS - 10
