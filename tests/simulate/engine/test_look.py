"""The month of a look against plain Python, for every combination of triggers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.design.looks import Look
from simulate.engine.look import LOOK, look_time
from simulate.engine.order import fill_calendar, new_calendar
from simulate.engine.pack import pack_looks

SCALE = 10.0
ENTRY = [0.0, 1.0, 4.0, 6.0]
MONTHS = [5.0, 2.0, 9.0, math.inf]
STATUS = [1, 1, 0, 0]


def found(look, before, followed):
    calendar = new_calendar(followed.end.size)
    fill_calendar(followed.end, followed.status, SCALE, calendar)
    return look_time(pack_looks((look,))[0], before, followed, calendar)


def plain(look, before, followed):
    """Month of the look, and whether its triggers were reached."""
    events = sorted(e for e, s in zip(followed.end, followed.status, strict=True) if s)
    due = []
    if look.events is not None:
        due.append(events[look.events - 1] if look.events <= len(events) else math.inf)
    if look.months is not None:
        due.append(look.months)
    if look.min_follow_up is not None:
        due.append(max(followed.entry) + look.min_follow_up)
    month = min(due) if look.combine == "any" else max(due)
    if look.max_wait is not None:
        month = min(month, before + look.max_wait)
    if month < math.inf:
        return max(month, before), 1
    return max([before, *followed.entry, *(e for e in followed.end if e < math.inf)]), 0


MONTH = st.one_of(st.none(), st.floats(0.1, 60.0), st.sampled_from([1.0, 3.0, 5.0, 8.0]))
LOOKS = st.builds(
    dict,
    events=st.one_of(st.none(), st.integers(1, 45)),
    months=MONTH,
    min_follow_up=st.one_of(st.just(0.0), MONTH),
    max_wait=MONTH,
    combine=st.sampled_from(["all", "any"]),
).filter(lambda look: (look["events"], look["months"], look["min_follow_up"]) != (None,) * 3)


@given(st.data(), LOOKS, st.one_of(st.just(0.0), st.floats(0.0, 80.0)))
def test_month_is_that_of_plain_python(follow, patients, data, look, before):
    followed = follow(*data.draw(patients()))
    chosen = Look(**look)
    assert found(chosen, before, followed) == plain(chosen, before, followed)


@given(st.data(), st.lists(LOOKS, min_size=2, max_size=5))
def test_looks_never_run_backwards(follow, patients, data, looks):
    followed = follow(*data.draw(patients()))
    before = 0.0
    for look in looks:
        time = found(Look(**look), before, followed)
        assert before <= time.at < math.inf
        before = time.at


@pytest.mark.parametrize(
    ("look", "before", "expected"),
    [
        ({"events": 1}, 0.0, (3.0, 1)),
        ({"events": 2}, 0.0, (5.0, 1)),
        ({"events": 2}, 7.5, (7.5, 1)),
        ({"events": 3}, 0.0, (13.0, 0)),
        ({"events": 3}, 20.0, (20.0, 0)),
        ({"events": 3, "max_wait": 4.0}, 5.0, (9.0, 1)),
        ({"events": 3, "months": 11.0}, 0.0, (13.0, 0)),
        ({"events": 3, "months": 11.0, "combine": "any"}, 0.0, (11.0, 1)),
        ({"months": 2.0}, 0.0, (2.0, 1)),
        ({"min_follow_up": 0.0}, 0.0, (6.0, 1)),
        ({"min_follow_up": 3.0, "events": 1}, 0.0, (9.0, 1)),
        ({"min_follow_up": 3.0, "events": 1, "combine": "any"}, 0.0, (3.0, 1)),
        ({"min_follow_up": 3.0, "events": 1, "max_wait": 1.0}, 4.0, (5.0, 1)),
    ],
)
def test_months_worked_out_by_hand(follow, look, before, expected):
    """Events at 3 and 5, drop-out at 13, one patient followed for ever; the last enters at 6."""
    followed = follow(ENTRY, MONTHS, STATUS, [0, 1, 0, 1], [0, 0, 0, 0])
    assert found(Look(**look), before, followed) == expected


def test_a_trial_in_which_nothing_ever_ends(follow):
    followed = follow([1.0, 2.0], [math.inf, math.inf], [0, 0], [0, 1], [0, 0])
    assert found(Look(events=1), 0.0, followed) == (2.0, 0)
    assert found(Look(events=1), 30.0, followed) == (30.0, 0)


def test_a_trial_without_patients(follow):
    """Poisson recruitment over a fixed time may bring nobody."""
    followed = follow(*np.empty((5, 0)))
    assert found(Look(min_follow_up=3.0), 0.0, followed) == (3.0, 1)
    assert found(Look(events=1), 4.0, followed) == (4.0, 0)
    assert found(Look(months=2.0), 0.0, followed) == (2.0, 1)


def test_packing_marks_triggers_that_are_not_there():
    packed = pack_looks((Look(events=9, max_wait=2.0), Look(months=3.0, combine="any")))
    assert packed.dtype == LOOK
    assert packed["events"].tolist() == [9, 0]
    assert np.isnan(packed["months"]).tolist() == [True, False]
    assert np.isnan(packed["min_follow_up"]).all()
    assert np.isnan(packed["max_wait"]).tolist() == [False, True]
    assert packed["any"].tolist() == [0, 1]
