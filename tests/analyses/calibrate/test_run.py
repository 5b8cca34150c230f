"""Running, stopping and going on, with invented trials."""

import json
import resource
import time

import pytest

from analyses.calibrate.plan import trial_numbers
from analyses.calibrate.rank import StoppedError
from analyses.calibrate.run import run_trials
from analyses.calibrate.store import append_trial, read_trials, write_whole

NUMBERS = trial_numbers(trials=9, kinds=("os", "pfs"))


@pytest.fixture
def invented(made, monkeypatch):
    """Replaces the sampler; returns the trials that were run."""
    ran = []

    def rank(_plan, kind, number, *, stopped):
        ran.append((kind, number))
        return made.invented_trial(kind, number)

    monkeypatch.setattr("analyses.calibrate.run.rank_trial", rank)
    return ran


@pytest.mark.parametrize("workers", [1, 3])
def test_all_trials_come_back_in_order(made, invented, tmp_path, workers):
    found = run_trials(
        made.reference_plan(), NUMBERS, path=tmp_path / "out" / "trials.jsonl", workers=workers
    )
    assert [(trial.kind, trial.number) for trial in found] == NUMBERS
    assert found == [made.invented_trial(*number) for number in NUMBERS]
    assert sorted(invented) == sorted(NUMBERS)


def test_a_killed_run_goes_on_with_the_same_answer(made, invented, tmp_path):
    plan, whole, killed = made.reference_plan(), tmp_path / "whole", tmp_path / "killed"
    expected = run_trials(plan, NUMBERS, path=whole, workers=1)
    lines = whole.read_bytes().splitlines(keepends=True)
    killed.write_bytes(b"".join(lines[:4]) + lines[4][:25])
    invented.clear()
    assert run_trials(plan, NUMBERS, path=killed, workers=1) == expected
    assert len(invented) == 6
    assert sorted(killed.read_bytes().splitlines()) == sorted(whole.read_bytes().splitlines())
    invented.clear()
    assert run_trials(plan, NUMBERS[:3], path=killed) == expected[:3]
    assert invented == []


def test_an_interrupt_stops_the_running_trials(made, tmp_path, monkeypatch):
    stopped_trials = []

    def rank(_plan, kind, number, *, stopped):
        if number == 0:
            return made.invented_trial(kind, number)
        while not stopped():
            time.sleep(0.005)
        stopped_trials.append((kind, number))
        raise StoppedError

    def interrupt(progress):
        if progress.finished == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("analyses.calibrate.run.rank_trial", rank)
    path = tmp_path / "trials.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_trials(made.reference_plan(), NUMBERS, path=path, progress=interrupt)
    assert 0 < len(stopped_trials) <= 2
    assert len(path.read_text().splitlines()) == 3


def test_progress_counts_earlier_trials_and_estimates_the_rest(made, invented, tmp_path):
    plan, path = made.reference_plan(), tmp_path / "trials.jsonl"
    run_trials(plan, NUMBERS[:4], path=path)
    seen = []
    run_trials(plan, NUMBERS, path=path, workers=1, progress=seen.append)
    assert (seen[0].finished, seen[0].wanted) == (4, 9)
    assert seen[0].seconds_left != seen[0].seconds_left
    assert seen[-1].finished == 9
    assert seen[-1].seconds_left == 0.0


def test_trials_of_another_plan_are_refused(made, tmp_path):
    path = tmp_path / "trials.jsonl"
    assert read_trials(path, plan="one") == []
    append_trial(path, made.invented_trial("os", 0))
    assert len(read_trials(path, plan="one")) == 1
    with pytest.raises(ValueError, match=r"another plan \(one, this one is two\).*--out"):
        read_trials(path, plan="two")


@pytest.mark.parametrize("line", ["{}", "not json", '{"kind": "os"}'])
def test_a_damaged_file_is_explained(tmp_path, line):
    path = tmp_path / "trials.jsonl"
    path.write_text(json.dumps({"plan": "one"}) + f"\n{line}\n")
    with pytest.raises(ValueError, match=r"is damaged; delete it"):
        read_trials(path, plan="one")


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"cannot be used \(.*\); choose another folder"):
        read_trials(tmp_path / "file" / "trials.jsonl", plan="one")


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "result"
    write_whole(path, b"old")

    def fail(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(ValueError, match=r"result cannot be written \(No space left on device\);"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_sentence_and_finished_trials_stay(made, tmp_path):
    path = tmp_path / "trials.jsonl"
    read_trials(path, plan="one")
    append_trial(path, made.invented_trial("os", 0))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, limit[1]))
    try:
        with pytest.raises(ValueError, match=r"trials\.jsonl cannot be written \(File too large\)"):
            append_trial(path, made.invented_trial("os", 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert [trial.number for trial in read_trials(path, plan="one")] == [0]
