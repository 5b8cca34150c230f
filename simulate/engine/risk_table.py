"""The risk table of one look: events and patients at risk at each event time (compiled).

Every test of effect needs the patients only through it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
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
    ended, cut = seen.ended, seen.cut
    at_risk = seen.done + seen.going
    rt = 0
    for i in range(seen.done):
        rt += arm_of(ended.label[i])
    for i in range(seen.going):
        rt += arm_of(cut.label[i])
    row, gone, last = -1, 0, -1.0
    for i in range(seen.done):
        time, label = ended.months[i], ended.label[i]
        while cut.months[gone] < time:
            rt -= arm_of(cut.label[gone])
            at_risk -= 1
            gone += 1
        if status_of(label):
            if time != last:
                row += 1
                last = time
                table.months[row] = time
                table.deaths[row] = 0.0
                table.deaths_rt[row] = 0.0
                table.at_risk_control[row] = at_risk - rt
                table.at_risk_rt[row] = rt
                table.stratum[row] = 0
            table.deaths[row] += 1.0
            table.deaths_rt[row] += arm_of(label)
        rt -= arm_of(label)
        at_risk -= 1
    return row + 1


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
