"""Files of patients: what they become, and one sentence for whatever is wrong with them."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.patients import read_patients

ONE = """time,event,arm,age,sex
3,1,control,61,f
5.5,0,control,70,m
2,1,rt,55,f
9,0,rt,66,m
"""
BOTH = """pfs_time,pfs_event,os_time,os_event,arm
3,1,6,1,control
4,0,4,0,control
5,1,5,1,rt
2,1,9,0,rt
"""


@pytest.fixture
def read(tmp_path):
    def from_text(text=ONE, **options):
        (tmp_path / "patients.csv").write_text(text, encoding="utf-8")
        return read_patients(tmp_path / "patients.csv", **options)

    return from_text


def test_one_endpoint_with_covariates(read):
    found = read(covariates=("age", "Sex"))
    assert found.columns.tolist() == ["time", "event", "arm", "age", "Sex"]
    assert found["event"].tolist() == [True, False, True, False]
    assert found["arm"].cat.categories.tolist() == ["control", "rt"]
    assert found["age"].tolist() == [61, 70, 55, 66]
    assert found["Sex"].tolist() == ["f", "m", "f", "m"]


def test_both_endpoints_give_the_one_asked_for(read):
    assert read(BOTH, endpoint="pfs")["time"].tolist() == [3, 4, 5, 2]
    assert read(BOTH, endpoint="os")["event"].tolist() == [True, False, True, False]
    with pytest.raises(ValueError, match="holds both endpoints; choose one"):
        read(BOTH)


def test_arms_may_have_other_names(read):
    text = ONE.replace("control", "A").replace("rt", "B")
    found = read(text, arm_names={"control": "A", "rt": "B"})
    assert found["arm"].tolist() == ["control", "control", "rt", "rt"]


def test_parquet_is_read_alike(tmp_path, read):
    csv = read(covariates=("age",))
    csv.to_parquet(tmp_path / "patients.parquet", index=False)
    again = read_patients(tmp_path / "patients.parquet", covariates=("age",))
    pd.testing.assert_frame_equal(csv, again)
    csv.assign(time=[1.0, None, 2.0, 3.0]).to_parquet(tmp_path / "patients.parquet")
    with pytest.raises(ValueError, match=r"patients.parquet, row 2: `time` is missing"):
        read_patients(tmp_path / "patients.parquet")
    (tmp_path / "patients.parquet").write_text("no parquet", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as Parquet"):
        read_patients(tmp_path / "patients.parquet")


WRONG = {
    "negative": (ONE, "9,0,rt,66,m", "-9,0,rt,66,m", "line 5: `time` is -9; it must be a number"),
    "time": (ONE, "9,0,rt,66,m", ",0,rt,66,m", "line 5: `time` is missing; every patient"),
    "event": (ONE, "9,0,rt,66,m", "9,2,rt,66,m", "line 5: `event` is '2'; it must be 1 (seen)"),
    "arm": (ONE, "9,0,rt,66,m", "9,0,radio,66,m", "line 5: `arm` is 'radio'; it must be control"),
    "covariate": (ONE, "9,0,rt,66,m", "9,0,rt,,m", "line 5: `age` is missing; every patient"),
    "order": (BOTH, "2,1,9,0,rt", "9,1,2,0,rt", "line 5: `pfs_time` is 9 but `os_time` 2"),
    "death": (BOTH, "5,1,5,1,rt", "5,0,5,1,rt", "line 4: `os_event` is 1 and `pfs_event` 0"),
    "half": (BOTH, "os_event,arm", "death,arm", "lacks the column 'os_event'"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_cell_is_named_by_its_line(read, what):
    text, old, new, sentence = WRONG[what]
    options = {"covariates": ("age",)} if text is ONE else {"endpoint": "pfs"}
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        read(text.replace(old, new), **options)
    assert "\n" not in str(refused.value)


def test_missing_columns_and_arms_are_named(read):
    with pytest.raises(ValueError, match="lacks the column 'stage'"):
        read(covariates=("stage",))
    with pytest.raises(ValueError, match="lacks the column 'event'"):
        read("time,arm\n1,rt\n")
    with pytest.raises(ValueError, match="has nobody in arm 'rt'"):
        read("time,event,arm\n1,1,control\n")
    with pytest.raises(ValueError, match="has no rows"):
        read("time,event,arm\n")


def test_what_a_parquet_file_says_of_pandas_is_not_followed(tmp_path):
    """Its index, its types and its metadata may be damaged; values and names alone count."""
    table = pa.table({"time": [1.0, 2.0], "event": [1, 0], "arm": ["control", "rt"]})
    for metadata in (b"{", b"[]", b'{"index_columns": ["nothing"], "columns": 1}'):
        pq.write_table(table.replace_schema_metadata({b"pandas": metadata}), tmp_path / "p.parquet")
        assert read_patients(tmp_path / "p.parquet")["time"].tolist() == [1.0, 2.0]


def test_a_parquet_file_with_a_column_twice_or_without_rows_is_refused(tmp_path):
    columns = [pa.array([1.0]), pa.array([2.0])]
    for names, length, message in (
        (["time", "Time "], 1, "has the column 'time' twice"),
        (["time", "arm"], 0, "has no rows"),
    ):
        table = pa.table([column[:length] for column in columns], names=names)
        pq.write_table(table, tmp_path / "p.parquet")
        with pytest.raises(ValueError, match=message):
            read_patients(tmp_path / "p.parquet")


def test_long_and_unprintable_cells_are_shown_short(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(f"time,event,arm\n{'9' * 4000},1,control\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"`time` is '9{50,60}…; it must be") as refused:
        read_patients(path)
    assert len(str(refused.value)) < 200
    path.write_text("time\tevent\x00,arm\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"it has 'time\\tevent\\x00', arm\)") as refused:
        read_patients(path)
    assert str(refused.value).isprintable()
