"""Who holds which printed time (compiled)."""

from models.compiled import inlined
from models.joint.problem import PFS_ROLES, JointProblem, JointState
from models.reconstruction.problem import ROLES, SHORTEST, Problem, State


@inlined
def holds_pfs(patient: int, state: JointState, problem: JointProblem) -> bool:
    """Whether a patient holds a printed PFS time."""
    held = False
    for role in range(PFS_ROLES):
        held = held or (problem.pfs.used[role] == 1 and state.pfs.holder[role] == patient)
    return held


@inlined
def holds_os(patient: int, state: JointState, problem: JointProblem) -> bool:
    """Whether a patient holds a printed OS or follow-up time."""
    held = False
    for role in range(ROLES):
        held = held or (problem.os.used[role] == 1 and state.os.holder[role] == patient)
    return held


@inlined
def may_be_censored(patient: int, state: State, problem: Problem) -> bool:
    """Whether a patient holds no Kaplan–Meier median of an endpoint."""
    censored_too = True
    for role in range(SHORTEST):
        if problem.used[role] and state.holder[role] == patient:
            censored_too = False
    return censored_too
