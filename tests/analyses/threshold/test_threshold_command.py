"""`replan calibrate-threshold` from a design file to screen, document and files."""

import json

import pandas as pd
import pytest

from simulate.design.load import load_design

DESIGN = """
name = "Bayesian"
patients = 80
looks = [{ events = 25 }, { events = 50 }]
analysis = { test = "bayes" }
recruitment = { kind = "poisson", rates = [{ start = 0, per_month = 8 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
[[truths]]
name = "planning"
control = { median = 10 }
effect = { kind = "proportional", hr = 0.6 }
"""
QUICK = (
    "--trials",
    1000,
    "--grid",
    "hazard=1,2",
    "--grid",
    "accrual=1",
    "--grid",
    "drop_out=0,0.1",
)


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    path = tmp_path_factory.mktemp("threshold") / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(tell, design, tmp_path_factory):
    out = tmp_path_factory.mktemp("threshold") / "out"
    told = tell("calibrate-threshold", design, *QUICK, "--out", out, "--json")
    assert told.code == 0, told.err
    return out, told, json.loads(told.out)


def test_everything_that_is_written_is_described(written, described):
    out, _, document = written
    section = "`replan calibrate-threshold --out DIR`"
    files = set()
    for name in described(section, "file"):
        files |= {name} if "." in name else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir()} == (files - {".png", ".svg"}) | {"files.json"}
    assert list(document) == list(described(section, "field of `threshold.json`"))
    table = pd.read_csv(out / "grid.csv")
    assert list(table.columns) == list(described(section, "column of `grid.csv`"))
    assert len(table) == 4
    assert table["worst"].sum() == 1
    assert json.loads((out / "threshold.json").read_text(encoding="utf-8")) == document


def test_the_calibrated_design_has_the_threshold(written):
    """Two looks at one threshold cost alpha, so the calibrated one is above 0.975."""
    out, _, document = written
    rule = load_design(out / "design.toml").analysis.bayes
    assert rule.probability == document["threshold"] > 0.975 == document["planned"]
    assert document["estimate"]["lower"] < document["estimate"]["value"] <= document["threshold"]
    error = document["error_at_worst"]
    assert abs(error["value"] - 0.025) < 6 * error["mcse"]


def test_the_screen_names_the_worst_case(tell, design, written):
    told = tell("calibrate-threshold", design, *QUICK)
    said = " ".join(told.out.split())
    for words in ("worst case: control hazard ×", "type I error there", "threshold 0.9"):
        assert words in said
    assert "…" not in told.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--grid", "age=60"), "'age' is no nuisance value; name each of hazard, accrual"),
        (("--grid", "hazard=a"), "after the name come numbers joined by commas"),
        (("--grid", "hazard=1", "--grid", "hazard=2"), "is given twice"),
        (("--alpha", 0.5), "--alpha is 0.5; it must be from 0.001 to 0.2"),
        (("--endpoint", "pfs"), "--endpoint is 'pfs' but the Bayesian rule decides os"),
    ],
)
def test_bad_options_get_one_sentence(tell, design, options, words):
    told = tell("calibrate-threshold", design, *options)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert "Traceback" not in told.err


def test_a_design_without_the_rule_gets_one_sentence(tell, design, tmp_path):
    path = tmp_path / "design.toml"
    text = DESIGN.replace('analysis = { test = "bayes" }', 'efficacy = { kind = "pocock" }')
    path.write_text(text, encoding="utf-8")
    told = tell("calibrate-threshold", path)
    assert (told.code, told.out) == (2, "")
    assert "decides os without the Bayesian rule" in told.err
