"""The command line as a whole: help at once, exit codes, and interrupts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "analyses" / "sohaib2025" / "published.toml"
HEAVY = ("arviz", "h5netcdf", "matplotlib", "numba", "numpy", "pandas", "pyarrow", "pymc", "scipy")


def in_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `replan` in a new process and name the heavy modules it imported."""
    code = (
        "import sys\n"
        "from analyses.command_line.main import run\n"
        f"code = run({list(arguments)!r})\n"
        f"print('heavy:', *sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["reanalyse", "--help"], 0),
        (["audit", str(PUBLISHED), "--json"], 0),
        (["reanalyse", "none.toml"], 2),
    ],
    ids=lambda value: " ".join(Path(v).name for v in value) if isinstance(value, list) else "",
)
def test_quick_answers_import_nothing_heavy(arguments, code):
    result = in_process(*arguments)
    assert result.returncode == code
    assert result.stderr.splitlines()[-1] == "heavy:"


def test_the_module_is_the_command_and_leaves_with_its_exit_code():
    result = subprocess.run(
        [sys.executable, "-m", "analyses.command_line", "audit", "none.toml"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: none.toml does not exist; a record must be an existing TOML file, check the path\n"
    )


def test_help_names_every_command_and_no_arguments_are_help(capsys):
    from analyses.command_line.main import run

    assert run([]) == 0
    shown = capsys.readouterr().out
    assert run(["--help"]) == 0
    assert capsys.readouterr().out == shown
    for command in ("audit", "reanalyse", "schema"):
        assert f" {command} " in shown


def test_version(capsys):
    from analyses.command_line.main import run

    assert run(["--version"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("replan 0.")
    assert lines[1].startswith("Python 3.")
    assert "cores" in lines[2]
    named = dict(line.split(" ", 1) for line in lines[3:])
    assert {"numpy", "numba", "pymc", "nutpie", "arviz"} <= named.keys()


def hear_interrupts():
    """A job in the background of a shell ignores interrupts, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_an_interrupt_ends_a_run_with_a_sentence_and_no_files(tmp_path):
    """Sampling that would take hours is interrupted a moment after it began."""
    settings = tmp_path / "long.toml"
    settings.write_text(
        'name = "long"\nsampler = { chunk = 400, chunks = 1000000, ess_wanted = 1e9 }\n'
    )
    out = tmp_path / "one" / "results"
    arguments = ["reanalyse", PUBLISHED, "--settings", settings, "--out", out]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "analyses.command_line", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        preexec_fn=hear_interrupts,
    )
    try:
        deadline = time.monotonic() + 120
        while not list(out.glob(".partial-*")) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert list(out.glob(".partial-*"))
        time.sleep(4.0)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=240)
    finally:
        process.kill()
    assert process.returncode == 130
    assert stdout == ""
    assert stderr == "interrupted; no result was half-written\n"
    assert [path.name for path in tmp_path.iterdir()] == ["long.toml"]
