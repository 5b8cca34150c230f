"""When patients enrol: evenly spaced, uniform or Poisson arrivals at any intensity (compiled).

Arrivals are drawn in operational time, which counts expected patients, and carried to calendar
months by inverting the cumulative intensity.

Even arrivals put patient i (from 0) where i + ½ patients are expected, the middle of the stretch
that the patient stands for, so that their mean entry is that of uniform arrivals. rpact puts the
patient at its end, where i + 1 are expected: half a gap between patients later.

Poisson arrivals come one after the other, each from its own patient's number, so a smaller trial is
the first part of a larger one. Uniform arrivals are sorted draws over the months that all
patients need and depend on how many there are: nothing is nested.
"""

import math

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import minus_log
from simulate.enrolment.plan import EVEN, UNIFORM, Enrolment, Floats
from simulate.random_numbers import ARRIVAL, Key, uniform
from simulate.search import first_after


@lean_kernel
def draw_arrivals(plan: Enrolment, key: Key, entry: Floats) -> int:
    """Draw calendar months of enrolment, ascending, and count the patients.

    Parameters
    ----------
    plan : Enrolment
    key : Key
        Of the trial.
    entry : array (patient,)
        Filled from its start; recruitment also ends when it is full.
    """
    most = min(plan.most_patients, entry.size)
    if plan.kind == EVEN:
        for i in range(most):
            entry[i] = i + 0.5
        patients = most
    elif plan.kind == UNIFORM:
        patients = draw_sorted(plan.target, key, entry, most)
    else:
        patients = draw_successive(plan.target, key, entry, most)
    to_calendar(plan, entry, patients)
    return patients


@lean_inlined
def draw_gaps(key: Key, entry: Floats, patients: int) -> None:
    """Exponential gaps of mean 1 before each patient."""
    for i in range(patients):
        entry[i] = minus_log(uniform(key, i, ARRIVAL))


@lean_inlined
def draw_sorted(target: float, key: Key, entry: Floats, patients: int) -> int:
    """Sorted uniform numbers on (0, `target`), as shares of exponential gaps."""
    draw_gaps(key, entry, patients)
    total = 0.0
    for i in range(patients):
        total += entry[i]
        entry[i] = total
    scale = target / (total + minus_log(uniform(key, patients, ARRIVAL)))
    for i in range(patients):
        entry[i] *= scale
    return patients


@lean_inlined
def draw_successive(target: float, key: Key, entry: Floats, most: int) -> int:
    """Points of a unit Poisson process up to `target`, at most so many."""
    draw_gaps(key, entry, most)
    total = 0.0
    for i in range(most):
        total += entry[i]
        if total > target:
            return i
        entry[i] = total
    return most


@lean_inlined
def to_calendar(plan: Enrolment, entry: Floats, patients: int) -> None:
    """Carry ascending expected counts to the earliest months with that expectation, in place."""
    first = 0
    last = plan.pieces - 1
    for piece in range(plan.pieces):
        end = patients
        if piece < last:
            end = first_after(plan.expected[piece + 1], entry, first, patients)
        if plan.slope[piece] == 0.0:
            invert_constant(plan, piece, entry, first, end)
        else:
            invert_linear(plan, piece, entry, first, end)
        first = end
        if first == patients:
            return


@lean_inlined
def invert_constant(plan: Enrolment, piece: int, entry: Floats, first: int, end: int) -> None:
    """Months of patients who enrol in a piece of constant rate."""
    start, stop = plan.start[piece], plan.stop[piece]
    before = plan.expected[piece]
    pace = 1.0 / plan.rate[piece]
    for i in range(first, end):
        entry[i] = min(start + (entry[i] - before) * pace, stop)


@lean_inlined
def invert_linear(plan: Enrolment, piece: int, entry: Floats, first: int, end: int) -> None:
    """Months of patients who enrol in a piece with a slope: the stable root of a quadratic."""
    latest = plan.start[piece]
    rate, slope = plan.rate[piece], plan.slope[piece]
    for i in range(first, end):
        missing = entry[i] - plan.expected[piece]
        root = math.sqrt(rate * rate + 2.0 * slope * missing)
        month = plan.start[piece] + 2.0 * missing / (rate + root)
        latest = max(latest, min(month, plan.stop[piece]))
        entry[i] = latest
