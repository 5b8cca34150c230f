"""The proof of the weights: whole trials drawn forwards, kept when they print the figures."""

import numpy as np
import pytest

from models.reconstruction.importance import adaptation
from models.reconstruction.importance.diagnostics import weighted_mean
from models.reconstruction.importance.run import importance_sample
from models.reconstruction.problem import LONGEST, MIDDLE, SHORTEST

BLOCK = 50_000


def draw_trials(problem, rng):
    """Trials (BLOCK, n) from prior and model: log HR, hazards, times, statuses."""
    n, s, cuts = problem["n"], problem["symmetric"], problem["cuts"][: problem["intervals"] - 1]
    log_hr = rng.normal(problem["log_hr_mean"], problem["log_hr_sd"], BLOCK)
    baseline = rng.gamma(problem["shape"], 1 / problem["rate"], (BLOCK, problem["intervals"]))
    arm = (np.arange(n) >= problem["n_control"]).astype(float)
    ratio = np.exp((arm - s) * log_hr[:, np.newaxis])
    left = rng.exponential(size=(BLOCK, n)) / ratio
    time, start = np.full((BLOCK, n), np.inf), 0.0
    for k, stop in enumerate([*cuts, np.inf]):
        hazard = baseline[:, k, np.newaxis]
        here = np.isinf(time) & (left <= hazard * (stop - start))
        time = np.where(here, start + left / hazard, time)
        left = left - hazard * (min(stop, 1e9) - start)
        start = stop
    end = problem["cut_high"] - problem["accrual"] * rng.random((BLOCK, n))
    end = np.minimum(end, rng.exponential(1 / problem["loss"], (BLOCK, n)))
    return log_hr, baseline, np.minimum(time, end), time <= end


def kaplan_meier_median(time, event):
    order = np.argsort(time, axis=1)
    time, event = np.take_along_axis(time, order, 1), np.take_along_axis(event, order, 1)
    size = time.shape[1]
    low = np.cumprod(1 - event / (size - np.arange(size)), axis=1) <= 0.5 + 1e-9
    first = np.take_along_axis(time, low.argmax(axis=1)[:, np.newaxis], 1)[:, 0]
    return np.where(low.any(axis=1), first, np.inf)


def cox_figures(time, event, n_control, z):
    """Printed hazard ratio (control versus RT) and limits, by bisection of the score."""
    order = np.argsort(time, axis=1)
    event, rt = np.take_along_axis(event, order, 1), order >= n_control
    rt_risk = rt[:, ::-1].cumsum(axis=1)[:, ::-1]
    control_risk = (~rt)[:, ::-1].cumsum(axis=1)[:, ::-1]
    low, high = np.full(len(time), -8.0), np.full(len(time), 8.0)
    for _ in range(45):
        middle = 0.5 * (low + high)
        weight = rt_risk * np.exp(middle)[:, np.newaxis]
        share = weight / (weight + control_risk)
        rising = (event * (rt - share)).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    information = np.maximum((event * share * (1 - share)).sum(axis=1), 0.05)
    margin = z / np.sqrt(information)
    return np.exp(-middle), np.exp(-middle - margin), np.exp(-middle + margin)


def prints_figures(problem, time, event):
    """Rows of trials that print the figures of the problem."""
    n_control, n, used = problem["n_control"], problem["n"], problem["used"]

    def inside(values, window):
        return (values >= window[0]) & (values < window[1])

    ordered = np.sort(time, axis=1)
    values = {
        0: kaplan_meier_median(time[:, :n_control], event[:, :n_control]),
        1: kaplan_meier_median(time[:, n_control:], event[:, n_control:]),
        SHORTEST: ordered[:, 0],
        MIDDLE: ordered[:, n // 2],
        LONGEST: ordered[:, -1],
    }
    fits = np.ones(len(time), bool)
    for role, value in values.items():
        if used[role]:
            fits &= inside(value, problem["windows"][role])
    for arm, part in enumerate((slice(None, n_control), slice(n_control, None))):
        count = event[:, part].sum(axis=1)
        fits &= (count >= problem["events_low"][arm]) & (count <= problem["events_high"][arm])
        if problem["unreached"][arm]:
            fits &= np.isinf(values[arm])
    rows = np.flatnonzero(fits)
    figures = cox_figures(time[rows], event[rows], n_control, problem["z"])
    holds = np.ones(rows.size, bool)
    for name, figure in zip(("hr", "lower", "upper"), figures, strict=True):
        holds &= inside(figure, problem[name])
    return rows[holds]


def features(log_hr, hazard, time, event, n_control):
    """Quantities (m, feature) to compare: parameters, events and times by arm."""
    return np.column_stack(
        [
            log_hr,
            hazard,
            event[:, :n_control].sum(axis=1),
            event[:, n_control:].sum(axis=1),
            time[:, :n_control].mean(axis=1),
            time[:, n_control:].mean(axis=1),
            (time[:, :n_control] < 10).sum(axis=1),
            (time[:, n_control:] < 10).sum(axis=1),
        ]
    )


@pytest.fixture(autouse=True)
def quick_adaptation(monkeypatch):
    monkeypatch.setattr(adaptation, "STAGE_HITS", (100, 100, 100, 100, 100))


@pytest.mark.parametrize(
    ("kind", "symmetric", "blocks"),
    [("follow-up", 0.0, 9), ("bounds", 0.5, 3), ("bounds and follow-up", 0.5, 7)],
)
def test_evidence_and_posterior_agree_with_rejection_sampling(
    wide_problem, kind, symmetric, blocks
):
    # 150,000 to 450,000 trials, of which at least 1,000 are kept, so the evidence has a relative
    # standard error of at most 3%, against 1,500 effective draws. Tolerance: 4 standard errors.
    problems = wide_problem(kind, symmetric=symmetric)
    problem, rng = problems[0], np.random.default_rng(11)
    n_control, kept, trials = problem["n_control"], [], 0
    for _ in range(blocks):
        log_hr, hazard, time, event = draw_trials(problem, rng)
        rows = prints_figures(problem, time, event)
        kept.append(features(log_hr[rows], hazard[rows], time[rows], event[rows], n_control))
        trials += BLOCK
    expected = np.concatenate(kept)
    share = len(expected) / trials
    assert len(expected) >= 1_000

    result = importance_sample(problems, seed=5, data_sets=16, effective_size=1_500)
    assert result.diagnostics.passed
    error = np.hypot(result.log_evidence.standard_error, len(expected) ** -0.5)
    assert abs(result.log_evidence.value - np.log(share)) < 4 * error

    found = features(result.log_hr, result.hazard, result.time, result.event, n_control)
    for column in range(found.shape[1]):
        mean = weighted_mean(found[:, column], result.log_weight)
        error = np.hypot(mean.standard_error, expected[:, column].std() / len(expected) ** 0.5)
        assert abs(mean.value - expected[:, column].mean()) < 4 * error + 1e-12
