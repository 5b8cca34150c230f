"""Which scan shows a progression, and when that scan falls (compiled)."""

import math

from models.compiled import inlined, kernel
from simulate.illness_death.pack import PackedScans
from simulate.random_numbers import SCAN, Key, numbered_uniform


@kernel
def seen_at(key: Key, patient: int, progression: float, scans: PackedScans) -> float:
    """Month of a patient's first scan at or after progression.

    Parameters
    ----------
    key : Key
    patient : int
        In order of enrolment, from 0.
    progression : float
        Months from enrolment, positive.
    scans : PackedScans
        With at least one piece.

    Returns
    -------
    float
        The scan's date, moved within the window by the patient's number for this scan. Windows do
        not meet, so that at most one scan may fall before a progression in its window.
    """
    number = first_scan_from(progression - scans.window, scans)
    if scans.window == 0.0:
        return max(progression, scan_date(number, scans))
    month = _moved(key, patient, number, scans)
    return month if month >= progression else _moved(key, patient, number + 1, scans)


@inlined
def first_scan_from(month: float, scans: PackedScans) -> int:
    """Return the number of the first scan dated at or after a month, from 1."""
    piece = 0
    while piece + 1 < scans.start.size and scans.start[piece + 1] < month:
        piece += 1
    steps = math.ceil((month - scans.start[piece]) / scans.every[piece])
    number = scans.first[piece] + max(int(steps), 1)
    if piece + 1 < scans.start.size:
        number = min(number, scans.first[piece + 1])
    return int(number)


@inlined
def scan_date(number: int, scans: PackedScans) -> float:
    """Date of a scan in months from enrolment."""
    piece = 0
    while piece + 1 < scans.start.size and scans.first[piece + 1] <= number:
        piece += 1
    return float(scans.start[piece] + scans.every[piece] * (number - scans.first[piece]))


@inlined
def _moved(key: Key, patient: int, number: int, scans: PackedScans) -> float:
    """Return the month of a scan within the window around its date."""
    shift = 2.0 * numbered_uniform(key, patient, SCAN, number) - 1.0
    return scan_date(number, scans) + scans.window * shift
