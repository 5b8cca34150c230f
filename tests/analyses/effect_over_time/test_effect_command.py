"""`replan effect-over-time`: what it refuses at once, and a whole run."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.effect_over_time.patient_data import _sets
from models.curves.mark import mark_sets

PUBLISHED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"
PATIENTS = Path(__file__).parents[3] / "analyses" / "veteran" / "patients.csv"
COMMAND = "effect-over-time"


def refused(tell, *arguments):
    result = tell(COMMAND, *arguments)
    assert result.code == 2
    assert result.err.count("\n") == 1
    return result.err


def test_a_missing_record_is_named(tell):
    assert "none.toml does not exist" in refused(tell, "none.toml")


def test_a_model_that_the_file_lacks_is_named(tell, tmp_path):
    file = tmp_path / "models.toml"
    file.write_text('[[models]]\nkind = "waning"\n')
    sentence = refused(tell, PUBLISHED, "--models", file, "--effect", "delayed")
    assert "--effect is delayed but" in sentence
    assert "has only waning; add the model or choose another" in sentence


def test_a_wrong_prior_is_named(tell, tmp_path):
    file = tmp_path / "models.toml"
    file.write_text('[[models]]\nkind = "random_walk"\nratio = 0.5\n')
    assert "ratio" in refused(tell, PUBLISHED, "--models", file)


def test_a_baseline_without_closed_form_is_named(tell, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('name = "walk"\n[baseline]\nkind = "random_walk"\n')
    sentence = refused(tell, PUBLISHED, "--settings", file)
    assert "need a gamma or hierarchical gamma baseline" in sentence


def test_pseudo_patients_are_not_left_out(tell, tmp_path):
    file = tmp_path / "sets.csv"
    file.write_text("imputation,time,event,arm\n0,3.0,1,control\n0,5.0,0,rt\n")
    assert "leaving out patients that nobody saw says nothing" in refused(tell, file)


def test_at_most_twenty_sets_are_scored_evenly_spaced():
    table = pd.DataFrame({"imputation": np.repeat(np.arange(100), 2), "time": np.arange(200.0)})
    table = table.assign(event=True, arm=["control", "rt"] * 100)
    found = _sets(table)
    assert len(found) == 20
    assert found[0][0].tolist() == [0.0, 1.0]
    assert found[-1][0].tolist() == [198.0, 199.0]
    assert found[7][2].tolist() == [0, 1]
    assert len(_sets(table.drop(columns="imputation"))) == 1


@pytest.mark.calibration
def test_a_whole_run_of_one_model(tell, tmp_path):
    """A few minutes of processor time, most of it compiling on first use."""
    result = tell(
        COMMAND, PUBLISHED, "--endpoint", "os", "--effect", "delayed", "--quick", "--out", tmp_path
    )
    document = json.loads((tmp_path / "effect_over_time.json").read_text())
    assert document["endpoints"]["os"]["words"].startswith("Overall survival: Bayes factors")
    assert result.code == (0 if document["gates_hold"] else 1)
    assert " ".join(document["endpoints"]["os"]["words"].split()[:5]) in " ".join(
        result.out.split()
    )
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert {
        "os/models.csv",
        "os/other_priors.csv",
        "os/delayed/posterior.nc",
        "os/evidence.png",
        "os/hazard_ratio_over_time.png",
        "os/largest_change.png",
    } <= names


@pytest.mark.calibration
def test_a_whole_run_on_patients(tell, tmp_path):
    result = tell(COMMAND, PATIENTS, "--endpoint", "os", "--effect", "delayed", "--out", tmp_path)
    assert result.code == 0
    rows = json.loads((tmp_path / "effect_over_time.json").read_text())["models"]
    assert [row["kind"] for row in rows] == ["proportional", "delayed"]
    assert sum(row["stacking"] for row in rows) == pytest.approx(1.0)
    assert (tmp_path / "delayed" / "posterior.nc").is_file()


@pytest.mark.calibration
def test_a_whole_run_on_reconstructed_sets(tell, tmp_path):
    """The same patients twice are as good as once, and are told not to be patients."""
    true = pd.read_csv(PATIENTS, comment="#")[["time", "event", "arm"]]
    file = tmp_path / "sets.parquet"
    twice = pd.concat([true.assign(imputation=0), true.assign(imputation=1)])
    mark_sets(twice).to_parquet(file, index=False)
    result = tell(
        COMMAND, file, "--endpoint", "os", "--effect", "delayed", "--out", tmp_path / "out"
    )
    assert result.code == 0, result.err
    assert "reconstructed from a published curve; nobody saw them" in " ".join(result.out.split())
    document = json.loads((tmp_path / "out" / "effect_over_time.json").read_text())
    assert (document["level"], document["sets"]) == (2, 2)
    for row in document["models"]:
        assert row["sd_log_bayes_factor"] == 0.0
        assert row["se_stacking"] >= 0.0
