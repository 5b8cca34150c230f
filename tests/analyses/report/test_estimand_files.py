"""Estimands of CSV files: words and columns of a re-analysis, differences alone of many models."""

import pytest

from analyses.report.csv_tables import csv_tables
from analyses.report.estimand_files import estimand_file

HEAD = "estimand,contrast,time_months,median,lower,upper,mcse_median,p_below_1,p_above_0"
ROWS = [
    "hazard_ratio,rt vs control,12.0,0.5,0.3,0.9,0.001,0.0,",
    "survival_difference,rt - control,24.0,0.1,inf,,0.002,,0.97",
]


@pytest.fixture
def written(tmp_path):
    def write(name, rows, *, head=HEAD):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def test_rows_stand_in_words_with_their_errors(written):
    table = estimand_file(written("estimands.csv", ROWS), name="estimands")
    assert table.rows == (
        ("Hazard ratio", "RT vs control", 12.0, 0.5, 0.001, 0.3, 0.9, 0.0),
        ("Difference in survival", "RT − control", 24.0, 0.1, 0.002, float("inf"), None, 0.97),
    )
    assert table.caption.startswith("The posterior with 95% central intervals")


def test_endpoint_and_model_come_first(written):
    rows = [f"{row},random_walk,pfs" for row in ROWS]
    table = estimand_file(
        written("os/estimands_pooled.csv", rows, head=f"{HEAD},model,part"), name="x"
    )
    assert [column.heading for column in table.columns[:2]] == ["Endpoint", "Model"]
    assert table.rows[0][:2] == ("PFS", "random walk")
    assert table.caption.startswith("OS: PyMC's posterior")


def test_of_many_rows_differences_are_shown(written):
    table = estimand_file(written("estimands.csv", ROWS * 60), name="x")
    assert {row[0] for row in table.rows} == {"Difference in survival"}
    assert "Differences alone; estimands.csv has every estimand." in table.caption


def test_other_files_are_shown_as_they_are(written, tmp_path):
    assert estimand_file(written("events.csv", ROWS), name="x") is None
    assert estimand_file(written("estimands.csv", ["1,2"], head="a,b"), name="x") is None
    written("plain.csv", ["True,12.0,0.25", "False,24.0,0.5"], head="shown,months,share")
    written("checks.csv", ["x,1"], head="name,passed")
    tables = {table.name: table for table in csv_tables(tmp_path, without=frozenset({"checks"}))}
    assert "checks" not in tables
    assert tables["plain"].rows == (("yes", 12.0, 0.25), ("no", 24.0, 0.5))
    assert [column.digits for column in tables["plain"].columns] == [3, 0, 3]
