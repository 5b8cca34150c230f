"""One short run of the whole re-analysis, shared by every test that looks at its results."""

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "analyses" / "sohaib2025" / "published.toml"
SHORT = """
name = "short"

[sampler]
chains = 2
chunk = 800
chunks = 2
ess_wanted = 1
ess_needed = 1
r_hat = 9
round_trips = 0

[fit]
imputations = 5
"""


class Told(NamedTuple):
    """What a command said: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class ShortRun(NamedTuple):
    """A short run: its results folder, settings file, what it said, and the results themselves."""

    out: Path
    settings: Path
    told: Told
    document: dict[str, Any]
    results: Any
    again: Any


def tell(*arguments: object) -> Told:
    """Run one command in this process."""
    from analyses.command_line.main import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Told(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session", name="tell")
def tell_fixture():
    """Run one command in this process: code, standard output, standard error."""
    return tell


@pytest.fixture(scope="session")
def power_without_pictures():
    """Run `replan power` into a folder without drawing, which takes most of a short run's time."""
    from analyses.power import pictures, several_pictures

    def run(*arguments: object) -> Told:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pictures, "draw_power_pictures", lambda *_: None)
            patch.setattr(several_pictures, "draw_several_pictures", lambda *_: None)
            return tell("power", *arguments)

    return run


@pytest.fixture(scope="session")
def lacking():
    """Give the items of its guideline that the report of a folder does not fill, by key."""

    def read(folder: Path, out: Path) -> dict[str, str]:
        told = tell("report", folder, "--out", out / "report.html", "--json")
        assert told.code == 0, told.err
        (chapter,) = json.loads(told.out)["chapters"]
        return {one["key"]: one["missing"] for one in chapter["items"] if not one["filled"]}

    return read


@pytest.fixture(scope="session")
def described():
    """Rows of a table of docs/outputs.md by section and head of its first column.

    By every name in backticks in the first column, the other cells.
    """
    text = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")

    def read(section: str, head: str) -> dict[str, list[str]]:
        within = re.split(r"^##", text.split(f"# {section}\n", 1)[1], flags=re.MULTILINE)[0]
        found: dict[str, list[str]] = {}
        for line in within.split(f"| {head} |", 1)[1].split("\n\n")[0].splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found |= dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), cells[1:])
        return found

    return read


@pytest.fixture(scope="session")
def short_run(tmp_path_factory):
    """Both endpoints with the fewest draws; `again` runs with other options, model compiled."""
    from analyses.reanalyse import command
    from analyses.reanalyse import run as stages

    folder = tmp_path_factory.mktemp("short")
    settings = folder / "short.toml"
    settings.write_text(SHORT, encoding="utf-8")
    kept: list[Any] = []
    compiled: list[Any] = []
    reanalyse, compile_model = command.reanalyse, stages.compile_proportional_hazards

    def keep(*arguments: Any, **options: Any) -> Any:
        kept.append(reanalyse(*arguments, **options))
        return kept[-1]

    def compile_once(*arguments: Any, **options: Any) -> Any:
        if not compiled:
            compiled.append(compile_model(*arguments, **options))
        return compiled[0]

    def again(*options: object) -> Told:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stages, "compile_proportional_hazards", compile_once)
            return tell("reanalyse", PUBLISHED, "--settings", settings, *options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "reanalyse", keep)
        told = again("--out", folder / "out", "--json")
    document = json.loads(told.out) if told.out else {}
    return ShortRun(folder / "out", settings, told, document, kept[0] if kept else None, again)
