"""Which scan shows a progression, and when that scan falls (compiled)."""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.illness_death.pack import PackedScans
from simulate.random_numbers import SCAN, Key, numbered_uniform

Floats = NDArray[np.float64]


@lean_kernel
def fill_seen(
    key: Key, count: int, progression: Floats, scans: PackedScans, number: Floats, seen: Floats
) -> None:
    """Month of the first scan at or after progression, of the first `count` patients.

    A scan falls on its date, moved within the window by the patient's number for this scan.
    Windows do not meet, so that at most one scan falls before a progression in its window.

    Parameters
    ----------
    key : Key
    count : int
    progression : array (patient,)
        Months from enrolment, positive; infinite for none.
    scans : PackedScans
    number : array (patient,)
        Work space.
    seen : array (patient,)
        The result.
    """
    if scans.start.size == 0:
        for i in range(count):
            seen[i] = progression[i]
        return
    _fill_dates(count, progression, scans, number, seen)
    if scans.window == 0.0:
        for i in range(count):
            seen[i] = max(seen[i], progression[i])
        return
    for i in range(count):
        if seen[i] < math.inf:
            scan = int(number[i])
            seen[i] += _shift(key, i, scan, scans)
            if seen[i] < progression[i]:
                seen[i] = scan_date(scan + 1, scans) + _shift(key, i, scan + 1, scans)


@lean_kernel
def _fill_dates(
    count: int, progression: Floats, scans: PackedScans, number: Floats, date: Floats
) -> None:
    """Find number and date of the first scan whose window ends at or after progression.

    One pass for each piece of the schedule, without branches; a later piece overwrites.
    """
    pieces = scans.start.size
    for piece in range(pieces):
        start, every, first = scans.start[piece], scans.every[piece], float(scans.first[piece])
        last = piece + 1 == pieces
        stop = math.inf if last else scans.start[piece + 1]
        stop_number = math.inf if last else float(scans.first[piece + 1])
        least = 1.0 if piece == 0 else 0.0
        after = -math.inf if piece == 0 else start
        for i in range(count):
            month = progression[i] - scans.window
            steps = max(np.ceil((month - start) / every), least)
            here = month > after
            date[i] = min(start + every * steps, stop) if here else date[i]
            number[i] = min(first + steps, stop_number) if here else number[i]


@lean_inlined
def scan_date(number: int, scans: PackedScans) -> float:
    """Date of a scan in months from enrolment."""
    piece = 0
    while piece + 1 < scans.start.size and scans.first[piece + 1] <= number:
        piece += 1
    return float(scans.start[piece] + scans.every[piece] * (number - scans.first[piece]))


@lean_inlined
def _shift(key: Key, patient: int, number: int, scans: PackedScans) -> float:
    """Months by which a patient's scan falls after its date."""
    return scans.window * (2.0 * numbered_uniform(key, patient, SCAN, number) - 1.0)
