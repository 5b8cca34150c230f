"""What one worker needs to simulate trials: arrays that every trial uses again."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.effect.bayes import Nodes, new_nodes
from simulate.engine.followed import Followed, Leaving, room_for
from simulate.engine.order import BUCKETS, Calendar, new_calendar
from simulate.engine.risk_table import RiskTable, empty_risk_table
from simulate.enrolment.enrol import NOBODY
from simulate.enrolment.plan import Records, new_scratch

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class WorkSpace(NamedTuple):
    """Arrays of one worker, reused by each trial of one scenario."""

    followed: Followed
    ended: Leaving
    cut: Leaving
    scratch: Records
    enrolled: Integers
    bits: NDArray[np.uint64]
    numbers: Floats
    chosen: NDArray[np.int32]
    bucket: NDArray[np.int32]
    starts: NDArray[np.int32]
    calendar: Calendar
    table: RiskTable
    at_risk: Integers
    open_row: Integers
    leaving: Floats
    events: Floats
    exposure: Floats
    nodes: Nodes


def new_work_space(patients: int, *, strata: int, intervals: int) -> WorkSpace:
    """Allocate what one worker needs.

    Parameters
    ----------
    patients : int
        Most patients of a trial.
    strata : int
    intervals : int
        Of the Bayesian model.
    """
    return WorkSpace(
        followed=Followed(
            entry=np.empty(patients),
            end=np.empty(patients),
            arm=np.empty(patients, np.int64),
            stratum=np.zeros(patients, np.int64),
            status=np.empty(patients, np.int64),
            label=np.empty(patients, np.int64),
            months=np.empty(patients),
            order=np.empty(patients, np.int32),
        ),
        ended=room_for(patients),
        cut=room_for(patients),
        scratch=new_scratch(),
        enrolled=np.full(1, NOBODY),
        bits=np.empty(patients, np.uint64),
        numbers=np.empty(patients),
        chosen=np.empty(patients + 1, np.int32),
        bucket=np.empty(patients, np.int32),
        starts=np.empty(BUCKETS * patients + 1, np.int32),
        calendar=new_calendar(patients),
        table=empty_risk_table(patients),
        at_risk=np.empty((strata, 2), np.int64),
        open_row=np.empty(strata, np.int64),
        leaving=np.empty((2, intervals)),
        events=np.empty((2, intervals)),
        exposure=np.empty((2, intervals)),
        nodes=new_nodes(),
    )
