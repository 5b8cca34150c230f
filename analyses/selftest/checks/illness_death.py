"""Progression and death of the same patients: formulas against closed forms and simulation."""

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from models.illness_death.constant import ConstantHazards, alive_at
from models.illness_death.constant import times_correlation as closed_correlation
from models.illness_death.correlation import times_correlation
from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from models.illness_death.survival import Endpoint, survival_at
from simulate.illness_death.courses import draw_courses, fill_endpoints, new_courses, new_endpoints
from simulate.illness_death.pack import pack_scans, passages_of
from simulate.random_numbers import Key, trial_key

MONTHS = np.array([0.5, 2.0, 6.0, 12.0, 24.0, 48.0])
ARMS = (ConstantHazards(0.10, 0.01, 0.09), ConstantHazards(0.06, 0.012, 0.09))
PATIENTS = 100_000
ENDPOINTS: tuple[Endpoint, ...] = ("pfs", "os")


def _packed(clock: int) -> PackedIllnessDeath:
    """Constant hazards of both arms; the clock makes no difference to them."""
    passages = [[arm.progression for arm in ARMS], [arm.without for arm in ARMS]]
    start = np.array(passages)[:, :, np.newaxis, np.newaxis]
    return PackedIllnessDeath(
        cuts=np.empty(0),
        hazard=start,
        clock=clock,
        after_cuts=np.empty(0),
        after_hazard=np.array([[[arm.after]] for arm in ARMS]),
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
        switch_probability=0.0,
        switch_delay=0.0,
        switch_hr=1.0,
    )


def compare_constant() -> Finding:
    """Survival of both endpoints and their correlation under constant hazards."""
    worst = Worst(1e-8, "difference")
    for clock, word in ((FORWARD, "forward"), (RESET, "reset")):
        packed = _packed(clock)
        pfs, overall = (survival_at(packed, MONTHS, endpoint=name) for name in ENDPOINTS)
        correlation = times_correlation(packed)
        for place, arm in enumerate(ARMS):
            free = np.exp(-arm.leaving() * MONTHS)
            worst.absolute(pfs[place, 0], free, f"PFS, clock {word}")
            worst.absolute(overall[place, 0], alive_at(arm, MONTHS), f"OS, clock {word}")
            expected = closed_correlation(arm)
            worst.absolute(correlation[place, 0], expected, f"correlation, clock {word}")
    return worst.finding()


def _changing() -> PackedIllnessDeath:
    """Hazards that change over time in both arms, on the reset clock."""
    return _packed(RESET)._replace(
        cuts=np.array([4.0]),
        hazard=np.array(
            [[[[0.12, 0.07]], [[0.07, 0.06]]], [[[0.01, 0.02]], [[0.01, 0.01]]]]
        ),
        after_cuts=np.array([6.0]),
        after_hazard=np.array([[[0.12, 0.05]], [[0.10, 0.06]]]),
    )  # fmt: skip


def compare_simulated() -> Finding:
    """Share of simulated patients without the event against the exact survival."""
    worst, packed = Worst(4.0, "standard errors"), _changing()
    key = Key(*map(np.uint64, trial_key(np.uint64(41), np.uint64(0))))
    stratum = np.zeros(PATIENTS, np.int64)
    for place in range(2):
        courses, ends = new_courses(PATIENTS), new_endpoints(PATIENTS)
        draw_courses(
            key,
            PATIENTS,
            np.full(PATIENTS, place, np.int64),
            stratum,
            passages_of(packed),
            pack_scans(None),
            np.empty(PATIENTS, np.uint64),
            courses,
        )
        fill_endpoints(PATIENTS, courses, ends)
        followed: dict[Endpoint, np.ndarray] = {"pfs": ends.pfs_months, "os": ends.os_months}
        for name, months in followed.items():
            expected = survival_at(packed, MONTHS, endpoint=name)[place, 0]
            found = (months[:, np.newaxis] > MONTHS).mean(axis=0)
            error = np.sqrt(expected * (1 - expected) / PATIENTS)
            worst.add((found - expected) / error, f"{name}, arm {place}")
    return worst.finding()


CHECKS = (
    Check(
        name="illness–death model, constant hazards",
        requirement="models.illness_death",
        grade="closed form",
        claim="PFS, OS and their correlation have their closed forms, on either clock.",
        source="formulas of models/illness_death/constant.py",
        subject="models.illness_death.survival.survival_at",
        compare=compare_constant,
    ),
    Check(
        name="illness–death model, simulated",
        requirement="models.illness_death",
        grade="simulation",
        claim="100,000 simulated patients an arm progress and die as the formulas say.",
        source="the simulator's own patients",
        subject="models.illness_death.survival.survival_at",
        compare=compare_simulated,
    ),
)
