"""The record to begin with: a record that agrees with itself, of both endpoints."""

from analyses.command_line.main import run
from analyses.record.template import new_record_text
from models.audit import audit
from models.record import load_record


def test_the_new_record_agrees_with_itself(tmp_path):
    path = tmp_path / "published.toml"
    path.write_text(new_record_text(), encoding="utf-8")
    record = load_record(path)
    report = audit(record)
    assert not report.having("failed")
    assert not report.having("in_tension")
    assert tuple(record.endpoints) == ("pfs", "os")


def test_the_command_writes_it(tmp_path, capsys):
    path = tmp_path / "published.toml"
    assert run(["new", "record", "--out", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == new_record_text()
    assert run(["audit", str(path), "--strict"]) == 0
    assert "0 failed" in capsys.readouterr().out


def test_every_part_is_explained():
    """Every table, but the second of a pair, has a comment right above it."""
    lines = new_record_text().splitlines()
    heads = [place for place, line in enumerate(lines) if line.startswith("[")]
    bare = {lines[place] for place in heads if not lines[place - 1].startswith("#")}
    assert bare == {"[manuscript]", "[endpoints.os]"}
