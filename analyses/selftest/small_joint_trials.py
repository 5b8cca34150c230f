"""Two small trials of which both endpoints are printed in wide windows, and chains that fit them.

Times are months, hazards per month; arm 0 control, 1 RT. Windows are (low, high).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.joint import tempering
from models.joint.chains import empty_rows, start_states
from models.joint.ladder import new_ladder
from models.joint.problem import JOINT_PROBLEM, JOINT_WORK, RESET
from models.joint.tempering import Rows
from models.joint.windows import joint_windows
from models.reconstruction.problem import CONTROL_MEDIAN, LONGEST, RT_MEDIAN

Floats = NDArray[np.float64]

PATIENTS, CONTROL = 11, 5
LEVELS, WIDEST, MOVES, THIN = 3, 6.0, 4, 2
TRANSITIONS = ("progression", "death", "after")
COMMON: dict[str, Any] = {
    "n_control": CONTROL,
    "n": PATIENTS,
    "cap": np.inf,
    "z": 1.959964,
    "symmetric": 0.5,
    "accrual": 18.0,
    "cut_low": 24.0,
    "cut_high": 24.0,
    "loss": 0.01,
    "events_high": (CONTROL, PATIENTS - CONTROL),
}
PRIORS: dict[str, dict[str, Any]] = {
    "progression": {"cuts": (6.0,), "shape": 4.0, "rate": 35.0, "log_hr_sd": 0.7},
    "death": {"cuts": (), "shape": 2.0, "rate": 120.0, "log_hr_sd": 0.4},
    "after": {"cuts": (5.0, 11.0), "shape": 4.0, "rate": 40.0, "log_hr_sd": 0.6},
}
COX: dict[str, dict[str, Any]] = {
    "pfs": {"hr": (0.8, 3.5), "lower": (0.1, 1.1), "upper": (2.4, 14.0)},
    "os": {"hr": (0.7, 3.2), "lower": (0.1, 0.9), "upper": (2.4, 14.0)},
}
PFS_TIMES = {CONTROL_MEDIAN: (2.0, 6.0), RT_MEDIAN: (5.0, 9.0)}
OS_TIMES = {CONTROL_MEDIAN: (6.0, 10.5), LONGEST: (17.5, 24.0)}
CASES: dict[str, dict[str, Any]] = {
    "clock forward with events within bounds": {"events_low": (4, 3), "events_high": (5, 6)},
    "clock reset": {},
}
PROGRESSIONS = {"progressions_low": (3, 2), "progressions_high": (5, 5)}


def small_problem(case: str) -> NDArray[np.void]:
    """Describe one of the trials as the sampler has it, shape (1,)."""
    problem = np.zeros(1, JOINT_PROBLEM)
    problem["clock"] = RESET if case == "clock reset" else 0
    for name, bounds in PROGRESSIONS.items():
        problem[name] = bounds
    common = COMMON | CASES[case]
    for name, times in (("pfs", PFS_TIMES), ("os", OS_TIMES)):
        _fill(problem[name][0], common | COX[name], times)
    for name in TRANSITIONS:
        _fill(problem[name][0], common | PRIORS[name], {})
    return problem


def _fill(part: np.void, values: dict[str, Any], times: dict[int, tuple[float, float]]) -> None:
    cuts = values.get("cuts", ())
    part["intervals"] = len(cuts) + 1
    part["cuts"][: len(cuts)] = cuts
    for name, value in values.items():
        if name != "cuts":
            part[name] = value
    for role, window in times.items():
        part["used"][role] = 1
        part["windows"][role] = window


def chain_of(problem: NDArray[np.void], *, scans: int, seed: int) -> Rows:
    """Draw patients and parameters that fit a trial, every second scan."""
    rng = np.random.default_rng(seed)
    windows = joint_windows(problem[0], levels=LEVELS, widest=WIDEST)
    work, ladder = np.zeros(1, JOINT_WORK), new_ladder(len(windows), moves=MOVES)
    replicas = None
    while replicas is None:
        replicas = start_states(problem, windows, work, rng)
    draws = empty_rows(scans // THIN, problem)
    tempering.run(scans, THIN, replicas, ladder, windows, problem, work, draws, rng)
    return draws


def features(
    log_hr: Floats, hazard: Floats, times: Floats, progressed: NDArray[Any], died: NDArray[Any]
) -> dict[str, Floats]:
    """Name quantities of each draw.

    Parameters
    ----------
    log_hr : array (draw, transition)
    hazard : array (draw, transition, interval)
    times : array (draw, endpoint, patient)
    progressed, died : array (draw, patient)
    """
    either = progressed | died
    found: dict[str, Floats] = {
        "months to the first progression or death": times[:, 0].min(axis=1),
        "months to the last end of follow-up": times[:, 1].max(axis=1),
        "months after progression": (times[:, 1] - times[:, 0]).sum(axis=1),
    }
    for arm, patients in (("control", slice(CONTROL)), ("RT", slice(CONTROL, PATIENTS))):
        found |= {
            f"{arm}: progressions": progressed[:, patients].sum(axis=1),
            f"{arm}: PFS events": either[:, patients].sum(axis=1),
            f"{arm}: deaths": died[:, patients].sum(axis=1),
            f"{arm}: months of PFS": times[:, 0, patients].sum(axis=1),
            f"{arm}: months of OS": times[:, 1, patients].sum(axis=1),
        }
    for place, name in enumerate(TRANSITIONS):
        found[f"{name}: log HR"] = log_hr[:, place]
        found[f"{name}: squared log HR"] = log_hr[:, place] ** 2
        for k in range(len(PRIORS[name]["cuts"]) + 1):
            found[f"{name}: log hazard {k}"] = np.log(hazard[:, place, k])
    return {name: np.asarray(values, float) for name, values in found.items()}


def chain_features(rows: Rows) -> dict[str, Floats]:
    """Name quantities of the draws of a chain."""
    progressed, died = rows.statuses.transpose(1, 0, 2)
    return features(rows.parameters[:, :, 0], rows.hazards, rows.times, progressed, died)
