"""The numbers behind both endpoints of one trial, packed for the compiled kernels.

All that belongs to one endpoint or one transition is a record of the one-endpoint sampler: two
endpoints hold the printed figures, three transitions hold priors, hazards and tables of events and
person-months. So kernels for one endpoint serve here too.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.reconstruction import problem as one

FORWARD, RESET = 0, 1
PFS_ROLES = 2

Integers = NDArray[np.int64]


class JointProblem(Protocol):
    """Printed figures of both endpoints, priors of three transitions, follow-up.

    Attributes
    ----------
    pfs, os : Problem
        Figures of each endpoint; follow-up model and figures are those of `os`.
    progression, death, after : Problem
        Intervals and priors of progression, death without and death after progression.
    clock : int
        What the months of `after` count from: randomisation (`FORWARD`) or progression (`RESET`).
    progressions_low, progressions_high : array (arm,)
        Bounds on progressions, inclusive.
    """

    pfs: one.Problem
    os: one.Problem
    progression: one.Problem
    death: one.Problem
    after: one.Problem
    clock: int
    progressions_low: Integers
    progressions_high: Integers


class JointState(Protocol):
    """One replica: latent patients under both endpoints, hazards and tables of each transition.

    `pfs` and `os` hold times, statuses, orders and holders of figures; `progression`, `death` and
    `after` hold log HR, hazards and tables. `progressed` is 1 for patients whose progression was
    seen, at `pfs.time`; the others' `pfs.time` is their `os.time`. `os.free` is a permutation of
    all patients, from which moves choose; `os.cut` and `os.loss` are those of follow-up.
    """

    pfs: one.State
    os: one.State
    progression: one.State
    death: one.State
    after: one.State
    progressed: Integers
    progressions: Integers


class JointWork(Protocol):
    """Scratch space that every move of one chain reuses.

    `placed` counts the courses placed and not yet settled, 0 between moves.
    """

    pfs: one.Work
    os: one.Work
    progression: one.Work
    death: one.Work
    after: one.Work
    old_progressed: Integers
    placed: int


class Course(NamedTuple):
    """What is seen of one patient: months of progression (where seen) and of death or censoring."""

    progression: float
    last: float
    progressed: int
    died: int


Records = NDArray[Any]

JOINT_PROBLEM = np.dtype(
    [
        ("pfs", one.PROBLEM),
        ("os", one.PROBLEM),
        ("progression", one.PROBLEM),
        ("death", one.PROBLEM),
        ("after", one.PROBLEM),
        ("clock", np.int64),
        ("progressions_low", np.int64, 2),
        ("progressions_high", np.int64, 2),
    ],
    align=True,
)

JOINT_STATE = np.dtype(
    [
        ("pfs", one.STATE),
        ("os", one.STATE),
        ("progression", one.STATE),
        ("death", one.STATE),
        ("after", one.STATE),
        ("progressed", np.int64, one.PATIENTS),
        ("progressions", np.int64, 2),
    ],
    align=True,
)

JOINT_WORK = np.dtype(
    [
        ("pfs", one.WORK),
        ("os", one.WORK),
        ("progression", one.WORK),
        ("death", one.WORK),
        ("after", one.WORK),
        ("old_progressed", np.int64, one.PATIENTS),
        ("placed", np.int64),
    ],
    align=True,
)
