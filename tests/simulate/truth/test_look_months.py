"""Expected calendar months of looks: closed forms and combinations of triggers."""

import math

import pytest

from simulate.closed_forms import time_of_events
from simulate.truth import pack_truth
from simulate.truth.estimands import look_estimands
from simulate.truth.follow_up import enrolment_completed
from simulate.truth.look_months import expected_look_months, month_of_events

TRUTH = {
    "name": "planning",
    "control": {"median": 13.73},
    "effect": {"kind": "proportional", "hr": 0.7},
    "drop_out": {"control": {"per_12_months": 0.05}, "rt": {"per_12_months": 0.05}},
}
FINAL = {"months": 90, "information": 1.0}


@pytest.fixture(scope="module")
def planned(default_design_with):
    def build(*looks, rates=({"start": 0, "per_month": 10},), **fields):
        recruitment = {"kind": "uniform", "rates": list(rates)}
        return default_design_with(TRUTH, looks=list(looks), recruitment=recruitment, **fields)

    return build


@pytest.fixture(scope="module")
def months(planned):
    def expected(look):
        design = planned({"information": 0.5} | look, FINAL, futility=None)
        return expected_look_months(design, design.truths[0])[0]

    return expected


def closed_form(design, events):
    packed = pack_truth(design, design.truths[0])
    return time_of_events(
        events,
        accrual_start=[0, 40],
        accrual_rate=[5],
        hazard=packed.hazard[:, 0],
        drop_out=packed.drop_out,
    )


def test_looks_at_events_agree_with_the_closed_form(planned):
    design = planned({"events": 150}, {"events": 225}, {"events": 300})
    closed = [closed_form(design, events) for events in (150, 225, 300)]
    assert expected_look_months(design, design.truths[0]) == pytest.approx(closed, rel=1e-9)


def test_events_are_as_many_as_asked_for(planned):
    design = planned({"events": 300}, futility=None)
    month = month_of_events(design, design.truths[0], events=7.5)
    assert look_estimands(design, design.truths[0], months=month).events == pytest.approx(7.5)
    assert month_of_events(design, design.truths[0], events=399) == math.inf


def test_triggers_are_combined(planned, months):
    at_200 = closed_form(planned({"events": 300}, futility=None), 200)
    assert months({"months": 30}) == 30
    assert months({"min_follow_up": 6}) == pytest.approx(46)
    assert months({"events": 200}) == pytest.approx(at_200)
    assert months({"events": 200, "months": 30}) == pytest.approx(at_200)
    assert months({"events": 200, "months": 30, "combine": "any"}) == 30
    assert months({"events": 200, "min_follow_up": 40}) == pytest.approx(80)
    assert months({"events": 200, "max_wait": 24}) == 24
    assert months({"events": 200, "max_wait": 200}) == pytest.approx(at_200)


def test_looks_do_not_go_back_in_time(planned):
    design = planned(
        {"months": 60, "information": 0.4},
        {"events": 20, "information": 0.5},
        {"events": 399, "max_wait": 7},
        futility=None,
    )
    assert expected_look_months(design, design.truths[0]) == (60, 60, 67)


def test_events_that_are_not_expected_are_infinitely_late(planned):
    design = planned({"events": 366}, futility=None)
    assert expected_look_months(design, design.truths[0]) == (math.inf,)


def test_recruitment_may_begin_with_a_pause(planned):
    pause = ({"start": 0, "per_month": 0}, {"start": 3, "per_month": 10})
    design = planned({"events": 300}, rates=pause, futility=None)
    plain = planned({"events": 300}, futility=None)
    assert enrolment_completed(design) == pytest.approx(43)
    later = expected_look_months(design, design.truths[0])[0]
    assert later == pytest.approx(3 + expected_look_months(plain, plain.truths[0])[0])
