"""Enrolment of one trial: arrivals, strata, arms (compiled)."""

from models.compiled import kernel
from simulate.enrolment.plan import Enrolment, Floats, Integers, Scratch
from simulate.enrolment.randomise import randomise
from simulate.enrolment.recruitment import draw_arrivals
from simulate.enrolment.strata import draw_strata
from simulate.random_numbers import Key


@kernel
def enrol(
    plan: Enrolment, key: Key, entry: Floats, arm: Integers, stratum: Integers, scratch: Scratch
) -> int:
    """Enrol the patients of one trial and count them.

    Parameters
    ----------
    plan : Enrolment
    key : Key
        Of the trial.
    entry : array (patient,)
        Calendar months of enrolment, ascending; `plan.most_patients` long, like the next two.
    arm : array (patient,)
        0 control, 1 RT.
    stratum : array (patient,)
    scratch : Scratch
        Overwritten.
    """
    patients = draw_arrivals(plan, key, entry)
    draw_strata(plan, key, stratum, patients)
    randomise(plan, key, arm, stratum, patients, scratch)
    return patients
