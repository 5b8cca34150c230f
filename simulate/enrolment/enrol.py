"""Enrolment of one trial: arrivals, strata, arms (compiled)."""

from models.compiled import lean_kernel
from simulate.enrolment.plan import EVEN, Enrolment, Floats, Integers, Scratch
from simulate.enrolment.randomise import randomise
from simulate.enrolment.recruitment import draw_arrivals
from simulate.enrolment.strata import draw_strata
from simulate.random_numbers import Key

NOBODY = -1


@lean_kernel
def enrol(
    plan: Enrolment,
    key: Key,
    enrolled: Integers,
    entry: Floats,
    arm: Integers,
    stratum: Integers,
    scratch: Scratch,
) -> int:
    """Enrol the patients of one trial and count them.

    Evenly spaced arrivals are the same in every trial and filled in only once.

    Parameters
    ----------
    plan : Enrolment
    key : Key
        Of the trial.
    enrolled : array (1,)
        Patients of the trial before in these arrays; `NOBODY` at first.
    entry : array (patient,)
        Calendar months of enrolment, ascending; `plan.most_patients` long, like the next two.
    arm : array (patient,)
        0 control, 1 RT.
    stratum : array (patient,)
    scratch : Scratch
        Overwritten.
    """
    if plan.kind != EVEN or enrolled[0] == NOBODY:
        enrolled[0] = draw_arrivals(plan, key, entry)
    patients = int(enrolled[0])
    draw_strata(plan, key, stratum, patients)
    randomise(plan, key, arm, stratum, patients, scratch)
    return patients
