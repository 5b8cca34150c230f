"""Audit figure: a mark for each check, findings numbered alike in the marks and in the list."""

from pathlib import Path

import pytest

from models.audit import VERDICTS, audit
from models.plots.audit_overview import MARKS, plot_audit
from models.record import load_record

RECORDS = Path(__file__).parents[2] / "data" / "records"


def marks(ax):
    return {
        collection.get_gid(): collection.get_offsets()
        for collection in ax.collections
        if collection.get_gid()
    }


def test_every_check_has_one_mark(made_up):
    report = made_up.report("failed", "passed", "in_tension", "no_tension", "not_checkable")
    found = marks(plot_audit(report))
    assert sum(len(places) for places in found.values()) == 5
    assert len(found["failed of Times"]) == 1
    assert len(found["passed of Counts"]) == 1


def test_marks_of_a_section_are_wrapped_without_overlap(made_up):
    report = made_up.report(*["passed"] * 60)
    found = marks(plot_audit(report, per_line=10))
    places = [tuple(place) for offsets in found.values() for place in offsets]
    assert len(set(places)) == 60
    assert max(x for x, _ in places) == 9


def test_findings_bear_the_same_number_in_mark_and_list(made_up):
    report = made_up.report("passed", "in_tension", "failed", "failed")
    ax = plot_audit(report)
    offsets = {tuple(place) for places in marks(ax).values() for place in places}
    numbers = {t.get_text() for t in ax.texts if t.get_position() in offsets}
    assert numbers == {"1", "2", "3"}
    words = [text.get_text() for text in ax.texts]
    assert "failed: check 2" in words
    assert "in tension: check 1" in words
    listed = [t.get_text() for t in ax.texts if t.get_text().isdigit()]
    assert sorted(listed) == ["1", "1", "2", "2", "3", "3"]


def test_verdicts_differ_in_more_than_colour():
    looks = {(MARKS[verdict].marker, MARKS[verdict].fill == "white") for verdict in VERDICTS}
    assert len(looks) == len(VERDICTS)


def test_a_report_without_findings_says_so(made_up):
    words = made_up.words(plot_audit(made_up.report("passed", "no_tension")))
    assert "Nothing failed and nothing is in tension." in words
    assert "failed: 0" in words


def test_counts_of_verdicts_and_sections_are_written():
    report = audit(load_record(RECORDS / "consistent.toml"))
    ax = plot_audit(report)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[-1] == f"passed: {report.counts['passed']}"
    words = [text.get_text().replace("\n", " ") for text in ax.texts]
    for section in {check.section for check in report.checks}:
        count = sum(check.section == section for check in report.checks)
        assert f"{section} ({count})" in words


def test_unusable_input_is_refused(made_up):
    with pytest.raises(ValueError, match="`report` has no checks"):
        plot_audit(made_up.report())
    with pytest.raises(ValueError, match="`per_line` must be at least 1, got 0"):
        plot_audit(made_up.report("passed"), per_line=0)
