"""The chain's posterior against rejection sampling, on small trials with wide printed windows.

Millions of trials are simulated from the prior, and those whose figures of both endpoints fall in
the windows are kept: no move, no pin, no weight. Means of parameters, event counts, times and of
who holds which figure must agree with the chain's within 4 combined standard errors: some 240
comparisons in the default run, of which normal errors would put one beyond 4 in one run of 66
(seeds are fixed). Where a patient may hold two OS figures, those trials are kept, but not for an
even number of patients, whose chain gives each figure a patient of its own.
"""

import math

import numpy as np
import pytest

from models.chain_diagnostics import mcse_mean
from models.compiled import kernel
from models.joint.ladder import MOVES
from models.joint.problem import RESET
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    HIERARCHICAL_GAMMA,
    LONGEST,
    MIDDLE,
    RANDOM_WALK,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
)

N = 12
DRAW = np.dtype(
    [
        ("log_hr", np.float64, 3),
        ("rate", np.float64, 3),
        ("walk_sd", np.float64, 3),
        ("cut", np.float64),
        ("loss", np.float64),
        ("hazard", np.float64, (3, 4)),
        ("time", np.float64, (2, N)),
        ("event", np.int64, (2, N)),
        ("progressed", np.int64, N),
    ],
    align=True,
)
COX = {
    "pfs": {"hr": (0.8, 3.5), "lower": (0.1, 1.1), "upper": (2.4, 14.0)},
    "os": {"hr": (0.7, 3.2), "lower": (0.1, 0.9), "upper": (2.4, 14.0)},
}
DAY = 1 / 30


def days(roles):
    """Windows of recorded days, ends of the given ones being whole days."""
    return {role: (low - DAY / 2, high - DAY / 2) for role, (low, high) in roles.items()}


PFS_ROLES = {CONTROL_MEDIAN: (2.0, 6.0), RT_MEDIAN: (5.0, 9.0)}
OS_ROLES = {
    CONTROL_MEDIAN: (6.0, 10.5),
    RT_MEDIAN: (11.5, 17.5),
    SHORTEST: (0.2, 2.0),
    MIDDLE: (9.0, 12.5),
    LONGEST: (17.5, 24.0),
}
FEW = {role: OS_ROLES[role] for role in (CONTROL_MEDIAN, LONGEST)}
COUNTS = ((3, 5), (2, 5))
EXACT = ((4, 5), (3, 4))
EVEN = {"n_control": 6, "n": 12}
EVEN_ROLES = {
    SHORTEST: (0.2, 2.0),
    MIDDLE: (9.0, 11.5),
    UPPER_MIDDLE: (9.0, 11.5),
    LONGEST: (15.0, 24.0),
}
WALK = {"baseline": RANDOM_WALK, "shape": 0.5, "rate": 1.0}
WALKS = {"progression": WALK | {"cuts": (4.0, 9.0)}, "after": WALK}
FREE = {"free_follow_up": 1, "cut_low": 24.0, "cut_high": 34.0, "loss": 0.02}
HIERARCHICAL = {name: {"baseline": HIERARCHICAL_GAMMA} for name in ("progression", "after")}

CASES = {
    "all figures, progressions known": (PFS_ROLES, OS_ROLES, {"progressions": EXACT}),
    "progressions within bounds, events too": (
        PFS_ROLES,
        FEW,
        {"progressions": COUNTS, "events_low": (4, 3), "events_high": (5, 6)},
    ),
    "clock reset": (PFS_ROLES, OS_ROLES, {"clock": RESET, "progressions": COUNTS}),
    "clock reset, hierarchical, no OS figures": (
        PFS_ROLES,
        {},
        {"clock": RESET, "priors": HIERARCHICAL, "progressions": EXACT},
    ),
    "days with ties, free follow-up": (
        days(PFS_ROLES),
        days(OS_ROLES),
        FREE | {"grid": 30.0, "priors": HIERARCHICAL, "progressions": COUNTS},
    ),
    "weeks with many ties, clock reset": (
        {CONTROL_MEDIAN: (1.5, 5.5), RT_MEDIAN: (4.5, 8.5)},
        {CONTROL_MEDIAN: (5.5, 10.5), LONGEST: (15.5, 22.5)},
        {"grid": 1.0, "cap": 22.5, "clock": RESET, "progressions": EXACT},
    ),
    "random walks": (PFS_ROLES, FEW, {"priors": WALKS, "progressions": COUNTS}),
    "two middle patients": (PFS_ROLES, EVEN_ROLES, EVEN | {"progressions": EXACT}),
    "two middle patients on weeks": (
        {CONTROL_MEDIAN: (2.5, 6.5)},
        {SHORTEST: (0.0, 2.375), MIDDLE: (7.0, 9.0), UPPER_MIDDLE: (7.0, 9.0)},
        EVEN | {"grid": 4.0, "symmetric": 0.0},
    ),
    "one patient may hold two OS figures": (
        PFS_ROLES,
        OS_ROLES | {CONTROL_MEDIAN: (7.0, 11.5), LONGEST: (14.0, 24.0)},
        {"progressions": COUNTS},
    ),
    "no figures but the Cox windows": ({}, {}, {}),
}

RARE = {"deaths without progression": 0.3, "progressions traded": 0.4}
BOLD = (
    "progressions within bounds, events too",
    "clock reset",
    "weeks with many ties, clock reset",
)
QUICK = (
    "progressions within bounds, events too",
    "weeks with many ties, clock reset",
    "random walks",
    "two middle patients",
    "one patient may hold two OS figures",
)


@kernel
def simulate_transition(part, t, draw, rng):
    """Draw one transition's parameters from the prior."""
    draw.log_hr[t] = part.log_hr_mean + part.log_hr_sd * rng.standard_normal()
    draw.rate[t], draw.walk_sd[t] = part.rate, abs(part.walk_step * rng.standard_normal())
    if part.baseline == HIERARCHICAL_GAMMA:
        draw.rate[t] = rng.gamma(part.rate_shape, 1 / part.rate_rate)
    for k in range(part.intervals):
        if part.baseline != RANDOM_WALK:
            draw.hazard[t, k] = rng.gamma(part.shape, 1 / draw.rate[t])
        elif k == 0:
            draw.hazard[t, k] = math.exp(rng.normal(part.walk_mean, part.walk_sd))
        else:
            step = draw.walk_sd[t] * rng.standard_normal()
            draw.hazard[t, k] = draw.hazard[t, k - 1] * math.exp(step)


@kernel
def wait(part, t, position, entry, draw, rng):
    """Time of a transition after `entry` on its clock: an exponential time in each interval."""
    start, k = entry, 0
    while k < part.intervals - 1 and part.cuts[k] <= start:
        k += 1
    while True:
        stop = part.cuts[k] if k < part.intervals - 1 else math.inf
        time = start + rng.exponential(math.exp(-position * draw.log_hr[t]) / draw.hazard[t, k])
        if time <= stop:
            return time
        start, k = stop, k + 1


@kernel
def simulate_patients(problem, draw, rng):
    """Draw each patient's progression, death and end of follow-up."""
    for i in range(problem.os.n):
        position = (1.0 if i >= problem.os.n_control else 0.0) - problem.os.symmetric
        first = wait(problem.progression, 0, position, 0.0, draw, rng)
        death = wait(problem.death, 1, position, 0.0, draw, rng)
        if first < death:
            if problem.clock == RESET:
                death = first + wait(problem.after, 2, position, 0.0, draw, rng)
            else:
                death = wait(problem.after, 2, position, first, draw, rng)
        end = rng.uniform(draw.cut - problem.os.accrual, draw.cut)
        end = min(end, rng.exponential(1 / draw.loss))
        draw.progressed[i] = first < min(death, end)
        draw.time[1, i], draw.event[1, i] = min(death, end), death <= end
        draw.time[0, i] = first if draw.progressed[i] else draw.time[1, i]
        draw.event[0, i] = draw.progressed[i] or draw.event[1, i]


@kernel
def rank(time, event, seen, n, ranked):
    """Order patients: recorded time, events first, latent time."""
    for a in range(n):
        ranked[a] = a
        b = a
        while b > 0:
            i, j = ranked[b], ranked[b - 1]
            earlier = seen[i] < seen[j]
            if seen[i] == seen[j]:
                earlier = event[i] > event[j] or (event[i] == event[j] and time[i] < time[j])
            if not earlier:
                break
            ranked[b], ranked[b - 1] = j, i
            b -= 1


@kernel
def crossing(first, stop, event, ranked, n):
    """Patient at the Kaplan–Meier median of patients `first` to `stop`, −1 if there is none."""
    curve, at_risk = 1.0, stop - first
    for i in ranked[:n]:
        if first <= i < stop:
            if event[i]:
                curve *= 1 - 1 / at_risk
                if curve < 0.5 + 1e-9:
                    return i
            at_risk -= 1
    return -1


@kernel
def cox_score(beta, part, event, seen):
    """Breslow score and information at a log HR, risk sets counted one by one."""
    score = information = 0.0
    for i in range(part.n):
        if event[i]:
            control = treated = 0.0
            for j in range(part.n):
                if seen[j] >= seen[i]:
                    if j < part.n_control:
                        control += 1
                    else:
                        treated += math.exp(beta)
            share = treated / (treated + control)
            score += (i >= part.n_control) - share
            information += share * (1 - share)
    return score, information


@kernel
def cox_in_windows(part, event, seen):
    """Whether hazard ratio and limits, control versus RT, fall in their windows."""
    low, high = -math.log(part.hr[1]), -math.log(part.hr[0])
    if cox_score(low, part, event, seen)[0] < 0 or cox_score(high, part, event, seen)[0] > 0:
        return False
    for _ in range(45):
        beta = 0.5 * (low + high)
        if cox_score(beta, part, event, seen)[0] > 0:
            low = beta
        else:
            high = beta
    information = cox_score(beta, part, event, seen)[1]
    if information <= 0:
        return False
    half = part.z / math.sqrt(information)
    return (
        part.lower[0] <= math.exp(-beta - half) < part.lower[1]
        and part.upper[0] <= math.exp(-beta + half) < part.upper[1]
    )


@kernel
def roles_in_windows(part, time, event, seen, ranked, holder):
    """Fill in who holds each printed time of an endpoint; whether all are in their windows."""
    n = part.n
    rank(time, event, seen, n, ranked)
    holder[0] = crossing(0, part.n_control, event, ranked, n)
    holder[1] = crossing(part.n_control, n, event, ranked, n)
    holder[2], holder[5] = ranked[0], ranked[n - 1]
    holder[3], holder[4] = ranked[(n - 1) // 2], ranked[n // 2]
    for role in range(6):
        if part.used[role]:
            if holder[role] < 0:
                return False
            value = seen[holder[role]]
            if role in (3, 4) and part.used[4]:
                value = 0.5 * (seen[holder[3]] + seen[holder[4]])
            if not part.windows[role, 0] <= value < part.windows[role, 1]:
                return False
    return True


@kernel
def counts_in_bounds(problem, draw):
    """Whether progressions and events of both arms keep their bounds."""
    control, n = problem.os.n_control, problem.os.n
    for arm in range(2):
        first, stop = (control, n) if arm else (0, control)
        progressions = np.sum(draw.progressed[first:stop])
        if not problem.progressions_low[arm] <= progressions <= problem.progressions_high[arm]:
            return False
        pfs, os = np.sum(draw.event[0, first:stop]), np.sum(draw.event[1, first:stop])
        if not problem.pfs.events_low[arm] <= pfs <= problem.pfs.events_high[arm]:
            return False
        if not problem.os.events_low[arm] <= os <= problem.os.events_high[arm]:
            return False
    return True


@kernel
def endpoint_holds(part, time, event, seen, ranked, holder):
    """Whether one endpoint's printed times and Cox figures fall in their windows."""
    for i in range(part.n):
        seen[i] = time[i]
        if part.grid > 0:
            seen[i] = math.floor(time[i] * part.grid + 0.5) / part.grid
    return roles_in_windows(part, time, event, seen, ranked, holder) and cox_in_windows(
        part, event, seen
    )


@kernel
def shares_a_patient(part, holder):
    """Whether one patient holds two printed times of an endpoint."""
    for role in range(6):
        for other in range(role):
            if part.used[role] and part.used[other] and holder[role] == holder[other]:
                return True
    return False


@kernel
def reject(trials, problems, kept, rng):
    """Simulate trials and keep those with the printed figures; how many, and how many shared."""
    problem = problems[0]
    seen, ranked = np.zeros(problem.os.n), np.zeros(problem.os.n, np.int64)
    holder = np.zeros(6, np.int64)
    row = shared = 0
    for _ in range(trials):
        draw = kept[row]
        simulate_transition(problem.progression, 0, draw, rng)
        simulate_transition(problem.death, 1, draw, rng)
        simulate_transition(problem.after, 2, draw, rng)
        draw.cut = rng.uniform(problem.os.cut_low, problem.os.cut_high)
        draw.loss = problem.os.loss
        if problem.os.free_follow_up:
            draw.loss = rng.exponential(problem.os.loss)
        simulate_patients(problem, draw, rng)
        if not counts_in_bounds(problem, draw):
            continue
        if np.max(draw.time[1, : problem.os.n]) >= problem.os.cap:
            continue
        if not endpoint_holds(problem.pfs, draw.time[0], draw.event[0], seen, ranked, holder):
            continue
        if not endpoint_holds(problem.os, draw.time[1], draw.event[1], seen, ranked, holder):
            continue
        if shares_a_patient(problem.os, holder):
            shared += 1
            if problem.os.used[UPPER_MIDDLE]:
                continue
        row += 1
        if row == kept.size - 1:
            break
    return row, shared


def as_draws(rows, problem):
    """The chain's rows in the layout of rejection sampling."""
    draws, n = np.zeros(len(rows.times), DRAW), int(problem["os"]["n"])
    for i, name in enumerate(("log_hr", "rate", "walk_sd")):
        draws[name] = rows.parameters[:, :, i]
    draws["cut"], draws["loss"] = rows.follow_up.T
    draws["hazard"] = rows.hazards[:, :, :4]
    draws["time"][:, :, :n] = rows.times
    draws["progressed"][:, :n], draws["event"][:, 1, :n] = rows.statuses.transpose(1, 0, 2)
    draws["event"][:, 0, :n] = rows.statuses.any(axis=1)
    return draws


def endpoint_features(name, draws, part):
    """Named functions of the patients under one endpoint."""
    n, n_control, index = int(part["n"]), int(part["n_control"]), int(name == "OS")
    time, event = draws["time"][:, index, :n], draws["event"][:, index, :n]
    grid = part["grid"]
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    ranks = np.argsort(seen + 1e-7 * (1 - event) + 1e-9 * (time - seen), axis=1)
    ordered = np.take_along_axis(time, ranks, axis=1)
    status = np.take_along_axis(event, ranks, axis=1)
    middle = (n - 1) // 2
    values = {
        "control events": event[:, :n_control].sum(axis=1),
        "RT events": event[:, n_control:].sum(axis=1),
        "control person-months": time[:, :n_control].sum(axis=1),
        "RT person-months": time[:, n_control:].sum(axis=1),
        "squared months": (time**2).sum(axis=1),
        "first time": ordered[:, 0],
        "middle time": ordered[:, middle],
        "next to middle time": ordered[:, n // 2],
        "last time": ordered[:, -1],
        "middle is an event": status[:, middle],
        "last is an event": status[:, -1],
        "first is RT": ranks[:, 0] >= n_control,
        "middle is RT": ranks[:, middle] >= n_control,
        "last is RT": ranks[:, -1] >= n_control,
        "days with ties": (np.diff(np.sort(seen, axis=1), axis=1) == 0).sum(axis=1),
    }
    return {f"{name}: {feature}": value for feature, value in values.items()}


def features(draws, problem):
    """Named functions of parameters and patients, one value per draw."""
    n, n_control = int(problem["os"]["n"]), int(problem["os"]["n_control"])
    progressed, died = draws["progressed"][:, :n], draws["event"][:, 1, :n]
    gap = draws["time"][:, 1, :n] - draws["time"][:, 0, :n]
    values = {
        "control progressions": progressed[:, :n_control].sum(axis=1),
        "RT progressions": progressed[:, n_control:].sum(axis=1),
        "control deaths without": (died * (1 - progressed))[:, :n_control].sum(axis=1),
        "RT deaths without": (died * (1 - progressed))[:, n_control:].sum(axis=1),
        "months after progression": gap.sum(axis=1),
        "squared months after progression": (gap**2).sum(axis=1),
        "deaths soon after progression": (died * progressed * (gap < 2.0)).sum(axis=1),
    }
    for index, name in enumerate(("PFS", "OS")):
        values |= endpoint_features(name, draws, problem[("pfs", "os")[index]])
    for t, name in enumerate(("progression", "death", "after")):
        part = problem[name]
        values[f"{name}: log HR"] = draws["log_hr"][:, t]
        values[f"{name}: log HR squared"] = draws["log_hr"][:, t] ** 2
        for k in range(int(part["intervals"])):
            values[f"{name}: log hazard {k}"] = np.log(draws["hazard"][:, t, k])
        if part["baseline"] == HIERARCHICAL_GAMMA:
            values[f"{name}: log rate"] = np.log(draws["rate"][:, t])
        if part["baseline"] == RANDOM_WALK:
            values[f"{name}: log walk sd"] = np.log(draws["walk_sd"][:, t])
    if problem["os"]["free_follow_up"]:
        values["cut"], values["log loss"] = draws["cut"], np.log(draws["loss"])
    return {name: np.asarray(value, float) for name, value in values.items()}


def compare(case, joint, *, trials, wanted, scans, chains, shares=None):
    """Return z-scores of the chain against rejection sampling by feature; how many were kept."""
    pfs_roles, os_roles, fields = CASES[case]
    problem = joint.joint_record(pfs_roles, os_roles, **COX, **fields)
    kept = np.zeros(wanted + 1, DRAW)
    count, _ = reject(trials, np.array([problem]), kept, np.random.default_rng(71))
    found = [
        joint.tempered(problem, scans=scans, seed=seed, shares=shares).draws
        for seed in range(chains)
    ]
    exact = features(kept[:count], problem)
    chain = [features(as_draws(one, problem), problem) for one in found]
    z = {}
    for name, values in exact.items():
        draws = np.stack([one[name] for one in chain])
        if values.std() == 0 and draws.std() == 0 and values[0] == draws[0, 0]:
            continue
        error = np.hypot(values.std(ddof=1) / np.sqrt(count), mcse_mean(draws))
        z[name] = float((draws.mean() - values.mean()) / error)
    return z, count


def disagreements(case, joint, *, enough, **sizes):
    """Features whose z-score is beyond 4."""
    z, count = compare(case, joint, **sizes)
    assert count >= enough, f"{count} simulated trials have the figures: too few to compare"
    return {name: round(value, 1) for name, value in z.items() if not abs(value) < 4}


@pytest.mark.slow
@pytest.mark.parametrize("case", QUICK)
def test_the_chain_agrees_with_rejection_sampling(case, joint):
    sizes = {"trials": 500_000, "wanted": 3_000, "scans": 25_000, "chains": 2}
    wrong = disagreements(case, joint, enough=150, **sizes)
    assert not wrong, f"{case}: z-scores beyond 4: {wrong}"


@pytest.mark.calibration
@pytest.mark.parametrize("case", CASES)
def test_long_chains_agree_with_tens_of_millions_of_trials(case, joint):
    sizes = {"trials": 30_000_000, "wanted": 100_000, "scans": 400_000, "chains": 4}
    wrong = disagreements(case, joint, enough=3_000, **sizes)
    assert not wrong, f"{case}: z-scores beyond 4: {wrong}"


def rare_shares():
    """Shares of moves under which deaths without progression come and go all the time."""
    rest = (1.0 - sum(RARE.values())) / (len(MOVES) - 1 - len(RARE))
    return [RARE.get(name, rest) for name in MOVES[:-1]]


@pytest.mark.slow
def test_deaths_without_progression_that_come_and_go_all_the_time_are_as_many(joint):
    sizes = {"trials": 500_000, "wanted": 3_000, "scans": 25_000, "chains": 2}
    wrong = disagreements(BOLD[0], joint, enough=150, shares=rare_shares(), **sizes)
    assert not wrong, f"z-scores beyond 4: {wrong}"


@pytest.mark.calibration
@pytest.mark.parametrize("case", BOLD)
def test_long_chains_of_rare_moves_agree_with_tens_of_millions_of_trials(case, joint):
    sizes = {"trials": 30_000_000, "wanted": 100_000, "scans": 400_000, "chains": 4}
    wrong = disagreements(case, joint, enough=3_000, shares=rare_shares(), **sizes)
    assert not wrong, f"{case}: z-scores beyond 4: {wrong}"
