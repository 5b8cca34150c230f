"""Every example of every help text runs as it is printed, in a folder that holds `analyses`."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from analyses.command_line.main import NAME, app, run

ROOT = Path(__file__).parents[3]
GROUP = get_command(app)
QUICK = ("audit", "findings", "add-trial", "boundaries", "new", "schema", "completion")
BEFORE = {
    "add-trial": "replan new evidence --out evidence.toml",
    "levels": "replan reanalyse analyses/veteran/published.toml --quick",
    "merge": "cp -r results/sweep other/sweep",
}
"""What the help of a command says that its example needs, beside the examples before it."""
SHORTER = {"calibrate": ["--trials", "4", "--kind", "pfs"]}
"""What is put in place of options in an example that takes half an hour, and says so."""


def example(name):
    """The example of a command, as it is printed."""
    text = (GROUP.commands[name] if name else GROUP).help.partition("Example:")[2]
    return " ".join(text.split())


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A folder with the files that examples read, in which they write."""
    folder = tmp_path_factory.mktemp("clone")
    for path in (ROOT / "analyses").rglob("*"):
        if path.suffix in {".toml", ".csv"}:
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return folder


def written(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["", *QUICK])
def test_a_quick_example_runs_and_writes_what_it_says(name, clone, monkeypatch, capsys):
    monkeypatch.chdir(clone)
    if name in BEFORE:
        assert run(shlex.split(BEFORE[name])[1:]) == 0
    words = shlex.split(example(name))
    out = Path(words[words.index("--out") + 1]) if "--out" in words else None
    before = written(clone)
    code = run(words[1:])
    told = capsys.readouterr()
    assert code == (1 if "--strict" in words else 0), told.err
    assert told.out or out, "the example neither prints nor writes anything"
    assert out is None or out.exists(), f"the example did not write {out}"
    assert out or written(clone) == before


def in_a_shell(line, folder):
    """Carry out a line, `replan` being the program that is tested."""
    words = shlex.split(line)
    if words[0] == NAME:
        words[:1] = [sys.executable, "-m", "analyses.command_line"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.calibration
def test_all_examples_run_from_the_first_to_the_last(tmp_path_factory, clone):
    """In the order of `replan --help`: later ones take up what earlier ones have written."""
    folder = tmp_path_factory.mktemp("all")
    shutil.copytree(clone, folder, dirs_exist_ok=True)
    (folder / "other").mkdir()
    for name in GROUP.commands:
        line = shlex.join([*shlex.split(example(name)), *SHORTER.get(name, [])])
        for one in (BEFORE.get(name, ""), line):
            if one:
                done = in_a_shell(one, folder)
                fine = (0, 1) if "--strict" in one or name == "calibrate" else (0,)
                assert done.returncode in fine, f"{one}: exit {done.returncode}, {done.stderr}"
                print(one)
