"""Bounds with paths: every look's hazard ratio, and each path up to its stop in its colour."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from simulate.plots.judged_paths import judge_paths
from simulate.plots.outcome_style import OUTCOME_STYLES

BOUNDS = {"efficacy_z": [3.0, 2.0], "futility_z": [0.0, 2.0]}


def test_paths_stop_where_they_leave_the_bounds():
    paths = [[3.0, 0.0], [2.9, 2.0], [2.9, 1.9], [-0.1, 5.0], [0.0, 1.0], [math.nan, 2.5]]
    found = judge_paths(paths, **BOUNDS)
    assert found.stop.tolist() == [0, 1, 1, 0, 1, 1]
    assert found.outcome.tolist() == [
        "success", "success", "failure", "futility", "failure", "success",
    ]  # fmt: skip


@given(st.lists(st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1))
def test_paths_are_judged_as_by_walking_along_them(paths):
    upper, lower = [3.0, 2.4, 2.0], [-1.0, 0.5, 2.0]
    found = judge_paths(paths, efficacy_z=upper, futility_z=lower)
    for path, stop, outcome in zip(paths, found.stop, found.outcome, strict=True):
        expected = (2, "failure")
        for look in range(3):
            if path[look] >= upper[look]:
                expected = (look, "success")
                break
            if look < 2 and path[look] < lower[look]:
                expected = (look, "futility")
                break
        assert (stop, outcome) == expected


def test_bounds_stand_at_their_looks_with_their_hazard_ratios(made_up):
    ax = made_up.draw_bounds()
    lines = made_up.named(ax)
    np.testing.assert_allclose(
        lines["bound-success"].get_xydata(), np.column_stack((made_up.events, made_up.efficacy))
    )
    np.testing.assert_allclose(
        lines["bound-futility"].get_xydata(),
        np.column_stack((made_up.events[:2], made_up.futility[:2])),
    )
    texts = [text.get_text() for text in ax.texts]
    by_hand = np.exp(-2 * np.array(made_up.efficacy) / np.sqrt(made_up.events))
    assert [text for text in texts if text.startswith("HR")] == [
        *(f"HR {ratio:.2f}" for ratio in by_hand), "HR 1.00", "HR 0.90",
    ]  # fmt: skip
    assert "look 2\n75%" in texts


def test_unequal_allocation_changes_the_hazard_ratios(made_up):
    ax = made_up.draw_bounds(per_event=2 / 9)
    assert f"HR {math.exp(-2.96 / math.sqrt(150 * 2 / 9)):.2f}" in [t.get_text() for t in ax.texts]


def test_paths_end_at_their_stop_and_are_counted_by_outcome(made_up):
    paths = np.array([[3.5, 9.0, 9.0], [-1.0, 9.0, 9.0], [1.0, 1.0, 1.0], [1.0, 1.0, 2.5]])
    judged = judge_paths(paths, efficacy_z=made_up.efficacy, futility_z=made_up.futility)
    ax = made_up.draw_bounds(paths=paths, judged=judged)
    drawn = made_up.named(ax)
    success = [line.tolist() for line in drawn["paths-success"].get_segments()]
    assert success == [
        [[0, 0], [150, 3.5]], [[0, 0], [150, 1.0], [225, 1.0], [300, 2.5]],
    ]  # fmt: skip
    assert len(drawn["paths-futility"].get_segments()) == 1
    assert to_hex(drawn["paths-failure"].get_color()[0]) == OUTCOME_STYLES["failure"].colour
    assert "success: 2 of 4 trials" in made_up.words(ax)


def test_statistics_that_are_undefined_are_left_out_of_a_path(made_up):
    paths = np.array([[math.nan, 1.0, 2.5]])
    judged = judge_paths(paths, efficacy_z=made_up.efficacy, futility_z=made_up.futility)
    drawn = made_up.named(made_up.draw_bounds(paths=paths, judged=judged))
    assert drawn["paths-success"].get_segments()[0].tolist() == [[0, 0], [225, 1], [300, 2.5]]


def test_bounds_that_do_not_exist_are_not_drawn(made_up):
    none = [-math.inf] * 3
    ax = made_up.draw_bounds(efficacy_z=[math.inf, math.inf, 1.96], futility_z=none)
    lines = made_up.named(ax)
    assert "bound-futility" not in lines
    assert lines["bound-success"].get_xydata().tolist() == [[300, 1.96]]
    assert "futility" not in made_up.words(ax)


def test_of_many_looks_some_are_labelled_the_last_among_them(made_up):
    events = np.arange(20, 401, 20)
    ax = made_up.draw_bounds(
        events=events, efficacy_z=np.full(20, 2.5), futility_z=np.full(20, -np.inf)
    )
    looks = [text.get_text() for text in ax.texts if text.get_text().startswith("look")]
    assert len(looks) <= 8
    assert looks[-1] == "look 20\n100%"


def test_of_looks_close_together_one_is_labelled(made_up):
    ax = made_up.draw_bounds(events=np.array([150, 290, 300]))
    texts = [text.get_text() for text in ax.texts]
    assert [text for text in texts if "\n" in text] == ["look 1\n50%", "look 3\n100%"]
    assert sum(text.startswith("HR") for text in texts) == 3


def test_every_bound_and_no_effect_are_in_view(made_up):
    low, high = made_up.draw_bounds(efficacy_z=[7.5, 3.0, 2.0], futility_z=[-3, 0, 2]).get_ylim()
    assert low < -3
    assert high > 7.5


def test_unusable_input_is_refused(made_up):
    with pytest.raises(ValueError, match="`futility_z` needs one bound for each of 3 looks, got 2"):
        made_up.draw_bounds(futility_z=[0.0, 1.0])
    with pytest.raises(ValueError, match="`paths` come without `judged`"):
        made_up.draw_bounds(paths=made_up.paths())
