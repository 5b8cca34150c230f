"""`replan audit` and `replan schema` as functions of a command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analyses.command_line.audit import audit, schema

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "analyses" / "sohaib2025" / "published.toml"
CONSISTENT = ROOT / "tests" / "data" / "records" / "consistent.toml"

app = typer.Typer()
app.command()(audit)
app.command()(schema)


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_tables_end_with_the_findings():
    result = run("audit", PUBLISHED)
    assert result.exit_code == 0
    assert "P-values of tables" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Sohaib 2025: 282 checks, 13 failed, 1 in")
    assert "\x1b" not in result.stdout


def test_brief_is_what_was_found():
    whole, brief = run("audit", PUBLISHED), run("audit", PUBLISHED, "--brief")
    assert brief.exit_code == 0
    lines = brief.stdout.splitlines()
    assert len(lines) == 13 + 1 + 1
    assert lines == whole.stdout.splitlines()[-15:]


def test_json_is_one_document():
    result = run("audit", PUBLISHED, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["schema_version"], document["counts"]["failed"]) == (
        0,
        1,
        13,
    )


def test_strict_fails_when_a_check_failed():
    assert run("audit", PUBLISHED, "--strict").exit_code == 1
    assert run("audit", PUBLISHED, "--strict", "--json").exit_code == 1
    assert run("audit", CONSISTENT, "--strict").exit_code == 0


def test_bad_records_raise_the_sentence(tmp_path):
    with pytest.raises(ValueError, match="does not exist; a record must be an existing TOML file"):
        audit(tmp_path / "none.toml")


def test_the_schema_goes_to_stdout_or_to_a_file(tmp_path):
    shown = json.loads(run("schema", "record").stdout)
    assert run("schema", "record", "--out", tmp_path / "record.schema.json").exit_code == 0
    assert json.loads((tmp_path / "record.schema.json").read_text(encoding="utf-8")) == shown
    assert [path.name for path in tmp_path.iterdir()] == ["record.schema.json"]


def test_a_schema_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    for out in (tmp_path / "taken", tmp_path / "none" / "schema.json"):
        with pytest.raises(ValueError, match=r"cannot be written \(.*\); --out must be a file"):
            schema("record", out=out)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    with pytest.raises(ValueError, match="only 'record' and 'design' have a schema"):
        schema("letter")


def test_a_design_has_a_schema_too(capsys):
    schema("design")
    properties = json.loads(capsys.readouterr().out)["properties"]
    assert {"looks", "recruitment", "truths"} <= set(properties)


def test_the_audit_waits_for_no_heavy_import():
    code = (
        "import sys, typer\n"
        "from analyses.command_line.audit import audit\n"
        f"audit(__import__('pathlib').Path({str(PUBLISHED)!r}))\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'xarray', 'numba', 'matplotlib', 'pymc', 'arviz'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
