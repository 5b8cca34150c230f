"""Rows of the JSON document: what JSON cannot say is null or a word."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.outputs.document import plain, rows


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, None),
        (np.float64("nan"), None),
        (math.inf, "infinity"),
        (-np.inf, "-infinity"),
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (True, True),
        (None, None),
        ("text", "text"),
    ],
)
def test_values_as_json_knows_them(value, expected):
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


def test_rows_keep_names_and_order():
    table = pd.DataFrame({"a": [1.0, math.nan], "b": ["x", "y"], "c": [True, False]})
    assert rows(table) == [{"a": 1.0, "b": "x", "c": True}, {"a": None, "b": "y", "c": False}]
    assert list(rows(table)[0]) == ["a", "b", "c"]
    assert rows(table.iloc[:0]) == []


@given(st.lists(st.floats(), max_size=5), st.lists(st.integers(-(2**60), 2**60), max_size=5))
def test_any_table_of_numbers_is_strict_json(numbers, counts):
    table = pd.DataFrame({"x": pd.Series(numbers, dtype=float), "n": pd.Series(counts, dtype=int)})
    text = json.dumps(rows(table), allow_nan=False)
    for row, value in zip(json.loads(text), table["x"], strict=True):
        if math.isfinite(value):
            assert row["x"] == value
