"""Estimands of draws against formulas of one draw, simulated patients, and by hand."""

import math

import numpy as np
import pytest

from models.illness_death.benefit import benefit_table, share_given
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.priors import TRANSITIONS
from models.illness_death.survival import (
    hazard_ratio_at,
    median_of,
    restricted_mean,
    survival_at,
)
from models.illness_death.table import summarise_illness_death

clocks = pytest.mark.parametrize("clock", ["forward", "reset"])
MONTHS = (6.0, 10.0, 24.0)


def one_draw(tree, chain, draw):
    """A packed model of one draw, laid out by hand."""
    hazard = tree["posterior"]["hazard"].isel(chain=chain, draw=draw).values
    cuts = tree["constant_data"]["cuts"].values
    return PackedIllnessDeath(
        cuts=cuts,
        hazard=hazard[:2, :, np.newaxis],
        clock=int(tree.attrs["clock"] == "reset"),
        after_cuts=cuts,
        after_hazard=hazard[2][:, np.newaxis],
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )


@clocks
def test_every_draw_is_its_own_formula(made_up, clock):
    tree = made_up(clock=clock, shape=(2, 300))
    found = illness_death_estimands(tree, survival_months=MONTHS, rmst_months=(24.0,))
    for chain, draw in ((0, 0), (1, 7), (1, 299)):
        packed, here = one_draw(tree, chain, draw), found.isel(chain=chain, draw=draw)
        for endpoint in ("pfs", "os"):
            own = here.sel(endpoint=endpoint)
            for name, expected in (
                ("survival", survival_at(packed, MONTHS, endpoint=endpoint)[:, 0]),
                ("hazard_ratio", hazard_ratio_at(packed, MONTHS, endpoint=endpoint)[0]),
                ("median", median_of(packed, endpoint=endpoint)[:, 0]),
                ("rmst", restricted_mean(packed, 24.0, endpoint=endpoint)),
            ):
                np.testing.assert_allclose(own[name], expected, rtol=1e-8, err_msg=name)


@clocks
def test_simulated_patients_live_so(made_up, drawn, clock):
    """200,000 patients of the RT arm of one draw: five figures within 4 standard errors."""
    tree, patients = made_up(clock=clock, shape=(1, 4)), 200_000
    found = illness_death_estimands(tree, survival_months=MONTHS, rmst_months=(24.0,))
    here = found.isel(chain=0, draw=2).sel(arm="rt")
    ones = np.ones(patients, np.int64)
    courses, ends = drawn(one_draw(tree, 0, 2), ones, 0 * ones, replicate=5)
    progressed = np.isfinite(courses.progression)
    after = (courses.death - courses.progression)[progressed]
    figures = [("after", after > here["median_after_progression"].item(), 0.5)]
    for endpoint, months in (("pfs", ends.pfs_months), ("os", ends.os_months)):
        own = here.sel(endpoint=endpoint)
        figures += [
            (f"{endpoint} median", months > own["median"].item(), 0.5),
            (f"{endpoint} survival", months > 10.0, own["survival"].sel(time=10.0).item()),
            (f"{endpoint} rmst", np.minimum(months, 24.0), own["rmst"].item()),
        ]
    for name, values, exact in figures:
        error = values.std() / math.sqrt(values.size)
        assert abs(values.mean() - exact) < 4 * error, (name, values.mean(), exact, error)


def test_differences_are_rt_minus_control(made_up):
    found = illness_death_estimands(made_up())
    for name in ("survival", "median", "rmst", "median_after_progression"):
        expected = found[name].sel(arm="rt") - found[name].sel(arm="control")
        np.testing.assert_array_equal(found[f"{name}_difference"], expected)


def test_sets_are_pooled_or_not_alike(made_up):
    several = made_up(imputations=3)
    found = illness_death_estimands(several)
    assert found["rmst"].dims == ("imputation", "chain", "draw", "endpoint", "arm", "horizon")
    one = several.copy()
    one["posterior"] = several["posterior"].isel(imputation=1, drop=True)
    alone = illness_death_estimands(one)
    for name in alone:
        np.testing.assert_allclose(found[name].isel(imputation=1), alone[name], rtol=1e-12)


def test_without_time_after_progression_overall_survival_is_progression_free(made_up):
    tree = made_up()
    fast = tree["posterior"].to_dataset()
    here = fast["transition"] == "death_after_progression"
    tree["posterior"] = fast.assign(hazard=fast["hazard"].where(~here, 1e7))
    found = illness_death_estimands(tree)
    for name in ("survival", "median", "rmst"):
        pfs, os = (found[name].sel(endpoint=endpoint) for endpoint in ("pfs", "os"))
        np.testing.assert_allclose(os, pfs, rtol=1e-4)
    np.testing.assert_allclose(found["correlation"], 1, atol=1e-6)


def test_one_interval_and_nobody_dies_without_progression(made_up):
    tree = made_up(cuts=())
    draws = tree["posterior"].to_dataset()
    here = draws["transition"] == "death_without_progression"
    tree["posterior"] = draws.assign(hazard=draws["hazard"].where(~here, 0.0))
    found = illness_death_estimands(tree, survival_months=(12.0,))
    rate = draws["hazard"].sel(transition="progression").isel(interval=0)
    np.testing.assert_allclose(
        found["survival"].sel(endpoint="pfs").isel(time=0), np.exp(-12 * rate), rtol=1e-12
    )
    np.testing.assert_allclose(
        found["median_after_progression"],
        math.log(2) / draws["hazard"].sel(transition="death_after_progression").isel(interval=0),
    )


def test_a_table_of_every_part(made_up):
    estimands = illness_death_estimands(made_up(imputations=2))
    table = summarise_illness_death(estimands)
    parts = ["pfs", "os", "after_progression", "both", *TRANSITIONS]
    assert table["part"].unique().tolist() == parts
    row = table.query("part == 'os' and estimand == 'rmst_difference' and time_months == 24")
    draws = estimands["rmst_difference"].sel(endpoint="os", horizon=24.0).values
    assert row["mean"].item() == pytest.approx(draws.mean())
    assert row["p_above_0"].item() == pytest.approx((draws > 0).mean())
    ratio = table.query("part == 'death_after_progression'")
    assert ratio["contrast"].tolist() == ["rt vs control"]
    assert ratio["time_months"].isna().all()
    both = table.query("part == 'both'")
    assert both["estimand"].unique().tolist() == ["correlation"]
    assert (both["lower"] < both["upper"]).all()


def test_benefits_by_hand(made_up):
    estimands = illness_death_estimands(made_up(shape=(4, 50)), rmst_months=(24.0,))
    table = benefit_table(estimands, least_months=1.0, least_survival=0.05)
    assert table["time_months"].tolist() == [24.0, 6.0, 12.0, 24.0]
    gain = estimands["rmst_difference"].sel(horizon=24.0)
    pfs, os = ((gain.sel(endpoint=name) > 1.0).values for name in ("pfs", "os"))
    row = table.iloc[0]
    assert row["p_both"] == pytest.approx((pfs & os).mean())
    assert row["p_os_given_pfs"] == pytest.approx(os[pfs].mean())
    assert row["p_os_given_no_pfs"] == pytest.approx(os[~pfs].mean())
    assert table["least"].tolist() == [1.0, 0.05, 0.05, 0.05]
    nobody = benefit_table(estimands, least_months=1e3).iloc[0]
    assert nobody["p_pfs"] == 0
    assert math.isnan(nobody["p_os_given_pfs"])


def test_the_error_of_a_conditional_probability_is_its_spread():
    """400 sets of independent draws: mean error within 15% of the spread, itself known to 3.5%."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(400):
        given = rng.random((4, 250)) < 0.4
        event = rng.random((4, 250)) < np.where(given, 0.7, 0.2)
        found.append(share_given(event, given=given))
    shares, errors = (np.array(values) for values in zip(*found, strict=True))
    ratio = errors.mean() / shares.std(ddof=1)
    assert 0.85 < ratio < 1.15, f"mean error {errors.mean():.4f}, spread {shares.std():.4f}"


def test_other_posteriors_are_refused(made_up):
    tree = made_up()
    tree.attrs["kind"] = "one_endpoint"
    with pytest.raises(ValueError, match="attribute `kind` is 'one_endpoint'"):
        illness_death_estimands(tree)
    tree.attrs |= {"kind": "illness_death", "clock": "both"}
    with pytest.raises(ValueError, match="attribute `clock` is 'both'"):
        illness_death_estimands(tree)
