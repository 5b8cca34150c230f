"""What is published, what is discarded, and that kept trials hold their own figures."""

import math

import numpy as np
import pytest

from models.printed import printed_figures, record_windows
from models.reconstruction.assemble import assemble_problem
from models.settings import AnalysisSettings, FixedFollowUp, FreeFollowUp, GammaBaseline
from simulate.phase2 import (
    KINDS,
    REASONS,
    PublishingRules,
    draw_published_trial,
    publish,
    reason_to_discard,
)

RULES = PublishingRules()
FIXED = FixedFollowUp(earliest=7.43, latest=35.93, loss=0.005)
REFERENCE = AnalysisSettings(
    name="reference",
    times="continuous",
    baseline=GammaBaseline(),
    placement="control",
    follow_up=FIXED,
)
FREE = AnalysisSettings(name="free", follow_up=FreeFollowUp(accrual=28.0, latest=48.0))
PLAIN = {
    "median_control": 10.931,
    "median_rt": 15.372,
    "hazard_ratio": 1.991,
    "lower": 1.161,
    "upper": 3.411,
    "follow_up_minimum": 4.502,
    "follow_up_median": 13.501,
    "follow_up_maximum": 35.201,
    "events_control": 30.0,
    "events_rt": 25.0,
}
CASES = {
    REASONS[0]: {"median_rt": math.inf},
    REASONS[1]: {"hazard_ratio": math.nan, "lower": math.nan, "upper": math.nan},
    REASONS[2]: {"events_rt": 21.0},
    REASONS[3]: {"lower": 0.004},
    REASONS[4]: {"upper": 8.0051},
    REASONS[5]: {"hazard_ratio": 0.3, "lower": 0.299, "upper": 0.301},
    REASONS[6]: {"follow_up_maximum": 28.01},
    REASONS[7]: {"follow_up_maximum": 47.99},
}


def reason(changes, *, kind, settings=REFERENCE):
    return reason_to_discard(PLAIN | changes, kind=kind, rules=RULES, settings=settings)


def test_every_reason_has_a_case():
    assert CASES.keys() == set(REASONS)


@pytest.mark.parametrize("expected", REASONS)
def test_trials_are_discarded_for_the_right_reason(expected):
    kind = "pfs" if expected == REASONS[2] else "os"
    settings = FREE if expected in REASONS[6:] else REFERENCE
    assert reason({}, kind=kind, settings=settings) is None
    assert reason(CASES[expected], kind=kind, settings=settings) == expected


def test_only_what_is_printed_decides():
    unprinted = {"events_control": 1.0, "events_rt": 1.0}
    assert reason(unprinted, kind="os") is None
    assert reason({"follow_up_minimum": 0.001, "follow_up_median": 10.93}, kind="pfs") is None
    assert reason({"upper": 8.0049}, kind="os") is None
    assert reason({"median_control": 15.371}, kind="os") is None
    assert reason({"follow_up_median": 10.929}, kind="os") is None


def test_kinds_publish_what_they_should():
    os_record, pfs_record = (publish(PLAIN, kind=kind, rules=RULES) for kind in KINDS)
    assert os_record.follow_up.of == "observed OS times"
    assert os_record.follow_up.maximum.text == "35.20"
    assert os_record.endpoints["os"].events["control"] is None
    assert os_record.endpoints["os"].direction == "control_vs_rt"
    assert pfs_record.follow_up.maximum is None
    known = pfs_record.endpoints["pfs"].events
    assert (known["control"].at_least, known["rt"].at_least) == (25, 22)
    assert pfs_record.endpoints["pfs"].hazard_ratio.text == "1.99"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [REFERENCE, FREE], ids=["continuous", "days"])
def test_kept_trials_hold_their_own_figures_and_suit_the_sampler(kind, settings):
    rng = np.random.default_rng(3)
    for _ in range(12):
        trial = draw_published_trial(settings, kind=kind, rules=RULES, rng=rng)
        figures = printed_figures(trial.time[None], trial.event[None], n_control=38)
        for name, (low, high) in record_windows(trial.record, kind).items():
            assert low - 1e-9 <= figures[name][0] < high, name
        problem = assemble_problem(trial.record, kind, settings)[0]
        assert trial.time.max() < min(problem["cap"], problem["cut_high"])
        assert trial.events == (trial.event[:38].sum(), trial.event[38:].sum())
        if kind == "pfs":
            assert trial.events[0] >= problem["events_low"][0] == 25
            assert trial.events[1] >= problem["events_low"][1] == 22


def test_a_trial_is_the_same_again_and_says_what_came_before():
    one, two = (
        draw_published_trial(REFERENCE, kind="pfs", rules=RULES, rng=np.random.default_rng(8))
        for _ in range(2)
    )
    assert one.record == two.record
    np.testing.assert_array_equal(one.time, two.time)
    assert one.discarded == two.discarded
    assert one.discarded
    assert set(one.discarded) <= set(REASONS)


def test_impossible_rules_are_explained(monkeypatch):
    monkeypatch.setattr("simulate.phase2.trial.MOST_DRAWS", 3)
    rules = PublishingRules(highest_limit=0.01)
    with pytest.raises(ValueError, match=r"none of 3 trials.*raise `highest_limit`"):
        draw_published_trial(REFERENCE, kind="os", rules=rules, rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"events_at_least": (39, 22)}, "a bound must lie between 0 and the arm's size"),
        ({"events_at_least": (25, -1)}, "a bound must lie between 0 and the arm's size"),
        ({"highest_limit": 0.0}, "a hazard ratio is positive"),
    ],
)
def test_bad_rules_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        PublishingRules(**changes)
