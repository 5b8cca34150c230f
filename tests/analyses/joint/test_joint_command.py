"""`replan joint`: what it refuses at once, and a whole run of few draws."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analyses.joint import command, write
from analyses.joint.run import analyse_jointly
from models.check_result import CheckResult
from models.joint.settings import load_joint_settings
from models.record import load_record
from simulate.assurance.read import read_posterior

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "analyses" / "sohaib2025"
PUBLISHED = STUDY / "published.toml"
SECTION = "`replan joint --out DIR`"
SHORT = """
[sampler]
chains = 2
thin = 8
chunk = 400
chunks = 2
ess_wanted = 1
ess_needed = 1
r_hat = 9
round_trips = 0
"""


def short_settings(folder):
    """The default settings with three sets and the fewest draws."""
    text = (STUDY / "joint.toml").read_text(encoding="utf-8").split("[sampler]")[0]
    file = folder / "short.toml"
    file.write_text(text.replace('name = "joint"', 'name = "short"\nsets = 3') + SHORT)
    return file


@pytest.fixture(scope="module")
def written(tell, tmp_path_factory):
    """A run of few draws: folder, what was told, document, and the run itself."""
    folder = tmp_path_factory.mktemp("joint")
    out, settings, kept = folder / "results", short_settings(folder), []

    def keep(*arguments, **options):
        kept.append(analyse_jointly(*arguments, **options))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "analyse_jointly", keep)
        told = tell("joint", PUBLISHED, "--settings", settings, "--seed", 1, "--out", out)
    document = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return SimpleNamespace(out=out, told=told, document=document, run=kept[0])


@pytest.fixture
def tell_again(written, tell, tmp_path, monkeypatch):
    """Write and tell the same run with other contents, without pictures."""

    def again(*options, **changes):
        run = replace(written.run, **changes)
        monkeypatch.setattr(command, "analyse_jointly", lambda *_, **__: run)
        monkeypatch.setattr(write, "draw_pictures", lambda *_: None)
        return tell("joint", PUBLISHED, "--out", tmp_path / "again", *options)

    return again


def refused(tell, *arguments):
    told = tell("joint", *arguments)
    assert told.code == 2
    assert told.err.count("\n") == 1
    return told.err


def test_a_missing_record_is_named(tell):
    assert "none.toml does not exist" in refused(tell, "none.toml")


def test_settings_are_needed(tell, tmp_path):
    record = tmp_path / "published.toml"
    record.write_bytes(PUBLISHED.read_bytes())
    sentence = refused(tell, record)
    assert "joint.toml does not exist" in sentence
    assert "`replan new joint` writes settings to edit" in sentence


def test_an_unknown_field_of_the_settings_is_named(tell, tmp_path):
    file = tmp_path / "joint.toml"
    file.write_text((STUDY / "joint.toml").read_text().replace("clock =", "watch ="))
    assert "watch" in refused(tell, PUBLISHED, "--settings", file)


def test_a_record_of_one_endpoint_is_refused():
    record = load_record(PUBLISHED)
    one = record.model_copy(update={"endpoints": {"pfs": record.endpoints["pfs"]}})
    settings = load_joint_settings(STUDY / "joint.toml")
    with pytest.raises(ValueError, match="os"):
        analyse_jointly(one, settings=settings, seed=1)


def test_new_writes_the_default_settings(tell, tmp_path):
    file = tmp_path / "joint.toml"
    assert tell("new", "joint", "--out", file).code == 0
    assert load_joint_settings(file) == load_joint_settings(STUDY / "joint.toml")


@pytest.mark.slow
def test_the_exit_code_is_that_of_the_gates(written):
    assert written.told.code == (0 if written.document["gates_hold"] else 1), written.told.err
    failed = [check["name"] for check in written.document["gates"] if check["passed"] is False]
    assert written.document["gates_hold"] == (not failed)


@pytest.mark.slow
def test_a_failed_gate_is_said_and_gives_exit_code_1(written, tell_again):
    failed = CheckResult(name="OS events RT", passed=False, text="R-hat 1.2 (at most 1.01)")
    told = tell_again(gates=[*written.run.gates, failed])
    assert told.code == 1
    assert "FAILED OS events RT: R-hat 1.2 (at most 1.01)" in told.out
    assert "A GATE FAILED: do not use these results" in told.out


@pytest.mark.slow
def test_a_quick_look_is_marked_everywhere(tell_again, tmp_path):
    told = tell_again(quick=True)
    assert "QUICK LOOK" in told.out
    out = tmp_path / "again"
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["quick"] is True
    for file in out.glob("*.csv"):
        assert pd.read_csv(file)["quick"].all(), file.name
    assert pd.read_parquet(out / "pseudo_patients.parquet")["quick"].all()


@pytest.mark.slow
def test_one_document_comes_on_stdout(tell_again, tmp_path):
    told = tell_again("--json")
    stored = json.loads((tmp_path / "again" / "summary.json").read_text(encoding="utf-8"))
    assert json.loads(told.out) == stored


@pytest.mark.slow
def test_every_set_prints_every_figure(written):
    table = pd.read_csv(written.out / "reproduction.csv")
    assert (table["reproduced"] == 3).all()
    assert set(table["endpoint"]) == {"pfs", "os", "both"}
    patients = pd.read_parquet(written.out / "pseudo_patients.parquet")
    assert patients.groupby("imputation").size().tolist() == [75, 75, 75]
    assert (patients["pfs_time"] <= patients["os_time"]).all()
    counts = patients.groupby(["imputation", "arm"], observed=True)["progressed"].sum()
    assert counts.unstack().values.tolist() == [[35, 22]] * 3


@pytest.mark.slow
def test_hazard_ratios_are_those_of_the_draws(written):
    table = pd.read_csv(written.out / "hazard_ratios.csv").set_index(
        ["part", "kind", "time_months"]
    )
    with xr.open_datatree(written.out / "posterior.nc", engine="h5netcdf") as tree:
        hazard, survival = tree["posterior"]["hazard"], tree["estimands"]["survival"]
        cumulative = -np.log(survival.sel(endpoint="os", time=12.0))
        mean = (cumulative.sel(arm="rt") / cumulative.sel(arm="control")).values
        first = hazard.sel(transition="progression").isel(interval=0)
        ratio = (first.sel(arm="rt") / first.sel(arm="control")).values
    row = table.loc[("os", "up to the month", 12.0)]
    assert row["median"] == pytest.approx(np.quantile(mean, 0.5, method="inverted_cdf"))
    assert row["p_below_1"] == pytest.approx((mean < 1).mean())
    row = table.loc["progression"].iloc[0]
    assert row["median"] == pytest.approx(np.quantile(ratio, 0.5, method="inverted_cdf"))


@pytest.mark.slow
def test_planning_reads_the_posterior_with_its_priors(written):
    found = read_posterior(written.out / "posterior.nc")
    assert (found.kind, found.endpoints, found.analysis) == (
        "illness_death",
        ("pfs", "os"),
        "short",
    )
    assert found.effects is not None
    assert [prior.sd for prior in found.effects.of_each()] == [1.0, 0.5, 1.0]


@pytest.mark.slow
def test_drawn_trials_are_held_against_the_print(written):
    """So short a run has fewer draws than trials are wanted; each gives one trial."""
    for when in ("prior", "posterior"):
        table = pd.read_csv(written.out / f"{when}_predictive.csv")
        assert table.groupby("endpoint", sort=False).size().to_dict() == {"pfs": 10, "os": 9}
        stored = [row["p"] for row in written.document[f"{when}_predictive"]]
        assert table["p"].tolist() == pytest.approx(stored)
    with xr.open_datatree(written.out / "posterior.nc", engine="h5netcdf") as tree:
        drawn = tree["posterior_predictive"]["median_rt"].sel(endpoint="os").values
        assert len(drawn) == tree["posterior"].sizes["draw"] * 2
        assert tree["prior"]["hazard"].sizes["draw"] == 500
        assert set(tree["prior_predictive"].dims) == {"endpoint", "draw", "arm"}
    row = table[(table["endpoint"] == "os") & (table["figure"] == "median_rt")].iloc[0]
    assert row["median"] == pytest.approx(np.quantile(drawn, 0.5, method="inverted_cdf"))
    assert "no further evidence for it" in written.document["words"][3]


@pytest.mark.slow
def test_a_surprising_figure_is_told_and_voids_nothing(written, tell_again):
    check = CheckResult(name="OS, prior predictive: RT median", passed=False, text="p = 0.01")
    told = tell_again(findings=[check])
    assert "finding: OS, prior predictive: RT median: p = 0.01" in told.out
    assert told.code == written.told.code


@pytest.mark.slow
def test_the_document_has_its_tables_and_words(written):
    document = written.document
    for name in ("estimands", "pooled_estimands", "benefit", "events", "set_agreement"):
        file = {"pooled_estimands": "estimands_pooled"}.get(name, name)
        assert len(document[name]) == len(pd.read_csv(written.out / f"{file}.csv")), name
    assert "every set prints every published figure" in document["words"][0]
    assert "deaths without" in " ".join(check["name"] for check in document["gates"])
    words = " ".join(written.told.out.split())
    for sentence in document["words"]:
        assert sentence in words
    assert "…" not in written.told.out


@pytest.mark.slow
def test_every_file_is_described(written, described):
    files = {path.name for path in written.out.iterdir()} - {"files.json"}
    known = set(described(SECTION, "file"))
    pictures = {path.stem for path in written.out.glob("*.png")}
    assert {path.stem for path in written.out.glob("*.svg")} == pictures
    tables = {name for name in files if not name.endswith((".png", ".svg"))}
    assert tables | pictures == known


@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing(tmp_path):
    out = tmp_path / "results"
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from analyses.command_line import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "joint", str(PUBLISHED), "--out", str(out)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while not out.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1.0)
    os.kill(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    assert "interrupted; no result was half-written" in error
    assert not out.exists()
