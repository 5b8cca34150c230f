"""The risk table of one look: events and patients at risk at each event time (compiled).

Every test of effect needs the patients only through it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.engine.followed import arm_of, status_of, stratum_of
from simulate.engine.see import Seen

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class RiskTable(NamedTuple):
    """Columns of a risk table; one row for each distinct event time of a stratum.

    Strata come one after the other.

    Attributes
    ----------
    months : array (row,)
        From enrolment, ascending within a stratum.
    deaths, deaths_rt : array (row,)
        Events of both arms and of RT.
    at_risk_control, at_risk_rt : array (row,)
        Patients at risk just before, of the row's stratum.
    stratum : array (row,)
        0 in a table of all patients together.
    excess : array (row,)
        Events of RT minus their expectation without effect.
    spread : array (row,)
        Their hypergeometric variance.
    """

    months: Floats
    deaths: Floats
    deaths_rt: Floats
    at_risk_control: Floats
    at_risk_rt: Floats
    stratum: Integers
    excess: Floats
    spread: Floats


def empty_risk_table(rows: int) -> RiskTable:
    """Room for so many rows, and one more."""
    months, deaths, deaths_rt, control, rt, excess, spread = np.empty((7, rows + 1))
    stratum = np.zeros(rows + 1, np.int64)
    return RiskTable(months, deaths, deaths_rt, control, rt, stratum, excess, spread)


class Apart(NamedTuple):
    """Patients with strata apart, each in the order in which they leave the risk set.

    Attributes
    ----------
    months, label : array (patient,)
    starts : array (stratum + 1,)
        Where each stratum starts.
    """

    months: Floats
    label: Integers
    starts: Integers


def new_apart(patients: int, *, strata: int) -> Apart:
    """Allocate room for so many patients of so many strata."""
    return Apart(np.empty(patients), np.empty(patients, np.int64), np.empty(strata + 1, np.int64))


@lean_kernel
def fill_risk_table(seen: Seen, table: RiskTable) -> int:
    """Fill the table of all patients together, and count its rows.

    Parameters
    ----------
    seen : Seen
    table : RiskTable
        Room for one more row than there are patients.
    """
    rows = _fill_rows(seen.months[: seen.size], seen.label[: seen.size], 0, 0, table)
    return _finish(table, rows)


@lean_kernel
def fill_stratified_risk_table(seen: Seen, apart: Apart, table: RiskTable) -> int:
    """Fill the table with a row for each event time of each stratum, and count the rows.

    Parameters
    ----------
    seen : Seen
    apart : Apart
        Work space.
    table : RiskTable
    """
    _put_apart(seen, apart)
    rows = start = 0
    for stratum in range(apart.starts.size - 1):
        stop = apart.starts[stratum]
        rows = _fill_rows(apart.months[start:stop], apart.label[start:stop], stratum, rows, table)
        start = stop
    return _finish(table, rows)


@lean_inlined
def _put_apart(seen: Seen, apart: Apart) -> None:
    """Put strata apart; afterwards each entry of `starts` is where its stratum stops."""
    starts = apart.starts
    starts[:] = 0
    for i in range(seen.size):
        starts[stratum_of(seen.label[i]) + 1] += 1
    for stratum in range(1, starts.size):
        starts[stratum] += starts[stratum - 1]
    for i in range(seen.size):
        stratum = stratum_of(seen.label[i])
        place = starts[stratum]
        starts[stratum] = place + 1
        apart.months[place], apart.label[place] = seen.months[i], seen.label[i]


@lean_inlined
def _fill_rows(months: Floats, label: Integers, stratum: int, first: int, table: RiskTable) -> int:
    """Fill a row for each event of a stratum, from row `first`, and count the rows.

    Rows are written for those censored, too, and then written over: a branch that is a matter of
    chance costs more.
    """
    rt = 0
    for i in range(label.size):
        rt += arm_of(label[i])
    row = first
    for i in range(label.size):
        arm = arm_of(label[i])
        table.months[row] = months[i]
        table.deaths_rt[row] = arm
        table.at_risk_control[row] = label.size - i - rt
        table.at_risk_rt[row] = rt
        row += status_of(label[i])
        rt -= arm
    table.deaths[first:row] = 1.0
    table.stratum[first:row] = stratum
    return row


@lean_inlined
def _finish(table: RiskTable, rows: int) -> int:
    """Bring events of one time together, and fill the rest; returns the number of rows."""
    tied = False
    for row in range(1, rows):
        tied |= table.months[row] == table.months[row - 1]
    if tied:
        rows = _bring_together(table, rows)
    for row in range(rows):
        at_risk = table.at_risk_control[row] + table.at_risk_rt[row]
        share = table.at_risk_rt[row] / at_risk
        table.excess[row] = table.deaths_rt[row] - table.deaths[row] * share
        table.spread[row] = table.deaths[row] * share * (1.0 - share)
    if tied:
        _spare(table, rows)
    return rows


@lean_inlined
def _spare(table: RiskTable, rows: int) -> None:
    """Lessen the variance where several events share a time: they are drawn without return."""
    for row in range(rows):
        at_risk = table.at_risk_control[row] + table.at_risk_rt[row]
        table.spread[row] *= (at_risk - table.deaths[row]) / max(at_risk - 1.0, 1.0)


@lean_inlined
def _bring_together(table: RiskTable, rows: int) -> int:
    """Make one row of all events of one time and stratum; returns the number of rows."""
    last = 0
    for row in range(1, rows):
        together = table.months[row] == table.months[last]
        if together and table.stratum[row] == table.stratum[last]:
            table.deaths[last] += table.deaths[row]
            table.deaths_rt[last] += table.deaths_rt[row]
        else:
            last += 1
            table.months[last], table.stratum[last] = table.months[row], table.stratum[row]
            table.deaths[last], table.deaths_rt[last] = table.deaths[row], table.deaths_rt[row]
            table.at_risk_control[last] = table.at_risk_control[row]
            table.at_risk_rt[last] = table.at_risk_rt[row]
    return last + 1
