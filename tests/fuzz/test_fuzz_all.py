"""The fuzz run in parts: it goes on where it was stopped, and comes to the same result."""

import json
import sys
from collections import Counter

import fuzz_all
import pytest
from fuzz_all import Done, Part, parts_of, told_of_kind
from fuzz_kinds import kinds
from fuzz_run import Tally

FEW = ["settings", "numbers at risk"]


def test_parts_cover_every_mutant_once():
    parts = parts_of(FEW, count=2500, shells=3)
    for name in FEW:
        own = [part for part in parts if part.kind == name]
        numbers = [n for part in own if not part.shell for n in range(part.start, part.stop)]
        assert numbers == list(range(2500))
        assert [(part.start, part.stop) for part in own if part.shell] == [(0, 3)]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A run of two kinds whose parts are counted and not tried; what it tried, and its result."""
    tried, out = [], tmp_path / "inputs.json"
    every = kinds()
    monkeypatch.setattr(fuzz_all, "kinds", lambda: {name: every[name] for name in FEW})
    monkeypatch.setattr(fuzz_all, "sources", lambda: "the same")

    def run(*, stop=None, seed="7"):
        def try_all(parts, *, seed, workers):
            for part in parts[:stop]:
                tried.append(part)
                yield part, Done(tally_of(part), 1.0)
            if stop is not None:
                raise KeyboardInterrupt

        monkeypatch.setattr(fuzz_all, "try_all", try_all)
        words = ["fuzz_all.py", "--count", "3000", "--shells", "2", "--seed", seed]
        monkeypatch.setattr(sys, "argv", [*words, "--out", str(out)])
        return fuzz_all.main()

    return run, tried, out


def tally_of(part):
    tally = Tally(refused=Counter(byte=part.stop - part.start), slowest=part.start / 1000)
    tally.sentences[f"from {part.start}"] = part.stop - part.start
    return tally


def test_a_stopped_run_goes_on_and_comes_to_the_same(small):
    run, tried, out = small
    assert run() == 0
    at_once = out.read_text(encoding="utf-8")
    assert not out.with_suffix(".part").exists()
    tried.clear()
    with pytest.raises(KeyboardInterrupt):
        run(stop=3)
    assert out.with_suffix(".part").exists()
    assert run() == 0
    assert len(tried) == len(set(tried)) == len(parts_of(FEW, count=3000, shells=2))
    assert out.read_text(encoding="utf-8") == at_once


def test_parts_of_another_run_are_not_taken_over(small, monkeypatch):
    run, tried, out = small
    with pytest.raises(KeyboardInterrupt):
        run(stop=3)
    with out.with_suffix(".part").open("a", encoding="utf-8") as file:
        file.write('{"run": "cut sho')
    tried.clear()
    monkeypatch.setattr(fuzz_all, "sources", lambda: "other sources")
    assert run() == 0
    assert len(tried) == len(parts_of(FEW, count=3000, shells=2))


def test_a_failure_in_any_part_fails_the_run(small, monkeypatch):
    run, _, out = small

    def spoiled(part):
        tally = Tally()
        if part.start == 1000:
            tally.fail(1234, "byte", "a traceback")
        return tally

    monkeypatch.setitem(globals(), "tally_of", spoiled)
    assert run() == 1
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["passed"] is False
    assert told["kinds"][FEW[0]]["failures"][0]["number"] == 1234


def test_a_kind_is_put_together_from_its_parts():
    parts = [Part("settings", 0, 1000), Part("settings", 1000, 1500), Part("settings", 0, 4, True)]
    done = {part: Done(tally_of(part), 2.0) for part in parts}
    done[parts[2]].tally.shells = 4
    told = told_of_kind(parts, done)
    assert told["mutants"] == 1500
    assert told["from_the_shell"] == 4
    assert told["seconds"] == 6.0
    assert told["slowest_seconds"] == 1.0


def test_one_part_is_tried_in_a_process_of_its_own():
    done = fuzz_all.try_part(Part("settings", 0, 6), seed=7)
    assert done.tally.accepted.total() + done.tally.refused.total() == 6
    assert not done.tally.failures
