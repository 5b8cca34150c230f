"""Bad records are refused in one sentence: file, field, value, rule, cure."""

import copy
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.audit import audit
from models.record import Record, load_record
from models.record.explain import explain

RECORDS = Path(__file__).parents[2] / "data" / "records"
GOOD = (RECORDS / "consistent.toml").read_text(encoding="utf-8")
CONTENT = tomllib.loads(GOOD)
CONTENT["statements"] = dict(list(CONTENT["statements"].items())[:3])


def refusal(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        load_record(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path)).removeprefix(": ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format = 1", "format = 2", "`format` is 2; it must be 1"),
        ("format = 1\n", "", "`format` is missing; this field is required (Version of this"),
        (
            'hazard_ratio = { text = "0.62"',
            'hazard_ration = { text = "0.62"',
            "`hazard_ration` is not a field in `endpoints.pfs`; only known fields are allowed, did "
            "you mean `hazard_ratio`?",
        ),
        ("[follow_up]", "[followup]", "did you mean `follow_up`?"),
        (
            'lower = { text = "0.39", unit = "ratio", place = "Results" }\n',
            "",
            "`endpoints.pfs.lower` is missing; this field is required (Lower confidence limit",
        ),
        (
            '"0.39"',
            '"0,39"',
            "`endpoints.pfs.lower.text`: '0,39' is not a printed number; write digits with",
        ),
        (
            '"0.39"',
            "0.39",
            "`endpoints.pfs.lower.text` is 0.39; it must be text in quotes",
        ),
        (
            '"0.39"',
            '"0.69"',
            "`endpoints.pfs`: the confidence interval 0.69 to 0.99 excludes its estimate 0.62; the "
            "estimate must lie between its limits, check the digits",
        ),
        (
            '"0.39"',
            '"-0.39"',
            "`lower` is -0.39; a hazard ratio and its limits must be positive numbers",
        ),
        (
            '"13.77"',
            '"43.77"',
            "`endpoints.pfs.median.rt` is 43.77 months but the last follow-up "
            "(`follow_up.maximum`) is 34.37; a median must not lie beyond the last follow-up",
        ),
        ('"13.77"', '"0.00"', "a time must be a positive number of months"),
        ('"34.37"', '"99999"', "a time must be a positive number of months (at most 1200)"),
        (
            '"22 (55.0%)"',
            '"52 (55.0%)"',
            "`categories.sex.levels.male.rt` counts 52 of 40 patients; a count must not exceed",
        ),
        ('"22 (55.0%)"', '"22 (55.0"', "`categories.sex.levels.male.rt`: '22 (55.0' is not a"),
        (
            "exactly = 36",
            "exactly = 46",
            "`endpoints.pfs.events.rt` has 46 events among 40 patients; events must not exceed",
        ),
        ("exactly = 36", "at_least = 3, exactly = 36", "exactly one of the two must be given"),
        ("exactly = 36", "exactly = -1", "it must be greater than or equal to 0"),
        (
            "n = { rt = 36",
            "n = { rt = 46",
            "`categories.progression.n.rt` is 46 but the arm has 40",
        ),
        ("n = 40", 'n = "40"', "`arms.rt.n` is '40'; it must be a whole number without quotes"),
        ("n = 40", "n = 0", "`arms.rt.n` is 0; it must be greater than 0"),
        ("n = 40", "n = true", "`arms.rt.n` is True; it must be a whole number"),
        ('"2019-03"', '"2019-13"', "`accrual.first_month`: '2019-13' is not a calendar month"),
        ('"2019-03"', '"2023-03"', "the first month must not be after the last, swap them"),
        (
            "2022-09-01",
            "2012-09-01",
            "`manuscript.received` is 2012-09-01 but accrual ran until 2021-02",
        ),
        (
            "2022-09-01",
            '"soon"',
            "`manuscript.received` is 'soon'; it must be a date without quotes",
        ),
        (
            "2022-09-01",
            "2022-09-01\naccepted = 2022-08-01",
            "the manuscript is accepted on 2022-08-01 but received on 2022-09-01",
        ),
        ('unit = "months"', 'unit = "month"', "did you mean 'months'?"),
        ('unit = "months"', 'unit = "days"', "the minimum is in days; times must be in months"),
        (
            'direction = "rt_vs_control"',
            'direction = "rt_v_control"',
            "did you mean 'rt_vs_control'?",
        ),
        ('direction = "rt_vs_control"\n', "", "`endpoints.pfs.direction` is missing"),
        ("direction =", "ci_level = 95\ndirection =", "`endpoints.pfs.ci_level` is 95; it must be"),
        ("[endpoints.pfs]", "[endpoints.dfs]", "an endpoint must be named pfs or os, rename it"),
        ('"0.044"', '"1.044"', "the p-value is 1.044; it must lie in [0, 1], check the digits"),
        ('"0.867"', '"-0.867"', "the p-value is -0.867; it must lie in [0, 1]"),
        (
            'same_as = ["follow_up.minimum"]',
            'same_as = ["followup.minimum"]',
            "a reference must name a figure of the file, did you mean 'follow_up.minimum'?",
        ),
        (
            'same_as = ["follow_up.minimum"]',
            'same_as = ["follow_up.minimum"], sum_of = ["arms.rt.n"]',
            "must have at most one, write one statement for each",
        ),
        (
            'right = ["categories.progression.n"]',
            'right = ["categories.progress.n"]',
            "`relations.0` refers to 'categories.progress.n', which the file does not have",
        ),
        ('relation = "equals"', 'relation = "equal"', "did you mean 'equals'?"),
        ("levels.male", "levels.Male", "'Male' is not a short name; write small letters"),
        (
            'minimum = { text = "3.23"',
            'minimum = { text = "33.23"',
            "the minimum follow-up is 33.23 but the median 12.33; the minimum must not exceed",
        ),
        ('step = "1"', 'step = "0"', "`step` is 0; it must be positive"),
        ("63 (45–80)", "63 45-80", "is not a median with its range; write it as"),
        ("63.2 ± 11.5", "63.2", "'63.2' is not a mean with its SD; write it as"),
        (
            'step = "1"',
            'selected_by = { measurement = "agee", above = "65", place = "Methods" }',
            "`measurements.age.selected_by.measurement` refers to 'agee', which the file does not "
            "have; a reference must name a figure of the file, did you mean 'age'?",
        ),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path, old, new, sentence):
    assert old in GOOD
    assert sentence in refusal(tmp_path / "record.toml", GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"x = ",
            "is not valid TOML (Invalid value (at end of document)); a record must be a TOML",
        ),
        (b"\xff\xfe", "is not UTF-8 text (byte 0); a record must be TOML in UTF-8"),
        (b"a = 1\x00", "is not valid TOML"),
        (b"", "`format` is missing"),
    ],
)
def test_files_that_are_no_records(tmp_path, content, sentence):
    path = tmp_path / "record.toml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        load_record(path)


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(ValueError, match="is a directory; a record must be a TOML file"):
        load_record(tmp_path)
    with pytest.raises(ValueError, match="does not exist; a record must be an existing TOML file"):
        load_record(tmp_path / "none.toml")
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="cannot be read"):
        load_record(tmp_path / "file" / "below.toml")


def test_further_mistakes_are_counted(tmp_path):
    text = GOOD.replace("format = 1", "format = 2").replace("n = 40", "n = 0")
    assert refusal(tmp_path / "record.toml", text).endswith("(1 more after this one)")


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            found += places(item, (*path, position))
    return found


JUNK = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.booleans(),
    st.text(max_size=12),
    st.from_regex(r"[<>-]?[0-9]{0,4}[.,·]?[0-9]{0,3}%?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(/[0-9]{1,2})? \([0-9]{1,3}\.[0-9]%\)", fullmatch=True),
    st.dates(),
    st.just([]),
    st.just({}),
    st.lists(st.text(max_size=5), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@settings(max_examples=500)
@given(place=st.sampled_from(places(CONTENT)), how=st.sampled_from("rda"), junk=JUNK)
def test_any_damage_is_refused_in_one_line_or_can_be_audited(place, how, junk):
    content = copy.deepcopy(CONTENT)
    owner = content
    for step in place[:-1]:
        owner = owner[step]
    if how == "d":
        del owner[place[-1]]
    elif how == "a" and isinstance(owner, dict):
        owner["added"] = junk
    else:
        owner[place[-1]] = junk
    try:
        record = Record.model_validate(content)
    except ValidationError as error:
        message = explain(error, model=Record)
        assert message.isprintable()
        assert len(message) < 600
    else:
        report = audit(record)
        assert len({check.name for check in report.checks}) == len(report.checks)


def test_absurdly_long_values_are_shown_by_their_beginning(tmp_path):
    text = (RECORDS / "consistent.toml").read_text(encoding="utf-8")
    path = tmp_path / "record.toml"
    for long in ("9" * 5000, "a " * 2000, "\\u0007" * 300):
        path.write_text(text.replace('name = "', f'name = "x"\n"{long}" = "', 1), encoding="utf-8")
        with pytest.raises(ValueError, match="is not a field") as refused:
            load_record(path)
        assert len(str(refused.value).removeprefix(str(path))) < 600
        assert str(refused.value).isprintable()
