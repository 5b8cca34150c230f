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


class WorkSpace(NamedTuple):
    """Arrays of one worker, reused by each trial of one scenario.

    There are two rooms for patients, who share their entry, arm and stratum: the first for the only
    endpoint or progression-free survival, the second for overall survival.
    """

    rooms: tuple[Followed, Followed]
    courses: Courses
    ended: Leaving
    cut: Leaving
    scratch: Records
    enrolled: Integers
    bits: NDArray[np.uint64]
    numbers: Floats
    chosen: NDArray[np.int32]
    bucket: NDArray[np.int32]
    starts: NDArray[np.int32]
    calendars: tuple[Calendar, Calendar]
    table: RiskTable
    at_risk: Integers
    open_row: Integers
    leaving: Floats
    events: Floats
    exposure: Floats
    nodes: Nodes
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
    first = new_followed(patients)
    second = new_followed(patients if endpoints == 2 else 0)
    second = second._replace(entry=first.entry, arm=first.arm, stratum=first.stratum)
    return WorkSpace(
        rooms=(first, second),
        courses=new_courses(patients if endpoints == 2 else 0),
        ended=room_for(patients),
        cut=room_for(patients),
        scratch=new_scratch(),
        enrolled=np.full(1, NOBODY),
        bits=np.empty(patients, np.uint64),
        numbers=np.empty(patients),
        chosen=np.empty(patients + 1, np.int32),
        bucket=np.empty(patients, np.int32),
        starts=np.empty(BUCKETS * patients + 1, np.int32),
        calendars=(new_calendar(patients), new_calendar(patients if endpoints == 2 else 0)),
        table=empty_risk_table(patients),
        at_risk=np.empty((strata, 2), np.int64),
        open_row=np.empty(strata, np.int64),
        leaving=np.empty((2, intervals)),
        events=np.empty((2, intervals)),
        exposure=np.empty((2, intervals)),
        nodes=new_nodes(),
        late=new_late_room(strata),
    )
