"""The chain's posterior against rejection sampling, on small trials with wide printed windows.

Millions of trials are simulated from the prior, and those whose figures fall in the windows are
kept: no move, no pin, no weight. Means of parameters, event counts, times and of who holds which
figure must agree with the chain's within 4 combined standard errors: over all cases some 370
comparisons, of which normal errors would put one beyond 4 in one run of 43 (seeds are fixed). Where
a patient may hold two figures, those trials are kept, but not for an even number of patients, whose
chain gives each figure a patient of its own.
"""

import math

import numpy as np
import pytest

from models.chain_diagnostics import mcse_mean
from models.compiled import kernel
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    GAMMA,
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    RANDOM_WALK,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
)

COX = {"hr": (0.8, 2.6), "lower": (0.1, 0.9), "upper": (2.4, 9.0)}
DAY = 1 / 30


def days(low, high):
    """Window of recorded days from `low` to `high` months, both whole days."""
    return low - DAY / 2, high + DAY / 2


OS_ROLES = {
    CONTROL_MEDIAN: (5.0, 8.5),
    RT_MEDIAN: (11.0, 15.5),
    SHORTEST: (0.5, 4.0),
    MIDDLE: (8.5, 11.0),
    LONGEST: (16.0, 23.0),
}
PFS_ROLES = {CONTROL_MEDIAN: (4.0, 8.0), RT_MEDIAN: (8.0, 13.0)}
DAY_ROLES = {role: days(low, high - DAY) for role, (low, high) in OS_ROLES.items()}
EVEN = {"n_control": 6, "n": 12}
EVEN_ROLES = {SHORTEST: (0.5, 4.0), MIDDLE: (7.0, 10.0), UPPER_MIDDLE: (7.0, 10.0)}
EVEN_ROLES |= {LONGEST: (16.0, 23.0)}
WALK = {"baseline": RANDOM_WALK, "shape": 0.5, "rate": 1.0, "cuts": (4.0, 9.0)}
FREE = {"free_follow_up": 1, "cut_low": 23.0, "cut_high": 34.0, "loss": 0.02}

CASES = {
    "OS with follow-up figures": (OS_ROLES, {}),
    "PFS with bounds on events": (PFS_ROLES, {"events_low": (4, 3), "events_high": (5, 5)}),
    "days with ties": (DAY_ROLES, {"grid": 30.0}),
    "weeks with many ties": (
        {CONTROL_MEDIAN: (1.5, 7.5), RT_MEDIAN: (8.5, 15.5), LONGEST: (16.5, 22.5)},
        {"grid": 1.0, "cap": 22.5},
    ),
    "two middle patients": (EVEN_ROLES, EVEN),
    "two middle patients and medians": (
        {CONTROL_MEDIAN: (3.0, 7.0), RT_MEDIAN: (10.0, 16.0), MIDDLE: (7.0, 10.0)}
        | {UPPER_MIDDLE: (7.0, 10.0)},
        EVEN,
    ),
    "two middle patients on weeks": (
        {SHORTEST: (0.0, 4.0), MIDDLE: (7.0, 9.0), UPPER_MIDDLE: (7.0, 9.0)},
        EVEN | {"grid": 4.0},
    ),
    "free follow-up": (OS_ROLES, FREE),
    "hierarchical gamma": (PFS_ROLES, {"baseline": HIERARCHICAL_GAMMA, "cuts": (4.0, 9.0)}),
    "symmetric hierarchical gamma": (
        OS_ROLES,
        {"baseline": HIERARCHICAL_GAMMA, "cuts": (4.0, 9.0), "symmetric": 0.5},
    ),
    "random walk": (PFS_ROLES, WALK),
    "symmetric random walk on days, free follow-up": (
        DAY_ROLES,
        WALK | FREE | {"symmetric": 0.5, "grid": 30.0},
    ),
    "one median not reached": (
        {CONTROL_MEDIAN: (5.0, 10.0), LONGEST: (16.0, 23.0)},
        {"unreached": (0, 1), "baseline": GAMMA},
    ),
    "no roles": ({}, {}),
    "one patient may hold two figures": (
        OS_ROLES
        | {CONTROL_MEDIAN: (7.0, 12.0), MIDDLE: (7.5, 11.5), LONGEST: (14.0, 23.0)}
        | {RT_MEDIAN: (12.0, 23.0)},
        {},
    ),
    "one patient may hold two figures, on weeks": (
        {CONTROL_MEDIAN: (3.5, 9.5), RT_MEDIAN: (8.5, 15.5), MIDDLE: (6.5, 11.5)},
        {"grid": 1.0},
    ),
}


@kernel
def simulate_prior(problem, draw, rng):
    """Draw parameters from the prior."""
    draw.log_hr = problem.log_hr_mean + problem.log_hr_sd * rng.standard_normal()
    draw.rate, draw.walk_sd = problem.rate, abs(problem.walk_step * rng.standard_normal())
    if problem.baseline == HIERARCHICAL_GAMMA:
        draw.rate = rng.gamma(problem.rate_shape, 1 / problem.rate_rate)
    for k in range(problem.intervals):
        if problem.baseline != RANDOM_WALK:
            draw.hazard[k] = rng.gamma(problem.shape, 1 / draw.rate)
        elif k == 0:
            draw.hazard[k] = math.exp(rng.normal(problem.walk_mean, problem.walk_sd))
        else:
            draw.hazard[k] = draw.hazard[k - 1] * math.exp(draw.walk_sd * rng.standard_normal())
    draw.cut = rng.uniform(problem.cut_low, problem.cut_high)
    draw.loss = problem.loss
    if problem.free_follow_up:
        draw.loss = rng.exponential(problem.loss)


@kernel
def simulate_patients(problem, draw, seen, rng):
    """Draw each patient: an exponential time in each interval until one ends within it."""
    for i in range(problem.n):
        position = (1.0 if i >= problem.n_control else 0.0) - problem.symmetric
        start, k = 0.0, 0
        while True:
            stop = problem.cuts[k] if k < problem.intervals - 1 else math.inf
            died = start + rng.exponential(math.exp(-position * draw.log_hr) / draw.hazard[k])
            if died <= stop:
                break
            start, k = stop, k + 1
        left = rng.uniform(draw.cut - problem.accrual, draw.cut)
        left = min(left, rng.exponential(1 / draw.loss))
        draw.time[i], draw.event[i] = min(died, left), died <= left
        seen[i] = draw.time[i]
        if problem.grid > 0:
            seen[i] = math.floor(draw.time[i] * problem.grid + 0.5) / problem.grid


@kernel
def comes_before(i, j, draw, seen):
    """Order of two patients: recorded time, events first, latent time."""
    if seen[i] != seen[j]:
        return seen[i] < seen[j]
    if draw.event[i] != draw.event[j]:
        return draw.event[i] > draw.event[j]
    return draw.time[i] < draw.time[j]


@kernel
def crossing(first, stop, draw, seen, ranked):
    """Patient at the Kaplan–Meier median of patients `first` to `stop`, −1 if there is none."""
    curve, at_risk = 1.0, stop - first
    for i in ranked:
        if first <= i < stop:
            if draw.event[i]:
                curve *= 1 - 1 / at_risk
                if curve < 0.5 + 1e-9:
                    return i
            at_risk -= 1
    return -1


@kernel
def cox_score(beta, problem, draw, seen):
    """Breslow score and information at a log HR, risk sets counted one by one."""
    score = information = 0.0
    for i in range(problem.n):
        if draw.event[i]:
            control = treated = 0.0
            for j in range(problem.n):
                if seen[j] >= seen[i]:
                    if j < problem.n_control:
                        control += 1
                    else:
                        treated += math.exp(beta)
            share = treated / (treated + control)
            score += (i >= problem.n_control) - share
            information += share * (1 - share)
    return score, information


@kernel
def cox_in_windows(problem, draw, seen):
    """Whether hazard ratio and limits, control versus RT, fall in their windows."""
    low, high = -math.log(problem.hr[1]), -math.log(problem.hr[0])
    if cox_score(low, problem, draw, seen)[0] < 0 or cox_score(high, problem, draw, seen)[0] > 0:
        return False
    for _ in range(45):
        beta = 0.5 * (low + high)
        if cox_score(beta, problem, draw, seen)[0] > 0:
            low = beta
        else:
            high = beta
    information = cox_score(beta, problem, draw, seen)[1]
    if information <= 0:
        return False
    half = problem.z / math.sqrt(information)
    return (
        problem.lower[0] <= math.exp(-beta - half) < problem.lower[1]
        and problem.upper[0] <= math.exp(-beta + half) < problem.upper[1]
    )


@kernel
def roles_in_windows(problem, draw, seen, holder):
    """Fill in who holds each printed time; whether the times fall in their windows."""
    n = problem.n
    ranked = np.arange(n)
    for a in range(1, n):
        b = a
        while b > 0 and comes_before(ranked[b], ranked[b - 1], draw, seen):
            ranked[b], ranked[b - 1] = ranked[b - 1], ranked[b]
            b -= 1
    holder[0] = crossing(0, problem.n_control, draw, seen, ranked)
    holder[1] = crossing(problem.n_control, n, draw, seen, ranked)
    holder[2], holder[5] = ranked[0], ranked[n - 1]
    holder[3], holder[4] = ranked[(n - 1) // 2], ranked[n // 2]
    for arm in range(2):
        if problem.unreached[arm] and holder[arm] >= 0:
            return False
    for role in range(6):
        if problem.used[role]:
            if holder[role] < 0:
                return False
            value = seen[holder[role]]
            if role in (3, 4) and problem.used[4]:
                value = 0.5 * (seen[holder[3]] + seen[holder[4]])
            if not problem.windows[role, 0] <= value < problem.windows[role, 1]:
                return False
    return True


@kernel
def shares_a_patient(problem, holder):
    """Whether one patient holds two printed times."""
    for role in range(6):
        for other in range(role):
            if problem.used[role] and problem.used[other] and holder[role] == holder[other]:
                return True
    return False


@kernel
def reject(trials, problems, kept, rng):
    """Simulate trials and keep those with the printed figures; how many, and how many shared."""
    problem = problems[0]
    seen, holder = np.zeros(problem.n), np.zeros(6, np.int64)
    row = shared = 0
    for _ in range(trials):
        draw = kept[row]
        simulate_prior(problem, draw, rng)
        simulate_patients(problem, draw, seen, rng)
        control = np.sum(draw.event[: problem.n_control])
        rt = np.sum(draw.event[problem.n_control : problem.n])
        if (
            problem.events_low[0] <= control <= problem.events_high[0]
            and problem.events_low[1] <= rt <= problem.events_high[1]
            and np.max(draw.time[: problem.n]) < problem.cap
            and roles_in_windows(problem, draw, seen, holder)
            and cox_in_windows(problem, draw, seen)
        ):
            if shares_a_patient(problem, holder):
                shared += 1
                if problem.used[UPPER_MIDDLE]:
                    continue
            row += 1
            if row == kept.size - 1:
                break
    return row, shared


def features(trace, problem, trial):
    """Named functions of parameters and patients, one value per draw."""
    n, n_control, k = int(problem["n"]), int(problem["n_control"]), int(problem["intervals"])
    time, event = trace["time"][:, :n], trace["event"][:, :n]
    grid = problem["grid"]
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    ranks = np.argsort(seen + 1e-7 * (1 - event) + 1e-9 * (time - seen), axis=1)
    ordered = np.take_along_axis(time, ranks, axis=1)
    values = {
        "log HR": trace["log_hr"],
        "log HR squared": trace["log_hr"] ** 2,
        "control events": event[:, :n_control].sum(axis=1),
        "RT events": event[:, n_control:].sum(axis=1),
        "product of events": event[:, :n_control].sum(axis=1) * event[:, n_control:].sum(axis=1),
        "control person-months": time[:, :n_control].sum(axis=1),
        "RT person-months": time[:, n_control:].sum(axis=1),
        "squared months": (time**2).sum(axis=1),
        "events before the first cut": (event * (time <= problem["cuts"][0])).sum(axis=1),
        "first time": ordered[:, 0],
        "middle time": ordered[:, (n - 1) // 2],
        "next to middle time": ordered[:, n // 2],
        "last time": ordered[:, -1],
        "first is an event": np.take_along_axis(event, ranks, axis=1)[:, 0],
        "middle is an event": np.take_along_axis(event, ranks, axis=1)[:, (n - 1) // 2],
        "last is an event": np.take_along_axis(event, ranks, axis=1)[:, -1],
        "first is RT": ranks[:, 0] >= n_control,
        "middle is RT": ranks[:, (n - 1) // 2] >= n_control,
        "last is RT": ranks[:, -1] >= n_control,
        "days with ties": (np.diff(np.sort(seen, axis=1), axis=1) == 0).sum(axis=1),
    }
    for i in range(k):
        values[f"log hazard {i}"] = np.log(trace["hazard"][:, i])
    values["log hazard and log HR"] = values["log hazard 0"] * trace["log_hr"]
    if problem["baseline"] == HIERARCHICAL_GAMMA:
        values["log rate"] = np.log(trace["rate"])
    if problem["baseline"] == RANDOM_WALK:
        values["log walk sd"] = np.log(trace["walk_sd"])
    if problem["free_follow_up"]:
        values["cut"], values["log loss"] = trace["cut"], np.log(trace["loss"])
    return {name: np.asarray(value, float) for name, value in values.items()}


def compare(case, trial, *, trials, wanted, scans, chains):
    """Return z-scores of the chain against rejection sampling by feature; how many were kept."""
    roles, fields = CASES[case]
    problem = trial.problem_record(roles, **COX | fields)
    kept = np.zeros(wanted + 1, trial.TRACE)
    count, _ = reject(trials, np.array([problem]), kept, np.random.default_rng(71))
    traces = [trial.tempered(problem, scans=scans, seed=seed).trace for seed in range(chains)]
    exact = features(kept[:count], problem, trial)
    chain = [features(trace, problem, trial) for trace in traces]
    z = {}
    for name, values in exact.items():
        draws = np.stack([one[name] for one in chain])
        if values.std() == 0 and draws.std() == 0 and values[0] == draws[0, 0]:
            continue
        error = np.hypot(values.std(ddof=1) / np.sqrt(count), mcse_mean(draws))
        z[name] = float((draws.mean() - values.mean()) / error)
    return z, count


def disagreements(case, trial, *, enough, **sizes):
    """Features whose z-score is beyond 4."""
    z, count = compare(case, trial, **sizes)
    assert count >= enough, f"{count} simulated trials have the figures: too few to compare"
    return {name: round(value, 1) for name, value in z.items() if not abs(value) < 4}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_chain_agrees_with_rejection_sampling(case, trial):
    sizes = {"trials": 1_000_000, "wanted": 5_000, "scans": 30_000, "chains": 2}
    wrong = disagreements(case, trial, enough=300, **sizes)
    assert not wrong, f"{case}: z-scores beyond 4: {wrong}"


@pytest.mark.calibration
@pytest.mark.parametrize("case", CASES)
def test_long_chains_agree_with_tens_of_millions_of_trials(case, trial):
    sizes = {"trials": 30_000_000, "wanted": 100_000, "scans": 400_000, "chains": 8}
    wrong = disagreements(case, trial, enough=10_000, **sizes)
    assert not wrong, f"{case}: z-scores beyond 4: {wrong}"
