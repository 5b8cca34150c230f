"""The record to begin with: a record that agrees with itself, of both endpoints."""

import tomllib

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
    """Each table of the file has a comment above it, or the one before it of the same kind has."""
    text = new_record_text()
    for table in tomllib.loads(text):
        if table == "format":
            continue
        assert f"[{table}" in text
    assert text.count("\n# ") > 25
