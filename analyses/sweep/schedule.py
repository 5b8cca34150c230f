"""Which trials of which cells are computed next, and what the answers add up to.

Results add up to the same bits however trials are divided, so a request takes as many trials as fit
in a second or so, and several workers may be at one cell.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from analyses.sweep.aim import Aim
from analyses.sweep.pool import Answer, Request

if TYPE_CHECKING:
    from simulate.sweep.groups import Group

STEP = 1000
MOST_STEPS = 1000
MOST_DEATHS = 3
WEIGHT = 0.3


@dataclass(kw_only=True)
class Progressing:
    """How far a cell is.

    Attributes
    ----------
    result : Result or None
        Of its first trials, all of them.
    aim : int
        Trials it is on its way to.
    finished : bool
    failure : str
        Why no result can be had; empty when none is known.
    pieces : dict of int to Result
        Results of trials further on, by the first of them.
    """

    result: Any | None
    aim: int
    finished: bool = False
    failure: str = ""
    pieces: dict[int, Any] = field(default_factory=dict)

    @property
    def trials(self) -> int:
        """Trials that there are."""
        return 0 if self.result is None else int(self.result.trials)

    @property
    def open(self) -> bool:
        """Whether there is something left to do."""
        return not (self.finished or self.failure)


@dataclass(kw_only=True)
class _Stretch:
    """Cells of one group that go from the same trial to the same aim."""

    members: tuple[int, ...]
    patients: int
    asked: int
    aim: int
    judged: bool = False


@dataclass(frozen=True, kw_only=True)
class _Task:
    members: tuple[int, ...]
    stretch: _Stretch
    first: int
    trials: int
    deaths: int = 0


class Schedule:
    """What there is to do, largest first.

    Parameters
    ----------
    cells : sequence
        What workers are given of each cell.
    groups : sequence of Group
        Of the cells that have something left to do.
    stored : sequence of (Result or None, int)
        What there is of each cell, and what it was on its way to.
    aim : Aim
    task_seconds : float
        What a request should take.

    Attributes
    ----------
    states : list of Progressing
        Of the cells.
    done : float
        Patients simulated, of all trials that were answered.
    seconds : float
        That computing took, all workers together.
    deaths : int
        Of workers.
    """

    def __init__(
        self,
        cells: Sequence[Any],
        groups: "Sequence[Group]",
        stored: Sequence[tuple[Any | None, int]],
        *,
        aim: Aim,
        task_seconds: float,
    ) -> None:
        self.cells, self.aim, self.task_seconds = cells, aim, task_seconds
        self.states = [Progressing(result=result, aim=former) for result, former in stored]
        self._second_a_patient = 0.0
        self.done = self.seconds = 0.0
        self.deaths = 0
        self._heap: list[tuple[int, int, _Stretch]] = []
        self._again: list[_Task] = []
        self._asked: dict[int, _Task] = {}
        self._number = 0
        for state in self.states:
            state.finished = aim.of(state.result, state.aim) is None
        for group in groups:
            self._plan(group.members, group.patients)

    @property
    def steps_left(self) -> int:
        """Requests that there may be at most."""
        return sum((each.aim - each.asked + STEP - 1) // STEP for _, _, each in self._heap)

    @property
    def waiting(self) -> int:
        """Requests that have no answer yet."""
        return len(self._asked)

    def next(self) -> Request | None:
        """Give the next request; None when nothing is left to ask for now."""
        task = self._next_again() or self._cut()
        if task is None:
            return None
        self._number += 1
        self._asked[self._number] = task
        cells = tuple(self.cells[member] for member in task.members)
        return Request(number=self._number, cells=cells, first=task.first, trials=task.trials)

    def add(self, answer: Answer) -> list[int]:
        """Take an answer in.

        Returns
        -------
        list of int
            Places of the cells that have more trials now.
        """
        task = self._asked.pop(answer.number)
        if answer.results is None:
            self._repeat(task, answer)
            return []
        self._measure(task, answer.seconds)
        grown = [
            member
            for member, result in zip(task.members, answer.results, strict=True)
            if self._fold(self.states[member], task.first, result)
        ]
        self._judge(task.stretch)
        return grown

    def left(self) -> float:
        """Patients still to be simulated in all trials that are planned now."""
        planned = sum((each.aim - each.asked) * each.patients for _, _, each in self._heap)
        asked = sum(task.trials * task.stretch.patients for task in self._open_tasks())
        return float(planned + asked)

    def _plan(self, members: Sequence[int], patients: int) -> None:
        """Put cells that have something left to do on the heap, those that go together as one."""
        together: dict[tuple[int, int], list[int]] = {}
        for member in members:
            state = self.states[member]
            aim = self.aim.of(state.result, state.aim)
            if aim is None:
                state.finished = True
            else:
                state.aim = aim
                together.setdefault((state.trials, aim), []).append(member)
        for (have, aim), alike in together.items():
            stretch = _Stretch(members=tuple(alike), patients=patients, asked=have, aim=aim)
            self._push(stretch)

    def _push(self, stretch: _Stretch) -> None:
        self._number += 1
        cost = (stretch.aim - stretch.asked) * stretch.patients
        heapq.heappush(self._heap, (-cost, self._number, stretch))

    def _next_again(self) -> _Task | None:
        """Take a task that is to be asked again, unless its cells have failed meanwhile."""
        while self._again:
            task = self._again.pop()
            if any(self.states[member].open for member in task.members):
                return task
        return None

    def _cut(self) -> _Task | None:
        """Cut a request off the largest stretch."""
        while self._heap:
            stretch = self._heap[0][-1]
            alive = tuple(member for member in stretch.members if self.states[member].open)
            if not alive or stretch.asked >= stretch.aim:
                heapq.heappop(self._heap)
                continue
            first, trials = stretch.asked, min(self._trials(stretch), stretch.aim - stretch.asked)
            stretch.asked += trials
            return _Task(members=alive, stretch=stretch, first=first, trials=trials)
        return None

    def _trials(self, stretch: _Stretch) -> int:
        """Trials that take about as long as a request should; few before the first answer."""
        if not self.done:
            return STEP
        seconds = max(self._second_a_patient * stretch.patients * STEP, 1e-6)
        return STEP * min(max(round(self.task_seconds / seconds), 1), MOST_STEPS)

    def _measure(self, task: _Task, seconds: float) -> None:
        patients = task.trials * task.stretch.patients
        self.done += patients
        self.seconds += seconds
        rate, former = seconds / patients, self._second_a_patient
        self._second_a_patient = former + WEIGHT * (rate - former) if former else rate

    def _fold(self, state: Progressing, first: int, result: Any) -> bool:  # noqa: ANN401 - a Result
        """Add a piece, and those that it makes adjacent."""
        if state.failure:
            return False
        state.pieces[first], before = result, state.trials
        while (piece := state.pieces.pop(state.trials, None)) is not None:
            state.result = piece if state.result is None else state.result + piece
        return state.trials > before

    def _judge(self, stretch: _Stretch) -> None:
        """Plan on when all that was asked for a stretch has been answered."""
        if stretch.judged:
            return
        alive = [member for member in stretch.members if self.states[member].open]
        stretch.judged = all(self.states[member].trials == stretch.aim for member in alive)
        if stretch.judged:
            self._plan(alive, stretch.patients)

    def _repeat(self, task: _Task, answer: Answer) -> None:
        """Ask again: after a death the same, else each cell alone, until one is to blame."""
        deaths = task.deaths + answer.died
        self.deaths += answer.died
        if answer.died and deaths < MOST_DEATHS:
            self._again.append(replace(task, deaths=deaths))
        elif len(task.members) > 1:
            self._again += [
                replace(task, members=(member,), deaths=0) for member in task.members[::-1]
            ]
        else:
            reason = f"its worker died {deaths} times" if answer.died else answer.failure
            self._fail(task, reason)

    def _fail(self, task: _Task, reason: str) -> None:
        last = task.first + task.trials - 1
        state = self.states[task.members[0]]
        state.failure = state.failure or f"{reason} (replicates {task.first} to {last})"
        state.pieces.clear()
        self._judge(task.stretch)

    def _open_tasks(self) -> list[_Task]:
        return [*self._again, *self._asked.values()]
