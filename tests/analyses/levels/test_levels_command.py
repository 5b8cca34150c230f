"""`replan levels`: rows of several folders in one table, told apart and drawn."""

import json

import h5py
import pandas as pd
import pytest

FLAT, PRINTED, SUMMARIES, CURVES = (
    {
        "level": level,
        "hr_median": ratio,
        "hr_lower": 0.6 * ratio,
        "hr_upper": 1.6 * ratio,
        "log_hr_mean": -0.6,
        "log_hr_sd": 0.25,
        "p_below_1": 0.98,
        "p_below_0.8": 0.9,
    }
    for level, ratio in (
        ("level 0, flat prior", 0.50),
        ("level 0", 0.52),
        ("level 1", 0.53),
        ("level 2", 0.55),
    )
)


@pytest.fixture
def reanalysed(tmp_path):
    folder = tmp_path / "trial"
    for endpoint in ("pfs", "os"):
        (folder / endpoint).mkdir(parents=True)
        table = pd.DataFrame([FLAT, PRINTED, SUMMARIES])
        table.to_csv(folder / endpoint / "evidence_levels.csv", index=False)
    return folder


@pytest.fixture
def fitted(tmp_path):
    folder = tmp_path / "curve"
    folder.mkdir()
    pd.DataFrame([PRINTED, CURVES]).to_csv(folder / "evidence_levels.csv", index=False)
    with h5py.File(folder / "posterior_level_2.nc", "w") as file:
        file.attrs["endpoint"] = "os"
    return folder


def test_levels_of_one_endpoint_stand_in_one_table(tell, tmp_path, reanalysed, fitted):
    result = tell("levels", fitted, reanalysed, "--out", tmp_path / "out")
    assert result.code == 0, result.err
    table = pd.read_csv(tmp_path / "out" / "levels_os.csv")
    assert table["level"].tolist() == ["level 0, flat prior", "level 0", "level 1", "level 2"]
    assert len(pd.read_csv(tmp_path / "out" / "levels_pfs.csv")) == 3
    assert {"levels_os.png", "levels_os.svg", "levels_pfs.png", "levels.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    assert "HR 0.550 (95% central 0.330 to 0.880) at level 2" in " ".join(result.out.split())


def test_rows_of_one_name_are_told_apart_by_folder(tell, reanalysed, fitted):
    pd.DataFrame([SUMMARIES | {"hr_median": 0.7}]).to_csv(
        fitted / "evidence_levels.csv", index=False
    )
    result = tell("levels", reanalysed, fitted, "--json")
    rows = json.loads(result.out)["endpoints"]["os"]["levels"]
    names = [row["level"] for row in rows]
    assert names == ["level 0, flat prior", "level 0", "level 1 (trial)", "level 1 (curve)"]


def test_folders_without_levels_are_named(tell, tmp_path, fitted):
    result = tell("levels", tmp_path)
    assert result.code == 2
    assert "holds no evidence_levels.csv; give results folders of" in result.err
    (fitted / "posterior_level_2.nc").unlink()
    assert "does not tell whose endpoint" in tell("levels", fitted).err
    (fitted / "evidence_levels.csv").write_text("level\nlevel 0\n")
    with h5py.File(fitted / "posterior_level_2.nc", "w") as file:
        file.attrs["endpoint"] = "os"
    assert "is no table of evidence levels" in tell("levels", fitted).err
