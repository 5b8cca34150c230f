"""`replan report`: where it writes, what it tells, and what it refuses."""

import json
import math
import os
import random
import re
import shutil
from pathlib import Path

import pytest

from analyses.report.chapters import build_report
from analyses.report.html import report_html
from analyses.report.markdown import report_markdown

NAMES = ("reanalysis", "phase3/power", "phase3/power_os", "phase3/size", "phase3/assurance",
         "sweep", "priors", "findings", "joint", "effect", "fit")  # fmt: skip


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refusal(told):
    assert told.code == 2, told
    assert told.out == ""
    assert re.fullmatch(r"Error: [^\n]+\n", told.err), told.err
    return told.err


def test_the_report_stands_in_the_folder_unless_told_otherwise(results, tell):
    before = files_in(results)
    told = tell("report", results / "phase3" / "size")
    assert told.code == 0
    new = sorted(set(files_in(results)) - set(before))
    assert new == [
        "phase3/size/report.html", "phase3/size/report.md", "phase3/size/report_tables",
        "phase3/size/report_tables/01_size_at_the_stop.csv",
        "phase3/size/report_tables/01_size_closed_forms.csv",
        "phase3/size/report_tables/01_size_points.csv",
    ]  # fmt: skip
    assert "14 of 14 items filled" in told.out
    assert "report.html" in told.out


def test_a_report_can_be_written_again_and_is_no_run_of_its_own(results, tell):
    assert tell("report", results).code == 0
    first = (results / "report.html").read_bytes()
    assert tell("report", results).code == 0
    assert (results / "report.html").read_bytes() == first


def test_json_tells_files_items_and_what_is_missing(results, tmp_path, tell):
    (results / "reanalysis" / "os" / "posterior.nc").unlink()
    told = tell("report", results / "reanalysis", "--out", tmp_path / "r.html", "--json")
    document = json.loads(told.out)
    assert (document["schema_version"], document["kind"]) == (1, "report")
    assert document["files"]["html"] == str(tmp_path / "r.html")
    missing = [
        (chapter["folder"], item["key"])
        for chapter in document["chapters"]
        for item in chapter["items"]
        if not item["filled"]
    ]
    assert missing == [("reanalysis", "6.F")]


def test_what_json_tells_is_described(results, tmp_path, tell):
    told = json.loads(tell("report", results, "--out", tmp_path / "r.html", "--json").out)
    text = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")
    chapter = told["chapters"][0]
    for name in (*told, *told["files"], *chapter, *chapter["items"][0]):
        assert f"`{name}`" in text, name


@pytest.mark.parametrize(("spoil", "code"), [(False, 0), (True, 1)])
def test_strict_is_for_reports_that_lack_nothing(results, tmp_path, tell, spoil, code):
    if spoil:
        (results / "reanalysis" / "os" / "posterior.nc").unlink()
    folder = results / "reanalysis"
    assert tell("report", folder, "--out", tmp_path / "r.html", "--strict").code == code


def test_a_quick_look_is_marked_and_not_strict(results, tmp_path, tell):
    path = results / "reanalysis" / "results.json"
    path.write_text(path.read_text().replace('"quick": false', '"quick": true', 1))
    told = tell("report", results / "reanalysis", "--out", tmp_path / "r.html", "--strict")
    assert told.code == 1
    assert "not for reporting" in told.out
    assert 'class="warning"' in (tmp_path / "r.html").read_text(encoding="utf-8")


BAD = {
    "absent": (lambda folder: shutil.rmtree(folder), "does not exist"),
    "empty": (lambda folder: [shutil.rmtree(x) for x in folder.iterdir()], "holds no results"),
    "no JSON": (lambda folder: size(folder).write_text("{"), "size.json is damaged"),
    "no text": (lambda folder: size(folder).write_bytes(b"\xff\xfe"), "size.json is damaged"),
    "a list": (lambda folder: size(folder).write_text("[1]"), "a list in place of an object"),
    "deep": (lambda folder: size(folder).write_text("[" * 100_000), "size.json is damaged"),
    "version": (lambda folder: change(folder, schema_version=2), "has schema_version 2"),
    "no version": (lambda folder: change(folder, schema_version=None), "schema_version None"),
    "no answer": (lambda folder: change(folder, answer=None), "run the command again"),
    "no design": (lambda folder: change(folder, design="x ="), "is no TOML"),
    "empty design": (lambda folder: change(folder, design=""), "lacks 'truths'"),
}  # fmt: skip


def size(folder):
    return folder / "phase3" / "size" / "size.json"


def change(folder, **fields):
    document = json.loads(size(folder).read_text())
    size(folder).write_text(json.dumps(document | fields))


@pytest.mark.parametrize("what", BAD)
def test_a_bad_folder_is_one_sentence_and_nothing_is_written(results, tell, what):
    spoil, words = BAD[what]
    spoil(results)
    before = files_in(results) if results.exists() else []
    assert words in refusal(tell("report", results, "--out", results.parent / "r.html"))
    assert (files_in(results) if results.exists() else []) == before
    assert not list(results.parent.glob("*r*.html"))
    assert not list(results.parent.glob(".r-*"))


JUNK = (None, True, -1, 1e308, "", "infinity", [], {}, [[]], {"a": 1}, "\0", math.nan, 10**400)


def places(part, before=()):
    """Places in a document, the first three of each list."""
    inside = part.items() if isinstance(part, dict) else enumerate(part[:3])
    for key, value in inside:
        yield (*before, key)
        if isinstance(value, dict | list):
            yield from places(value, (*before, key))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_spoilt_document_is_reported_or_refused_in_one_sentence(results, name):
    """Forty times a field is removed or replaced by something else; nothing else may happen."""
    (path,) = (results / name).glob("*.json")
    text, rng, refused = path.read_text(), random.Random(name), 0
    for _ in range(40):
        document = json.loads(text)
        *way, last = rng.choice(list(places(document)))
        part = document
        for key in way:
            part = part[key]
        if rng.random() < 0.4:
            del part[last]
        else:
            part[last] = rng.choice(JUNK)
        path.write_text(json.dumps(document))
        try:
            report = build_report(path.parent)
        except ValueError as error:
            refused += 1
            assert re.fullmatch(r"[^\n]{20,300}", str(error)), error
        else:
            assert report_html(report)
            assert report_markdown(report, beside=path.parent)
    assert refused < 40


def test_a_file_in_place_of_a_folder(results, tell):
    assert "is not a folder" in refusal(tell("report", size(results)))


@pytest.mark.parametrize("out", ["r.pdf", "r", ""])
def test_the_report_is_an_html_file(results, tell, out):
    assert "must name an HTML file" in refusal(tell("report", results, "--out", results / out))


def test_a_folder_of_others_is_not_replaced(results, tmp_path, tell):
    kept = tmp_path / "r_tables" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work")
    assert "thesis.txt is not a table" in refusal(tell("report", results, "--out",
                                                       tmp_path / "r.html"))  # fmt: skip
    assert kept.read_text() == "years of work"
    assert not (tmp_path / "r.html").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(results, tmp_path, tell):
    tmp_path.chmod(0o555)
    assert "cannot be written" in refusal(tell("report", results, "--out", tmp_path / "x/r.html"))


def test_a_failed_write_leaves_the_earlier_report(results, tmp_path, tell, monkeypatch):
    assert tell("report", results, "--out", tmp_path / "r.html").code == 0
    first = files_in(tmp_path), (tmp_path / "r.html").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("analyses.report.write._write_tables", full)
    assert "No space left" in refusal(tell("report", results, "--out", tmp_path / "r.html"))
    assert (files_in(tmp_path), (tmp_path / "r.html").read_bytes()) == first


def test_links_out_of_the_folder_are_not_followed(results, tmp_path, tell):
    outside = tmp_path / "outside"
    shutil.copytree(results / "phase3" / "size", outside / "size")
    only = tmp_path / "only"
    only.mkdir()
    (only / "link").symlink_to(outside, target_is_directory=True)
    assert "holds no results" in refusal(tell("report", only))
