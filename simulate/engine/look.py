"""When a look happens: events, calendar months, follow-up, waiting time (compiled)."""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.engine.followed import Followed
from simulate.engine.order import Calendar, month_of_event

Floats = NDArray[np.float64]

LOOK = np.dtype(
    [
        ("events", np.int64),
        ("months", np.float64),
        ("min_follow_up", np.float64),
        ("max_wait", np.float64),
        ("any", np.int64),
        ("row", np.int64),
        ("delay", np.float64),
    ],
    align=True,
)


class LookPlan(Protocol):
    """Triggers of a look; 0 events and months that are not a number mean no such trigger.

    Attributes
    ----------
    events : int
        Events of both arms together.
    months : float
        Calendar months since recruitment opened.
    min_follow_up : float
        Months since the last patient enrolled.
    max_wait : float
        Most months since the look before.
    any : int
        1 if the first trigger counts, 0 if the last.
    row : int
        Which of the patients' endpoints has the events that count.
    delay : float
        Months from the triggers to the data cut.
    """

    events: int
    months: float
    min_follow_up: float
    max_wait: float
    any: int
    row: int
    delay: float


class LookTime(NamedTuple):
    """Calendar month of a look, and 1 if its triggers were reached, 0 if nobody was left."""

    at: float
    reached: int


@lean_kernel
def look_time(plan: LookPlan, before: float, followed: Followed, calendar: Calendar) -> LookTime:
    """Find the calendar month of a look.

    Parameters
    ----------
    plan : LookPlan
    before : float
        Month of the look before, 0 for the first.
    followed : Followed
        Of the endpoint that ends last.
    calendar : Calendar
        Of the endpoint whose events count.

    Returns
    -------
    LookTime
        Not before the previous look. Triggers that are never reached give the month from which
        nothing more can be seen: all have enrolled, and the last event or drop-out is over.
    """
    due = math.inf if plan.any else -math.inf
    if plan.events > 0:
        month = month_of_event(plan.events, followed.end.size, calendar)
        due = min(due, month) if plan.any else max(due, month)
    if not math.isnan(plan.months):
        due = min(due, plan.months) if plan.any else max(due, plan.months)
    if not math.isnan(plan.min_follow_up):
        month = followed.entry[followed.entry.size - 1] + plan.min_follow_up
        due = min(due, month) if plan.any else max(due, month)
    if not math.isnan(plan.max_wait):
        due = min(due, before + plan.max_wait)
    if due < math.inf:
        return LookTime(max(due + plan.delay, before), 1)
    return LookTime(max(_last_seen(followed), before), 0)


@lean_kernel
def _last_entry(followed: Followed) -> float:
    """Calendar month at which the last patient enrols; 0 without patients."""
    patients = followed.entry.size
    return float(followed.entry[patients - 1]) if patients else 0.0


@lean_kernel
def _last_seen(followed: Followed) -> float:
    """Calendar month of the last enrolment, event or drop-out."""
    last = _last_entry(followed)
    for i in range(followed.end.size):
        if last < followed.end[i] < math.inf:
            last = followed.end[i]
    return last
