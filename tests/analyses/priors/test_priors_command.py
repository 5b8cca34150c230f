"""`replan priors` and `replan add-trial`: screen, document, files, one sentence when refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import norm

from models.priors.evidence_file import load_evidence

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "analyses" / "sohaib2025"
EVIDENCE, RECORD = STUDY / "evidence.toml", STUDY / "published.toml"
SENTENCE_PARTS = ("P(HR < 1) falls below 0.95 for sceptics", "Taken at its word the trial has HR")


@pytest.fixture(scope="module")
def quick(tell):
    """Run `replan priors` without the sampler, whose model takes long to compile."""
    from analyses.priors import run

    def told(*arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "_sampled", lambda *_, **__: [])
            return tell("priors", *arguments)

    return told


@pytest.fixture(scope="module")
def whole(tell, tmp_path_factory):
    out = tmp_path_factory.mktemp("priors") / "out"
    told = tell("priors", EVIDENCE, "--record", RECORD, "--endpoint", "pfs", "--out", out, "--json")
    return out, told, json.loads(told.out)


@pytest.mark.slow
def test_the_sampler_agrees_with_quadrature(whole):
    _, told, document = whole
    gates = document["endpoints"]["pfs"]["gates"]
    assert told.code == 0
    assert {"divergences", "prediction: sampler against quadrature"} <= {g["name"] for g in gates}
    assert all(gate["passed"] for gate in gates)


@pytest.mark.slow
def test_document_and_tables_hold_the_same_numbers(whole):
    out, _, document = whole
    assert json.loads((out / "priors.json").read_text(encoding="utf-8")) == document
    rows = pd.read_csv(out / "pfs" / "priors.csv")
    stored = document["endpoints"]["pfs"]["priors"]
    assert list(rows["prior"]) == [row["prior"] for row in stored]
    np.testing.assert_allclose(rows["median"], [row["median"] for row in stored], rtol=1e-12)
    trials = pd.read_csv(out / "pfs" / "trials.csv")
    assert len(trials) == 10
    assert "√(1/134 + 1/81)" in trials.set_index("name").loc["NRG-LU002", "how"]


@pytest.mark.slow
def test_every_picture_is_there(whole):
    out = whole[0]
    names = {"trials", "priors", "tipping_point", "posteriors", "prior_survival"}
    found = {path.stem for path in (out / "pfs").glob("*.png")}
    assert found == names == {path.stem for path in (out / "pfs").glob("*.svg")}


@pytest.mark.slow
def test_the_vague_prior_gives_the_closed_form(whole):
    """Printed 1.99 (1.16 to 3.41) control versus RT, prior N(0, 1)."""
    row = next(r for r in whole[2]["endpoints"]["pfs"]["priors"] if r["prior"] == "vague")
    error = np.log(3.41 / 1.16) / (2 * 1.959964)
    precision = error**-2 + 1
    mean = -np.log(1.99) / error**2 / precision
    assert row["p_below_1"] == pytest.approx(norm.cdf(-mean * precision**0.5), abs=1e-6)
    assert row["median"] == pytest.approx(np.exp(mean), rel=1e-6)


def test_the_screen_tells_priors_with_and_without_trials(quick):
    told = quick(EVIDENCE, "--record", RECORD)
    assert told.code == 0
    text = " ".join(told.out.split())
    for words in (
        "hazard ratios are RT versus control, below 1 favours RT",
        "Progression-free survival: priors and posteriors",
        "· without NRG-LU002",
        "· with NRG-LU002",
        "discounted robust predictive",
        "printed hazard ratio and interval alone",
        "No conflict between prior and data",
        *SENTENCE_PARTS,
    ):
        assert words in text
    assert "…" not in told.out


def test_without_a_trial_at_hand_there_are_priors_only(quick):
    told = quick(EVIDENCE, "--endpoint", "os", "--json")
    found = json.loads(told.out)["endpoints"]["os"]
    assert "tipping_point" not in found
    assert "median" not in found["priors"][0]
    assert "predictive" not in {row["prior"] for row in found["priors"]}


@pytest.fixture
def posterior(tmp_path):
    """Draws of a normal posterior under Normal(0, 1), laid out as `replan reanalyse` does."""
    rng = np.random.default_rng(1)
    error, prior = 0.275, 1.0
    precision = error**-2 + prior**-2
    log_hr = rng.normal(-0.69 / error**2 / precision, precision**-0.5, (4, 4_000))
    hazard = np.full((4, 4_000, 2, 2), 0.06)
    dims = ("chain", "draw", "arm", "interval")
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"log_hr": (dims[:2], log_hr), "hazard": (dims, hazard)}),
            "constant_data": xr.Dataset({"cuts": ("cut", [6.0])}),
        }
    )
    tree.attrs = {"endpoint": "pfs", "settings": json.dumps({"log_hr": {"mean": 0.0, "sd": 1.0}})}
    path = tmp_path / "posterior.nc"
    tree.to_netcdf(path, engine="h5netcdf")
    return path


def test_draws_give_the_closed_form_under_each_prior(quick, posterior):
    """16,000 draws, re-weighted: medians within 4 standard errors, about 0.02 of log HR."""
    told = quick(EVIDENCE, "--posterior", posterior, "--json")
    document = json.loads(told.out)
    assert set(document["endpoints"]) == {"pfs"}
    rows = {row["prior"]: row for row in document["endpoints"]["pfs"]["priors"]}
    sceptic = rows["sceptical"]
    assert sceptic["trusted"]
    sd = np.log(0.69) / norm.ppf(0.05)
    mean = -0.69 / 0.275**2 / (0.275**-2 + sd**-2)
    assert np.log(sceptic["median"]) == pytest.approx(mean, abs=0.03)
    assert "16,000 draws under Normal(0, sd 1)" in document["endpoints"]["pfs"]["trial_at_hand"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.toml"], "missing.toml does not exist; a file of evidence must be"),
        ([EVIDENCE, "--endpoint", "dfs"], "--endpoint is 'dfs' but the evidence has pfs and os"),
        ([EVIDENCE, "--posterior", "no.nc"], "no.nc does not exist or is no file; --posterior"),
        ([EVIDENCE, "--posterior", EVIDENCE], "cannot be read as netCDF"),
        ([EVIDENCE, "--record", EVIDENCE], "evidence.toml"),
        ([RECORD], "published.toml"),
    ],
)
def test_bad_input_is_one_sentence(tell, arguments, words):
    told = tell("priors", *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("Error: ")
    assert words in told.err
    assert told.err.count("\n") == 1


def test_a_posterior_counts_once_and_of_a_known_endpoint(tell, posterior):
    twice = tell("priors", EVIDENCE, "--posterior", posterior, "--posterior", posterior)
    assert "each --posterior must be of another endpoint" in twice.err
    both = tell("priors", EVIDENCE, "--posterior", posterior, "--record", RECORD)
    assert "both tell of the trial at hand; give one" in both.err
    with xr.open_datatree(posterior, engine="h5netcdf") as tree:
        other = tree.load()
    other.attrs = {**other.attrs, "endpoint": "dfs"}
    path = posterior.with_name("other.nc")
    other.to_netcdf(path, engine="h5netcdf")
    assert (
        "is of the endpoint 'dfs'; priors are of pfs or os"
        in tell("priors", EVIDENCE, "--posterior", path).err
    )
    del other.attrs["settings"]
    other.to_netcdf(path, engine="h5netcdf")
    assert (
        "lacks what a posterior of one endpoint holds"
        in tell("priors", EVIDENCE, "--posterior", path).err
    )


OPTIONS = {
    "--name": "New 2026",
    "--endpoint": "os",
    "--hr": 0.9,
    "--interval": (0.7, 1.16),
    "--n-rt": 150,
    "--n-control": 150,
    "--population": "any",
    "--source": "doi 10.1/2",
    "--why": "randomised",
    "--discount": 0.5,
}


def flat(options):
    words = []
    for name, value in options.items():
        words += [name, *(value if isinstance(value, tuple) else (value,))]
    return words


def test_a_trial_is_added_to_the_file(tell, tmp_path):
    path = tmp_path / "evidence.toml"
    path.write_bytes(EVIDENCE.read_bytes())
    told = tell("add-trial", path, *flat(OPTIONS))
    assert told.code == 0, told.err
    assert "added New 2026 (os)" in told.out
    new = load_evidence(path).trials[-1]
    assert (new.name, new.hr, new.discount, new.n_rt) == ("New 2026", 0.9, 0.5, 150)
    assert path.read_text(encoding="utf-8").startswith(
        EVIDENCE.read_text(encoding="utf-8").rstrip("\n")
    )
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"--hr": 1.5}, "outside its limits 0.7 to 1.16"),
        ({"--interval": None}, "0 of --interval, --p and --events are given"),
        ({"--p": 0.5}, "2 of --interval, --p and --events are given"),
        ({"--endpoint": "dfs"}, "endpoint` is 'dfs'"),
        ({"--discount": 1.0}, "os is in only_discounted"),
        ({"--use": "perhaps"}, "use` is 'perhaps'"),
    ],
)
def test_a_trial_that_cannot_be_leaves_the_file_as_it_was(tell, tmp_path, changes, words):
    path = tmp_path / "evidence.toml"
    path.write_bytes(EVIDENCE.read_bytes())
    options = {k: v for k, v in {**OPTIONS, **changes}.items() if v is not None}
    told = tell("add-trial", path, *flat(options))
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert told.err.count("\n") == 1
    assert path.read_bytes() == EVIDENCE.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_the_commented_file_is_evidence(tell, tmp_path):
    path = tmp_path / "new.toml"
    assert tell("new", "evidence", "--out", path).code == 0
    assert len(load_evidence(path).trials) == 2


@pytest.mark.slow
def test_every_column_and_field_is_described(whole, described):
    out, _, document = whole
    section = "`replan priors --out DIR`"
    for name in ("trials", "priors"):
        columns = set(pd.read_csv(out / "pfs" / f"{name}.csv", nrows=1).columns)
        assert columns == set(described(section, f"column of `{name}.csv`"))
    assert set(document) == set(described(section, "field of `priors.json`"))
