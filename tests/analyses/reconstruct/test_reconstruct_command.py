"""`replan reconstruct` on the example that is shipped: files, words, exit codes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.survival import cox, numbers_at_risk

EXAMPLE = Path(__file__).parents[3] / "analyses" / "veteran"
CURVES, AT_RISK = EXAMPLE / "curves.csv", EXAMPLE / "at_risk.csv"
RECORD = EXAMPLE / "published.toml"


@pytest.fixture(scope="module")
def told(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("reconstruct")
    result = tell(
        "reconstruct", CURVES, "--at-risk", AT_RISK, "--record", RECORD, "--sets", 6, "--out", out
    )
    return result, out


def test_the_example_runs_and_says_how_well_the_sets_fit(told):
    result, _ = told
    assert (result.code, result.err) == (0, "")
    assert "Overall survival: 6 sets of patients behind the curves" in result.out
    assert "holds numbers at risk" in result.out
    assert "holds hazard ratio: as printed in 6 of 6 sets" in result.out
    assert "not its sampling error" in " ".join(result.out.split())


def test_files_are_those_described(told):
    _, out = told
    assert {path.name for path in out.iterdir()} == {
        "checks.csv",
        "curves.png",
        "curves.svg",
        "files.json",
        "fit.csv",
        "guyot.csv",
        "reconstructed_patients.parquet",
        "results.json",
    }


def test_patients_on_disk_are_what_the_document_says(told):
    _, out = told
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    patients = pd.read_parquet(out / "reconstructed_patients.parquet")
    assert patients["imputation"].nunique() == document["sets"] == 6
    risk = pd.read_csv(AT_RISK, comment="#")
    for index, rows in patients.groupby("imputation"):
        fit = cox(rows["time"], rows["event"], rows["arm"].cat.codes)
        assert np.exp(fit.log_hr) == pytest.approx(document["fit"][index]["hr"])
        for arm, counts in risk.groupby("arm"):
            times = rows.loc[rows["arm"] == arm, "time"]
            found = numbers_at_risk(times, counts["time"])
            np.testing.assert_array_equal(found, counts["at_risk"])
    assert document["checks_hold"]
    assert document["tail"]["rt"]["last_count_month"] == 30
    assert document["provenance"]["curves"] == "curves.csv"
    true = pd.read_csv(EXAMPLE / "patients.csv", comment="#")
    truth = cox(true["time"], true["event"], (true["arm"] == "rt").astype(int))
    assert abs(np.log(document["hr"]["median"]) - truth.log_hr) < 0.02


def test_a_printed_figure_that_cannot_be_met_is_exit_code_one(tell, tmp_path):
    result = tell(
        *("reconstruct", CURVES, "--at-risk", AT_RISK, "--events-rt", 40, "--sets", 2),
        *("--out", tmp_path / "out"),
    )
    assert result.code == 1
    text = " ".join(result.out.split())
    assert "FAILED events, rt: as printed in 0 of 2 sets; no patients behind the curves" in text


BAD = {
    "no file": (["none.csv"], "none.csv does not exist"),
    "both": ([CURVES, "--endpoint", "both"], "--endpoint is both"),
    "error": ([CURVES, "--reading-error", "0.4"], "the reading error of survival is 0.4"),
    "rises": ([CURVES, "--reading-error", "0.0001"], "survival rises from"),
    "events": ([CURVES, "--events-rt", "400"], "arm 'rt' is given 400 events"),
    "endpoint": ([CURVES, "--record", RECORD, "--endpoint", "pfs"], "has no endpoint 'pfs'"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_sentence_and_exit_code_two(tell, tmp_path, what):
    arguments, sentence = BAD[what]
    result = tell("reconstruct", *arguments, "--at-risk", AT_RISK, "--out", tmp_path / "out")
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
    assert len(result.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_other_patients_than_the_record_has_are_refused(tell, tmp_path):
    record = tmp_path / "record.toml"
    text = RECORD.read_text(encoding="utf-8")
    record.write_text(text.replace("rt = { n = 68,", "rt = { n = 67,"), encoding="utf-8")
    result = tell(
        *("reconstruct", CURVES, "--at-risk", AT_RISK, "--record", record),
        *("--out", tmp_path / "out"),
    )
    assert result.code == 2
    assert "arm 'rt' has 67 patients in the record and 68 at risk at month 0" in result.err
