"""`replan replay` of two endpoints, and of further tests: screen, document and files."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.survival.log_rank import log_rank
from simulate.design import design_text, read_design

PHASE3 = Path(__file__).parents[3] / "analyses" / "phase3"
DESIGN = PHASE3 / "design.toml"


def no_constant(name):
    raise AssertionError(f"{name} is not JSON")


@pytest.fixture(scope="module")
def written(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("replay") / "out"
    told = tell("replay", DESIGN, "--replicate", 3, "--out", out, "--json")
    return out, told, json.loads(told.out, parse_constant=no_constant)


def test_the_screen_says_what_happened_to_both_endpoints(tell, written):
    _, _, document = written
    told = tell("replay", DESIGN, "--replicate", 3)
    assert told.code == 0
    text = " ".join(told.out.split())
    last = document["endpoints"]["os"]["looks"][-1]
    for words in (
        "truth planning; seed 2025; replicate 3",
        "pfs: log-rank test, stratified",
        "os: log-rank test, stratified",
        f"{last['hazard_ratio']:.2f} ({last['hr_lower_95']:.2f} to {last['hr_upper_95']:.2f})",
        f"os: {document['endpoints']['os']['outcome']} at look {last['look']}",
        f"the trial stops at look {document['stop']} ({document['reason']}) and succeeds",
    ):
        assert words in text, words
    assert "…" not in told.out


def test_the_document_has_the_described_fields(written, described):
    out, told, document = written
    assert told.code == 0
    listed = described("Replay of several endpoints", "field of `replay.json`")
    assert set(document) == set(listed)
    for part in document["endpoints"].values():
        assert list(part) == ["test", "planned_events", "recruitment", "looks", "outcome"]
    stored = (out / "replay.json").read_text(encoding="utf-8")
    assert json.loads(stored, parse_constant=no_constant) == document


def test_the_files_are_those_of_both_endpoints_and_the_trial(written, described):
    out, _, document = written
    named = set(described("Replay of several endpoints", "file"))
    assert named == {
        "pfs/…", "os/…", "both_endpoints_look_1", "courses", "replay.json", "design.toml",
        ".png", ".svg",
    } - {".png", ".svg"}  # fmt: skip
    pictures = {f"both_endpoints_look_{look}" for look in range(1, document["stop"] + 1)}
    both = {f"{name}.{kind}" for name in pictures | {"courses"} for kind in ("png", "svg")}
    assert {path.name for path in out.iterdir()} == both | {
        "pfs", "os", "replay.json", "design.toml", "files.json",
    }  # fmt: skip
    for name, part in document["endpoints"].items():
        curves = {f"kaplan_meier_look_{look['look']}" for look in part["looks"]} | {"calendar"}
        assert {path.name for path in (out / name).iterdir()} == {
            f"{curve}.{kind}" for curve in curves for kind in ("png", "svg")
        } | {"looks.csv", "look_data.csv", "patients.csv"}


@pytest.mark.parametrize("name", ["pfs", "os"])
def test_the_stored_data_give_the_stored_statistics(written, name):
    out, _, document = written
    data = pd.read_csv(out / name / "look_data.csv")
    looks = pd.read_csv(out / name / "looks.csv")
    assert looks["decision"].iloc[-1] == document["endpoints"][name]["outcome"]
    for look in document["endpoints"][name]["looks"]:
        here = data[data["look"] == look["look"]]
        parts = [
            log_rank(group["time"], group["event"], group["arm"] == "rt")
            for _, group in here.groupby("stratum")
        ]
        score = sum(part.expected - part.observed for part in parts)
        assert look["z"] == pytest.approx(score / np.sqrt(sum(part.variance for part in parts)))


def test_the_stored_design_gives_the_same_bytes(written, tell, tmp_path):
    out, _, _ = written
    tell("replay", out / "design.toml", "--replicate", 3, "--out", tmp_path)
    for path in (path for path in out.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / path.relative_to(out)).read_bytes(), path.name


def test_a_trial_stopped_for_harm_says_so(tell, tmp_path):
    """The first such trial among 40 without effect; what was not tested is null."""
    text = DESIGN.read_text(encoding="utf-8").replace(
        "[harm]\nhr = 1.0", "[harm]\nhr = 1.0\nprobability = 0.8"
    )
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    for replicate in range(40):
        told = tell("replay", path, "--replicate", replicate, "--truth", "no effect", "--json")
        document = json.loads(told.out, parse_constant=no_constant)
        if document["reason"] == "harm for survival":
            break
    assert document["reason"] == "harm for survival", replicate
    last = document["endpoints"]["os"]["looks"][-1]
    assert last["statistic"] is last["upper"] is last["lower"] is None
    assert (last["look"], last["decision"]) == (document["stop"], "failure")
    shown = tell("replay", path, "--replicate", replicate, "--truth", "no effect").out
    assert "(harm for survival) and does not succeed" in " ".join(shown.split())


def test_a_further_test_may_decide(tell, tmp_path):
    text = (PHASE3 / "os_alone.toml").read_text(encoding="utf-8")
    path, out = tmp_path / "design.toml", tmp_path / "out"
    design = tomllib.loads(text) | {"analysis": {"test": "max_combo", "also": ["rmst"]}}
    del design["futility"]
    path.write_text(design_text(read_design(design)), encoding="utf-8")
    told = tell("replay", path, "--replicate", 3, "--out", out)
    assert told.code == 0, told.err
    assert "decided by the MaxCombo test" in told.out
    document = json.loads((out / "replay.json").read_text(encoding="utf-8"))
    assert document["test"] == "max_combo"
    assert all(look["statistic"] == look["z"] for look in document["looks"])
    assert (out / "kaplan_meier_look_1.png").exists()


def test_bad_input_is_one_sentence(tell, tmp_path):
    told = tell("replay", DESIGN, "--replicate", 1, "--truth", "no", "--out", tmp_path / "out")
    assert (told.code, told.out) == (2, "")
    assert "--truth is 'no' but the design has planning, no effect" in told.err
    assert not (tmp_path / "out").exists()
