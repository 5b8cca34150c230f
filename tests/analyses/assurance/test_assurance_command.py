"""`replan assurance` from files to screen, document and files."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

DESIGN = Path(__file__).parents[3] / "analyses" / "phase3" / "design.toml"
SECTION = "`replan assurance --out DIR`"


def ask(tell, files, posterior="os.nc", *options):
    return tell(
        "assurance", files / "design.toml", "--posterior", files / posterior, *options
    )  # fmt: skip


def test_every_term_on_the_screen_is_defined_there(tell, assurance_files):
    told = ask(tell, assurance_files, "os.nc", "--trials", 1000)
    assert told.code == 0, told.err
    words = " ".join(told.out.split())
    for text in (
        "hazard ratios are RT versus control, below 1 favours RT",
        "drawn from the posterior: assurance",
        "known: the posterior mean",
        "by formula (normal log HR, all events, no looks)",
        "Monte Carlo error of assurance, and where it comes from",
        "Split: 500 of 2,000 draws with 2 trials each: the error is smallest at a cost with",
        "true benefit: the hazard ratio of OS (RT versus control) is at most 0.8.",
        "P(true benefit | success), P(B | S): the same among trials that succeed.",
        "P(success and HR ≥ 1), P(S and HR ≥ 1): share of all trials",
        "P(success | HR ≥ 1), P(S | HR ≥ 1): share that succeeds",
        "power at the posterior mean: P(success) if all log hazards",
        "robust MAP prior left out: name the other trials with --evidence.",
        "drop-out from its truth 'planning'",
        "simulated in",
    ):
        assert text in words, text
    assert "…" not in told.out


def test_document_table_and_draws_hold_the_same_numbers(written):
    out, told, document = written
    assert told.code == 0, told.err
    assert json.loads((out / "assurance.json").read_text(encoding="utf-8")) == document
    rows = pd.read_csv(out / "priors.csv")
    assert list(rows["prior"]) == [row["prior"] for row in document["priors"]]
    np.testing.assert_allclose(
        rows["assurance"], [row["assurance"] for row in document["priors"]], rtol=1e-12
    )
    assert (rows["mcse"] > 0).all()
    with xr.open_dataset(out / "draws.nc") as draws:
        share = draws["successes"] / draws.attrs["trials"]
        by_prior = (draws["weight"] * share).sum("draw")
        known = rows.set_index("prior")["assurance"].loc[draws["prior"].values]
        np.testing.assert_allclose(by_prior.values, known, rtol=1e-9)
        assert draws.attrs["posterior_sha256"] == document["posterior"]["sha256"]
    assert document["split"]["draws"] * document["split"]["trials_a_draw"] == 4000


def test_priors_and_evidence_levels_side_by_side(written):
    rows = {row["prior"]: row for row in written[2]["priors"]}
    assert list(rows) == [
        "raw, evidence level 1", "discounted", "sceptical prior", "robust MAP prior, discounted",
        "evidence level 0",
    ]  # fmt: skip
    raw = rows["raw, evidence level 1"]["assurance"]
    assert rows["sceptical prior"]["assurance"] < rows["discounted"]["assurance"] < raw + 0.02
    assert rows["evidence level 0"]["hr_mean"] == pytest.approx(np.exp(-0.45), abs=0.02)
    power = written[2]["fixed_power"][0]["power"]
    assert raw < power
    assert written[2]["closed_form"] == pytest.approx(raw, abs=0.05)


def test_everything_that_is_written_is_described(written, described):
    out, _, document = written
    files = set()
    for name in described(SECTION, "file"):
        files |= {name} if "." in name else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir()} == (files - {".png", ".svg"}) | {"files.json"}
    with xr.open_dataset(out / "draws.nc") as draws:
        assert set(map(str, draws.data_vars)) == set(described(SECTION, "variable"))
    assert set(pd.read_csv(out / "priors.csv").columns) == set(described(SECTION, "column"))
    assert set(document) == set(described(SECTION, "field of `assurance.json`"))


def test_the_same_seed_gives_the_same_bytes_for_any_workers(tell, assurance_files):
    options = ("--trials", 1000, "--json")
    one, two = (
        ask(tell, assurance_files, "os.nc", *options, "--workers", count) for count in (1, 2)
    )
    assert one.out == two.out
    other = ask(tell, assurance_files, "os.nc", *options, "--seed", 1)
    assert other.out != one.out


def test_draws_that_are_too_thin_for_a_prior_are_refused_and_said(tell, assurance_files):
    told = ask(tell, assurance_files, "os.nc", "--draws", 60, "--trials", 600)
    assert told.code == 0, told.err
    words = " ".join(told.out.split())
    assert "refused" in words
    assert re.search(r"sceptical prior: the draws are worth \d+ under it \(Pareto k", words)


def test_both_endpoints_under_a_joint_posterior(tell, assurance_files):
    told = tell(
        "assurance", DESIGN, "--posterior", assurance_files / "joint.nc", "--trials", 2400, "--json"
    )
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["posterior"]["kind"] == "illness_death"
    assert set(document["by_target"]) == {"pfs", "os", "any", "both"}
    by_target = {name: one["assurance"] for name, one in document["by_target"].items()}
    assert by_target["both"] <= min(by_target["pfs"], by_target["os"])
    assert document["priors"][0]["assurance"] == by_target["both"]
    assert (
        "the larger of the hazard ratios of PFS and OS" in document["definitions"]["true benefit"]
    )


def test_a_quick_look_is_marked(tell, assurance_files, tmp_path):
    design = tmp_path / "design.toml"
    text = (assurance_files / "design.toml").read_text(encoding="utf-8")
    design.write_text('endpoint = "pfs"\n' + text, encoding="utf-8")
    told = tell(
        "assurance", design, "--posterior", assurance_files / "pfs.nc", "--trials", 200
    )  # fmt: skip
    assert told.code == 0, told.err
    assert "comes from a quick look: do not report these figures" in told.out


@pytest.mark.parametrize(
    ("posterior", "options", "sentence"),
    [
        ("pfs.nc", (), "the design tests os and the posterior is of pfs; give the posterior of"),
        ("none.nc", (), "does not exist; --posterior must be a posterior.nc"),
        ("design.toml", (), "is not a netCDF file that can be read"),
        ("os.nc", ("--draws", 3000), "--draws is 3,000 and the posterior has 2,000"),
        ("os.nc", ("--draws", 2000, "--trials", 100), "raise --trials to 4,000"),
        ("os.nc", ("--for", "pfs"), "--for is 'pfs' but the design tests os"),
        ("os.nc", ("--benefit", 1.5), "--benefit is 1.5; it is a hazard ratio"),
        ("os.nc", ("--truth", "x"), "--truth is 'x' but the design has planning"),
        ("os.nc", ("--evidence", "none.toml"), "none.toml does not exist; a file of evidence"),
    ],
)
def test_bad_input_is_one_sentence(tell, assurance_files, posterior, options, sentence):
    told = ask(tell, assurance_files, posterior, *options)
    last = told.err.strip().splitlines()[-1]
    assert (told.code, told.out) == (2, "")
    assert last.startswith("Error: ")
    assert sentence in last


def test_separate_fits_say_nothing_of_both_endpoints(tell, assurance_files):
    told = tell("assurance", DESIGN, "--posterior", assurance_files / "os.nc")
    assert told.code == 2
    assert "separate fits say nothing of how the two hang together" in told.err


def test_a_report_of_it_fills_every_item(written, lacking, tmp_path):
    assert lacking(written[0], tmp_path) == {}
