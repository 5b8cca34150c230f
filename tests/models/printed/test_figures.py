"""Printed figures of a trial against lifelines and against examples done by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times

from models.printed import FIGURES, UNITS, printed_figures


def drawn_trial(seed, *, tied):
    rng = np.random.default_rng(seed)
    rt = np.arange(60) >= 28
    time = rng.exponential(np.where(rt, 20.0, 11.0))
    end = rng.uniform(8, 30, 60)
    seen = np.minimum(time, end)
    return (np.ceil(seen * 2) / 2 if tied else seen), time <= end, rt


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_agrees_with_lifelines_without_ties(seed):
    time, event, rt = drawn_trial(seed, tied=False)
    found = {name: value[0] for name, value in figures_of(time, event).items()}
    frame = pd.DataFrame({"time": time, "event": event, "control": (~rt).astype(int)})
    fit = CoxPHFitter().fit(frame, "time", "event").summary.loc["control"]
    assert found["hazard_ratio"] == pytest.approx(fit["exp(coef)"], rel=1e-5)
    assert found["lower"] == pytest.approx(fit["exp(coef) lower 95%"], rel=1e-4)
    assert found["upper"] == pytest.approx(fit["exp(coef) upper 95%"], rel=1e-4)
    assert found["p_wald"] == pytest.approx(fit["p"], rel=1e-3)
    test = logrank_test(time[rt], time[~rt], event[rt], event[~rt])
    assert found["p_log_rank"] == pytest.approx(test.p_value, rel=1e-6)
    for arm, mask in (("control", ~rt), ("rt", rt)):
        curve = KaplanMeierFitter().fit(time[mask], event[mask])
        median = median_survival_times(curve.survival_function_)
        assert found[f"median_{arm}"] == pytest.approx(median)
        assert found[f"events_{arm}"] == event[mask].sum()
    assert found["follow_up_minimum"] == time.min()
    assert found["follow_up_median"] == np.median(time)
    assert found["follow_up_maximum"] == time.max()


def figures_of(time, event, n_control=28):
    return printed_figures(np.array([time]), np.array([event]), n_control=n_control)


def test_ratios_are_control_versus_rt_so_more_events_among_controls_are_above_one():
    time = np.array([[1.0, 2, 3, 4, 9, 5, 11, 12, 13, 14]])
    event = np.ones((1, 10), bool)
    found = printed_figures(time, event, n_control=5)
    swapped = printed_figures(time[:, ::-1], event, n_control=5)
    assert found["lower"][0] < found["hazard_ratio"][0] < found["upper"][0]
    assert found["hazard_ratio"][0] > 1
    assert found["hazard_ratio"][0] * swapped["hazard_ratio"][0] == pytest.approx(1)
    assert found["lower"][0] * swapped["upper"][0] == pytest.approx(1)
    assert found["median_control"][0] == 3
    assert found["median_rt"][0] == 12
    assert found["ratio_of_medians"][0] == 4


def test_the_median_is_the_first_time_with_half_or_less_alive():
    """Of four the second death brings the curve to exactly one half."""
    time = np.array([[1.0, 2, 3, 4, 1, 2, 3, 4]])
    event = np.array([[1, 1, 1, 1, 1, 1, 0, 0]], bool)
    found = printed_figures(time, event, n_control=4)
    assert (found["median_control"][0], found["median_rt"][0]) == (2.0, 2.0)


def test_ties_follow_breslow():
    """Two events at one time of an arm: score 2 - 2 e^b 2 / (2 e^b + 2), by hand."""
    time = np.array([[1.0, 2, 1, 3]])
    event = np.array([[1, 1, 1, 0]], bool)
    found = printed_figures(time, event, n_control=2)
    control, rt = 2, 1
    beta = np.linspace(-3, 3, 600_001)
    ratio = np.exp(beta)
    loglik = control * beta - 2 * np.log(2 * ratio + 2) - np.log(ratio + rt)
    assert found["hazard_ratio"][0] == pytest.approx(ratio[loglik.argmax()], rel=1e-4)


def test_medians_that_are_not_reached_are_infinite_and_ratios_without_estimate_not_numbers():
    time = np.array([[1.0, 2, 3, 5, 6, 7], [1.0, 2, 3, 5, 6, 7]])
    event = np.array([[0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]], bool)
    with np.errstate(all="raise"):
        found = printed_figures(time, event, n_control=3)
    assert math.isinf(found["median_control"][0])
    assert math.isinf(found["median_rt"][1])
    for name in ("hazard_ratio", "lower", "upper", "p_wald"):
        assert np.isnan(found[name]).all()
    assert math.isnan(found["ratio_of_medians"][0])
    assert math.isinf(found["ratio_of_medians"][1])


def test_every_figure_has_a_value_for_each_trial_and_a_unit_with_its_direction():
    rng = np.random.default_rng(3)
    found = printed_figures(rng.exponential(9, (4, 12)), rng.random((4, 12)) < 0.8, n_control=6)
    assert tuple(found) == FIGURES == tuple(UNITS)
    assert {values.shape for values in found.values()} == {(4,)}
    assert {UNITS[name] for name in ("hazard_ratio", "lower", "upper")} == {"ratio, control vs rt"}
