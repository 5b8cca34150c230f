"""What users can do with public names alone; other packages take the results as they are."""

import importlib.util
from pathlib import Path

import arviz as az
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulate import load_design, posterior_of, read_posterior

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "analyses" / "sohaib2025"


def script():
    path = ROOT / "tests" / "project" / "whole_chain.py"
    spec = importlib.util.spec_from_file_location("whole_chain", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = script()


@pytest.fixture(scope="module")
def tree():
    return SCRIPT.learn(STUDY)


@pytest.fixture(scope="module")
def design():
    return load_design(ROOT / "analyses" / "phase3" / "os_alone.toml")


def test_a_re_analysis_is_drawn_and_summed_up(tree, tmp_path):
    table = SCRIPT.look_at(tree, STUDY, tmp_path)
    assert isinstance(table, pd.DataFrame)
    ratio = table.set_index("estimand").loc["hazard_ratio"]
    assert 0.2 < ratio["lower"] < ratio["median"] < ratio["upper"] < 1.5
    pictures = {path.name for path in tmp_path.iterdir()}
    assert {"audit.png", "forest.svg", "kaplan_meier.png", "survival.svg"} <= pictures


def test_every_pseudo_patient_set_prints_the_paper(tree):
    checks = tree["checks"].to_dataset().to_dataframe()
    assert set(checks["kind"]) == {"gate", "finding"}
    assert set(checks["verdict"]) <= {"passed", "failed", "not judged"}
    printed = checks[checks["text"].str.contains("pseudo-patient sets reproduce")]
    assert printed["verdict"].tolist() == ["passed"]
    patients = tree["pseudo_patients"].to_dataset()
    assert patients.sizes == {"imputation": 3, "patient": 75}
    assert patients["arm"].values.tolist() == ["control"] * 38 + ["rt"] * 37


def test_a_sceptic_is_less_convinced(tree):
    probability, sd = SCRIPT.doubt(tree)
    log_hr = tree["posterior"]["log_hr"].values
    assert 0.5 < probability < (log_hr < 0).mean()
    assert sd > 0


def test_arviz_takes_the_tree_as_it_is(tree):
    found = az.summary(tree, var_names=["log_hr"], ci_kind="eti", ci_prob=0.95, round_to="none")
    log_hr = tree["posterior"]["log_hr"].values
    assert float(found.loc["log_hr", "mean"]) == pytest.approx(log_hr.mean())
    plot = az.plot_prior_posterior(tree, var_names=["log_hr"])
    assert plot.viz["figure"].item() is not None


def test_a_tree_is_written_and_read_back_the_same(tree, tmp_path):
    tree.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    back = xr.load_datatree(tmp_path / "posterior.nc", engine="h5netcdf")
    assert back.identical(tree)
    read, held = read_posterior(tmp_path / "posterior.nc"), posterior_of(tree)
    np.testing.assert_array_equal(read.hazard, held.hazard)
    assert read.prior == held.prior
    assert (read.endpoints, read.analysis) == (("os",), "brief")


def test_pandas_takes_the_draws(tree):
    frame = tree["estimands"].to_dataset()[["hazard_ratio"]].to_dataframe()
    assert frame.index.names == ["chain", "draw"]
    assert frame["hazard_ratio"].to_numpy() == pytest.approx(
        np.exp(tree["posterior"]["log_hr"].values).reshape(-1)
    )


def test_the_same_seed_gives_the_same_draws_for_any_number_of_workers(tree):
    record = SCRIPT.load_record(STUDY / "published.toml")
    again = SCRIPT.reanalyse(record, "os", seed=1, settings=SCRIPT.BRIEF, workers=1)
    assert again.identical(tree)


def test_a_phase_iii_is_planned(design):
    tables = SCRIPT.plan(design)
    assert all(isinstance(table, pd.DataFrame) and len(table) for table in tables.values())
    success = tables["power"]["success"]
    assert success["planning", "log_rank"] > 0.6 > 0.1 > success["no effect", "log_rank"]
    assert 200 < tables["size"]["size"].item() < 500
    assert 0.9 < tables["threshold"]["threshold"].item() < 1


def test_success_is_averaged_over_the_posterior(design, tree):
    assurance, sizes = SCRIPT.hope(design, tree)
    assert 0 < float(assurance["assurance"]) < 1
    assert sizes.index.tolist() == [300, 400]
    assert sizes.loc[300, "assurance"] <= sizes.loc[400, "assurance"] + 4 * 0.025
