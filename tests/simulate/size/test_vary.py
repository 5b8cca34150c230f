"""What each way to vary changes and keeps, and what it refuses."""

import pytest

from simulate.size.vary import vary

CALENDAR = [{"months": 12.0, "information": 0.6}, {"months": 24.0}]
OPEN = {
    "patients": None,
    "recruitment": {
        "kind": "poisson",
        "rates": [{"start": 0.0, "per_month": 4.0}, {"start": 6.0, "per_month": 10.0}],
        "duration": 24.0,
    },
}


def test_patients_take_the_events_with_them(one_look):
    varied = vary(one_look(looks=[{"events": 40}, {"events": 80}],
                           efficacy={"kind": "pocock"}), "n")  # fmt: skip
    design = varied.at(200.0)
    assert (varied.planned, varied.unit) == (120.0, "patients")
    assert design.patients == 200
    assert [look.events for look in design.looks] == [67, 134]
    assert design.recruitment == varied.design.recruitment
    assert varied.at(120.0) == varied.design


def test_events_alone_leave_the_patients(one_look):
    varied = vary(one_look(), "events")
    assert varied.at(100.0).patients == 120
    assert varied.at(100.0).looks[0].events == 100
    assert varied.highest <= 120
    with pytest.raises(ValueError, match="a patient has at most one event"):
        varied.at(121.0)


def test_follow_up_stretches_the_calendar(one_look):
    varied = vary(one_look(looks=CALENDAR, efficacy={"kind": "pocock"}), "follow_up")
    design = varied.at(36.0)
    assert [look.months for look in design.looks] == [18.0, 36.0]
    assert design.patients == 120
    least = vary(one_look(looks=[{"min_follow_up": 6.0}]), "follow_up")
    assert least.planned == 6.0
    assert least.at(9.0).looks[0].min_follow_up == 9.0


def test_accrual_of_a_fixed_duration_brings_patients_and_their_events(one_look):
    varied = vary(one_look(**OPEN), "accrual")
    design = varied.at(15.0)
    assert (varied.planned, varied.unit) == (10.0, "patients per month")
    assert [rate.per_month for rate in design.recruitment.rates] == [6.0, 15.0]
    assert design.looks[0].events == 120


def test_accrual_of_fixed_patients_leaves_them(one_look):
    varied = vary(one_look(looks=[{"months": 24.0}]), "accrual")
    design = varied.at(20.0)
    assert design.patients == 120
    assert design.looks == varied.design.looks
    sites = {"kind": "poisson", "sites": {"number": 20, "opening_months": 6.0,
                                          "per_site_month": 0.5}}  # fmt: skip
    sited = vary(one_look(looks=[{"months": 24.0}], recruitment=sites), "accrual")
    assert sited.planned == 10.0
    assert sited.at(5.0).recruitment.sites.per_site_month == 0.25


@pytest.mark.parametrize(
    ("way", "changes", "words"),
    [
        ("n", OPEN, "its recruitment has a fixed duration; vary events or accrual"),
        ("events", {"looks": [{"months": 24.0}]}, "vary n or accrual or follow_up"),
        ("accrual", {}, "moves the calendar alone; vary n or events"),
        ("follow_up", {}, "neither for a month nor for a minimal follow-up; vary n or events"),
        ("sites", {}, "--vary is 'sites'; it must be one of n, events, accrual, follow_up"),
    ],
)
def test_what_cannot_vary_is_one_sentence(one_look, way, changes, words):
    with pytest.raises(ValueError) as told:
        vary(one_look(**changes), way)
    assert words in str(told.value)


def test_answers_are_rounded_up_to_blocks(one_look):
    assert vary(one_look(), "n").rounded_up(120.2) == 122.0
    assert vary(one_look(), "n").rounded_up(122.0) == 122.0
    ratio = {"allocation": {"control": 1, "rt": 2}}
    sized = one_look(**ratio, randomisation={"kind": "blocks", "block_sizes": [3, 6]})
    assert vary(sized, "n").rounded_up(120.2) == 123.0
    assert vary(one_look(), "events").rounded_up(80.01) == 81.0
    months = vary(one_look(looks=[{"months": 24.0}]), "follow_up")
    assert months.rounded_up(24.31) == 24.4


def test_sizes_keep_to_what_is_possible(one_look):
    varied = vary(one_look(), "n")
    assert varied.snapped(150.4) == 150.0
    assert varied.snapped(0.3) == varied.lowest
    assert varied.highest == 64 * 120


def test_rounded_events_count_for_the_size_that_they_belong_to(one_look):
    varied = vary(one_look(), "n")
    assert varied.at(121.0).looks[0].events == 81
    assert varied.effective(121.0) == pytest.approx(121.5)
    assert varied.effective(123.0) == pytest.approx(123.0)
    assert vary(one_look(looks=[{"months": 24.0}]), "n").effective(121.0) == 121.0
