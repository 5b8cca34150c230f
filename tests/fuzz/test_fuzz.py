"""A small fuzz run of every kind of file, what the long one found, and that faults are seen."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import fuzz_run
import pytest
from fuzz_all import STORED
from fuzz_kinds import kinds
from fuzz_mutations import LEVELS, as_toml
from fuzz_run import Tally, fault_of_sentence, try_many, try_one

SMALL, SEED = 45, 7
EVERY = kinds()
every_kind = pytest.mark.parametrize("name", EVERY)


@every_kind
def test_changed_files_are_used_or_refused_in_a_sentence(tmp_path, name, monkeypatch):
    """45 of each kind, one in fifty of the refused by the command, too."""
    monkeypatch.setattr(fuzz_run, "LONGEST", 30.0)
    tally = try_many(EVERY[name], range(SMALL), seed=SEED, folder=tmp_path)
    assert not tally.failures
    assert tally.refused.total() > SMALL / 4
    assert tally.refused.total() + tally.accepted.total() == SMALL
    assert set(tally.refused) == set(LEVELS)
    assert len(tally.sentences) > 5


@every_kind
def test_examples_themselves_are_used(tmp_path, name):
    kind = EVERY[name]
    for beside, content in kind.beside.items():
        (tmp_path / beside).write_bytes(content)
    for content in kind.examples:
        path = tmp_path / f"input{kind.suffix}"
        path.write_bytes(content)
        kind.use(path)


@every_kind
def test_the_same_number_and_seed_give_the_same_file(name):
    one, other = ([EVERY[name].mutant(n, seed=SEED) for n in range(6)] for _ in range(2))
    assert one == other
    assert [level for level, _ in one] == [*LEVELS, *LEVELS]
    assert one != [EVERY[name].mutant(n, seed=SEED + 1) for n in range(6)]


@every_kind
def test_the_stored_run_found_no_fault_in_ten_thousand(name):
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    found = stored["kinds"][name]
    assert found["mutants"] >= 10_000
    assert found["failed"] == 0, found["failures"]
    used = sum(found["accepted"].values()) + sum(found["refused"].values())
    assert used == found["mutants"]
    assert set(found["refused"]) == set(LEVELS)
    assert found["slowest_seconds"] < stored["longest_seconds_allowed"] == 10
    assert found["given_to_the_command"] >= 150
    assert found["from_the_shell"] >= 2


def test_every_kind_of_file_was_tried_and_stored():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert stored["kinds"].keys() == EVERY.keys()
    assert stored["passed"] is True


def tried(use, tmp_path, **more):
    """Tally of one mutant of a kind that uses files in another way."""
    tally = Tally()
    kind = replace(EVERY["settings"], use=use, **more)
    try_one(kind, 50, seed=SEED, folder=tmp_path, tally=tally)
    return tally


def refuse(sentence):
    def use(_):
        raise ValueError(sentence)

    return use


SENTENCE = "`cuts` is 3; it must be a list, as in [1, 2]"


@pytest.mark.parametrize(
    "sentence",
    [
        "two\nlines of words that go on",
        "no",
        "Input should be a valid string, says pydantic",
        "signs \x07 that cannot be shown at all",
        "word " * 200,
    ],
)
def test_a_bad_sentence_is_a_fault(tmp_path, sentence):
    assert fault_of_sentence(sentence)
    assert tried(refuse(sentence), tmp_path).failures


def test_a_traceback_is_a_fault(tmp_path):
    def use(_):
        raise KeyError("x")

    (fault,) = tried(use, tmp_path).failures
    assert "KeyError" in fault["why"]


def test_a_hang_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz_run, "LONGEST", 0.2)

    def use(_):
        try:
            time.sleep(30)
        except Exception:
            raise AssertionError("swallowed") from None

    (fault,) = tried(use, tmp_path).failures
    assert "longer than 0.2 s" in fault["why"]


def test_a_command_that_ends_otherwise_is_a_fault(tmp_path):
    """A refused file whose command does not refuse it, or leaves a file behind."""
    other = {"command": lambda path, out: ["schema", "record"]}
    (fault,) = tried(refuse(SENTENCE), tmp_path, **other).failures
    assert "the command ended with 0" in fault["why"]
    writes = {"command": lambda path, out: _written(out, "no-such-file.toml")}
    (fault,) = tried(refuse(SENTENCE), tmp_path, **writes).failures
    assert "wrote files" in fault["why"]


def _written(out: Path, name: str) -> list[str]:
    out.mkdir()
    return ["audit", str(out / name)]


def test_written_files_are_seen_by_the_hook(tmp_path):
    """In a process of its own, as a hook stays."""
    import subprocess

    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import fuzz_run\nfuzz_run.watch_writing()\n"
        f"open({str(tmp_path / 'a')!r}, 'w').close()\nimport os\n"
        f"os.mkdir({str(tmp_path / 'b')!r})\n"
        "open(os.devnull, 'w').close()\nprint(len(fuzz_run.WRITTEN))\n"
    )
    words = [sys.executable, "-c", program]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ended.stdout == "2\n"


def test_tables_are_written_as_toml_that_says_the_same():
    import tomllib

    content = {"a b": [1, 2.5, {"é": 'q"\\\n'}], "x": {"y": True, "z": []}, "deep": [[[["n"]]]]}
    assert tomllib.loads(as_toml(content)) == content
