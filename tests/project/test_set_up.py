"""`.venv` is made once, anew when it must be, never left half-made; nothing is downloaded here."""

import fcntl
import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("set_up", ROOT / ".ci" / "set_up.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


set_up = load()
EVERYTHING = ["create", "--requirement requirements.lock", "--no-build-isolation --editable ."]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a set-up does, in order, without doing it."""
    done: list[str] = []

    def create(folder: Path, **_: bool) -> None:
        folder.mkdir()
        done.append("create")

    monkeypatch.setattr(set_up.venv, "create", create)
    monkeypatch.setattr(set_up, "install", lambda _, *words: done.append(" ".join(words)))
    return done


def test_the_first_set_up_installs_everything_and_the_second_nothing(
    project: Path, steps: list[str]
) -> None:
    set_up.set_up(project)
    assert steps == EVERYTHING
    set_up.set_up(project)
    assert steps == EVERYTHING


def test_other_project_settings_install_the_project_alone(project: Path, steps: list[str]) -> None:
    set_up.set_up(project)
    (project / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    set_up.set_up(project)
    assert steps == [*EVERYTHING, "--no-build-isolation --editable ."]


def test_another_lock_file_starts_anew(project: Path, steps: list[str]) -> None:
    set_up.set_up(project)
    (project / ".venv" / "left-over").touch()
    (project / "requirements.lock").write_text("one==2\n")
    set_up.set_up(project)
    assert steps == EVERYTHING * 2
    assert not (project / ".venv" / "left-over").exists()


def test_another_python_starts_anew(project: Path, steps: list[str]) -> None:
    set_up.set_up(project)
    record = project / ".venv" / set_up.RECORD_NAME
    record.write_text(json.dumps({**json.loads(record.read_text()), "python": "3.11"}))
    set_up.set_up(project)
    assert steps == EVERYTHING * 2


def test_a_moved_folder_starts_anew(project: Path, steps: list[str]) -> None:
    set_up.set_up(project)
    moved = project.with_name(f"{project.name} moved")
    project.rename(moved)
    set_up.set_up(moved)
    assert steps == EVERYTHING * 2


@pytest.mark.parametrize("step", ["requirements.lock", "--editable"])
def test_an_interrupted_set_up_is_redone(
    project: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(_: Path, *words: str) -> None:
        if step in words:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(set_up, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            set_up.set_up(project)
    assert set_up.read_record(project) == {}
    steps.clear()
    set_up.set_up(project)
    assert steps == EVERYTHING


def test_an_interrupted_renewal_is_not_taken_for_done(
    project: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up.set_up(project)
    (project / "pyproject.toml").write_text("[project]\nname = 'other'\n")

    def fail(_: Path, *words: str) -> None:
        raise SystemExit(" ".join(words))

    monkeypatch.setattr(set_up, "install", fail)
    with pytest.raises(SystemExit):
        set_up.set_up(project)
    assert set_up.read_record(project) == {}


@pytest.mark.parametrize("record", ["", "[]", '{"folder": '])
def test_a_spoilt_record_counts_as_none(project: Path, steps: list[str], record: str) -> None:
    set_up.set_up(project)
    (project / ".venv" / set_up.RECORD_NAME).write_text(record)
    set_up.set_up(project)
    assert steps == EVERYTHING * 2


def test_a_second_set_up_waits_for_the_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entered = threading.Event()

    def wait_and_enter() -> None:
        with set_up.alone(project):
            entered.set()

    with (project / "requirements.lock").open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        second = threading.Thread(target=wait_and_enter)
        second.start()
        assert not entered.wait(0.2)
    second.join(timeout=10)
    assert entered.is_set()
    assert "waiting" in capsys.readouterr().err


def test_a_failed_installation_is_explained(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho could not reach the index\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(SystemExit, match=r"Set-up failed at 'pip install .* run make again"):
        set_up.install(project, "--requirement", "requirements.lock")
    assert "could not reach the index" in capsys.readouterr().err


def test_check_tells_a_ready_environment_from_another_python(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.symlink_to(Path(sys.executable).resolve())
    home = Path(sys.executable).resolve().parent
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"home = {home}\n")
    record = tmp_path / ".venv" / set_up.RECORD_NAME
    record.write_text(json.dumps(set_up.describe(tmp_path.resolve(), sys.version_info)))

    def check(interpreter: Path | str) -> int:
        command = [interpreter, "-I", tmp_path / ".ci" / "set_up.py", "--check"]
        return subprocess.run(command, check=False).returncode

    assert check(python) == 0
    assert check(sys.executable) == 1
    (tmp_path / "requirements.lock").write_text("one==1\n")
    assert check(python) == 1
