"""Arrivals, blocks, minimisation and strata of the simulator, against their definitions."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analyses.selftest.check import Check, Finding, Worst
from simulate.design import TrialDesign, read_design
from simulate.enrolment.enrol import NOBODY, enrol
from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.plan import new_scratch
from simulate.random_numbers import ARM, ARRIVAL, BLOCK, Key, trial_key, uniform

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PATIENTS, SEED = 120, np.uint64(20_260)
STARTS, RATES = np.array([0.0, 6.0, 9.0]), np.array([3.0, 12.0, 20.0])
LEVELS = ((0.3, 0.7), (0.5, 0.3, 0.2))
RATIOS = ((1, 1), (2, 1), (1, 3))
PROBABILITY = 0.8


class Enrolled(NamedTuple):
    """Enrolment of one trial."""

    key: Key
    entry: Floats
    arm: Integers
    stratum: Integers

    def numbers(self, purpose: np.uint64, patients: int = PATIENTS) -> Floats:
        """Uniform numbers of the first patients for a purpose."""
        return np.array([uniform(self.key, i, purpose) for i in range(patients)])


def _design(randomisation: dict[str, Any], *, kind: str, ratio: tuple[int, int]) -> TrialDesign:
    rates = [{"start": s, "per_month": r} for s, r in zip(STARTS, RATES, strict=True)]
    levels = [[{"name": f"l{n}", "prevalence": p} for n, p in enumerate(one)] for one in LEVELS]
    factors = [{"name": f"f{n}", "levels": one} for n, one in enumerate(levels)]
    return read_design(
        {
            "name": "enrolment",
            "patients": PATIENTS,
            "allocation": {"control": ratio[0], "rt": ratio[1]},
            "factors": factors,
            "recruitment": {"kind": kind, "rates": rates},
            "randomisation": randomisation,
            "looks": [{"months": 100.0}],
            "truths": [
                {
                    "name": "planning",
                    "control": {"median": 10.0},
                    "effect": {"kind": "proportional", "hr": 0.7},
                }
            ],
        }
    )


def _trials(
    randomisation: dict[str, Any],
    *,
    trials: int,
    kind: str = "even",
    ratio: tuple[int, int] = (1, 1),
) -> list[Enrolled]:
    """Enrol the first trials of a design."""
    plan = pack_enrolment(_design(randomisation, kind=kind, ratio=ratio))
    found = []
    for replicate in range(trials):
        key = Key(*map(np.uint64, trial_key(SEED, np.uint64(replicate))))
        entry, (arm, stratum) = np.zeros(PATIENTS), np.zeros((2, PATIENTS), np.int64)
        enrol(plan[0], key, np.full(1, NOBODY), entry, arm, stratum, new_scratch()[0])
        found.append(Enrolled(key, entry, arm, stratum))
    return found


def compare_arrivals() -> Finding:
    """Months of every patient, by inverting the expected number of patients."""
    worst = Worst(1e-10, "relative difference")
    expected = np.concatenate([[0.0], np.cumsum(np.diff(STARTS) * RATES[:-1])])
    far = np.append(STARTS, 1000.0), np.append(expected, expected[-1] + RATES[-1] * 991.0)
    for kind in ("even", "uniform", "poisson"):
        for place, trial in enumerate(_trials({"kind": "simple"}, trials=5, kind=kind)):
            sums = np.cumsum(-np.log(trial.numbers(ARRIVAL, PATIENTS + 1)))
            awaited = {
                "even": np.arange(PATIENTS) + 0.5,
                "uniform": PATIENTS * sums[:-1] / sums[-1],
                "poisson": sums[:-1],
            }
            months = np.interp(awaited[kind], far[1], far[0])
            worst.relative(trial.entry, months, f"{kind} arrivals of trial {place}")
    return worst.finding()


def plain_blocks(
    trial: Enrolled, sizes: tuple[int, ...], ratio: tuple[int, int], *, stratified: bool
) -> list[int]:
    """Draw each patient's arm from the urn of the open block, of the stratum or of all."""
    urns: dict[int, list[int]] = {}
    tickets, choices = trial.numbers(ARM), trial.numbers(BLOCK)
    arms = []
    for i in range(PATIENTS):
        urn = urns.setdefault(int(trial.stratum[i]) if stratified else 0, [])
        if not urn:
            size = sizes[int(choices[i] * len(sizes))]
            control = size * ratio[0] // sum(ratio)
            urn += [0] * control + [1] * (size - control)
        arms.append(urn.pop(int(tickets[i] * len(urn))))
    return arms


def compare_blocks() -> Finding:
    """Arms in blocks of one and several sizes, over all patients and within strata."""
    worst = Worst(0.0, "patients in another arm")
    for ratio in RATIOS:
        cycle = sum(ratio)
        for sizes in ((2 * cycle,), (cycle, 2 * cycle, 3 * cycle)):
            for stratified in (False, True):
                how = {"kind": "blocks", "block_sizes": list(sizes), "stratified": stratified}
                for trial in _trials(how, trials=2, ratio=ratio):
                    plain = plain_blocks(trial, sizes, ratio, stratified=stratified)
                    where = f"{ratio}, blocks of {sizes}, stratified {stratified}"
                    worst.add(trial.arm != np.array(plain), where)
    return worst.finding()


def plain_minimisation(trial: Enrolled, ratio: tuple[int, int]) -> list[int]:
    """Pocock and Simon's rule from tables of counts, coin of Han, Enas and McEntegart."""
    tables = [np.zeros((len(levels), 2)) for levels in LEVELS]
    places = np.unravel_index(trial.stratum, [len(levels) for levels in LEVELS])
    arms = []
    for i, number in enumerate(trial.numbers(ARM)):
        margins = [table[place[i]] for table, place in zip(tables, places, strict=True)]
        arms.append(int(number >= _share_of_control(margins, ratio)))
        for margin in margins:
            margin[arms[-1]] += 1
    return arms


def _share_of_control(margins: list[Floats], ratio: tuple[int, int]) -> float:
    """Probability of control, given the counts at the levels that the patient has."""
    ranges = [sum(np.ptp((m + np.eye(2)[arm]) / ratio) for m in margins) for arm in (0, 1)]
    if abs(ranges[0] - ranges[1]) < 1e-9:
        return ratio[0] / sum(ratio)
    favoured = int(ranges[1] < ranges[0])
    larger_share = 1 - (1 - PROBABILITY) * min(ratio) / max(ratio)
    given = PROBABILITY if ratio[favoured] == min(ratio) else larger_share
    return given if favoured == 0 else 1 - given


def compare_minimisation() -> Finding:
    """Arms under minimisation over two factors with a biased coin."""
    worst = Worst(0.0, "patients in another arm")
    for ratio in RATIOS:
        how = {"kind": "minimisation", "probability": PROBABILITY}
        for trial in _trials(how, trials=4, ratio=ratio):
            worst.add(trial.arm != np.array(plain_minimisation(trial, ratio)), f"ratio {ratio}")
    return worst.finding()


def compare_shares() -> Finding:
    """Arms by simple randomisation and strata of 40,000 patients, entry of Poisson arrivals."""
    worst = Worst(4.0, "standard errors")
    trials = _trials({"kind": "simple"}, trials=400, kind="poisson", ratio=(2, 1))
    number = 400 * PATIENTS
    treated = np.mean([trial.arm for trial in trials])
    worst.add((treated - 1 / 3) / np.sqrt(2 / 9 / number), "share of RT at 2:1")
    prevalence = np.multiply.outer(*map(np.array, LEVELS)).ravel()
    seen = np.bincount(np.concatenate([trial.stratum for trial in trials]), minlength=6) / number
    error = np.sqrt(prevalence * (1 - prevalence) / number)
    worst.add((seen - prevalence) / error, "prevalence of strata")
    first = np.array([trial.entry[0] for trial in trials])
    law = stats.expon(scale=1 / RATES[0])
    uniform_numbers = law.cdf(np.minimum(first, STARTS[1]))
    worst.add((uniform_numbers.mean() - 0.5) / np.sqrt(1 / 12 / 400), "month of the first patient")
    return worst.finding()


CHECKS = (
    Check(
        name="arrivals",
        requirement="simulate.enrolment",
        grade="independent implementation",
        claim="Even, uniform and Poisson arrivals at changing rates are those of the definitions.",
        source="expected patients inverted by numpy, on the same random numbers",
        subject="simulate.enrolment.enrol.enrol",
        compare=compare_arrivals,
    ),
    Check(
        name="permuted blocks",
        requirement="simulate.enrolment",
        grade="independent implementation",
        claim="Blocks of one and several sizes, also within strata, are urns without replacement.",
        source="lists of tickets in the check, on the same random numbers",
        subject="simulate.enrolment.enrol.enrol",
        compare=compare_blocks,
    ),
    Check(
        name="minimisation",
        requirement="simulate.enrolment",
        grade="independent implementation",
        claim="Arms are those of Pocock and Simon's rule with a biased coin, at three ratios.",
        source="tables of counts in the check, on the same random numbers",
        subject="simulate.enrolment.enrol.enrol",
        compare=compare_minimisation,
    ),
    Check(
        name="shares of arms and strata",
        requirement="simulate.enrolment",
        grade="simulation",
        claim="Of 48,000 patients as many are treated, and of each stratum, as the design says.",
        source="the design's allocation and prevalences",
        subject="simulate.enrolment.enrol.enrol",
        compare=compare_shares,
        seconds=2.0,
    ),
)
