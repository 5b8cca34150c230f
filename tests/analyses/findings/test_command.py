"""`replan findings`: table, document, files, and one sentence for what cannot be."""

import csv
import json
from pathlib import Path

from analyses.command_line.main import run

PUBLISHED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"


def test_table_document_and_files_say_the_same(tmp_path, capsys):
    out = tmp_path / "findings"
    assert run(["findings", str(PUBLISHED), "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    stored = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert printed == stored
    with (out / "findings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["finding"] for row in rows] == [row["finding"] for row in stored["findings"]]
    assert float(rows[0]["difference_mean"]) == stored["findings"][0]["difference_mean"]
    assert {path.name for path in out.iterdir()} == {
        "files.json",
        "findings.csv",
        "findings.json",
        "findings.png",
        "findings.svg",
    }


def test_the_screen_states_prior_and_direction(capsys):
    assert run(["findings", str(PUBLISHED)]) == 0
    text = capsys.readouterr().out
    assert "share with RT minus share in control" in " ".join(text.split())
    assert "one half for each category" in " ".join(text.split())


def test_a_record_without_outcomes_gets_one_sentence(tmp_path, capsys):
    path = tmp_path / "record.toml"
    path.write_text(PUBLISHED.read_text(encoding="utf-8").replace("outcome = true\n", ""))
    assert run(["findings", str(path)]) == 2
    error = capsys.readouterr().err
    assert "outcome = true" in error
    assert error.count("\n") == 1
