"""What a look sees, against one patient at a time in plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.engine.followed import arm_of, make_label, status_of, stratum_of
from simulate.engine.see import label_in, make_key, new_sight, time_in


def plain_view(columns, at, known_to):
    """Time, whether censored, stratum and arm of everyone who has enrolled, sorted."""
    rows = []
    for entry, months, status, arm, stratum in zip(*columns, strict=True):
        over = entry + months <= at
        if entry <= at:
            time = known_to(months if over else at - entry, stratum=columns[4])
            rows.append((float(time), int(not (over and status)), int(stratum), int(arm)))
    return sorted(rows)


def read(seen):
    months, label = seen.months[: seen.size], seen.label[: seen.size]
    return [
        (float(time), 1 - status_of(mark), stratum_of(mark), arm_of(mark))
        for time, mark in zip(months, label, strict=True)
    ]


@given(st.data())
def test_a_look_sees_everyone_enrolled_as_known_then(follow, seen_at, known_to, patients, data):
    """In the order in which they leave the risk set, events first where times are equal."""
    columns = data.draw(patients())
    followed = follow(*columns)
    moments = st.one_of(st.floats(0.0, 70.0), st.sampled_from([*columns[0], *followed.end]))
    at = data.draw(moments.filter(np.isfinite))
    assert read(seen_at(followed, at)) == plain_view(columns, at, known_to)


def test_nobody_is_seen_before_the_first_patient(follow, seen_at):
    assert seen_at(follow([2.0, 3.0], [1.0, 1.0], [1, 1], [0, 1], [0, 0]), 1.9).size == 0


@pytest.mark.parametrize(("strata", "error"), [(1, 1e-15), (2, 2e-15), (1_000, 1e-12)])
def test_keys_hold_labels_and_times_but_for_the_last_bits(strata, error):
    later = new_sight(1, strata=strata).later
    for time in (0.0, 1e-300, 0.1, 12.3, 60.0, 1e5):
        for label in (make_label(a, s, d) for a in (0, 1) for s in (0, strata - 1) for d in (0, 1)):
            key = make_key(time, label, later)
            assert label_in(key, later) == label
            assert time_in(key, later) == pytest.approx(time, rel=error, abs=0.0)
            assert time_in(key, later) <= time


@pytest.mark.parametrize("strata", [1, 3, 64])
def test_keys_sort_by_time_then_events_first(strata):
    later = new_sight(1, strata=strata).later
    last = strata - 1
    event, censored = (make_label(1, last, 1), make_label(0, 0, 0))
    assert make_key(2.0, event, later) < make_key(2.0, censored, later)
    assert make_key(2.0, censored, later) < make_key(np.nextafter(2.0, 3.0) + 1e-9, event, later)
