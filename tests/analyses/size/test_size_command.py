"""`replan size` from a design file to screen, document and files."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analyses.size.picture import draw_size
from analyses.size.run import Question, find_size
from simulate.design.load import load_design

DESIGN = """
name = "one look"
patients = 160
looks = [{ events = 110 }]
recruitment = { kind = "poisson", rates = [{ start = 0, per_month = 10 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
[[truths]]
name = "planning"
control = { median = 10 }
effect = { kind = "proportional", hr = 0.5 }
[[truths]]
name = "none"
control = { median = 10 }
effect = { kind = "proportional", hr = 1.0 }
"""
QUICK = ("--precision", 0.05, "--trials", 1000)


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    path = tmp_path_factory.mktemp("size") / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(tell, design, tmp_path_factory):
    out = tmp_path_factory.mktemp("size") / "out"
    told = tell("size", design, *QUICK, "--out", out, "--json")
    assert told.code == 0, told.err
    return out, told, json.loads(told.out)


def test_the_answer_is_on_the_screen(tell, design):
    told = tell("size", design, *QUICK)
    assert told.code == 0, told.err
    said = " ".join(told.out.split())
    for words in (
        "power 0.9 for success of the trial under the truth 'planning'",
        "patients to plan with (rounded up)",
        "power there, by 1,000 other trials (standard error)",
        "Such a trial at its stop",
        "Schoenfeld and Freedman count the events of one analysis",
        "found in",
    ):
        assert words in said
    assert "…" not in told.out
    assert told.err == ""


def test_everything_that_is_written_is_described(written, described):
    out, _, document = written
    section = "`replan size --out DIR`"
    files = set()
    for name in described(section, "file"):
        files |= {name} if "." in name else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir()} == (files - {".png", ".svg"}) | {"files.json"}
    assert list(document) == list(described(section, "field of `size.json`"))
    for name in ("points", "curve"):
        table = pd.read_csv(out / f"{name}.csv")
        assert list(table.columns) == list(described(section, f"column of `{name}.csv`"))
        assert len(table) == len(document[name])
    assert json.loads((out / "size.json").read_text(encoding="utf-8")) == document


def test_the_answer_fits_its_design_and_its_events(written):
    """Power by 1,000 other trials within 4 standard errors of 0.9, rounding and interval added."""
    out, _, document = written
    answer, confirmed = document["answer"], document["confirmed"]
    sized = load_design(out / "design.toml")
    assert sized.patients == answer["size"]
    assert answer["size"] % 4 == 0
    assert answer["lower"] < answer["estimate"] < answer["upper"]
    assert 0 <= answer["size"] - answer["estimate"] < 4
    assert answer["events"]["os"] == [look.events for look in sized.looks]
    assert confirmed["first"] == document["search"]["replicates"]
    assert abs(confirmed["power"] - 0.9) < 4 * confirmed["mcse"] + 0.02
    assert confirmed["events"]["os"]["mean"] == sized.looks[0].events
    assert sum(confirmed["stops"]) == 1
    points = pd.read_csv(out / "points.csv")
    assert points["trials"].sum() == document["search"]["trials"]


def test_the_same_seed_gives_the_same_document_for_any_workers(written, tell, design):
    _, told, _ = written
    again = tell("size", design, *QUICK, "--workers", 1, "--json")
    assert again.out == told.out


def test_the_picture_shows_target_answer_and_closed_forms(design):
    run = find_size(
        load_design(design), Question(power=0.9, precision=0.05, trials=1000), seed=1, workers=1
    )
    ax = draw_size(run)
    drawn = {child.get_gid() for child in ax.get_children()}
    plt.close("all")
    assert {"band", "curve", "target", "answer", "form-Schoenfeld", "form-Freedman"} <= drawn
    assert "Patients" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--power", 1.2), "--power is 1.2; it must be above the design's alpha of 0.025"),
        (("--power", 0.02), "--power is 0.02; it must be above the design's alpha of 0.025"),
        (("--for", "qol"), "--for is 'qol' but the design tests os"),
        (("--vary", "sites"), "--vary is 'sites'; it must be one of n, events, accrual"),
        (("--vary", "follow_up"), "--vary is follow_up but the final look waits neither"),
        (("--truth", "other"), "--truth is 'other' but the design has planning, none"),
        (("--precision", 0), "--precision is 0; it must be from 0.002 to 0.2"),
        (("--truth", "none"), "--power is 0.9 but is not reached: it is 0.0"),
        (("--vary", "events", "--power", 0.99), "the most there can be"),
    ],
)
def test_bad_questions_get_one_sentence(tell, design, options, words):
    told = tell("size", design, *options)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert "Traceback" not in told.err
    assert len([line for line in told.err.splitlines() if line.startswith("Error")]) == 1


def test_several_endpoints_are_searched_together():
    """Both endpoints at 70%: more patients than closed forms give for PFS alone."""
    design = load_design(Path(__file__).parents[3] / "analyses" / "phase3" / "design.toml")
    question = Question(power=0.7, target="both", precision=0.1, trials=200)
    run = find_size(design, question, seed=1, workers=1)
    assert run.found.estimate.size > run.forms["pfs"].group_sequential
    assert not run.found.modelled
    assert set(run.forms) == {"pfs", "os"}
    assert list(run.confirmed.events) == ["pfs", "os"]
    assert run.design.truths == design.truths


def test_a_report_of_it_fills_every_item(written, lacking, tmp_path):
    assert lacking(written[0], tmp_path) == {}
