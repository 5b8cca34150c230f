"""What one worker needs to simulate trials: arrays that every trial uses again."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.effect.bayes import Nodes, new_nodes
from simulate.engine.followed import Followed, Leaving, new_followed, room_for
from simulate.engine.late_room import LateRoom, new_late_room
from simulate.engine.order import BUCKETS, Calendar, new_calendar
from simulate.engine.risk_table import RiskTable, empty_risk_table
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


class Sorting(NamedTuple):
    """What putting them in order needs."""

    chosen: NDArray[np.int32]
    months: Floats
    bucket: NDArray[np.int32]
    starts: NDArray[np.int32]
    order: NDArray[np.int32]


class Looking(NamedTuple):
    """What the analysis of a look needs, tests for late effects apart."""

    ended: Leaving
    cut: Leaving
    table: RiskTable
    at_risk: Integers
    open_row: Integers
    leaving: Floats
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
    sorting: Sorting
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
        sorting=Sorting(
            chosen=np.empty(patients + 1, np.int32),
            months=np.empty(patients + 1),
            bucket=np.empty(patients, np.int32),
            starts=np.empty(BUCKETS * patients + 1, np.int32),
            order=np.empty(patients, np.int32),
        ),
        looking=_new_looking(patients, strata=strata, intervals=intervals),
        late=new_late_room(strata),
    )


def _new_looking(patients: int, *, strata: int, intervals: int) -> Looking:
    return Looking(
        ended=room_for(patients),
        cut=room_for(patients),
        table=empty_risk_table(patients),
        at_risk=np.empty((strata, 2), np.int64),
        open_row=np.empty(strata, np.int64),
        leaving=np.empty((2, intervals)),
        events=np.empty((2, intervals)),
        exposure=np.empty((2, intervals)),
        nodes=new_nodes(),
    )
