"""The Makefile explains itself, finds a Python that works, and leaves conda environments alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
OLD = 'case "$2" in *version_info*) exit 1;; esac\n'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac\n'
WITHOUT_PACKAGES = 'case "$2" in *find_spec*) exit 1;; esac\n'


def call(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an environment of nothing but the path and what is given."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(path: Path, behaviour: str = "") -> Path:
    """An interpreter that first behaves as told, then like this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n{behaviour}exec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


def find(kind: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return call(str(ROOT / ".ci" / "find_python"), kind, **environment)


def is_one_sentence(text: str) -> bool:
    return len(text.splitlines()) == 1 and text.endswith(".\n") and len(text) < 300


def targets() -> set[str]:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    return set(phony.split())


def test_make_alone_explains_every_target() -> None:
    alone, asked = call("make"), call("make", "help")
    assert alone.returncode == 0
    assert alone.stdout == asked.stdout
    explained = dict(re.findall(r"^  make ([a-z-]+) +(\S.*)$", alone.stdout, re.MULTILINE))
    assert explained.keys() == targets()
    assert targets() >= {"run", "test", "lint", "format", "calibrate", "bench", "clean", "lock"}


@pytest.mark.parametrize("target", sorted(targets() - {"help", "clean", "lock", "set-up"}))
def test_every_target_that_runs_something_sets_up_first(target: str) -> None:
    lines = call("make", "--dry-run", target).stdout.splitlines()
    assert "set_up.py --check" in lines[0]
    assert len(lines) > 2


def test_the_newest_tried_interpreter_that_works_is_taken(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3.13", "exit 127\n")
    expected = fake_python(tmp_path / "python3.12")
    fake_python(tmp_path / "python3")
    found = find("base", PATH=str(tmp_path))
    assert (found.returncode, found.stdout) == (0, f"{expected}\n")


def test_plain_python_will_do(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3", OLD)
    expected = fake_python(tmp_path / "python")
    assert find("base", PATH=str(tmp_path)).stdout == f"{expected}\n"


def test_a_named_python_is_taken(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3.13")
    named = fake_python(tmp_path / "elsewhere" / "python3.14")
    found = find("base", PATH=str(tmp_path), PYTHON=str(named))
    assert found.stdout == f"{named}\n"


def test_an_interpreter_that_pyenv_holds_unselected_is_found(tmp_path: Path) -> None:
    fake_python(tmp_path / "shims" / "python3.12", "exit 127\n")
    held = fake_python(tmp_path / "py env" / "versions" / "3.12.9" / "bin" / "python")
    environment = {"PATH": str(tmp_path / "shims"), "PYENV_ROOT": str(tmp_path / "py env")}
    assert find("base", **environment).stdout == f"{held}\n"


@pytest.mark.parametrize("behaviour", [OLD, "exit 127\n"])
def test_without_a_python_that_is_new_enough_one_sentence_says_what_to_do(
    tmp_path: Path, behaviour: str
) -> None:
    for name in ("python3.13", "python3", "python"):
        fake_python(tmp_path / name, behaviour)
    found = find("base", PATH=str(tmp_path))
    assert found.returncode == 1
    assert found.stdout == ""
    assert "needs Python 3.12, 3.13 or 3.14" in found.stderr
    assert is_one_sentence(found.stderr)


def test_without_the_venv_module_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3", WITHOUT_VENV)
    found = find("base", PATH=str(tmp_path))
    assert found.returncode == 1
    assert "python3-venv" in found.stderr
    assert is_one_sentence(found.stderr)


def test_make_stops_with_that_sentence(tmp_path: Path) -> None:
    for name in ("Makefile", ".ci"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "make"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    result = call("make", "test", cwd=tmp_path, PATH=str(tools))
    assert result.returncode != 0
    sentence, *rest = result.stderr.splitlines(keepends=True)
    assert is_one_sentence(sentence)
    assert all(line.startswith("make: ***") for line in rest)
    assert not (tmp_path / ".venv").exists()


def test_an_active_conda_environment_is_used_as_it_is(tmp_path: Path) -> None:
    python = fake_python(tmp_path / "bin" / "python")
    active = {"CONDA_PREFIX": str(tmp_path), "CONDA_DEFAULT_ENV": "replan"}
    assert find("conda", **active).stdout == f"{python}\n"
    commands = call("make", "--dry-run", "run", **active).stdout
    assert commands.startswith(f'"{python}" -m analyses.command_line audit ')
    assert ".venv" not in commands
    assert "set_up.py" not in commands


def test_an_incomplete_conda_environment_of_ours_is_not_passed_over(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python", WITHOUT_PACKAGES)
    active = {"CONDA_PREFIX": str(tmp_path), "CONDA_DEFAULT_ENV": "replan"}
    result = call("make", "test", **active)
    assert result.returncode != 0
    assert "conda env update" in result.stderr.splitlines()[0]
    assert is_one_sentence(find("conda", **active).stderr)


def test_another_conda_environment_is_left_alone(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python", WITHOUT_PACKAGES)
    active = {"CONDA_PREFIX": str(tmp_path), "CONDA_DEFAULT_ENV": "base"}
    found = find("conda", **active)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert ".venv/bin/python" in call("make", "--dry-run", "test", **active).stdout


def test_continuous_integration_runs_what_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text()
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in text
    assert re.search(r"^make test$", text, re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert re.findall(r"^    make (\w+)", readme, re.MULTILINE) == ["run", "test"]
