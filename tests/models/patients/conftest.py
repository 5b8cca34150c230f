"""Patients of R's public data sets, and R's answers."""

import csv

import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER

FIXTURES = FOLDER


def lines(name):
    with (FIXTURES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.fixture(scope="session")
def public():
    """Patients of a data set as `read_patients` gives them, and R's answers for it."""

    def of(name):
        rows = [row for row in lines("public_patients.csv") if row["set"] == name]
        frame = pd.DataFrame(
            {
                "time": [float(row["time"]) for row in rows],
                "event": [row["event"] == "1" for row in rows],
                "age": [float(row["age"]) for row in rows],
            }
        )
        arms = ["rt" if row["arm"] == "1" else "control" for row in rows]
        frame["arm"] = pd.Categorical(arms, categories=["control", "rt"], ordered=True)
        answers = {
            row["quantity"]: float(row["value"])
            for row in lines("public_answers.csv")
            if row["set"] == name
        }
        return frame, answers

    return of
