"""Data sets whose answers R gave, and risk tables of data."""

from typing import NamedTuple

import pandas as pd
import pytest

from analyses.selftest.oracles import FOLDER
from simulate.effect.known_curves import fill_known_curves, new_known_curves
from simulate.engine.risk_table import (
    RiskTable,
    empty_risk_table,
    fill_risk_table,
    fill_stratified_risk_table,
    new_apart,
)

FIXTURES = FOLDER


class Rows(NamedTuple):
    """A risk table and how many of its rows are filled."""

    table: RiskTable
    count: int


class FromR(NamedTuple):
    """Data sets by name, and R's answers by name and quantity."""

    data: dict[str, pd.DataFrame]
    answers: dict[tuple[str, str], float]


def _read(folder_file):
    return pd.read_csv(FIXTURES / folder_file, comment="#")


def _from_r(kind):
    rows, answers = _read(f"{kind}_data.csv"), _read(f"{kind}_summaries.csv")
    answers = answers[answers["group"].isna()]
    keys = zip(answers["set"], answers["quantity"], strict=True)
    return FromR(
        dict(iter(rows.groupby("set"))),
        dict(zip(keys, answers["value"].astype(float), strict=True)),
    )


@pytest.fixture(scope="session")
def plain_sets():
    """Unstratified comparisons."""
    return _from_r("survival")


@pytest.fixture(scope="session")
def stratified_sets():
    """Stratified comparisons."""
    return _from_r("stratified")


@pytest.fixture(scope="session")
def late_effects():
    """R's answers by kind and set, then group, quantity and place (months or power, if any)."""
    rows = _read("late_effects.csv").astype({"group": object}).fillna({"group": "", "at": -1.0})
    return {
        key: {tuple(row[:3]): row[3] for row in part.itertuples(index=False)}
        for key, part in rows.set_index(["kind", "set"]).groupby(["kind", "set"])
    }


@pytest.fixture(scope="session")
def known_curves():
    """How far the curves of a look are known, of all patients or of so many strata."""

    def known(seen, *, strata=1):
        curves = new_known_curves(strata)
        fill_known_curves(seen, curves)
        return curves

    return known


def _risk_table(seen, *, strata=0):
    table = empty_risk_table(seen.size)
    if strata:
        apart = new_apart(seen.size, strata=strata)
        return Rows(table, fill_stratified_risk_table(seen, apart, table))
    return Rows(table, fill_risk_table(seen, table))


@pytest.fixture(scope="session")
def risk_table():
    """Risk table of what a look sees; stratified if a number of strata is given."""
    return _risk_table
