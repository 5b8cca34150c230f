"""The record of the published trial, and that nothing in the loader is special to it."""

from datetime import date
from pathlib import Path

import pytest

from models.record import ARMS, figures, load_record

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "analyses" / "sohaib2025" / "published.toml"
RECORDS = ROOT / "tests" / "data" / "records"


@pytest.fixture(scope="module")
def record():
    return load_record(PUBLISHED)


def test_arms_in_the_order_of_every_array(record):
    assert ARMS == ("control", "rt")
    assert [(arm, value.n) for arm, value in record.arms.items()] == [("control", 38), ("rt", 37)]


def test_the_figures_that_a_reanalysis_needs(record):
    pfs, os = record.endpoints["pfs"], record.endpoints["os"]
    assert (pfs.median["rt"].text, pfs.median["control"].text) == ("15.37", "10.93")
    assert (os.median["rt"].text, os.median["control"].text) == ("18.30", "13.73")
    assert [f.text for f in (pfs.hazard_ratio, pfs.lower, pfs.upper)] == ["1.99", "1.16", "3.41"]
    assert [f.text for f in (os.hazard_ratio, os.lower, os.upper)] == ["1.84", "0.98", "3.46"]
    assert pfs.direction == os.direction == "control_vs_rt"
    assert (pfs.events["rt"].at_least, pfs.events["control"].at_least) == (22, 35)
    assert os.events["rt"] is None
    assert [pfs.ci_level, os.ci_level] == [0.95, 0.95]


def test_calendar_and_follow_up(record):
    assert (record.accrual.first_month, record.accrual.last_month) == ("2020-09", "2023-01")
    assert record.received == date(2024, 8, 28)
    follow_up = record.follow_up
    assert [follow_up.minimum.text, follow_up.median.text, follow_up.maximum.text] == [
        "4.50",
        "13.50",
        "35.93",
    ]
    assert follow_up.of == "observed OS times"


def test_every_figure_has_text_unit_and_place(record):
    found = figures(record)
    assert len(found) > 400
    assert all(figure.text and figure.unit and figure.place for figure in found.values())
    assert found["categories.site_progression.locoregional.rt.percent"].text == "18.18"
    assert found["measurements.g8.sd.control"].text == "0.63"
    assert found["statements.os_p_discussion"].text == "0.054"


def test_all_rows_of_the_tables_are_there(record):
    rows = record.categories.values()
    assert sum(row.place.startswith("Table 1") for row in rows) == 23
    assert sum(row.place == "Table 2" for row in rows) == 1
    assert sum(row.place.startswith("Results") for row in rows) == 7
    assert len(record.measurements) == 3
    without_p = [key for key, row in record.categories.items() if row.p_value is None]
    assert without_p == [
        "palliative_lung_radiotherapy",
        "dysphagia_grade_3",
        "treatment_related_death",
    ]


def test_other_trials_load_alike():
    sabr = load_record(RECORDS / "sabr_comet.toml")
    assert sabr.endpoints["os"].hazard_ratio.value == 0.57
    assert sabr.endpoints["os"].direction == "rt_vs_control"
    assert sabr.endpoints["pfs"].events["rt"].exactly == 39
    assert sabr.endpoints["os"].median_interval["rt"].upper is None
    assert (sabr.received, sabr.accrual.first_month, sabr.follow_up.maximum) == (None, None, None)
    pembro = load_record(RECORDS / "pembro_rt.toml")
    assert pembro.endpoints["pfs"].p_value.value == 0.19
    assert (dict(pembro.categories), dict(pembro.statements)) == ({}, {})
