"""Results of one command are not replaced by those of another."""

import json

import pytest
from typer.main import get_command

from analyses.command_line.main import app, run
from analyses.command_line.taken_folder import _MARKS, refuse_taken_folder


def folder_of(tmp_path, *names):
    (tmp_path / "files.json").write_text(json.dumps([*names, "files.json"]), encoding="utf-8")
    return tmp_path


def test_another_command_is_refused_before_it_begins(tmp_path, capsys):
    out = folder_of(tmp_path, "audit.csv", "pfs/posterior.nc")
    assert run(["power", "no_such_file.toml", "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith(f"Error: {out} holds the results of `replan reanalyse`, which would")
    with pytest.raises(ValueError, match="replan reanalyse"):
        refuse_taken_folder(["effect-over-time", "x.toml", f"--out={out}"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["power"],
        ["power", "--out"],
        ["power", "--out", "none"],
        ["report", "--out="],
    ],
)
def test_nothing_is_refused_without_such_a_folder(arguments):
    refuse_taken_folder(arguments)


def test_the_same_command_again_and_folders_of_others_are_fine(tmp_path):
    for name, mark in _MARKS.items():
        refuse_taken_folder([name, "x", "--out", str(folder_of(tmp_path, mark))])
    for content in ("[", "{}", "[1, null]"):
        (tmp_path / "files.json").write_text(content, encoding="utf-8")
        refuse_taken_folder(["power", "x", "--out", str(tmp_path)])


def test_every_mark_is_of_a_command():
    assert _MARKS.keys() <= get_command(app).commands.keys()
    assert len(set(_MARKS.values())) == len(_MARKS)
