"""Tables of the three transitions against sums over single patients, and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.illness_death.exposure import (
    followed_patients,
    tabulate_transitions,
    transition_table,
)
from models.illness_death.priors import TRANSITIONS
from models.survival import tabulate

CUTS = (3.0, 6.0)
clocks = pytest.mark.parametrize("clock", ["forward", "reset"])


def patients(*rows):
    """Rows of progression time (None for none), last time, died, arm."""
    return pd.DataFrame(
        {
            "pfs_time": [float(row[1] if row[0] is None else row[0]) for row in rows],
            "progressed": [row[0] is not None for row in rows],
            "os_time": [float(row[1]) for row in rows],
            "os_event": [row[2] for row in rows],
            "arm": [row[3] for row in rows],
        }
    )


def cell(table, variable, transition, arm):
    return table[variable].sel(transition=transition, arm=arm).values.tolist()


def test_by_hand():
    group = patients(
        (2.0, 7.0, True, "control"),
        (None, 4.0, True, "control"),
        (6.0, 9.0, False, "rt"),
        (None, 3.0, False, "rt"),
    )
    forward = transition_table(group, cuts=CUTS, clock="forward")
    assert forward["transition"].values.tolist() == list(TRANSITIONS)
    for transition in TRANSITIONS[:2]:
        assert cell(forward, "exposure", transition, "control") == [5.0, 1.0, 0.0]
        assert cell(forward, "exposure", transition, "rt") == [6.0, 3.0, 0.0]
    assert cell(forward, "events", "progression", "control") == [1, 0, 0]
    assert cell(forward, "events", "progression", "rt") == [0, 1, 0]
    assert cell(forward, "events", "death_without_progression", "control") == [0, 1, 0]
    assert cell(forward, "events", "death_after_progression", "control") == [0, 0, 1]
    assert cell(forward, "exposure", "death_after_progression", "control") == [1.0, 3.0, 1.0]
    assert cell(forward, "exposure", "death_after_progression", "rt") == [0.0, 0.0, 3.0]
    reset = transition_table(group, cuts=CUTS, clock="reset")
    assert cell(reset, "events", "death_after_progression", "control") == [0, 1, 0]
    assert cell(reset, "exposure", "death_after_progression", "control") == [3.0, 2.0, 0.0]
    assert cell(reset, "exposure", "death_after_progression", "rt") == [3.0, 0.0, 0.0]
    assert reset.attrs["clock"] == "reset"


@clocks
def test_an_event_at_a_cut_point_belongs_to_the_interval_that_ends_there(clock):
    table = transition_table(patients((3.0, 6.0, True, "rt")), cuts=CUTS, clock=clock)
    assert cell(table, "events", "progression", "rt") == [1, 0, 0]
    place = [1, 0, 0] if clock == "reset" else [0, 1, 0]
    assert cell(table, "events", "death_after_progression", "rt") == place


@clocks
def test_death_on_the_day_of_progression_follows_it_without_exposure(clock):
    table = transition_table(patients((4.0, 4.0, True, "rt")), cuts=CUTS, clock=clock)
    assert table["events"].sel(transition="death_after_progression").sum() == 1
    assert table["events"].sel(transition="death_without_progression").sum() == 0
    assert table["exposure"].sel(transition="death_after_progression").sum() == 0


TENTHS = st.integers(0, 120).map(lambda tenth: tenth / 10)
ROWS = st.tuples(TENTHS, TENTHS, st.booleans(), st.booleans(), st.integers(0, 1))


@given(st.lists(ROWS, min_size=1, max_size=30), st.sampled_from(["forward", "reset"]))
def test_each_endpoint_is_a_sum_of_transitions(rows, clock):
    first, second, progressed, died, arm = (np.array(part) for part in zip(*rows, strict=True))
    progression, last = np.minimum(first, second), np.maximum(first, second)
    found = followed_patients(progression, progressed, last, died)
    events, exposure = tabulate_transitions(found, arm, cuts=CUTS, clock=clock)
    free = np.where(progressed, progression, last)
    pfs = tabulate(free, progressed | died, arm, cuts=CUTS)
    np.testing.assert_array_equal(events[0] + events[1], pfs.events)
    np.testing.assert_allclose(exposure[0], pfs.exposure)
    np.testing.assert_array_equal(exposure[0], exposure[1])
    os = tabulate(last, died, arm, cuts=CUTS)
    if clock == "forward":
        np.testing.assert_array_equal(events[1] + events[2], os.events)
        np.testing.assert_allclose(exposure[0] + exposure[2], os.exposure, atol=1e-9)
    else:
        later = tabulate((last - free)[progressed], died[progressed], arm[progressed], cuts=CUTS)
        np.testing.assert_array_equal(events[2], later.events)
        np.testing.assert_allclose(exposure[2], later.exposure, atol=1e-9)


def test_sets_are_tabulated_one_by_one():
    one = patients((2.0, 7.0, True, "control"), (None, 4.0, True, "rt"))
    other = patients((1.0, 2.0, False, "rt"))
    both = pd.concat([one.assign(imputation=7), other.assign(imputation=3)])
    table = transition_table(both, cuts=CUTS, clock="forward")
    assert table["events"].dims == ("imputation", "transition", "arm", "interval")
    for label, group in ((7, one), (3, other)):
        alone = transition_table(group, cuts=CUTS, clock="forward")
        assert table.sel(imputation=label, drop=True).equals(alone)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((5.0, 4.0, True, "rt"), r"`progression_time` is 5 where `last_time` is 4; progression"),
        ((-1.0, 4.0, True, "rt"), r"`progression_time` must be finite months of at least 0"),
        ((None, np.inf, False, "rt"), r"`last_time` must be finite months of at least 0, got inf"),
        ((None, 4.0, False, "placebo"), r"`arm` must be 'control' or 'rt', got \['placebo'\]"),
    ],
)
def test_unusable_patients_are_named(row, words):
    with pytest.raises(ValueError, match=words):
        transition_table(patients(row), cuts=CUTS, clock="forward")


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="`patients` lacks the column 'os_event'"):
        transition_table(
            patients((None, 1.0, True, "rt")).drop(columns="os_event"), cuts=CUTS, clock="forward"
        )


def test_progression_must_be_known_up_to_the_last_time():
    group = patients((None, 9.0, True, "rt")).assign(pfs_time=4.0)
    with pytest.raises(ValueError, match="`pfs_time` is 4 where `os_time` is 9 and there was no"):
        transition_table(group, cuts=CUTS, clock="forward")
