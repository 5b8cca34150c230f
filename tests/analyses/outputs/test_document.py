"""Rows of the JSON document: what JSON cannot say is null or a word."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.outputs.document import describe_check, document_text, finite, plain, rows
from models.check_result import CheckResult


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


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, np.float64("inf")])
def test_where_numbers_must_be_finite_null_stands_for_the_others(value):
    assert finite(value) is None
    check = CheckResult(name="a gate", passed=True, values={"z": value, "sets": 3}, text="holds")
    assert describe_check(check, number=finite)["values"] == {"z": None, "sets": 3}
    table = pd.DataFrame({"z": [value, 1.5], "name": ["a", "b"]})
    found = rows(table, number=finite)
    assert found == [{"z": None, "name": "a"}, {"z": 1.5, "name": "b"}]
    assert document_text({"rows": found}).endswith("\n")


def test_a_number_that_is_not_finite_never_reaches_a_document():
    with pytest.raises(ValueError, match="not JSON compliant"):
        document_text({"z": math.inf})
