"""Which problems the importance sampler takes."""

import numpy as np

from models.reconstruction.problem import (
    GAMMA,
    LONGEST,
    MIDDLE,
    ROLE_NAMES,
    ROLES,
    SHORTEST,
    UPPER_MIDDLE,
)


def check_problem(problem: np.void) -> None:
    """Refuse settings that the importance sampler does not take.

    Parameters
    ----------
    problem : numpy.void of dtype `models.reconstruction.problem.PROBLEM`

    Raises
    ------
    ValueError
        For a day grid, another baseline than the independent gamma, free follow-up, a middle
        between two patients, follow-up that may end before 0, windows that overlap or are out of
        order.
    """
    if problem["grid"] != 0.0:
        _refuse("grid", float(problem["grid"]), "0 (continuous times)")
    if problem["baseline"] != GAMMA:
        _refuse("baseline", int(problem["baseline"]), f"{GAMMA} (independent gamma)")
    if problem["free_follow_up"] or problem["cut_low"] != problem["cut_high"]:
        _refuse("free_follow_up", int(problem["free_follow_up"]), "0, with one known last cut")
    if problem["used"][UPPER_MIDDLE] or (problem["used"][MIDDLE] and problem["n"] % 2 == 0):
        _refuse("n", int(problem["n"]), "odd when the follow-up median is printed")
    if not 0.0 < problem["accrual"] <= problem["cut_high"]:
        _refuse("accrual", float(problem["accrual"]), "above 0 and at most the last cut")
    _check_windows(problem)


def _refuse(name: str, value: float, rule: str) -> None:
    raise ValueError(
        f"the importance sampler does not take `{name}` = {value}: it must be {rule}; "
        "use the sampler by replica exchange for this setting"
    )


def _check_windows(problem: np.void) -> None:
    """Windows must be apart, in order, and before the cap."""
    roles = [role for role in range(ROLES) if problem["used"][role]]
    roles.sort(key=lambda role: float(problem["windows"][role, 0]))
    windows = problem["windows"][roles]
    for i in range(1, len(roles)):
        if windows[i, 0] < windows[i - 1, 1]:
            raise ValueError(
                f"the windows of {ROLE_NAMES[roles[i - 1]]} and {ROLE_NAMES[roles[i]]} overlap: "
                "the importance sampler needs times that differ; use the sampler by replica "
                "exchange for this record"
            )
    ordered = (SHORTEST not in roles[1:]) and (LONGEST not in roles[:-1])
    latest = min(problem["cap"], problem["cut_high"])
    if not ordered or (roles and windows[-1, 1] > latest):
        raise ValueError(
            "the printed times are out of order: the follow-up minimum must come first, the "
            f"maximum last, and none beyond {float(latest):g} months; check the record"
        )
