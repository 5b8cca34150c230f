"""What one worker needs to simulate trials: arrays that every trial uses again."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.effect.bayes import Nodes, new_nodes
from simulate.effect.exposure import new_cells
from simulate.engine.followed import Followed, new_followed
from simulate.engine.late_room import LateRoom, new_late_room
from simulate.engine.order import Calendar, new_calendar
from simulate.engine.risk_table import Apart, RiskTable, empty_risk_table, new_apart
from simulate.engine.see import Sight, new_sight
from simulate.enrolment.enrol import NOBODY
from simulate.enrolment.plan import Records, new_scratch
from simulate.illness_death.courses import Courses, new_courses

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Following(NamedTuple):
    """What enrolling and following the patients of one endpoint needs."""

    room: Followed
    scratch: Records
    enrolled: Integers
    bits: NDArray[np.uint64]
    numbers: Floats


class Looking(NamedTuple):
    """What the analysis of a look needs, tests for late effects apart."""

    sight: Sight
    apart: Apart
    table: RiskTable
    cells: Floats
    events: Floats
    exposure: Floats
    nodes: Nodes


class WorkSpace(NamedTuple):
    """Arrays of one worker, reused by each trial of one scenario.

    A kernel is handed the part that it needs: arrays that cross into a kernel cost time, even
    when nobody looks at them. Patients who progress and die fill two rooms, which share their
    entry, arm and stratum: `following.room` for progression-free survival, `second` for overall
    survival.
    """

    following: Following
    second: Followed
    courses: Courses
    calendars: tuple[Calendar, Calendar]
    looking: Looking
    late: LateRoom


def new_work_space(patients: int, *, strata: int, intervals: int, endpoints: int = 1) -> WorkSpace:
    """Allocate what one worker needs.

    Parameters
    ----------
    patients : int
        Most patients of a trial.
    strata : int
    intervals : int
        Of the Bayesian model.
    endpoints : int
        That patients have: 1, or 2 where they progress and die.
    """
    room = new_followed(patients)
    twice = patients if endpoints == 2 else 0
    second = new_followed(twice)._replace(entry=room.entry, arm=room.arm, stratum=room.stratum)
    return WorkSpace(
        following=Following(
            room=room,
            scratch=new_scratch(),
            enrolled=np.full(1, NOBODY),
            bits=np.empty(patients, np.uint64),
            numbers=np.empty(patients),
        ),
        second=second,
        courses=new_courses(twice),
        calendars=(new_calendar(patients), new_calendar(twice)),
        looking=_new_looking(patients, strata=strata, intervals=intervals),
        late=new_late_room(strata),
    )


def _new_looking(patients: int, *, strata: int, intervals: int) -> Looking:
    return Looking(
        sight=new_sight(patients, strata=strata),
        apart=new_apart(patients, strata=strata),
        table=empty_risk_table(patients),
        cells=new_cells(intervals),
        events=np.empty((2, intervals)),
        exposure=np.empty((2, intervals)),
        nodes=new_nodes(),
    )
