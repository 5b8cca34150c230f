"""`replan fit` on the example that is shipped: levels of evidence, files, exit codes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

EXAMPLE = Path(__file__).parents[3] / "analyses" / "veteran"
PATIENTS, RECORD = EXAMPLE / "patients.csv", EXAMPLE / "published.toml"


@pytest.fixture(scope="module")
def level_one(tmp_path_factory):
    """A folder as `replan reanalyse` leaves it, as far as it is read here."""
    folder = tmp_path_factory.mktemp("summaries")
    (folder / "os").mkdir()
    ratio = {"estimand": "hazard_ratio", "median": 1.0, "lower": 0.7, "upper": 1.4}
    ratio |= {"p_below_1": 0.5, "p_below_0.8": 0.1}
    rows = [ratio, {"estimand": "log_hr", "mean": 0.0, "sd": 0.18}]
    pd.DataFrame(rows).to_csv(folder / "os" / "estimands.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def told(tell, tmp_path_factory, level_one):
    """One run with all levels; three sets of level 2 are the patients themselves, shaken."""
    folder = tmp_path_factory.mktemp("fit")
    true = pd.read_csv(PATIENTS, comment="#")
    rng = np.random.default_rng(1)
    sets = [
        true.assign(time=true["time"] * rng.uniform(0.99, 1.01, len(true)), imputation=i)
        for i in range(3)
    ]
    pd.concat(sets)[["imputation", "time", "event", "arm"]].to_parquet(folder / "sets.parquet")
    result = tell(
        *("fit", PATIENTS, "--record", RECORD, "--summaries", level_one),
        *("--curve-sets", folder / "sets.parquet", "--covariate", "karnofsky"),
        *("--stratum", "celltype", "--out", folder / "out"),
    )
    return result, folder / "out"


@pytest.mark.slow
def test_every_level_stands_in_one_table(told):
    result, out = told
    assert result.code == 0, result.err
    assert "all gates hold" in result.out
    assert (out / "evidence_levels.png").is_file()
    levels = pd.read_csv(out / "evidence_levels.csv")
    assert levels["level"].tolist() == [
        "level 0, flat prior",
        "level 0",
        "level 1",
        "level 2",
        "level 3",
        "level 3, adjusted for karnofsky and stratified by celltype",
    ]
    rows = levels.set_index("level")
    shift = abs(rows.loc["level 2", "log_hr_mean"] - rows.loc["level 3", "log_hr_mean"])
    assert shift < 0.02, f"level 2 is off by {shift:.3f}"


@pytest.mark.slow
def test_posteriors_open_as_planning_reads_them(told):
    _, out = told
    for level in ("level_2", "level_3"):
        tree = xr.open_datatree(out / f"posterior_{level}.nc", engine="h5netcdf")
        assert tree["posterior"]["hazard"].dims == ("chain", "draw", "arm", "interval")
        assert tree.attrs["evidence"] == level.replace("_", " ")
        table = pd.read_csv(out / f"estimands_{level}.csv")
        mean = float(tree["posterior"]["log_hr"].mean())
        assert mean == pytest.approx(table.loc[table["estimand"] == "log_hr", "mean"].item())
        tree.close()
    adjusted = xr.open_datatree(out / "posterior_adjusted.nc", engine="h5netcdf")
    assert adjusted["posterior"]["baseline"].sizes["stratum"] == 4
    adjusted.close()


@pytest.mark.slow
def test_document_and_files_go_together(told):
    _, out = told
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert document["gates_hold"]
    assert [row["covariate"] for row in document["coefficients"]] == ["karnofsky"]
    assert document["coefficients"][0]["hr_upper"] < 1
    files = {path.name for path in out.iterdir()}
    for level in ("level_2", "level_3"):
        pictures = {f"{name}_{level}.png" for name in ("kaplan_meier", "survival", "estimands")}
        assert pictures <= files
    assert {"checks.csv", "coefficients.csv", "estimands_adjusted.csv"} <= files


BAD = {
    "no file": (["none.csv"], "none.csv does not exist"),
    "arms": ([PATIENTS, "--rt", "b"], "`arm` is 'rt'; it must be control or b"),
    "covariate": ([PATIENTS, "--covariate", "stage"], "lacks the column 'stage'"),
    "both": ([PATIENTS, "--endpoint", "both"], "--endpoint is both"),
    "record": ([PATIENTS, "--record", RECORD, "--endpoint", "pfs"], "the record has only os"),
    "summaries": ([PATIENTS, "--summaries", EXAMPLE], "--summaries must be a results folder"),
    "sets": ([PATIENTS, "--curve-sets", PATIENTS], "lacks the column 'imputation'"),
    "stratum": ([PATIENTS, "--stratum", "age"], "`age` make "),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_sentence_and_exit_code_two(tell, tmp_path, what):
    arguments, sentence = BAD[what]
    result = tell("fit", *arguments, "--out", tmp_path / "out")
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
    assert len(result.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
