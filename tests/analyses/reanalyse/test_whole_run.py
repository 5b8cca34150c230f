"""One short run from the record to files: what comes out, and that it comes out the same again."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from models.check_result import CheckResult
from models.printed import printed_figures, record_windows
from models.record import load_record

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PUBLISHED = load_record(ROOT / "analyses" / "sohaib2025" / "published.toml")
ENDPOINTS = ("pfs", "os")
TABLES = (
    "checks",
    "estimands",
    "estimands_pooled",
    "evidence_levels",
    "pooled_agreement",
    "posterior_predictive",
    "prior_predictive",
    "reproduction",
    "set_agreement",
)
PICTURES = ("agreement", "convergence", "estimands", "hazard_ratio", "kaplan_meier", "survival")


@pytest.fixture(scope="module")
def pfs_again(short_run, tmp_path_factory):
    """The same seed for one endpoint on one core, told as a table."""
    out = tmp_path_factory.mktemp("again")
    return out, short_run.again("--out", out, "--endpoint", "pfs", "--cores", 1)


@pytest.fixture
def replay(short_run, monkeypatch, tmp_path):
    """Run the command again on the finished results, changed as asked; write only tables."""
    from analyses.reanalyse import command, write

    monkeypatch.setattr(write, "draw_pictures", lambda *_, **__: None)
    monkeypatch.setattr(write, "write_tree", lambda _, path: path.write_bytes(b""))

    def run(*options, **changes):
        result = replace(short_run.results, **changes)
        monkeypatch.setattr(command, "reanalyse", lambda *_, **__: result)
        return short_run.again("--out", tmp_path / "out", *options)

    return run


def with_check(short_run, kind, *, passed):
    """Results whose gates or findings of every endpoint are one check."""
    check = CheckResult(name="a check", passed=passed, text="its numbers")
    return {
        name: replace(result, **{kind: [check]})
        for name, result in short_run.results.endpoints.items()
    }


def test_the_exit_code_is_that_of_the_gates(short_run):
    assert short_run.told.code == (0 if short_run.document["gates_hold"] else 1)


def test_every_file_is_there_and_listed(short_run):
    expected = {"audit.csv", "audit.png", "audit.svg", "results.json", "run_log.json"}
    for endpoint in ENDPOINTS:
        expected |= {f"{endpoint}/posterior.nc", f"{endpoint}/pseudo_patients.parquet"}
        expected |= {f"{endpoint}/{name}.csv" for name in TABLES}
        expected |= {f"{endpoint}/{name}.{kind}" for name in PICTURES for kind in ("png", "svg")}
    found = {p.relative_to(short_run.out).as_posix() for p in short_run.out.rglob("*.*")}
    assert found == expected | {"files.json"}
    assert set(json.loads((short_run.out / "files.json").read_text())) == expected


def test_standard_output_is_one_document_and_without_a_terminal_nothing_else_is_said(short_run):
    assert json.loads(short_run.told.out) == short_run.document
    assert short_run.document == json.loads((short_run.out / "results.json").read_text())
    assert short_run.told.err == ""


def test_the_table_on_the_screen_has_results_and_where_they_are(pfs_again):
    out, told = pfs_again
    assert told.out.startswith("Sohaib 2025: short analysis, seed 2025")
    flat = " ".join(told.out.split())
    assert "hazard ratio, RT versus control (below 1 favours RT)" in flat
    assert "95% central intervals" in flat
    assert f"results in {out}" in "".join(told.out.splitlines())
    assert "Overall" not in told.out
    assert "\x1b" not in told.out


@pytest.mark.parametrize("name", [f"{name}.csv" for name in TABLES] + ["pseudo_patients.parquet"])
def test_same_seed_same_bytes_alone_or_beside_another_endpoint(short_run, pfs_again, name):
    out, _ = pfs_again
    assert (out / "pfs" / name).read_bytes() == (short_run.out / "pfs" / name).read_bytes()


@pytest.mark.parametrize("name", PICTURES)
def test_same_seed_same_pictures(short_run, pfs_again, name):
    out, _ = pfs_again
    for kind in ("svg", "png"):
        file = f"pfs/{name}.{kind}"
        assert (out / file).read_bytes() == (short_run.out / file).read_bytes()


def test_same_seed_same_posterior(short_run, pfs_again):
    out, _ = pfs_again
    with (
        xr.open_datatree(out / "pfs" / "posterior.nc", engine="h5netcdf") as one,
        xr.open_datatree(short_run.out / "pfs" / "posterior.nc", engine="h5netcdf") as other,
    ):
        assert one.identical(other)


def test_same_seed_same_document(short_run, pfs_again):
    out, _ = pfs_again
    again = json.loads((out / "results.json").read_text())
    assert again["endpoints"] == {"pfs": short_run.document["endpoints"]["pfs"]}
    for name in ("schema_version", "provenance", "audit", "interval", "hazard_ratio"):
        assert again[name] == short_run.document[name]


def test_clock_times_are_in_the_run_log_only(short_run):
    log = json.loads((short_run.out / "run_log.json").read_text())
    assert set(log["seconds"]) >= {"audit", "patients", "PyMC fits and checks"}
    assert all(value >= 0 for value in log["seconds"].values())
    year = log["finished"][:10]
    clock = re.compile(rf"{year}|\d\d:\d\d:\d\d|seconds|elapsed".encode())
    for path in short_run.out.rglob("*"):
        if path.suffix in {".json", ".csv", ".svg"} and path.name != "run_log.json":
            assert clock.search(path.read_bytes()) is None, path


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_set_of_patients_gives_the_printed_figures(short_run, endpoint):
    table = pd.read_parquet(short_run.out / endpoint / "pseudo_patients.parquet")
    assert list(table.columns[:5]) == ["imputation", "patient", "time", "event", "arm"]
    assert table["arm"].cat.ordered
    assert list(table["arm"].cat.categories) == ["control", "rt"]
    windows = record_windows(PUBLISHED, endpoint)
    assert table["imputation"].nunique() == 5
    for _, patients in table.groupby("imputation"):
        counts = patients["arm"].value_counts()
        assert (counts["control"], counts["rt"]) == (38, 37)
        days = patients["time"].to_numpy() * 30
        assert np.allclose(days, np.round(days), atol=1e-8)
        found = printed_figures(
            patients["time"].to_numpy()[None], patients["event"].to_numpy()[None], n_control=38
        )
        for name, (low, high) in windows.items():
            assert low - 1e-9 <= found[name][0] < high, name


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_tables_follow_from_the_posterior_file(short_run, endpoint):
    table = pd.read_csv(short_run.out / endpoint / "estimands.csv")
    with xr.open_datatree(short_run.out / endpoint / "posterior.nc", engine="h5netcdf") as tree:
        draws = tree["posterior"].to_dataset().load()
        estimands = tree["estimands"].to_dataset().load()
    ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
    hazard_ratio = np.exp(draws["log_hr"].values)
    assert ratio["mean"] == pytest.approx(hazard_ratio.mean())
    assert ratio["p_below_1"] == pytest.approx((hazard_ratio < 1).mean())
    below = (1 - 0.95) / 2
    tail = np.quantile(hazard_ratio, (below, 1 - below), method="inverted_cdf")
    assert tuple(ratio[["lower", "upper"]]) == pytest.approx(tuple(tail))
    control, rt = (draws["hazard"].sel(arm=arm) for arm in ("control", "rt"))
    assert np.allclose(rt / control, hazard_ratio[..., None])
    widths = np.diff([0, 3, 6, 9, 12])
    by_hand = np.exp(-(rt.values[..., :4] * widths).sum(axis=-1))
    assert np.allclose(estimands["survival"].sel(arm="rt", time=12).values, by_hand)
    assert np.isnan(table.loc[table["estimand"] == "median", "time_months"]).all()


def test_the_posterior_opens_in_arviz(short_run):
    import arviz as az

    tree = xr.open_datatree(short_run.out / "os" / "posterior.nc", engine="h5netcdf")
    summary = az.summary(tree["posterior"].to_dataset(), var_names=["log_hr"], round_to="none")
    tree.close()
    table = pd.read_csv(short_run.out / "os" / "estimands.csv").set_index("estimand")
    assert float(summary["mean"].iloc[0]) == pytest.approx(table.loc["log_hr", "mean"], rel=1e-6)


def test_provenance_names_the_record_its_hash_the_settings_and_the_seed(short_run):
    import hashlib

    told = short_run.document["provenance"]
    path = ROOT / "analyses" / "sohaib2025" / "published.toml"
    assert told["record"] == "published.toml"
    assert told["record_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (told["seed"], told["quick"], told["analysis"]) == (2025, 0, "short")
    assert json.loads(told["settings"])["sampler"]["chunk"] == 800
    with xr.open_datatree(short_run.out / "pfs" / "posterior.nc", engine="h5netcdf") as tree:
        assert {name: tree.attrs[name] for name in told} == told
        assert tree.attrs["hazard_ratio"] == "RT versus control, below 1 favours RT"


@pytest.mark.parametrize(
    ("gates", "findings", "options", "code"),
    [
        (True, False, (), 0),
        (True, False, ("--strict",), 1),
        (False, True, (), 1),
        (False, True, ("--json",), 1),
        (True, True, ("--strict",), 1),
    ],
    ids=["findings", "strict", "gate", "gate as JSON", "audit under strict"],
)
def test_gates_fail_a_run_and_findings_only_under_strict(
    short_run, replay, gates, findings, options, code
):
    endpoints = with_check(short_run, "gates", passed=gates)
    check = CheckResult(name="a finding", passed=findings, text="its numbers")
    endpoints = {name: replace(r, findings=[check]) for name, r in endpoints.items()}
    told = replay(*options, endpoints=endpoints)
    assert told.code == code
    if "--json" in options:
        document = json.loads(told.out)
        assert document["gates_hold"] is gates
        assert document["findings_clear"] is False
    elif not gates:
        assert "FAILED a check: its numbers" in told.out
        assert "A GATE FAILED: do not use these results" in told.out
    else:
        assert "all gates hold" in told.out


def test_strict_passes_when_audit_and_findings_are_clear(short_run, replay):
    audit = short_run.results.audit
    passed = tuple(check for check in audit.checks if check.verdict == "passed")
    endpoints = with_check(short_run, "findings", passed=True)
    endpoints = {
        name: replace(r, gates=[CheckResult(name="a gate", passed=True, text="")])
        for name, r in endpoints.items()
    }
    told = replay("--strict", audit=replace(audit, checks=passed), endpoints=endpoints)
    assert told.code == 0


def test_a_check_with_nothing_to_judge_fails_nothing(short_run, replay):
    endpoints = with_check(short_run, "gates", passed=None)
    assert replay("--json", endpoints=endpoints).code == 0


def test_a_quick_look_says_so(replay):
    told = replay("--quick", quick=True)
    assert "QUICK LOOK: few draws, looser gates; not for reporting" in told.out
    document = json.loads(replay("--quick", "--json", quick=True).out)
    assert document["quick"] is True
    assert document["provenance"]["quick"] == 1


def test_a_disk_that_fills_up_while_writing_leaves_nothing(
    short_run, replay, tmp_path, monkeypatch
):
    import errno

    from analyses.reanalyse import write

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write.pd.DataFrame, "to_parquet", full)
    told = replay("--json")
    assert (told.code, told.out) == (2, "")
    last = told.err.splitlines()[-1]
    assert last.startswith(f"Error: {tmp_path / 'out'} cannot be written (No space left on device)")
    assert not (tmp_path / "out").exists()


def test_sensitivity_rows_are_written(short_run, replay, tmp_path, monkeypatch):
    from analyses.reanalyse import pictures, sensitivity, write

    monkeypatch.setattr(write, "draw_pictures", pictures.draw_pictures)
    monkeypatch.setattr(pictures, "endpoint_pictures", lambda *_: [])
    every = sensitivity.list_variants
    chosen = [("times", "continuous")]
    monkeypatch.setattr(
        sensitivity,
        "list_variants",
        lambda *a: [v for v in every(*a) if (v.varied, v.analysis) in chosen],
    )
    told = replay("--sensitivity", "--json")
    document = json.loads(told.out)
    for endpoint in ENDPOINTS:
        assert (tmp_path / "out" / endpoint / "sensitivity.png").stat().st_size > 10_000
        drawn = (tmp_path / "out" / endpoint / "sensitivity.svg").read_text(encoding="utf-8")
        assert "times: continuous" in drawn
    table = pd.read_csv(tmp_path / "out" / "sensitivity.csv")
    assert table["endpoint"].tolist() == ["pfs"] * 2 + ["os"] * 2
    assert table["varied"].fillna("").tolist() == ["", "times"] * 2
    assert len(document["sensitivity"]) == 4
    first = pd.read_csv(tmp_path / "out" / "pfs" / "estimands.csv")
    ratio = first[first["estimand"] == "hazard_ratio"].iloc[0]
    assert table.loc[0, "hr_median"] == ratio["median"]
    assert table["hr_median"].between(0.3, 0.9).all()
    assert (table["hr_lower"] < table["hr_median"]).all()
    assert (table["hr_median"] < table["hr_upper"]).all()
    assert table["s24_rt"].between(0, 1).all()


def test_ratios_of_printed_figures_say_their_direction(short_run):
    rows = short_run.document["endpoints"]["pfs"]["reproduction"]
    units = {row["figure"]: row["unit"] for row in rows}
    assert units["hazard_ratio"] == "ratio, control vs rt"
    lows = {row["figure"]: row["lowest"] for row in rows}
    assert 1.985 <= lows["hazard_ratio"] < 1.995
    inverse = short_run.document["endpoints"]["pfs"]["estimands"]
    medians = {row["estimand"]: row["median"] for row in inverse}
    assert medians["hazard_ratio"] < 1 < medians["hazard_ratio_inverse"]
    product = medians["hazard_ratio"] * medians["hazard_ratio_inverse"]
    assert math.isclose(product, 1.0, rel_tol=0.02)
