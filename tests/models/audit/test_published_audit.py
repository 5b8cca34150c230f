"""What the audit finds in the published trial, in trials like it, and in one wrong digit."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.audit import audit, audit_json, audit_text, by_section, findings_text, headline
from models.record import Record, load_record

ROOT = Path(__file__).parents[3]
RECORDS = ROOT / "tests" / "data" / "records"
CONSISTENT = (RECORDS / "consistent.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report():
    return audit(load_record(ROOT / "analyses" / "sohaib2025" / "published.toml"))


@pytest.fixture(scope="module")
def checks(report):
    return {check.name: check for check in report.checks}


def test_names_are_unique_and_every_check_shows_its_arithmetic(report, checks):
    assert len(checks) == len(report.checks) > 250
    assert all(check.arithmetic and check.place for check in report.checks)


def test_the_contradictions_of_the_publication(report):
    failed = {check.name: check.arithmetic for check in report.having("failed")}
    assert len(failed) == 13
    expected = {
        "statements.os_p_discussion: same as endpoints.os.p_value": "0.054 (Discussion, paragraph "
        "5) contradicts 0.057 (Results, paragraph 3)",
        "statements.cough_p_discussion: same as categories.dyspnea_9_months.p_value": "0.033",
        "statements.cough_p_discussion: same as categories.chest_wall_pain_9_months": "0.033",
        "categories.maintenance_regimen.control: percentages": "9/15 = 60%, printed 56.3: does not "
        "round so; it fits 9/16",
        "categories.maintenance_regimen.control: sum of counts": "9 + 2 + 5 = 16, should be = n",
        "categories.second_line.rt: percentages": "10/22 = 45.4545%, printed 45.4",
        "categories.chemotherapy_regimen.n equals": "33 should be = 26 + 5 + 1 = 32",
        "categories.cycles.n equals categories.chemotherapy_regimen.n, rt": "32 should be = 33",
        "categories.maintenance_regimen.n equals categories.maintenance.yes, control": "15 should "
        "be = 16",
        "measurements.g8.rt: as many as its selection allows": "at most 18 are above",
        "measurements.g8.control: as many as its selection allows": "at most 19 are above",
        "categories.second_line: p-value": "pearson chi-square 0.9847",
        "categories.second_line_regimen: p-value": "fisher exact 0.5077",
    }
    for start, arithmetic in expected.items():
        (name,) = [name for name in failed if name.startswith(start)]
        assert arithmetic in failed[name]


def test_the_tension_of_the_publication(report):
    (check,) = report.having("in_tension")
    assert check.name == "population 'assessed at 3 months', rt: one denominator for all rows"
    assert "21% needs n = 14, 19, 24" in check.arithmetic
    assert "14 (37.8%) needs n = 37" in check.arithmetic


@pytest.mark.parametrize(
    ("name", "verdict", "arithmetic"),
    [
        ("endpoints.pfs: estimate in the middle", "passed", "√(1.16 × 3.41) = 1.9889"),
        ("endpoints.os: estimate in the middle", "passed", "√(0.98 × 3.46) = 1.8414"),
        ("endpoints.pfs: p-value", "no_tension", "p = 0.0124; between 0.0118 and 0.0131"),
        ("endpoints.os: p-value", "no_tension", "p = 0.0581; between 0.0558 and 0.0599"),
        ("endpoints.pfs: enough events", "passed", "needs 4/SE² = 53 events or more"),
        ("endpoints.os: enough events", "passed", "needs 4/SE² = 39 events or more"),
        ("endpoints.pfs: standard error as large", "no_tension", "√(1/22 + 1/35) = 0.2721"),
        ("endpoints.os: standard error as large", "not_checkable", "not printed for both arms"),
        ("endpoints.pfs: ratio of medians", "no_tension", "15.37 / 10.93 = 1.406 against 1.99"),
        ("endpoints.os: ratio of medians", "no_tension", "18.30 / 13.73 = 1.333 against 1.84"),
        ("statements.pfs_gain: difference", "passed", "15.37 − 10.93 = 4.44 ± 0.01, printed 4.44"),
        ("statements.os_gain: difference", "passed", "18.30 − 13.73 = 4.57 ± 0.01, printed 5"),
        ("statements.pet_ct_control: same as", "passed", "47% (Results, paragraph 1) agrees with"),
        ("population 'assessed at 9 months', rt", "passed", "together n = 24"),
        ("population 'assessed at 9 months', control", "passed", "together n = 15"),
        ("population 'palliative radiotherapy to brain or bone', rt", "passed", "n = 15"),
        ("categories.second_line.yes.of equals", "passed", "should be = "),
        ("categories.t: p-value", "passed", "printed 0.011"),
        ("categories.chest_wall_pain_early: p-value", "not_checkable", "not printed"),
        ("measurements.aaci: p-value", "passed", "p = 0.1204, between 0.1107 and 0.1308"),
    ],
)
def test_computed_verdicts(checks, name, verdict, arithmetic):
    found = [check for key, check in checks.items() if key.startswith(name)]
    assert found
    assert {check.verdict for check in found} == {verdict}
    assert arithmetic in found[0].arithmetic


def test_the_printed_times_are_days_over_thirty(checks):
    check = checks["times: the unit behind them"]
    assert check.verdict == "no_tension"
    assert check.arithmetic.startswith("days / 30 gives all 7")
    for days in ("405/30", "135/30", "1078/30", "461/30", "328/30", "549/30", "412/30"):
        assert days in check.arithmetic
    assert "by chance 0.00022" in check.arithmetic
    assert "days / 30.4375 4 of 7" in check.arithmetic


def test_a_record_that_agrees_with_itself_passes():
    found = audit(load_record(RECORDS / "consistent.toml"))
    assert found.having("failed", "in_tension") == ()
    assert [check.name for check in found.having("not_checkable")] == [
        "endpoints.os: standard error as large as the printed events make it"
    ]


def test_other_trials_are_audited_alike():
    sabr = audit(load_record(RECORDS / "sabr_comet.toml"))
    (failed,) = sabr.having("failed")
    assert failed.name == "endpoints.pfs: enough events for so small a standard error"
    assert "√(1/d_rt + 1/d_control) = 0.2477 or more" in failed.arithmetic
    pembro = audit(load_record(RECORDS / "pembro_rt.toml"))
    assert pembro.having("failed") == ()
    (tension,) = pembro.having("in_tension")
    assert tension.name == "endpoints.pfs: ratio of medians against the hazard ratio"


CELLS = re.compile(r'(?:text|rt|control|p_value) = "([^"]*)"')
DIGITS = [
    position
    for cell in CELLS.finditer(CONSISTENT, CONSISTENT.index("[follow_up]"))
    for position in range(cell.start(1), cell.end(1))
    if CONSISTENT[position].isdigit()
]


@settings(max_examples=200)
@given(position=st.sampled_from(DIGITS), more=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(position, more):
    digit = str((int(CONSISTENT[position]) + more) % 10)
    text = CONSISTENT[:position] + digit + CONSISTENT[position + 1 :]
    try:
        record = Record.model_validate(tomllib.loads(text))
    except ValidationError:
        return
    line = text[text.rfind("\n", 0, position) + 1 : text.index("\n", position)]
    assert audit(record).having("failed", "in_tension"), line


def test_text_shows_every_check_and_ends_with_what_was_found(report):
    lines = audit_text(report)
    text = "\n".join(lines)
    assert all(check.name in text and check.arithmetic in text for check in report.checks)
    assert lines[-1] == headline(report)
    assert lines[-15:-1] == findings_text(report)
    assert lines[-2].startswith("in tension: population")


def test_sections_put_the_failed_first(report):
    for checks in by_section(report).values():
        verdicts = [check.verdict for check in checks]
        assert verdicts == sorted(
            verdicts,
            key=["failed", "in_tension", "not_checkable", "no_tension", "passed"].index,
        )


def test_json_has_a_version_and_every_check(report):
    document = audit_json(report)
    assert document["schema_version"] == 1
    assert document["trial"] == "Sohaib 2025"
    assert document["counts"] == {
        "failed": 13,
        "in_tension": 1,
        "not_checkable": 2,
        "no_tension": 21,
        "passed": 245,
    }
    assert [set(check) for check in document["checks"]] == [
        {"section", "name", "words", "verdict", "arithmetic", "place", "assumption"}
    ] * len(report.checks)
