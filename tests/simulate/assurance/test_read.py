"""Posteriors read from files, and one sentence for files that are none."""

import json

import numpy as np
import pytest
import xarray as xr

from simulate.assurance.posterior import PASSAGES
from simulate.assurance.read import posterior_of, read_posterior

CUTS = np.array([3.0, 9.0])


def _tree(*, several=False, ratio=0.6, **attrs):
    rng = np.random.default_rng(1)
    lead = (2, 5, 3) if several else (2, 5)
    control = rng.gamma(5.0, 0.02, (*lead, 3))
    hazard = np.stack([control, ratio * control], axis=-2)
    dims = ("chain", "draw", *(("transition",) if several else ()), "arm", "interval")
    coords = {"arm": ["control", "rt"], "interval_start": ("interval", [0.0, *CUTS])} | (
        {"transition": list(PASSAGES)} if several else {}
    )
    posterior = xr.Dataset({"hazard": (dims, hazard)}, coords=coords)
    tree = xr.DataTree.from_dict({"posterior": posterior})
    tree.attrs = attrs
    return tree


def _written(tree, folder):
    path = folder / "posterior.nc"
    tree.to_netcdf(path, engine="h5netcdf")
    return path


SETTINGS = json.dumps({"log_hr": {"mean": 0.1, "sd": 0.7}})


def test_one_endpoint(tmp_path):
    tree = _tree(endpoint="pfs", settings=SETTINGS, quick=1, analysis="short")
    found = read_posterior(_written(tree, tmp_path))
    assert (found.kind, found.endpoints, found.chains, found.size) == (
        "proportional", ("pfs",), 2, 10,
    )  # fmt: skip
    assert (found.prior.means, found.prior.sds, found.quick) == ((0.1,), (0.7,), True)
    expected = tree["posterior"]["hazard"].values.reshape(10, 1, 2, 3)
    np.testing.assert_array_equal(found.hazard, expected)
    np.testing.assert_array_equal(found.cuts, CUTS)


def test_an_effect_that_changes_is_seen(tmp_path):
    tree = _tree(endpoint="os", ratio=np.array([0.5, 0.8, 1.0]))
    assert read_posterior(_written(tree, tmp_path)).kind == "time_varying"


def test_progression_and_death_whatever_the_order(tmp_path):
    tree = _tree(several=True, kind="illness_death", clock="reset")
    turned = tree["posterior"].to_dataset().transpose("arm", "chain", "draw", "interval", ...)
    turned = turned.isel(arm=[1, 0], transition=[2, 0, 1])
    other = xr.DataTree.from_dict({"posterior": turned})
    other.attrs = tree.attrs
    found = read_posterior(_written(other, tmp_path))
    assert (found.kind, found.endpoints, found.clock, found.prior) == (
        "illness_death", ("pfs", "os"), "reset", None,
    )  # fmt: skip
    expected = tree["posterior"]["hazard"].values.reshape(10, 3, 2, 3)
    np.testing.assert_array_equal(found.hazard, expected)


@pytest.mark.parametrize("writer", ["settings", "priors"])
def test_priors_of_the_passages_as_either_model_writes_them(tmp_path, writer):
    own = {"mean": 0.0, "sd": 0.5}
    effects = dict.fromkeys(PASSAGES, own)
    stated = {name: {"cuts": [], "log_hr": own} for name in PASSAGES}
    if writer == "priors":
        stated = {"effects": {"kind": "separate"} | effects}
    tree = _tree(several=True, kind="illness_death", clock="reset", **{writer: json.dumps(stated)})
    found = read_posterior(_written(tree, tmp_path))
    assert [prior.sd for prior in found.effects.of_each()] == [0.5] * 3
    log_hr = found.passage_log_hr(np.arange(4))
    np.testing.assert_allclose(log_hr, np.full((4, 3), np.log(0.6)), rtol=1e-12)


def test_draws_of_many_sets_of_patients(tmp_path):
    tree = _tree(endpoint="os")
    pooled = xr.concat([tree["posterior"].to_dataset()] * 3, dim="imputation", join="exact")
    tree["posterior"] = pooled.assign_coords(arm=["control", "rt"])
    found = read_posterior(_written(tree, tmp_path))
    assert (found.size, found.chains) == (30, 6)


def _without(tree, group, name):
    tree[group] = tree[group].to_dataset().drop_vars(name)
    return tree


def _renamed(tree):
    tree["posterior"] = tree["posterior"].to_dataset().assign_coords(arm=["a", "b"])
    return tree


def _changed(tree, value):
    hazard = tree["posterior"]["hazard"].values
    hazard[0, 0] = value
    return tree


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (_without(_tree(endpoint="os"), "posterior", "hazard"), "has no 'hazard'"),
        (_without(_tree(endpoint="os"), "posterior", "interval_start"), "has no 'interval_start'"),
        (_tree(endpoint="dfs"), "endpoint is 'dfs'; a posterior of one endpoint must say"),
        (_tree(several=True, kind="illness_death"), "clock is None"),
        (_tree(several=True, endpoint="os"), "hazard has the dims"),
        (_changed(_tree(endpoint="os"), np.nan), "hazard is not finite and positive"),
        (_changed(_tree(endpoint="os"), 0.0), "hazard is not finite and positive"),
        (xr.DataTree(xr.Dataset({"x": 1})), "has no 'posterior'"),
        (_renamed(_tree(endpoint="os")), "has no 'arm = control, rt'"),
    ],
)
def test_what_is_no_posterior_gets_one_sentence(tmp_path, tree, message):
    path = _written(tree, tmp_path)
    with pytest.raises(ValueError, match=message) as error:
        read_posterior(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match=message) as error:
        posterior_of(tree)
    assert "posterior.nc" not in str(error.value)


def test_what_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder; --posterior must be"):
        read_posterior(tmp_path)
    with pytest.raises(ValueError, match="does not exist; --posterior must be"):
        read_posterior(tmp_path / "none.nc")
    text = tmp_path / "posterior.nc"
    text.write_bytes(b"\x80\x04cos\nsystem\n.")
    with pytest.raises(ValueError, match="is not a netCDF file that can be read"):
        read_posterior(text)
