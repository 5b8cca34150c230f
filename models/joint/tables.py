"""Events and person-months of the three transitions, from courses (compiled)."""

from typing import Protocol

from models.compiled import inlined, kernel
from models.joint.problem import RESET, JointProblem, JointState
from models.reconstruction.patients import add_patient
from models.reconstruction.problem import State, Table


class Tables(Protocol):
    """Whatever holds a table for each transition: a state or a work space."""

    @property
    def progression(self) -> Table:
        """Progression."""

    @property
    def death(self) -> Table:
        """Death without progression."""

    @property
    def after(self) -> Table:
        """Death after progression."""


@inlined
def add_course(
    first: float,
    last: float,
    progressed: int,
    died: int,
    sign: float,
    arm: int,
    problem: JointProblem,
    tables: Tables,
) -> None:
    """Add a patient to (or, with `sign` −1, take one from) the tables.

    `first` is the month of progression, or `last` where none was seen.
    """
    add_patient(first, progressed, sign, arm, problem.progression, tables.progression)
    add_patient(first, died * (1 - progressed), sign, arm, problem.death, tables.death)
    if progressed:
        if problem.clock == RESET:
            add_patient(last - first, died, sign, arm, problem.after, tables.after)
        else:
            add_patient(last, died, sign, arm, problem.after, tables.after)
            add_patient(first, 0, -sign, arm, problem.after, tables.after)


@inlined
def clear(intervals: int, table: Table) -> None:
    """Empty a table."""
    for k in range(intervals):
        for arm in range(2):
            table.events[arm, k] = 0.0
            table.exposure[arm, k] = 0.0


@kernel
def tabulate_courses(state: JointState, problem: JointProblem, tables: Tables) -> None:
    """Fill the tables of a state or work space from the patients."""
    clear(problem.progression.intervals, tables.progression)
    clear(problem.death.intervals, tables.death)
    clear(problem.after.intervals, tables.after)
    for i in range(problem.os.n):
        arm = 1 if i >= problem.os.n_control else 0
        progressed = state.progressed[i]
        first, last = state.pfs.time[i], state.os.time[i]
        add_course(first, last, progressed, state.os.event[i], 1.0, arm, problem, tables)


@inlined
def copy_table(intervals: int, source: Table, target: Table) -> None:
    """Copy events and person-months."""
    for k in range(intervals):
        for arm in range(2):
            target.events[arm, k] = source.events[arm, k]
            target.exposure[arm, k] = source.exposure[arm, k]


@inlined
def copy_tables(source: Tables, target: Tables, problem: JointProblem) -> None:
    """Copy the tables of all transitions."""
    copy_table(problem.progression.intervals, source.progression, target.progression)
    copy_table(problem.death.intervals, source.death, target.death)
    copy_table(problem.after.intervals, source.after, target.after)


@inlined
def count_events(intervals: int, state: State) -> None:
    """Count a transition's events by arm, from its table."""
    control = rt = 0.0
    for k in range(intervals):
        control += state.events[0, k]
        rt += state.events[1, k]
    state.events_control = int(control + 0.5)
    state.events_rt = int(rt + 0.5)
