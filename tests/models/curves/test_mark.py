"""Sets that a curve tells of are known by their file; others are not."""

import pandas as pd

from models.curves.mark import is_marked, mark_sets

SETS = pd.DataFrame({"imputation": [0], "time": [3.0], "event": [True], "arm": ["control"]})


def test_the_mark_survives_the_file(tmp_path):
    mark_sets(SETS).to_parquet(tmp_path / "marked.parquet", index=False)
    SETS.to_parquet(tmp_path / "plain.parquet", index=False)
    assert SETS.attrs == {}
    assert is_marked(tmp_path / "marked.parquet")
    assert not is_marked(tmp_path / "plain.parquet")


def test_other_files_are_not_marked(tmp_path):
    SETS.to_csv(tmp_path / "sets.csv", index=False)
    assert not is_marked(tmp_path / "sets.csv")
    assert not is_marked(tmp_path / "none.parquet")
