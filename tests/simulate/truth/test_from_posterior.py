"""Draws of posteriors as truths: the same hazards come out, and whatever cannot be is named."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from models.illness_death.posterior import pack_posterior
from simulate.design import read_design
from simulate.illness_death.pack import pack_illness_death
from simulate.truth.from_posterior import illness_death_truth, one_endpoint_truth
from simulate.truth.hazards import DropOut, Loss
from simulate.truth.illness_death import IllnessDeathTruth
from simulate.truth.pack import pack_truth
from simulate.truth.truth import Truth

POSTERIORS = Path(__file__).parents[2] / "models" / "illness_death" / "posteriors.py"


@pytest.fixture(scope="module")
def made_up():
    spec = importlib.util.spec_from_file_location("posteriors_as_truths", POSTERIORS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made_up


@pytest.fixture
def design(default_content):
    return read_design(default_content)


def one_endpoint(*, proportional):
    rng = np.random.default_rng(4)
    control = rng.gamma(4.0, 0.02, (2, 5, 3))
    ratio = np.exp(rng.normal(-0.3, 0.3, (2, 5, 1 if proportional else 3)))
    posterior = xr.Dataset(
        {
            "hazard": (
                ("chain", "draw", "arm", "interval"),
                np.stack([control, control * ratio], axis=2),
            )
        },
        coords={
            "chain": [0, 1],
            "draw": np.arange(5),
            "arm": ["control", "rt"],
            "interval_start": ("interval", [0.0, 3.0, 9.0]),
        },
    )
    return xr.DataTree.from_dict({"posterior": posterior})


@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_a_draw_comes_back_as_the_same_hazards(made_up, design, clock):
    tree = made_up(clock=clock, shape=(2, 5))
    truth = illness_death_truth(tree, chain=1, draw=3)
    assert IllnessDeathTruth.model_validate_json(truth.model_dump_json()) == truth
    assert truth.name == "chain 1, draw 3"
    assert truth.death_after_progression.effect.kind == "proportional"
    packed = pack_illness_death(design, truth)
    all_draws = pack_posterior(tree["posterior"].to_dataset(), clock=clock).packed
    np.testing.assert_allclose(packed.hazard[:, :, 0], all_draws.hazard[:, :, 8], rtol=1e-12)
    np.testing.assert_allclose(packed.after_hazard[:, 0], all_draws.after_hazard[:, 8], rtol=1e-12)
    np.testing.assert_array_equal(packed.cuts, all_draws.cuts)
    assert packed.clock == all_draws.clock


def test_a_draw_of_one_of_several_sets(made_up):
    tree = made_up(imputations=2)
    truth = illness_death_truth(tree, chain=0, draw=7, imputation=1)
    hazard = tree["posterior"]["hazard"].sel(imputation=1, chain=0, draw=7, arm="control")
    expected = hazard.sel(transition="progression").values
    assert truth.progression.control.rates == pytest.approx(expected)
    assert truth.name == "set 1, chain 0, draw 7"


@pytest.mark.parametrize("proportional", [True, False])
def test_a_draw_of_one_endpoint_comes_back(design, proportional):
    tree = one_endpoint(proportional=proportional)
    lost = DropOut(rt=Loss(per_12_months=0.05))
    truth = one_endpoint_truth(tree, chain=1, draw=4, drop_out=lost)
    assert truth.effect.kind == ("proportional" if proportional else "piecewise")
    assert Truth.model_validate_json(truth.model_dump_json()) == truth
    packed = pack_truth(design, truth)
    expected = tree["posterior"]["hazard"].sel(chain=1, draw=4).values
    np.testing.assert_allclose(packed.hazard[:, 0], expected, rtol=1e-12)
    assert packed.drop_out[1, 0] == pytest.approx(-np.log(0.95) / 12)


def test_nobody_dies_without_progression(made_up):
    tree = made_up()
    draws = tree["posterior"].to_dataset()
    here = draws["transition"] == "death_without_progression"
    tree["posterior"] = draws.assign(hazard=draws["hazard"].where(~here, 0.0))
    assert illness_death_truth(tree, chain=0, draw=0).death_without_progression is None


def with_ratio(tree, ratio):
    draws = tree["posterior"].to_dataset()
    hazard = draws["hazard"].copy()
    control = hazard.sel(chain=0, draw=0, transition="progression", arm="control")
    hazard.loc[{"chain": 0, "draw": 0, "transition": "progression", "arm": "rt"}] = ratio * control
    tree["posterior"] = draws.assign(hazard=hazard)
    return tree


def test_what_cannot_be_a_truth_is_named(made_up):
    tree = made_up()
    with pytest.raises(ValueError, match="`chain` is 2; the posterior has 0 to 1, choose one"):
        illness_death_truth(tree, chain=2, draw=0)
    with pytest.raises(ValueError, match="`draw` is 40; the posterior has 0 to 39"):
        illness_death_truth(tree, chain=0, draw=40)
    with pytest.raises(ValueError, match="`imputation` is 1 and the posterior of no sets; leave"):
        illness_death_truth(tree, chain=0, draw=0, imputation=1)
    with pytest.raises(ValueError, match="`imputation` is None and the posterior of several sets"):
        illness_death_truth(made_up(imputations=2), chain=0, draw=0)
    with pytest.raises(ValueError, match="with the dim 'transition'; take its draws with"):
        one_endpoint_truth(tree, chain=0, draw=0)
    with pytest.raises(ValueError, match="attribute `kind` is None"):
        illness_death_truth(one_endpoint(proportional=True), chain=0, draw=0)
    extreme = "hazard of progression in chain 0, draw 0 has a hazard ratio of 120; a truth may"
    with pytest.raises(ValueError, match=extreme):
        illness_death_truth(with_ratio(made_up(), 120.0), chain=0, draw=0)
    nobody = made_up()
    nobody["posterior"] = nobody["posterior"].to_dataset() * 0.0
    with pytest.raises(ValueError, match="hazard of progression in chain 0, draw 0 is"):
        illness_death_truth(nobody, chain=0, draw=0)
