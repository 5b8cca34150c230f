"""Verdicts, document, text and picture of invented trials."""

import json

import numpy as np
import pytest

from analyses.calibrate.command import carry_out
from analyses.calibrate.document import (
    calibrated,
    calibration_text,
    compact_json,
    describe_calibration,
)
from analyses.calibrate.picture import draw_calibration, picture_bytes
from analyses.calibrate.plan import RANKED, SHOWN, trial_numbers
from analyses.calibrate.verdict import collect_ranks, enough_succeeded, judge_ranks

NUMBERS = trial_numbers(trials=60, kinds=("os", "pfs"))


@pytest.fixture(scope="module")
def trials(made):
    return [made.invented_trial(*number) for number in NUMBERS]


@pytest.fixture(scope="module")
def document(made, trials):
    return describe_calibration(made.reference_plan(), trials)


def test_every_quantity_is_judged_for_each_kind_and_for_all(document):
    verdicts = document["verdicts"]
    assert [v["kind"] for v in verdicts[::9]] == ["os", "pfs", "all"]
    assert [v["quantity"] for v in verdicts[:9]] == [*RANKED, *SHOWN]
    assert [v["trials"] for v in verdicts[::9]] == [30, 30, 60]
    assert all(v["gated"] == (v["quantity"] in RANKED) for v in verdicts)


def test_uniform_ranks_pass_and_document_says_what_was_done(document):
    assert document["passed"]
    assert document["trials"] == {"os": 30, "pfs": 30}
    assert document["drawn"] == {"os": 45, "pfs": 45}
    assert document["discarded"]["os"] == {"median not reached": 15}
    assert document["plan"]["seed"] == 3
    assert document["sampling"]["ess_smallest"] == 250.0
    assert document["failures"] == []


@pytest.mark.parametrize("name", RANKED)
def test_one_wrong_quantity_fails(document, name):
    ranks = {kind: dict(found) for kind, found in document["ranks"].items()}
    ranks["pfs"][name] = [rank // 3 for rank in ranks["pfs"][name]]
    verdicts = judge_ranks(ranks, draws=99)
    assert not calibrated(verdicts)
    assert {v.quantity for v in verdicts if not v.passed} == {name}


def test_coverage_alone_can_fail():
    even = [rank for rank in range(100) for _ in range(2)]
    centred = [25 + rank // 2 for rank in even]
    ranks = {"os": dict.fromkeys(RANKED + SHOWN, even)}
    assert calibrated(judge_ranks(ranks, draws=99))
    ranks["os"]["log HR"] = centred
    (verdict,) = [v for v in judge_ranks(ranks, draws=99) if v.quantity == "log HR"]
    assert verdict.coverage == {0.5: 1.0, 0.9: 1.0}
    assert verdict.coverage_error[0.5] == pytest.approx(np.sqrt(0.25 / 200))
    assert not verdict.passed


def test_failures_are_counted_and_too_many_fail(made, trials):
    weak = made.invented_trial("os", 0, failure="effective sample size of log HR is 40")
    lost = made.invented_trial("os", 1, failure="no set of patients", ranks={}, ess={})
    some = [weak, *trials[1:]]
    found = describe_calibration(made.reference_plan(), some)
    assert enough_succeeded(some)
    assert len(found["ranks"]["os"]["log HR"]) == 30
    assert found["failures"] == [{"kind": "os", "number": 0, "failure": weak.failure}]
    assert "1 trials failed (os 0: effective sample size" in calibration_text(found)
    many = [weak, trials[1], lost, *trials[3:]]
    found = describe_calibration(made.reference_plan(), many)
    assert not found["passed"]
    assert len(collect_ranks(many)["os"]["log HR"]) == 29


def test_text_is_narrow_and_says_the_verdict(document):
    text = calibration_text(document)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "os: 30 trials of 45 drawn, 33% discarded (median not reached 15)." in text
    assert "No trial failed." in text
    assert text.endswith("Calibration passed.\n")
    assert "± 0.065" in text
    assert "FAILED" in calibration_text({**document, "passed": False})


def test_json_is_read_back_and_keeps_ranks_on_one_line(document):
    text = compact_json(document)
    assert json.loads(text) == json.loads(json.dumps(document))
    assert max(text.count(f'"{name}": [') for name in RANKED) == 2
    assert len(text.splitlines()) < 700


def test_picture_shows_every_ranked_quantity_and_is_the_same_again(document):
    figure = draw_calibration(document)
    labels = [ax.get_ylabel() for ax in figure.axes]
    assert all(any(label.startswith(name) for label in labels) for name in RANKED)
    histogram = figure.axes[0]
    assert sum(patch.get_height() for patch in histogram.patches[-20:]) == 60
    assert picture_bytes(figure, kind="svg") == picture_bytes(
        draw_calibration(document), kind="svg"
    )
    assert picture_bytes(figure, kind="png").startswith(b"\x89PNG")


def test_command_writes_everything_and_gives_its_verdict(made, tmp_path, monkeypatch, capsys):
    def rank(_plan, kind, number, *, stopped):
        return made.invented_trial(kind, number)

    monkeypatch.setattr("analyses.calibrate.run.rank_trial", rank)
    monkeypatch.setattr("analyses.calibrate.command.picture_bytes", lambda _, kind: kind.encode())
    options = {"kinds": ("os",), "out": tmp_path / "out", "workers": 2}
    plan = made.reference_plan()
    assert carry_out(plan, trials=30, as_json=False, **options) == 0
    assert "Calibration passed." in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"trials.jsonl", *(f"calibration.{e}" for e in ("json", "txt", "png", "svg"))}
    assert carry_out(plan, trials=30, as_json=True, **options) == 0
    captured = capsys.readouterr()
    stored = (tmp_path / "out" / "calibration.json").read_text(encoding="utf-8")
    assert captured.out == stored
    assert "30 of 30 trials" in captured.err


def test_an_interrupt_says_what_is_kept(made, tmp_path, monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("analyses.calibrate.command.run_trials", stop)
    options = {"kinds": ("os",), "out": tmp_path, "workers": 1}
    with pytest.raises(KeyboardInterrupt):
        carry_out(made.reference_plan(), trials=2, as_json=False, **options)
    told = capsys.readouterr().err
    assert f"finished trials are kept in {tmp_path / 'trials.jsonl'}, the same command goes" in told
