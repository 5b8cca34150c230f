"""From a published record and the settings of a joint analysis to the sampler's problem."""

import numpy as np
from numpy.typing import NDArray

from models.joint.problem import FORWARD, JOINT_PROBLEM, PFS_ROLES, RESET
from models.joint.settings import JointSettings
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.problem import ROLE_NAMES, ROLES
from models.record.base import ARMS
from models.record.record import Record

FIELDS = {
    "progression": "progression",
    "death": "death_without_progression",
    "after": "death_after_progression",
}


def assemble_joint(record: Record, settings: JointSettings) -> NDArray[np.void]:
    """Pack what is printed about both endpoints, and the model, for the sampler.

    Parameters
    ----------
    record : Record
        The published record, with `pfs` and `os`.
    settings : JointSettings

    Returns
    -------
    array of JOINT_PROBLEM, shape (1,)

    Raises
    ------
    ValueError
        If the record lacks an endpoint or what the settings need, if a printed time cannot be a
        whole day, or if one PFS time is printed like an OS or follow-up time.
    """
    problems = np.zeros(1, JOINT_PROBLEM)
    problem = problems[0]
    transitions = settings.transitions()
    for endpoint in ("pfs", "os"):
        own = settings.for_one(transitions["progression"])
        problem[endpoint] = assemble_problem(record, endpoint, own)[0]
    for field, name in FIELDS.items():
        problem[field] = assemble_problem(record, "os", settings.for_one(transitions[name]))[0]
    problem["clock"] = RESET if settings.clock == "reset" else FORWARD
    _pack_progressions(problem, record, settings)
    _refuse_equal_times(problem)
    return problems


def _pack_progressions(problem: np.void, record: Record, settings: JointSettings) -> None:
    """Bounds on progressions: exact where documented, else whatever PFS events allow."""
    control = int(problem["os"]["n_control"])
    sizes = (control, int(problem["os"]["n"]) - control)
    for arm, (name, size) in enumerate(zip(ARMS, sizes, strict=True)):
        problem["progressions_high"][arm] = size
        known = record.endpoints["pfs"].events[name]
        if known is None or settings.documented_progressions == "at_least":
            continue
        if known.at_least is not None:
            problem["progressions_low"][arm] = known.at_least
            problem["progressions_high"][arm] = known.at_least


def _refuse_equal_times(problem: np.void) -> None:
    for role in range(PFS_ROLES):
        for other in range(ROLES):
            if not (problem["pfs"]["used"][role] and problem["os"]["used"][other]):
                continue
            first, second = problem["pfs"]["windows"][role], problem["os"]["windows"][other]
            if first[0] < second[1] and second[0] < first[1] and not _arms_differ(role, other):
                raise ValueError(
                    f"the {ROLE_NAMES[role]} of PFS and the {ROLE_NAMES[other]} of OS are printed "
                    f"alike (about {first[0]:.2f} months), so one death without progression could "
                    "hold both; the joint sampler gives each printed time a patient of its own, "
                    "leave one of them out"
                )


def _arms_differ(role: int, other: int) -> bool:
    """Whether both figures are medians, of different arms."""
    return other < PFS_ROLES and role != other
