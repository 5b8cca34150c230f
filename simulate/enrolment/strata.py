"""Which stratum each patient belongs to (compiled)."""

from models.compiled import lean_kernel
from simulate.enrolment.plan import Enrolment, Integers
from simulate.random_numbers import STRATUM, Key, uniform


@lean_kernel
def draw_strata(plan: Enrolment, key: Key, stratum: Integers, patients: int) -> None:
    """Draw strata with their prevalences, one number per patient; a single stratum needs none.

    Parameters
    ----------
    plan : Enrolment
    key : Key
        Of the trial.
    stratum : array (patient,)
        Filled for the first `patients`.
    patients : int
    """
    last = plan.cells - 1
    for i in range(patients):
        number = uniform(key, i, STRATUM) if last > 0 else 0.0
        cell = 0
        for k in range(last):
            cell += number >= plan.upper[k]
        stratum[i] = cell
