"""Simulation-based calibration: ranks of the truth among draws of whole simulated trials.

Parameters are drawn from the prior and trials of 41 patients from the parameters; what such a
trial would print (both medians, hazard ratio and limits of both endpoints to one decimal,
follow-up, progressions by arm) is given to the sampler. Trials are discarded by printed figures
only: medians that are not reached, limits beyond 9.9, a PFS time printed like a follow-up time.
Ranks of parameters, survival and event counts must be uniform. Each joint run takes seconds, so the
default run does a handful, which proves only that the machinery works.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from models.illness_death.survival import survival_at
from models.joint.problem import RESET
from models.joint.quantities import packed_draws
from models.printed.figures import printed_figures
from models.reconstruction.problem import CONTROL_MEDIAN, LONGEST, MIDDLE, RT_MEDIAN, SHORTEST
from models.survival.hazard import cumulative_hazard, time_at_cumulative_hazard

N_CONTROL, N = 20, 41
CUTS = {"progression": (6.0,), "death": (), "after": (5.0, 11.0)}
ALL_CUTS = np.array([5.0, 6.0, 11.0])
PRIORS = {
    "progression": {"shape": 3.0, "rate": 30.0, "log_hr_sd": 0.7},
    "death": {"shape": 1.0, "rate": 120.0, "log_hr_sd": 0.4},
    "after": {"shape": 3.0, "rate": 30.0, "log_hr_sd": 0.6},
}
PRIORS = {name: prior | {"cuts": CUTS[name]} for name, prior in PRIORS.items()}
CUT, ACCRUAL, LOSS = 30.0, 18.0, 0.005
RANKS = 99
STORED = Path(__file__).parents[2] / "fixtures" / "joint_calibration" / "forward.json"
STORED_LIMIT = 0.003
COX = {"hr": "hazard_ratio", "lower": "lower", "upper": "upper"}


def draw_truth(rng):
    """Log HR and hazards by arm of each transition, from the prior."""
    truth = {}
    for name, prior in PRIORS.items():
        log_hr = prior["log_hr_sd"] * rng.standard_normal()
        baseline = rng.gamma(prior["shape"], 1.0 / prior["rate"], len(CUTS[name]) + 1)
        truth[name] = log_hr, [baseline * math.exp(s * log_hr) for s in (-0.5, 0.5)]
    return truth


def simulate(truth, clock, rng):
    """Months and statuses of both endpoints, and who progressed."""
    first, last = np.empty(N), np.empty(N)
    progressed, died = np.zeros(N, bool), np.zeros(N, bool)
    for i in range(N):
        arm = int(i >= N_CONTROL)
        hazard = {name: truth[name][1][arm] for name in truth}
        time, death = (
            float(time_at_cumulative_hazard(hazard[name], rng.exponential(), cuts=CUTS[name]))
            for name in ("progression", "death")
        )
        if time < death:
            target, start = rng.exponential(), time
            if clock != RESET:
                past = float(cumulative_hazard(hazard["after"], time, cuts=CUTS["after"]))
                target, start = target + past, 0.0
            death = start + float(
                time_at_cumulative_hazard(hazard["after"], target, cuts=CUTS["after"])
            )
        end = min(CUT - ACCRUAL * rng.random(), rng.exponential(1.0 / LOSS))
        last[i], died[i] = min(death, end), death <= end
        progressed[i] = time < last[i]
        first[i] = time if progressed[i] else last[i]
    return first, last, progressed, died


def window(value, decimals=1):
    """Numbers that are printed like a value."""
    half = 0.5 * 10.0**-decimals
    middle = round(value, decimals)
    return max(0.0, middle - half), middle + half


def printed_problem(trial, clock, joint):
    """The sampler's problem from what a trial prints; None where it is discarded."""
    first, last, progressed, died = trial
    figures = [
        {
            name: float(value[0])
            for name, value in printed_figures(*one, n_control=N_CONTROL).items()
        }
        for one in ((first[None], (progressed | died)[None]), (last[None], died[None]))
    ]
    medians = [one[f"median_{arm}"] for one in figures for arm in ("control", "rt")]
    limits = [one[name] for one in figures for name in ("lower", "hazard_ratio", "upper")]
    if not (np.isfinite(medians).all() and np.isfinite(limits).all()) or max(limits) > 9.9:
        return None
    if min(limits) < 0.1:
        return None
    roles = [
        {role: window(one[f"median_{arm}"]) for role, arm in ((0, "control"), (1, "rt"))}
        for one in figures
    ]
    for role, name in ((SHORTEST, "minimum"), (MIDDLE, "median"), (LONGEST, "maximum")):
        roles[1][role] = window(figures[1][f"follow_up_{name}"])
    for role in (CONTROL_MEDIAN, RT_MEDIAN):
        for other in (role, SHORTEST, MIDDLE, LONGEST):
            (a, b), (c, d) = roles[0][role], roles[1][other]
            if a < d and c < b:
                return None
    cox = [{key: window(one[name]) for key, name in COX.items()} for one in figures]
    counts = [int(progressed[:N_CONTROL].sum()), int(progressed[N_CONTROL:].sum())]
    return joint.joint_record(
        *roles,
        pfs=cox[0],
        os=cox[1],
        priors=PRIORS,
        progressions=[(count, count) for count in counts],
        n_control=N_CONTROL,
        n=N,
        cap=roles[1][LONGEST][1],
        clock=clock,
        accrual=ACCRUAL,
        cut_low=CUT,
        cut_high=CUT,
        loss=LOSS,
    )


def hazards_of(rows, problem):
    """Hazards of each draw on common intervals, shape (1, draw, transition, arm, interval)."""
    middles = np.array([2.0, 5.5, 8.0, 15.0])
    parts = []
    for index, name in enumerate(("progression", "death", "after")):
        place = np.searchsorted(np.array(CUTS[name]), middles)
        factor = np.exp(np.outer(rows.parameters[:, index, 0], [-0.5, 0.5]))
        parts.append(factor[..., None] * rows.hazards[:, index, place][:, None])
    return np.stack(parts, axis=1)[None]


def judged(hazard, log_hr, died, progressed, clock):
    """Quantities whose ranks are looked at, by name."""
    packed = packed_draws(hazard, ALL_CUTS, clock="reset" if clock == RESET else "forward")
    survival = survival_at(packed, [12.0], endpoint="os")[..., 0]
    return {
        "log HR of progression": log_hr[:, 0],
        "log HR of death without progression": log_hr[:, 1],
        "log HR of death after progression": log_hr[:, 2],
        "OS at 12 months, control": survival[0],
        "OS at 12 months, RT": survival[1],
        "deaths, control": died[:, :N_CONTROL].sum(axis=1).astype(float),
        "deaths, RT": died[:, N_CONTROL:].sum(axis=1).astype(float),
        "deaths without progression": (died & ~progressed).sum(axis=1).astype(float),
    }


def rank_trial(seed, clock, joint, *, scans):
    """Rank of each true quantity among draws of one trial; None where it is discarded."""
    rng = np.random.default_rng([seed, clock])
    truth = draw_truth(rng)
    trial = simulate(truth, clock, rng)
    problem = printed_problem(trial, clock, joint)
    if problem is None:
        return None
    rows = joint.tempered(
        problem, scans=scans, seed=seed, levels=5, widest=None, moves=10, thin=5
    ).draws
    burn = len(rows.times) // 5
    kept = np.linspace(burn, len(rows.times) - 1, RANKS).astype(int)
    rows = type(rows)(*(part[kept] for part in rows))
    drawn = judged(
        hazards_of(rows, problem),
        rows.parameters[:, :, 0],
        rows.statuses[:, 1] == 1,
        rows.statuses[:, 0] == 1,
        clock,
    )
    middles = np.array([2.0, 5.5, 8.0, 15.0])
    places = [np.searchsorted(np.array(CUTS[name]), middles) for name in truth]
    hazard = np.array(
        [[arm[k] for arm in truth[name][1]] for name, k in zip(truth, places, strict=True)]
    )
    log_hr = np.array([[truth[name][0] for name in truth]])
    told = judged(hazard[None, None], log_hr, trial[3][None], trial[2][None], clock)
    return {
        name: int((values < told[name]).sum() + rng.integers(0, (values == told[name]).sum() + 1))
        for name, values in drawn.items()
    }


def calibrate(clock, joint, *, trials, scans):
    """Ranks of so many trials that were not discarded, by quantity."""
    ranks = []
    seed = 0
    while len(ranks) < trials:
        seed += 1
        found = rank_trial(seed, clock, joint, scans=scans)
        if found is not None:
            ranks.append(found)
    return {name: np.array([one[name] for one in ranks]) for name in ranks[0]}


def p_uniform(ranks):
    """P-values of uniform ranks: chi-square in 10 bins, and the mean rank."""
    counts = np.bincount(ranks * 10 // (RANKS + 1), minlength=10)
    z = (ranks.mean() - RANKS / 2) / math.sqrt(((RANKS + 1) ** 2 - 1) / 12 / len(ranks))
    return float(stats.chisquare(counts).pvalue), float(2 * stats.norm.sf(abs(z)))


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED.read_text(encoding="utf-8"))


def test_stored_ranks_are_uniform(stored):
    """The rule of the README beside the fixture: 16 p-values above 0.003."""
    ranks = {name: np.array(found) for name, found in stored["ranks"].items()}
    assert len(ranks) == 8
    assert {len(found) for found in ranks.values()} == {len(stored["seeds"])}
    assert len(stored["seeds"]) >= 100
    assert stored["seeds"] == sorted(set(stored["seeds"]))
    assert stored["seeds"][-1] <= stored["seeds_tried"]
    assert all(((found >= 0) & (found <= RANKS)).all() for found in ranks.values())
    p = {name: p_uniform(found) for name, found in ranks.items()}
    assert min(min(both) for both in p.values()) > STORED_LIMIT, p


def test_ranks_that_are_not_uniform_are_found(stored):
    found = np.array(stored["ranks"]["log HR of progression"])
    assert min(p_uniform(found // 2)) < 1e-6
    narrow = 25 + found // 2
    assert p_uniform(narrow)[0] < 1e-6


@pytest.mark.calibration
def test_stored_trials_are_replayed_rank_by_rank(stored, joint):
    for place, seed in enumerate(stored["seeds"][:3]):
        again = rank_trial(seed, 0, joint, scans=stored["scans"])
        assert again == {name: found[place] for name, found in stored["ranks"].items()}


@pytest.mark.slow
@pytest.mark.parametrize("clock", [0, RESET], ids=["forward", "reset"])
def test_a_handful_of_trials_has_possible_ranks(clock, joint):
    ranks = calibrate(clock, joint, trials=2, scans=500)
    assert all(((found >= 0) & (found <= RANKS)).all() for found in ranks.values())


@pytest.mark.calibration
@pytest.mark.parametrize("clock", [0, RESET], ids=["forward", "reset"])
def test_ranks_of_the_truth_are_uniform(clock, joint):
    """100 trials, 8 quantities, 2 tests each and 2 clocks: smallest p-value above 0.05 / 32."""
    ranks = calibrate(clock, joint, trials=100, scans=30_000)
    p = {name: p_uniform(found) for name, found in ranks.items()}
    print(p)
    assert min(min(both) for both in p.values()) > 0.05 / 32, p
