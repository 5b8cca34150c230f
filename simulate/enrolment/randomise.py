"""Which arm each patient is randomised to (compiled): 0 control, 1 RT.

Every patient's arm depends on the patients before and on the patient's own numbers alone, so a
smaller trial is the first part of a larger one under every method.

Blocks are urns: each patient draws without replacement from what is left of the open block, so all
orders of a block are equally likely. Where several sizes are given, a block's size is drawn
with the number of its first patient.

Minimisation is Pocock and Simon's with the range as measure of imbalance, all factors alike, and a
biased coin. With unequal allocation, counts are divided by their arm's share of the ratio, and the
coin is that of biased coin minimisation (Han, Enas & McEntegart): the smaller arm, when preferred,
is given with probability p, the larger with 1 − (1 − p) × smaller / larger. One p for both arms
would pull the allocation towards 1:1.

References
----------
Pocock & Simon 1975, doi 10.2307/2529712; Han, Enas & McEntegart 2009, doi 10.1002/sim.3710.
"""

import numpy as np

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import unit_interval
from simulate.enrolment.plan import (
    ALTERNATING,
    BLOCKS,
    SIMPLE,
    STRATIFIED_BLOCKS,
    Enrolment,
    Integers,
    Scratch,
)
from simulate.random_numbers import ARM, BLOCK, Key, random_bits, uniform


@lean_kernel
def randomise(
    plan: Enrolment, key: Key, arm: Integers, stratum: Integers, patients: int, scratch: Scratch
) -> None:
    """Randomise the first `patients` in order of enrolment.

    Parameters
    ----------
    plan : Enrolment
    key : Key
        Of the trial.
    arm : array (patient,)
        Filled for the first `patients`.
    stratum : array (patient,)
    patients : int
    scratch : Scratch
        Overwritten.
    """
    if plan.method == BLOCKS:
        draw_blocks(plan, key, arm, patients)
    elif plan.method == STRATIFIED_BLOCKS:
        draw_stratified_blocks(plan, key, arm, stratum, patients, scratch)
    elif plan.method == SIMPLE:
        for i in range(patients):
            arm[i] = uniform(key, i, ARM) >= plan.control_share[1]
    elif plan.method == ALTERNATING:
        alternate(plan, arm, patients)
    else:
        minimise(plan, key, arm, stratum, patients, scratch)


@lean_inlined
def alternate(plan: Enrolment, arm: Integers, patients: int) -> None:
    """Arms in turn without chance, control first: patient i gets RT when its quota fills up."""
    cycle = plan.ratio[0] + plan.ratio[1]
    due = 0
    for i in range(patients):
        due += plan.ratio[1]
        arm[i] = due >= cycle
        if due >= cycle:
            due -= cycle


@lean_inlined
def drawn_index(number: float, count: int) -> int:
    """Index below `count`, all equally likely, from a uniform number."""
    return min(int(number * count), count - 1)


@lean_inlined
def drawn_block(plan: Enrolment, key: Key, patient: int) -> int:
    """Which of the block sizes the block that a patient opens has."""
    if plan.sizes == 1:
        return 0
    return drawn_index(uniform(key, patient, BLOCK), plan.sizes)


@lean_inlined
def draw_blocks(plan: Enrolment, key: Key, arm: Integers, patients: int) -> None:
    """Permuted blocks over all patients."""
    # Hashed before the urns are opened, in the place of the arms: that compiles to vectors.
    for i in range(patients):
        arm[i] = np.int64(random_bits(key, np.uint64(i), ARM))
    stop, left, control = 0, 0.0, 0
    for i in range(patients):
        if i == stop:
            block = drawn_block(plan, key, i)
            stop = i + plan.block_size[block]
            left, control = float(plan.block_size[block]), plan.block_control[block]
        rt = int(unit_interval(np.uint64(arm[i])) * left) >= control
        arm[i] = rt
        left -= 1.0
        control -= 1 - rt


@lean_inlined
def draw_stratified_blocks(
    plan: Enrolment, key: Key, arm: Integers, stratum: Integers, patients: int, scratch: Scratch
) -> None:
    """Permuted blocks within each stratum."""
    for cell in range(plan.cells):
        scratch.left[cell] = 0
    for i in range(patients):
        cell = stratum[i]
        if scratch.left[cell] == 0:
            block = drawn_block(plan, key, i)
            scratch.left[cell] = plan.block_size[block]
            scratch.control[cell] = plan.block_control[block]
        rt = drawn_index(uniform(key, i, ARM), scratch.left[cell]) >= scratch.control[cell]
        arm[i] = rt
        scratch.left[cell] -= 1
        scratch.control[cell] -= 1 - rt


@lean_inlined
def minimise(
    plan: Enrolment, key: Key, arm: Integers, stratum: Integers, patients: int, scratch: Scratch
) -> None:
    """Minimisation over the margins of the factors."""
    control, rt = plan.ratio[0], plan.ratio[1]
    for level in range(plan.levels):
        scratch.lead[level] = 0
    for i in range(patients):
        cell = stratum[i]
        with_control, with_rt = 0, 0
        for factor in range(plan.factors):
            lead = scratch.lead[plan.level[cell, factor]]
            with_control += abs(lead + rt)
            with_rt += abs(lead - control)
        preferred = 1 + (with_control > with_rt) - (with_control < with_rt)
        given_rt = uniform(key, i, ARM) >= plan.control_share[preferred]
        arm[i] = given_rt
        change = -control if given_rt else rt
        for factor in range(plan.factors):
            scratch.lead[plan.level[cell, factor]] += change
