"""Whether both arms have events."""

import pandas as pd
import pytest

from models.patients.events import events_check


def patients(control, rt, **columns):
    arms = ["control"] * len(control) + ["rt"] * len(rt)
    return pd.DataFrame({"arm": arms, "event": [*control, *rt], "time": 1.0} | columns)


@pytest.mark.parametrize(
    ("control", "rt", "words"),
    [
        ([True, False], [False, False], "1 in control and 0 in RT; without events in RT the"),
        ([False], [True, True], "0 in control and 2 in RT; without events in control the"),
        ([False], [False], "without events in control and RT the priors"),
    ],
)
def test_an_arm_without_events_is_told(control, rt, words):
    check = events_check(patients(control, rt))
    assert check.passed is False
    assert words in check.text


def test_events_in_both_arms_pass():
    check = events_check(patients([True, True], [True]))
    assert check.passed is True
    assert (check.text, dict(check.values)) == (
        "events: 2 in control and 1 in RT", {"events_control": 2.0, "events_rt": 1.0},
    )  # fmt: skip


def test_of_several_sets_the_poorest_counts():
    several = patients([True, True], [True, False], imputation=[0, 1, 0, 1])
    check = events_check(several)
    assert check.passed is False
    assert check.values["events_rt"] == 0.0
