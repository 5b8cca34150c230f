"""Designs that differ only in how they enrol, and many trials' enrolment as arrays."""

from typing import NamedTuple

import numpy as np
import pytest

from simulate.design import Allocation, Factor, Level, Look, Randomisation, Rate, Recruitment
from simulate.design.recruitment import Sites
from simulate.design.trial import TrialDesign
from simulate.enrolment.enrol import NOBODY, enrol
from simulate.enrolment.pack import pack_enrolment
from simulate.enrolment.plan import new_scratch
from simulate.random_numbers import Key, trial_key, uniform
from simulate.truth import Hazards, Proportional, Truth

SEED = np.uint64(20_260)
LAST_LOOK = Look(months=100.0)
TRUTH = Truth(name="planning", control=Hazards(median=10.0), effect=Proportional(hr=0.7))


class Enrolled(NamedTuple):
    """Enrolment of one trial."""

    key: Key
    entry: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray


def _key(replicate):
    start, middle = trial_key(SEED, np.uint64(replicate))
    return Key(np.uint64(start), np.uint64(middle))


def _factor(place, prevalences):
    levels = [Level(name=f"level {k}", prevalence=p) for k, p in enumerate(prevalences)]
    return Factor(name=f"factor {place}", levels=tuple(levels))


def _design(*, patients=None, allocation=(1, 1), factors=(), randomisation=None, **recruitment):
    chosen = {"kind": "even", "rates": [(0.0, 10.0)]} | recruitment
    chosen["rates"] = tuple(Rate(start=s, per_month=r) for s, r in chosen["rates"])
    if "sites" in chosen:
        chosen["sites"] = Sites(**chosen["sites"])
    simple = {"kind": "simple"}
    return TrialDesign(
        name="enrolment",
        patients=patients,
        allocation=Allocation(control=allocation[0], rt=allocation[1]),
        factors=tuple(_factor(place, levels) for place, levels in enumerate(factors)),
        recruitment=Recruitment(**chosen),
        randomisation=Randomisation(**(randomisation or simple)),
        looks=(LAST_LOOK,),
        truths=(TRUTH,),
    )


@pytest.fixture(scope="session")
def key_of():
    """Key of a replicate."""
    return _key


@pytest.fixture(scope="session")
def design():
    """A design from what differs: recruitment by its own names, factors by their prevalences."""
    return _design


@pytest.fixture(scope="session")
def enrolled():
    """Enrolment of the first trials of a design."""

    def run(chosen, *, trials=1):
        plan, scratch = pack_enrolment(chosen), new_scratch()
        most = int(plan["most_patients"][0])
        found = []
        for replicate in range(trials):
            key = _key(replicate)
            entry = np.zeros(most)
            arm, stratum = np.zeros((2, most), dtype=np.int64)
            n = enrol(plan[0], key, np.full(1, NOBODY), entry, arm, stratum, scratch[0])
            found.append(Enrolled(key, entry[:n], arm[:n], stratum[:n]))
        return found

    return run


@pytest.fixture(scope="session")
def numbers():
    """Uniform numbers of the first patients of a trial for one purpose."""

    def run(key, purpose, patients):
        return np.array([uniform(key, i, purpose) for i in range(patients)])

    return run
