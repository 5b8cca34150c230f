"""Risk tables against a plain-numpy construction, at any look, with ties and strata."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.engine.risk_table import (
    empty_risk_table,
    fill_risk_table,
    fill_stratified_risk_table,
    new_apart,
)

STRATA = 3


def data_at(columns, at, known_to):
    """Time, event, arm and stratum at a look."""
    entry, months, status, arm, stratum = columns
    here, over = entry <= at, entry + months <= at
    time = known_to(np.where(over, months, at - entry), stratum=stratum)
    return time[here], (over & (status == 1))[here], arm[here], stratum[here]


def plain_rows(time, event, arm, stratum):
    """Time, deaths, RT deaths, control and RT patients at risk, stratum; by stratum and time."""
    rows = []
    for cell in np.unique(stratum):
        inside = stratum == cell
        for moment in np.unique(time[inside & event]):
            died = inside & event & (time == moment)
            at_risk = inside & (time >= moment)
            counts = [died, died & (arm == 1), at_risk & (arm == 0), at_risk & (arm == 1)]
            rows.append((moment, *(int(count.sum()) for count in counts), cell))
    return rows


def rows_of(table, count):
    return [tuple(float(column[row]) for column in table[:6]) for row in range(count)]


def unstratified(seen, patients):
    table = empty_risk_table(patients)
    return rows_of(table, fill_risk_table(seen, table))


def stratified(seen, patients, strata=STRATA):
    table = empty_risk_table(patients)
    apart = new_apart(patients, strata=strata)
    return rows_of(table, fill_stratified_risk_table(seen, apart, table))


@given(st.data())
def test_tables_are_those_of_plain_numpy(follow, seen_at, known_to, patients, data):
    columns = data.draw(patients(strata=STRATA))
    followed = follow(*columns)
    moments = st.one_of(st.floats(0.0, 70.0), st.sampled_from([*columns[0], *followed.end]))
    at = data.draw(moments.filter(np.isfinite))
    seen, size = seen_at(followed, at), columns[0].size
    time, event, arm, stratum = data_at(columns, at, known_to)
    together = unstratified(seen, size)
    assert together == plain_rows(time, event, arm, np.zeros_like(stratum))
    apart = stratified(seen, size)
    assert apart == plain_rows(time, event, arm, stratum)


@pytest.mark.parametrize("at", [4.0, 12.0, 20.0, 33.3, 60.0, 500.0])
def test_tables_on_a_grid_of_days(follow, seen_at, known_to, at):
    """400 patients whose entries and times are whole days of months of 30 days."""
    rng = np.random.default_rng(6)
    entry = np.sort(np.ceil(rng.uniform(0, 24, 400) * 30)) / 30
    months = np.ceil(rng.exponential(12.0, 400) * 30) / 30
    columns = (entry, months, *rng.integers(0, [2, 2, STRATA], (400, 3)).T)
    seen = seen_at(follow(*columns), at)
    time, event, arm, stratum = data_at(columns, at, known_to)
    assert unstratified(seen, 400) == plain_rows(time, event, arm, np.zeros_like(stratum))
    assert stratified(seen, 400) == plain_rows(time, event, arm, stratum)


@given(st.data())
def test_one_stratum_gives_the_table_of_all(follow, seen_at, patients, data):
    columns = data.draw(patients(strata=1))
    seen = seen_at(follow(*columns), data.draw(st.floats(0.0, 70.0)))
    size = columns[0].size
    assert stratified(seen, size, strata=1) == unstratified(seen, size)


@pytest.mark.parametrize("cut", [False, True])
def test_those_censored_at_an_event_are_at_risk_of_it(seen_data, cut):
    """Event and censoring at 2 in both arms, whether dropped out or cut off by the look."""
    seen = seen_data([2.0, 2.0, 2.0, 2.0, 1.0], [1, 0, 1, 0, 0], [0, 0, 1, 1, 1], cut=cut)
    assert unstratified(seen, 5) == [(2.0, 2.0, 1.0, 2.0, 2.0, 0.0)]


def test_without_events_there_are_no_rows(seen_data):
    assert unstratified(seen_data([1.0, 2.0], [0, 0], [0, 1]), 2) == []
