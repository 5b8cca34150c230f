"""`replan power` and `replan boundaries` of two endpoints: screen, document and files."""

import json
import re
import tomllib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulate.design import design_text, load_design, read_design
from simulate.plots.power_by_test import plot_power_by_test
from simulate.plots.wording import TEST_LABELS

DESIGN = Path(__file__).parents[3] / "analyses" / "phase3" / "design.toml"
TRIALS = 60
LATE = ["fleming_harrington", "modestly_weighted", "max_combo", "rmst", "milestone"]
LATE += ["milestone_log_log", "median"]
SMALL = {
    "patients": 150,
    "factors": [],
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "endpoints": [
        {"name": "pfs", "efficacy": {"kind": "pocock"}},
        {"name": "os", "analysis": {"also": LATE}, "efficacy": {"kind": "obrien_fleming"}},
    ],
    "multiplicity": {
        "kind": "graph",
        "weights": {"pfs": 0.2, "os": 0.8},
        "transitions": {"pfs": {"os": 1.0}, "os": {"pfs": 1.0}},
    },
    "success": "any",
    "harm": {"hr": 1.0, "probability": 0.9},
    "looks": [
        {"endpoint": "pfs", "events": 60},
        {"endpoint": "pfs", "events": 100},
        {"endpoint": "os", "events": 100, "analyse": ["os"]},
    ],
}


def no_constant(name):
    raise AssertionError(f"{name} is not JSON")


def words_of(told):
    return " ".join(told.out.split())


@pytest.fixture(scope="module")
def written(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("several") / "out"
    told = tell("power", DESIGN, "--trials", TRIALS, "--out", out, "--json")
    return out, told, json.loads(told.out, parse_constant=no_constant)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """File of a small design: a graph, harm that stops trials, and every test."""
    default = tomllib.loads(DESIGN.read_text(encoding="utf-8"))
    content = default | SMALL | {"truths": default["truths"][:2]}
    path = tmp_path_factory.mktemp("small") / "small.toml"
    path.write_text(design_text(read_design(content)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small_run(power_without_pictures, small, tmp_path_factory):
    out = tmp_path_factory.mktemp("small-run") / "out"
    return out, power_without_pictures(small, "--trials", 200, "--out", out)


def rows(document, variable, **where):
    return [
        row
        for row in document
        if row["variable"] == variable and all(row[key] == value for key, value in where.items())
    ]


def test_the_tables_on_the_screen_say_what_they_are(tell):
    told = tell("power", DESIGN, "--trials", TRIALS, "--truth", "no effect", "--truth", "late")
    assert told.code == 0
    for words in (
        "endpoints pfs and os; hierarchical: pfs → os; success is all endpoints won",
        "hazard ratios are RT versus control, below 1 favours RT",
        "The trial (Monte Carlo standard error)",
        "FWER",
        "Where the trial stops",
        "Mean posterior probability of harm for survival",
        "harm: P(HR of death > 1 | data), watched only",
        "pfs: log-rank test, stratified",
        "os: log-rank test, stratified",
        "Boundaries at the planned events, at alpha 0.025",
        "had another test decided, on the same trials",
        "Fleming–Harrington test",
        "Power by closed forms",
        "simulated in",
    ):
        assert words in words_of(told), words
    assert "…" not in told.out
    assert "nan" not in told.out


def test_the_document_has_the_described_fields(written, described):
    _, told, document = written
    assert told.code == 0
    listed = described("Power of several endpoints", "field of `power.json`")
    assert list(document) == list(listed)
    fields = set(re.findall(r"`(\w+)`", listed["endpoints"][0])) - {"alpha", "looks"}
    for part in document["endpoints"].values():
        assert set(part) == fields
    assert list(document["endpoints"]) == ["pfs", "os"]
    assert document["without_effect"] == {
        "planning": [],
        "no effect": ["pfs", "os"],
        "as in the phase II": [],
        "PFS alone": ["os"],
        "OS alone": ["pfs"],
        "late": [],
    }
    for row in document["trial"]:
        assert None not in row.values()


def test_the_files_are_those_described(written, described):
    out, _, document = written
    expected = {"files.json"}
    for name in described("Power of several endpoints", "file"):
        expected |= {name} if "." in name else {f"{name}.png", f"{name}.svg"}
    assert {path.name for path in out.iterdir()} == expected - {".png", ".svg"}
    stored = (out / "power.json").read_text(encoding="utf-8")
    assert json.loads(stored, parse_constant=no_constant) == document


def test_the_trial_is_described_variable_by_variable(written, described):
    out, _, _ = written
    table = xr.load_dataset(out / "trial.nc")
    listed = described("Power of several endpoints", "variable of the trial")
    found = {str(name) for name in table.data_vars if not str(name).endswith("_mcse")}
    assert found == set(listed)
    for name in found:
        dims = listed[name][0].split(", (")[0]
        assert ", ".join(map(str, table[name].dims)).removesuffix(", quantile") == dims, name
    assert table.attrs["seed"] == 2025
    assert load_design(out / "design.toml") == load_design(DESIGN)
    assert table.attrs["design"] == (out / "design.toml").read_text(encoding="utf-8")


def test_dataset_rows_and_document_hold_the_same_numbers(written):
    out, _, document = written
    trial = xr.load_dataset(out / "trial.nc")
    table = xr.load_dataset(out / "characteristics.nc")
    own = pd.read_csv(out / "trial.csv")
    success = own[own["variable"] == "trial_success"]
    assert success["value"].tolist() == pytest.approx(trial["trial_success"].values.tolist())
    assert (success["mcse"] > 0).all()
    for name in ("pfs", "os"):
        part = pd.read_csv(out / f"characteristics_{name}.csv")
        assert part["value"].dtype == float
        shares = part[(part["variable"] == "success") & (part["test"] == "log_rank")]
        values = table["success"].sel(endpoint=name, test="log_rank").values
        np.testing.assert_allclose(shares["value"], values)
        np.testing.assert_allclose(trial["endpoint_success"].sel(endpoint=name).values, values)
        stored = rows(document["endpoints"][name]["characteristics"], "success", test="log_rank")
        assert [row["value"] for row in stored] == pytest.approx(values.tolist())
    assert table["success"].dims[0] == "endpoint"
    assert table["test"].values.tolist()[:4] == ["log_rank", "cox_wald", "cox_score", "bayes"]
    assert table["analysed"].astype(int).values.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert np.isnan(table["success"].sel(endpoint="pfs", test="max_combo")).all()
    assert np.isfinite(table["success"].sel(endpoint="os", test="max_combo")).all()


def test_survival_is_not_won_without_progression_free_survival(written):
    out, _, document = written
    trial = xr.load_dataset(out / "trial.nc").sel(truth="planning")
    won = trial["endpoint_success"]
    assert float(won.sel(endpoint="os")) <= float(won.sel(endpoint="pfs"))
    assert float(trial["trial_success"]) == float(won.sel(endpoint="os"))
    assert 0.6 < float(trial["trial_success"]) < 1.0
    wrong = rows(document["trial"], "family_wise_error")
    assert {row["truth"] for row in wrong if "value" in row} == {
        "no effect", "PFS alone", "OS alone",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_bytes_for_any_workers(
    small, small_run, power_without_pictures, tmp_path
):
    out, _ = small_run
    told = power_without_pictures(small, "--trials", 200, "--workers", 1, "--out", tmp_path / "b")
    assert told.code == 0
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_harm_stops_trials_and_is_said(small_run):
    out, told = small_run
    assert told.code == 0, told.err
    assert "harm: the trial stops when P(HR of death > 1 | data) > 0.9" in words_of(told)
    stop = xr.load_dataset(out / "trial.nc")["trial_stop"]
    harmed = stop.sel(truth="no effect", reason="harm").sum()
    assert 0.05 < float(harmed) < 0.6
    assert "undefined" not in told.out


def test_every_test_appears_in_tables_and_pictures(small_run):
    out, told = small_run
    table = xr.load_dataset(out / "characteristics.nc").sel(endpoint="os")
    ax = plot_power_by_test(table, alpha=0.025)
    drawn = " ".join(label.get_text().replace("\n", " ") for label in ax.get_yticklabels())
    plt.close("all")
    for test in ("log_rank", "cox_wald", "cox_score", "bayes", *LATE):
        assert TEST_LABELS[test] in words_of(told), test
        assert TEST_LABELS[test] in drawn, test
    assert "…" not in told.out
    assert table["test"].values.tolist() == ["log_rank", "cox_wald", "cox_score", "bayes", *LATE]
    assert (table["success"].sel(truth="planning") > 0.05).all()


def test_a_graph_has_bounds_at_every_level(small, tell):
    document = json.loads(tell("boundaries", small, "--json").out, parse_constant=no_constant)
    found = {
        (one["endpoint"], round(one["alpha"], 6)): one["looks"] for one in document["endpoints"]
    }
    assert set(found) == {("pfs", 0.005), ("pfs", 0.025), ("os", 0.02), ("os", 0.025)}
    for (name, alpha), looks in found.items():
        assert looks[-1]["alpha_spent"] == pytest.approx(alpha)
        assert [look["look"] for look in looks] == ([1, 2] if name == "pfs" else [1, 2, 3])
    for name, low in (("pfs", 0.005), ("os", 0.02)):
        assert all(
            strict["z"] > lax["z"]
            for strict, lax in zip(found[name, low], found[name, 0.025], strict=True)
        )
    told = tell("boundaries", small)
    for words in ("pfs", "at alpha 0.005", "os", "at alpha 0.02 ", "at alpha 0.025"):
        assert words in words_of(told)


def test_the_bounds_of_power_are_those_of_boundaries(written, tell):
    out, _, document = written
    alone = json.loads(tell("boundaries", DESIGN, "--json").out)
    for one in alone["endpoints"]:
        stored = document["endpoints"][one["endpoint"]]["boundaries"]
        assert stored == [{"alpha": one["alpha"], "looks": one["looks"]}]
        table = pd.read_csv(out / f"boundaries_{one['endpoint']}.csv")
        assert table["z"].tolist() == pytest.approx([look["z"] for look in one["looks"]])


def test_an_unknown_truth_gets_one_sentence(tell):
    told = tell("power", DESIGN, "--truth", "unheard of")
    assert (told.code, told.out) == (2, "")
    assert "--truth is 'unheard of' but the design has planning, no effect" in told.err


def test_a_report_of_it_fills_every_item(written, lacking, tmp_path):
    assert lacking(written[0], tmp_path) == {}
