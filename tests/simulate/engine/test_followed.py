"""What a look sees, against one patient at a time in plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.engine.followed import arm_of, make_label, status_of, stratum_of


def plain_view(columns, at):
    """Time, event, arm and stratum of everyone who has enrolled, sorted."""
    rows = []
    for entry, months, status, arm, stratum in zip(*columns, strict=True):
        if entry + months <= at:
            rows.append((months, int(status), int(arm), int(stratum)))
        elif entry <= at:
            rows.append((at - entry, 0, int(arm), int(stratum)))
    return sorted(rows)


def read(leaving, count):
    return [
        (time, status_of(label), arm_of(label), stratum_of(label))
        for time, label in zip(leaving.months[:count], leaving.label[:count], strict=True)
    ]


@given(st.data())
def test_a_look_sees_everyone_enrolled_as_known_then(follow, seen_at, patients, data):
    columns = data.draw(patients())
    followed = follow(*columns)
    moments = st.one_of(st.floats(0.0, 70.0), st.sampled_from([*columns[0], *followed.end]))
    at = data.draw(moments.filter(np.isfinite))
    seen = seen_at(followed, at)
    ended, cut = read(seen.ended, seen.done), read(seen.cut, seen.going)
    assert sorted(ended + cut) == plain_view(columns, at)
    assert not any(status for _, status, _, _ in cut)


@given(st.data())
def test_both_lists_ascend_and_close_with_infinity(follow, seen_at, patients, data):
    """Events come before drop-outs of the same time."""
    seen = seen_at(follow(*data.draw(patients())), data.draw(st.floats(0.0, 70.0)))
    for leaving, count in ((seen.ended, seen.done), (seen.cut, seen.going)):
        times = leaving.months[: count + 1]
        assert np.all(times[:-1] <= times[1:])
        assert times[-1] == np.inf
        assert np.all(np.isfinite(times[:-1]))
    ended = [(time, -status) for time, status, _, _ in read(seen.ended, seen.done)]
    assert ended == sorted(ended)


def test_nobody_is_seen_before_the_first_patient(follow, seen_at):
    seen = seen_at(follow([2.0, 3.0], [1.0, 1.0], [1, 1], [0, 1], [0, 0]), 1.9)
    assert (seen.done, seen.going) == (0, 0)


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize("stratum", [0, 1, 1023])
def test_labels_hold_arm_stratum_and_status(arm, stratum, status):
    label = make_label(arm, stratum, status)
    assert (arm_of(label), stratum_of(label), status_of(label)) == (arm, stratum, status)
