"""The Cox windows of the levels: the lowest excludes no exact fit, each holds the one below."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.reconstruction.figures import cox_window_holds, sorted_pass
from models.reconstruction.windows import cox_window, level_windows
from models.survival.cox import cox, hazard_ratio


def printed(value, decimals):
    """Rounding window of a value at so many decimals."""
    unit = 10.0**-decimals
    middle = round(value / unit) * unit
    return middle - unit / 2, middle + unit / 2


@st.composite
def printed_trials(draw):
    """Time and status of 8 to 60 patients, and the decimals their figures are printed with."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = 2 * draw(st.integers(4, 30))
    scale = np.where(np.arange(n) < n // 2, 10.0, draw(st.floats(5, 30)))
    died, left = rng.exponential(scale), rng.uniform(5, 40, n)
    return np.minimum(died, left), (died <= left).astype(int), draw(st.integers(0, 3))


@given(printed_trials(), st.sampled_from([0.0, 1.0, 30.0]), st.integers(2, 32))
def test_the_lowest_level_never_excludes_a_fit_that_rounds_to_the_printed_figures(
    trial, patients, grid, levels
):
    time, event, decimals = patients
    n = len(time)
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    fit = cox(seen, event == 1, np.arange(n) < n // 2)
    assume(fit.finite)
    figures = {
        name: printed(value, decimals)
        for name, value in zip(("hr", "lower", "upper"), hazard_ratio(fit), strict=True)
    }
    assume(all(low > 0 for low, _ in figures.values()))
    problem = trial.problem_record(n=n, n_control=n // 2, grid=grid, **figures)
    windows = level_windows(problem, levels=levels)
    state = trial.patients_state(time, event, grid)
    one = sorted_pass(state["order"], state, problem, windows[0, 6])
    for window in windows:
        assert cox_window_holds(one.score, one.information, window, problem["z"])


ESTIMATES = st.tuples(st.floats(0.15, 6.0), st.floats(0.05, 1.2), st.integers(1, 3))


@given(ESTIMATES, st.integers(2, 32))
def test_each_level_holds_the_one_below(trial, estimate, levels):
    hr, half, decimals = estimate
    values = {"hr": hr, "lower": hr * math.exp(-half), "upper": hr * math.exp(half)}
    figures = {name: printed(value, decimals) for name, value in values.items()}
    assume(all(low > 0 for low, _ in figures.values()))
    windows = level_windows(trial.problem_record(**figures), levels=levels)
    assert windows.shape == (levels, 8)
    assert np.all(np.diff(windows[:, :6:2], axis=0) <= 1e-12)
    assert np.all(np.diff(windows[:, 1:6:2], axis=0) >= -1e-12)
    np.testing.assert_array_equal(windows[:, 7], [1] + [0] * (levels - 1))
    np.testing.assert_array_equal(windows[:, 6], windows[0, 6])


def test_the_window_of_the_information_is_that_of_the_confidence_limits(trial):
    problem = trial.problem_record(hr=(1.835, 1.845), lower=(0.975, 0.985), upper=(3.455, 3.465))
    window = cox_window(problem)
    assert window.log_hr == pytest.approx(-math.log(1.84), abs=1e-5)
    assert window.slack == pytest.approx(0.005 / 1.84, rel=1e-3)
    half = math.log(3.46 / 0.98) / 2
    low, high = window.information
    assert low < (1.959964 / half) ** 2 < high
    assert high / low < 1.03


def test_an_estimate_printed_like_its_limit_bounds_the_information_on_one_side(trial):
    problem = trial.problem_record(hr=(0.05, 0.15), lower=(0.05, 0.15), upper=(0.15, 0.25))
    low, high = cox_window(problem).information
    assert 0 < low < math.inf
    assert high == math.inf


def test_the_highest_level_is_wider_by_the_factor_asked_for(trial):
    problem = trial.problem_record(hr=(1.835, 1.845), lower=(0.975, 0.985), upper=(3.455, 3.465))
    windows = level_windows(problem, levels=8, widest=100.0)
    assert windows[7, 1] - windows[7, 0] == pytest.approx(100 * math.log(1.845 / 1.835))


def test_limits_that_no_wald_interval_has_are_refused(trial):
    problem = trial.problem_record(hr=(1.835, 1.845), lower=(0.975, 0.985), upper=(4.955, 4.965))
    with pytest.raises(ValueError, match="cannot come from one Wald interval"):
        level_windows(problem, levels=4)
