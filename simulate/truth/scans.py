"""Scans: when progression is looked for, and so when it is seen."""

import math
from itertools import pairwise
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulate.frozen import Frozen, Months, PositiveMonths

SAME = 1e-9


class ScanInterval(Frozen):
    """Months between scans from a month on."""

    start: Months
    """Months since randomisation from which scans are so far apart; a scan falls on it."""
    every: PositiveMonths
    """Months from scan to scan, until the next piece starts."""


class Scans(Frozen):
    """Scans of each patient by months since randomisation, at which there was one, too.

    Progression is seen at the first scan at or after it. A patient who dies before that scan has
    died without documented progression.
    """

    schedule: Annotated[tuple[ScanInterval, ...], Field(strict=False, min_length=1, max_length=20)]
    """How far scans are apart; the first piece starts at 0."""
    window: Months = 0.0
    """Each scan falls uniformly within so many months before and after its date."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts = [piece.start for piece in self.schedule]
        if starts[0] != 0:
            raise ValueError(
                f"schedule starts at month {starts[0]:g}; it counts from randomisation, let its "
                "first piece have start = 0"
            )
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError(
                f"schedule has starts {starts}; they must increase strictly, sort the pieces and "
                "drop repeats"
            )
        shortest = self.shortest_interval()
        if not self.window < shortest / 2:
            raise ValueError(
                f"window is {self.window:g} and the shortest interval between scans "
                f"{shortest:g} months; scans must keep their order, set window below "
                f"{shortest / 2:g}"
            )
        return self

    def firsts(self) -> tuple[int, ...]:
        """Return the number of the scan at the start of each piece; 0 is at randomisation."""
        numbers = [0]
        for here, following in pairwise(self.schedule):
            steps = math.ceil((following.start - here.start) / here.every - SAME)
            numbers.append(numbers[-1] + steps)
        return tuple(numbers)

    def shortest_interval(self) -> float:
        """Months between the two scans that are closest by their dates."""
        gaps = [piece.every for piece in self.schedule[-1:]]
        for here, following in pairwise(self.schedule):
            steps = math.ceil((following.start - here.start) / here.every - SAME)
            gaps.append(following.start - here.start - (steps - 1) * here.every)
            gaps.extend([here.every] if steps > 1 else [])
        return min(gaps)

    def dates(self, until: float) -> tuple[float, ...]:
        """Dates of all scans after randomisation, up to and including a month."""
        stops = [*(piece.start for piece in self.schedule[1:]), math.inf]
        months = []
        for piece, stop in zip(self.schedule, stops, strict=True):
            step = 0 if piece.start else 1
            while (date := piece.start + step * piece.every) <= until and date < stop - SAME:
                months.append(date)
                step += 1
        return tuple(months)


def dates_beyond(scans: Scans | None, *, until: float) -> NDArray[np.float64] | None:
    """Dates of the scans up to one beyond a month; None where progression is seen at once."""
    if scans is None:
        return None
    longest = max(piece.every for piece in scans.schedule)
    return np.array(scans.dates(until + 2 * longest))


def check_scans_within(scans: Scans, *, months: float) -> None:
    """Refuse scans that come after the longest follow-up of a trial: one sentence.

    Parameters
    ----------
    scans : Scans
    months : float
        Longest follow-up of a patient.

    Raises
    ------
    ValueError
        If no scan comes before it, or a piece of the schedule starts after it.
    """
    first, last = scans.schedule[0].every, scans.schedule[-1].start
    if len(scans.schedule) > 1:
        first = min(first, scans.schedule[1].start)
    if first >= months:
        raise ValueError(
            f"the first scan is at month {first:g} and nobody is followed for more than "
            f"{months:g} months; progression is never seen, scan more often or follow longer"
        )
    if last >= months:
        raise ValueError(
            f"a piece of the schedule of scans starts at month {last:g} and nobody is followed "
            f"for more than {months:g} months; drop the piece or follow longer"
        )
