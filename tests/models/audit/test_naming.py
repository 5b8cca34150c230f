"""Paths in the names of checks become words; a name without a path stays."""

from pathlib import Path

import pytest

from models.audit import audit, audit_text, findings_text
from models.audit.naming import in_words
from models.record import Record, load_record

PUBLISHED = load_record(Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("endpoints.os: ratio of medians", "OS: ratio of medians"),
        ("endpoints.pfs.median.rt", "PFS median, RT"),
        ("follow_up.maximum: late", "follow-up maximum: late"),
        ("arms.rt.n", "n, RT"),
        ("medians, rt: PFS not longer", "medians, RT: PFS not longer"),
        ("categories.sex.control: percentages", "Sex, control: percentages"),
        ("categories.baseline_imaging.pet_ct.rt.count", "Baseline imaging: PET-CT, count, RT"),
        ("categories.cns_involvement.yes, rt", "CNS involvement, RT"),
        ("measurements.age: p-value", "Age [years]: p-value"),
        ("measurements.g8.mean.rt", "G8 score, mean, RT"),
        (
            "statements.os_p_discussion: same as endpoints.os.p_value",
            "0.054 in Discussion, paragraph 5: same as OS p-value",
        ),
        ("categories.m.m1b at_most categories.metastases.one, control",
         "M: M1b at most Total number of metastases: 1, control"),
        ("times: the unit behind them", "times: the unit behind them"),
    ],
)  # fmt: skip
def test_words(name, words):
    assert in_words(name, PUBLISHED) == words


def test_rows_and_levels_that_are_called_like_an_arm():
    row = {"label": "Earlier", "place": "Table 1", "levels": {"rt": {"label": "Irradiated"}}}
    content = PUBLISHED.model_dump(exclude={"categories", "statements", "relations"})
    record = Record.model_validate({**content, "categories": {"control": row}})
    assert in_words("categories.control.rt.control.count", record) == (
        "Earlier: Irradiated, count, control"
    )


def test_no_path_is_left_in_any_check_of_the_published_record():
    report = audit(PUBLISHED)
    for check in report.checks:
        assert "_" not in check.words, check.name
        assert "categories." not in check.words, check.name
    text = "\n".join(audit_text(report))
    assert all(check.words in text and check.name in text for check in report.checks)
    assert findings_text(report)[0].startswith("failed: 0.054 in Discussion, paragraph 5: same as")
