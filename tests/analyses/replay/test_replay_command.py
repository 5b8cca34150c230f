"""`replan replay`: one trial on the screen, as a document, and in files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.survival.log_rank import log_rank
from simulate.design.load import load_design
from simulate.design.looks import Look
from simulate.design.spending import NoSpending
from simulate.design.text import design_text

DESIGN = Path(__file__).parents[3] / "analyses" / "phase3" / "os_alone.toml"


@pytest.fixture(scope="module")
def written(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("replay") / "out"
    told = tell("replay", DESIGN, "--replicate", 3, "--out", out, "--json")
    return out, told, json.loads(told.out)


def test_the_screen_says_what_happened(tell, written):
    _, _, document = written
    told = tell("replay", DESIGN, "--replicate", 3)
    assert told.code == 0
    text = " ".join(told.out.split())
    recruitment, last = document["recruitment"], document["looks"][-1]
    for words in (
        "truth planning; seed 2025; replicate 3; endpoint os",
        "decided by the log-rank test, stratified",
        f"({recruitment['control']} control, {recruitment['rt']} RT)",
        "HR: RT versus control, below 1 favours RT",
        f"{last['hazard_ratio']:.2f} ({last['hr_lower_95']:.2f} to {last['hr_upper_95']:.2f})",
        f"{last['events_control']} + {last['events_rt']}",
        f"at look {last['look']} in month {last['month']:.1f}",
    ):
        assert words in text
    assert "…" not in told.out
    assert told.out.count("go on") == len(document["looks"]) - 1


def test_document_and_files_hold_the_same_trial(written):
    out, told, document = written
    assert told.code == 0
    assert json.loads((out / "replay.json").read_text(encoding="utf-8")) == document
    looks = pd.read_csv(out / "looks.csv")
    assert looks["month"].tolist() == [look["month"] for look in document["looks"]]
    assert looks["decision"].iloc[-1] == document["outcome"]
    patients = pd.read_csv(out / "patients.csv")
    assert len(patients) == document["looks"][-1]["patients"]
    names = {path.name for path in out.iterdir()}
    pictures = {f"kaplan_meier_look_{k}.{e}" for k in looks["look"] for e in ("png", "svg")}
    assert names == pictures | {
        "calendar.png", "calendar.svg", "design.toml", "files.json", "look_data.csv", "looks.csv",
        "patients.csv", "replay.json",
    }  # fmt: skip


def test_the_stored_data_give_the_stored_statistics(written):
    out, _, document = written
    data = pd.read_csv(out / "look_data.csv")
    for look in document["looks"]:
        here = data[data["look"] == look["look"]]
        assert len(here) == look["patients"]
        parts = [
            log_rank(group["time"], group["event"], group["arm"] == "rt")
            for _, group in here.groupby("stratum")
        ]
        score = sum(part.expected - part.observed for part in parts)
        assert look["z"] == pytest.approx(score / np.sqrt(sum(part.variance for part in parts)))
    factors = ["factor: metastases", "factor: response", "factor: EGFR"]
    assert here.groupby("stratum")[factors].nunique().to_numpy().max() == 1
    assert here[factors].drop_duplicates().shape[0] == here["stratum"].nunique()


def test_the_stored_design_gives_the_same_bytes(written, tell, tmp_path):
    out, _, _ = written
    tell("replay", out / "design.toml", "--replicate", 3, "--out", tmp_path)
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_truth_is_chosen_by_name_also_one_that_power_adds(tell, tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(
        "[[truths]]".join(DESIGN.read_text(encoding="utf-8").split("[[truths]]")[:2]),
        encoding="utf-8",
    )
    document = json.loads(
        tell("replay", path, "--replicate", 0, "--truth", "no effect", "--json").out
    )
    default = json.loads(
        tell("replay", DESIGN, "--replicate", 0, "--truth", "no effect", "--json").out
    )
    assert document["looks"] == default["looks"]
    assert document["truth"] == "no effect"


def test_a_trial_that_ends_before_anybody_is_followed_has_no_pictures(tell, tmp_path):
    """An empty trial at its only look; figures that do not exist are null."""
    early = {"looks": (Look(months=0.001),), "efficacy": NoSpending(), "futility": None}
    path = tmp_path / "early.toml"
    path.write_text(design_text(load_design(DESIGN).model_copy(update=early)), encoding="utf-8")
    out = tmp_path / "out"
    told = tell("replay", path, "--replicate", 0, "--out", out)
    assert told.code == 0, told.err
    assert "nobody enrolled of 400 planned" in told.out
    document = json.loads((out / "replay.json").read_text(encoding="utf-8"))
    assert document["looks"][0]["z"] is None
    assert document["outcome"] == "failure"
    assert not list(out.glob("*.png"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--replicate", "1", "--truth", "nope"], "--truth is 'nope' but the design has planning"),
        (["--replicate", "-1"], "at least 0"),
        ([], "--replicate"),
    ],
)
def test_bad_input_is_one_sentence(tell, tmp_path, arguments, sentence):
    told = tell("replay", DESIGN, *arguments, "--out", tmp_path / "out")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("Error: ")
    assert sentence in told.err
    assert not (tmp_path / "out").exists()
