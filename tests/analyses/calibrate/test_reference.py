"""The stored calibrations: their tests and coverage follow from their ranks, and they passed."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.calibrate.document import calibrated
from analyses.calibrate.plan import RANKED, describe, plan_calibration
from analyses.calibrate.verdict import judge_ranks
from models.reconstruction.fingerprint import samplers_hash
from models.record import load_record
from models.settings import load_settings

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "analyses" / "sohaib2025"
STORED = sorted((ROOT / "tests" / "fixtures" / "calibration").glob("*.json"))


@pytest.fixture(scope="module", params=STORED, ids=lambda path: path.stem)
def stored(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_the_reference_analysis_is_calibrated_on_200_trials():
    content = json.loads((STORED[0].parent / "reference.json").read_text(encoding="utf-8"))
    assert content["plan"]["settings"]["name"] == "reference"
    assert min(content["trials"].values()) >= 100
    assert content["trials"].keys() == {"os", "pfs"}


def test_verdicts_follow_from_the_ranks(stored):
    verdicts = judge_ranks(stored["ranks"], draws=stored["plan"]["draws"])
    assert len(verdicts) == len(stored["verdicts"])
    for found, told in zip(verdicts, stored["verdicts"], strict=True):
        assert (found.kind, found.quantity) == (told["kind"], told["quantity"])
        assert found.chi_square_p == pytest.approx(told["chi_square_p"], rel=1e-6)
        assert found.ecdf_p == pytest.approx(told["ecdf_p"], rel=1e-6)
        assert {f"{mass:g}": v for mass, v in found.coverage.items()} == told["coverage"]
        assert found.passed == told["passed"]
    assert calibrated(verdicts)
    assert stored["passed"]


def test_every_trial_is_accounted_for(stored):
    for kind, trials in stored["trials"].items():
        lost = sum(f["kind"] == kind for f in stored["failures"])
        assert trials - lost <= len(stored["ranks"][kind]["log HR"]) <= trials
        assert stored["drawn"][kind] == trials + sum(stored["discarded"][kind].values())
    assert len(stored["failures"]) <= 0.02 * sum(stored["trials"].values())
    if not stored["failures"]:
        assert stored["sampling"]["ess_smallest"] >= stored["plan"]["ess_needed"]
    assert stored["plan"]["ess_needed"] >= 100


def test_ranks_are_possible_ones(stored):
    ranks = [rank for found in stored["ranks"].values() for name in RANKED for rank in found[name]]
    assert np.min(ranks) >= 0
    assert np.max(ranks) <= stored["plan"]["draws"]


def test_it_was_this_sampler(stored):
    assert stored["kernels"] == samplers_hash(), (
        "the compiled sampler has changed since; calibrate again and store the result"
    )


def test_both_samplers_agreed_on_the_published_figures(stored):
    compared = {one["endpoint"]: one for one in stored["two_samplers"]}
    if stored["plan"]["settings"]["name"] != "reference":
        assert compared == {}
        return
    assert compared.keys() == {"os", "pfs"}
    for endpoint, one in compared.items():
        told = one["diagnostics"]
        assert told["effective_size"] >= 400, endpoint
        assert told["largest_share"] < 0.02, endpoint
        assert told["pareto_k"] < 0.7, endpoint
        names = [row["quantity"] for row in one["rows"]]
        assert {"log HR", "events RT", "S(6) RT", "S(12) RT", "S(24) RT", "RMST(24) RT"} < {*names}
        for row in one["rows"]:
            error = np.hypot(row["exchange_mcse"], row["importance_mcse"])
            difference = row["exchange"] - row["importance"]
            # 15 quantities of 2 endpoints: 4 standard errors are passed by chance in 0.2%.
            assert abs(difference) < 4 * error, (endpoint, row)
            assert row["z"] == pytest.approx(difference / error)


def test_it_was_this_analysis(stored):
    """Prior, follow-up and bounds are today's; how long it samples may have moved on."""
    plan = stored["plan"]
    settings = load_settings(STUDY / f"{plan['settings']['name']}.toml")
    record = load_record(STUDY / "published.toml")
    today = describe(plan_calibration(record, settings, seed=plan["seed"]))
    assert plan["rules"] == today["rules"]
    for content in (plan, today):
        content["settings"].pop("sampler")
    assert plan["settings"] == today["settings"]
