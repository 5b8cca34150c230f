"""The risk table of one look: events and patients at risk at each event time (compiled).

Every test of effect needs the patients only through it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.bits import as_bits
from simulate.engine.followed import Seen, arm_of, status_of, stratum_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class RiskTable(NamedTuple):
    """Columns of a risk table; one row for each distinct event time of a stratum.

    Attributes
    ----------
    months : array (row,)
        From enrolment, ascending.
    deaths, deaths_rt : array (row,)
        Events of both arms and of RT.
    at_risk_control, at_risk_rt : array (row,)
        Patients at risk just before, of the row's stratum.
    stratum : array (row,)
        0 in a table of all patients together.
    """

    months: Floats
    deaths: Floats
    deaths_rt: Floats
    at_risk_control: Floats
    at_risk_rt: Floats
    stratum: Integers


def empty_risk_table(rows: int) -> RiskTable:
    """Room for so many rows, and one more."""
    months, deaths, deaths_rt, control, rt = np.empty((5, rows + 1))
    return RiskTable(months, deaths, deaths_rt, control, rt, np.zeros(rows + 1, np.int64))


@kernel
def fill_risk_table(seen: Seen, table: RiskTable) -> int:
    """Fill the table of all patients together, and count its rows.

    Parameters
    ----------
    seen : Seen
    table : RiskTable
        Room for one more row than there are patients.
    """
    count_cut(seen, table.at_risk_control, table.at_risk_rt)
    rt = 0
    for i in range(seen.done):
        rt += arm_of(seen.ended.label[i])
    for i in range(seen.going):
        rt += arm_of(seen.cut.label[i])
    control = seen.done + seen.going - rt
    row, last = 0, -1.0
    for i in range(seen.done):
        time, label = seen.ended.months[i], seen.ended.label[i]
        event, arm = status_of(label), arm_of(label)
        if event and time == last:
            table.deaths[row - 1] += 1.0
            table.deaths_rt[row - 1] += arm
        else:
            # Written for drop-outs, too, and then written over: a branch that is a matter of chance
            # costs more.
            table.months[row] = time
            table.deaths[row] = 1.0
            table.deaths_rt[row] = arm
            table.at_risk_control[row] = control - table.at_risk_control[i]
            table.at_risk_rt[row] = rt - table.at_risk_rt[i]
            table.stratum[row] = 0
            last = time if event else last
            row += event
        rt -= arm
        control -= 1 - arm
    return row


@kernel
def count_cut(seen: Seen, control: Floats, rt: Floats) -> None:
    """Count, for each patient who ended, those of each arm who were cut off before.

    Both lists ascend, and are merged without a branch on times, which nobody could predict. Times
    are not negative, so their bits are in the same order, and quicker to compare.

    Parameters
    ----------
    seen : Seen
    control, rt : array (patient,)
        The result, with one more place than there are patients.
    """
    ended, cut = seen.ended, seen.cut
    i = gone = gone_rt = 0
    while i < seen.done:
        control[i] = gone - gone_rt
        rt[i] = gone_rt
        first: Any = np.int64(as_bits(cut.months[gone]) < as_bits(ended.months[i]))
        gone_rt += first * arm_of(cut.label[gone])
        gone += first
        i += 1 - first


@kernel
def fill_stratified_risk_table(
    seen: Seen, at_risk: Integers, open_row: Integers, table: RiskTable
) -> int:
    """Fill the table with a row for each event time of each stratum, and count the rows.

    Parameters
    ----------
    seen : Seen
    at_risk : array (stratum, arm)
        Work space.
    open_row : array (stratum,)
        Work space.
    table : RiskTable
    """
    ended, cut = seen.ended, seen.cut
    at_risk[:] = 0
    open_row[:] = -1
    for i in range(seen.done):
        at_risk[stratum_of(ended.label[i]), arm_of(ended.label[i])] += 1
    for i in range(seen.going):
        at_risk[stratum_of(cut.label[i]), arm_of(cut.label[i])] += 1
    rows, gone = 0, 0
    for i in range(seen.done):
        time, label = ended.months[i], ended.label[i]
        stratum, arm = stratum_of(label), arm_of(label)
        while cut.months[gone] < time:
            at_risk[stratum_of(cut.label[gone]), arm_of(cut.label[gone])] -= 1
            gone += 1
        if status_of(label):
            row = open_row[stratum]
            if row < 0 or table.months[row] != time:
                row = rows
                open_row[stratum] = row
                table.months[row] = time
                table.deaths[row] = 0.0
                table.deaths_rt[row] = 0.0
                table.at_risk_control[row] = at_risk[stratum, 0]
                table.at_risk_rt[row] = at_risk[stratum, 1]
                table.stratum[row] = stratum
                rows += 1
            table.deaths[row] += 1.0
            table.deaths_rt[row] += arm
        at_risk[stratum, arm] -= 1
    return rows
