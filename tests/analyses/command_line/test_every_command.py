"""What holds for every command: help, example, --json, --seed, exit codes, completion."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from analyses.command_line.main import BAD_INPUT, INTERRUPTED, NAME, app, run

ROOT = Path(__file__).parents[3]
GROUP = get_command(app)
COMMANDS = GROUP.commands
EXIT_CODES = re.compile(r"Exit code 0 .*?, 2 for bad input", re.DOTALL)

# Commands that have no results for other programs, and why.
WITHOUT_JSON = {
    "completion": "a script for a shell",
    "new": "a file to be edited",
    "schema": "its output is JSON",
}
# Commands whose results depend on no random number of their own, and why.
WITHOUT_SEED = {
    "add-trial": "writes what it is given",
    "audit": "exact",
    "completion": "a script for a shell",
    "findings": "exact",
    "levels": "puts results side by side",
    "merge": "takes cells as they are",
    "new": "a file to be edited",
    "report": "shows what there is",
    "schema": "a file for editors",
    "selftest": "seeds of its own, so that every machine is asked the same",
    "status": "counts what there is",
    "sweep": "the seed stands in the file of the sweep",
}
every_command = pytest.mark.parametrize("name", sorted(COMMANDS))


def example_of(help_text):
    """The words of the example in a help text."""
    _, mark, example = help_text.partition("Example:")
    assert mark, "no line that begins with Example:"
    return shlex.split(" ".join(example.split()))


def options(name):
    return {option for one in COMMANDS[name].params for option in one.opts if option[:2] == "--"}


@every_command
def test_help_tells_purpose_exit_codes_and_an_example(name):
    text = COMMANDS[name].help or ""
    first = text.partition("\n")[0]
    assert first.endswith("."), f"first line is no sentence: {first!r}"
    assert EXIT_CODES.search(" ".join(text.split())), "exit codes are not told"
    assert example_of(text)[:2] == [NAME, name]


@every_command
def test_the_example_is_one_that_the_command_understands(name):
    words = example_of(COMMANDS[name].help)[2:]
    context = COMMANDS[name].make_context(name, words)
    files = [word for word in words if word.startswith("analyses/")]
    missing = [file for file in files if not (ROOT / file).exists()]
    assert not missing, f"the example names {missing}, which do not exist"
    assert context.params


@every_command
def test_every_argument_and_option_says_what_it_is(name):
    silent = [one.name for one in COMMANDS[name].params if one.name != "help" and not one.help]
    assert not silent, f"no help for {silent}"


@every_command
def test_help_is_printed_and_is_no_fault(name, capsys):
    assert run([name, "--help"]) == 0
    shown = capsys.readouterr()
    assert f"Usage: {NAME} {name}" in shown.out
    assert "\x1b[" not in shown.out, "colours without a terminal"
    assert shown.err == ""


@every_command
def test_json_wherever_there_are_results(name):
    assert ("--json" in options(name)) != (name in WITHOUT_JSON)


@every_command
def test_a_seed_wherever_there_is_chance(name):
    assert ("--seed" in options(name)) != (name in WITHOUT_SEED)


def test_the_exceptions_are_commands():
    assert WITHOUT_JSON.keys() <= COMMANDS.keys()
    assert WITHOUT_SEED.keys() <= COMMANDS.keys()


@every_command
def test_bad_input_is_one_sentence_and_exit_code_2(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run([name, "--no-such-option"]) == BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"Error: [^\n]+\n", shown.err), shown.err
    assert not list(tmp_path.iterdir())


@every_command
def test_a_file_that_is_not_there_is_one_sentence_and_exit_code_2(
    name, tmp_path, capsys, monkeypatch
):
    """The example of the help, in a folder where its files are not."""
    if name in {"completion", "new", "schema", "selftest"}:
        pytest.skip("takes no file")
    monkeypatch.chdir(tmp_path)
    assert run([name, *example_of(COMMANDS[name].help)[2:]]) == BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"Error: [^\n]+\n", shown.err), shown.err
    assert not list(tmp_path.iterdir())


@every_command
def test_an_interrupt_is_told_with_exit_code_130(name, capsys, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS[name], "callback", interrupted)
    monkeypatch.setattr(sys.modules[run.__module__], "app", GROUP)
    words = example_of(COMMANDS[name].help)[2:]
    assert run([name, *words]) == INTERRUPTED
    assert capsys.readouterr().err.splitlines()[-1].startswith("interrupted")


def test_the_help_of_all_commands_has_an_example_that_runs(capsys):
    words = example_of(GROUP.help)
    assert words[0] == NAME
    assert run([str(ROOT / word) if "/" in word else word for word in words[1:]]) == 0
    capsys.readouterr()
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f" {name} " in shown for name in COMMANDS)
    assert "130" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_names_the_command_and_its_variable(shell, capsys):
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert NAME in script
    assert f"_REPLAN_COMPLETE=complete_{shell}" in script


def completed(*words):
    """What bash is told for the last word."""
    settings = {
        "_REPLAN_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join((NAME, *words)),
        "COMP_CWORD": str(len(words)),
    }
    code = "from analyses.command_line import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | settings,
        check=False,
    )
    return done.stdout.split()


def test_commands_and_options_are_completed():
    assert completed("pow") == ["power"]
    assert completed("power", "--tr") == ["--truth", "--trials"]


def test_bash_takes_the_completion(tmp_path, capsys):
    assert run(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    told = subprocess.run(
        ["bash", "-c", f"source {script}; complete -p {NAME}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0
    assert NAME in told.stdout


def test_an_added_trial_is_told_as_json(tmp_path, capsys):
    evidence = tmp_path / "evidence.toml"
    words = example_of(COMMANDS["add-trial"].help)[3:]
    assert run(["new", "evidence", "--out", str(evidence)]) == 0
    capsys.readouterr()
    assert run(["add-trial", str(evidence), *words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trial"]["name"] == "Gomez 2016"
    assert told["trial"]["uncertainty"] == {
        "kind": "interval", "lower": 0.18, "upper": 0.66, "level": 0.95,
    }  # fmt: skip
    assert "Gomez 2016" in evidence.read_text(encoding="utf-8")


def test_the_app_is_what_the_command_runs():
    assert isinstance(app, typer.Typer)
    assert GROUP.name == NAME
