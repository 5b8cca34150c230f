import numpy as np
import pytest
import xarray as xr
from scipy import stats

from models.chain_diagnostics import mcse_mean, mcse_quantile
from models.estimands import compute_estimands, summarise
from models.survival.hazard import rmst, survival

STARTS = [0.0, 3.0, 9.0]


def posterior(*, chains=4, draws=500, imputations=None, beta_sd=0.3, seed=0):
    """Independent draws around constant hazards of 0.08 per month."""
    rng = np.random.default_rng(seed)
    lead = (chains, draws) if imputations is None else (imputations, chains, draws)
    dims = ("chain", "draw") if imputations is None else ("imputation", "chain", "draw")
    log_hr = rng.normal(-0.5, beta_sd, lead)
    base = rng.gamma(40, 0.08 / 40, (*lead, 3))
    hazard = np.stack([base, base * np.exp(log_hr)[..., np.newaxis]], axis=-2)
    return xr.Dataset(
        {
            "log_hr": (dims, log_hr),
            "hazard": ((*dims, "arm", "interval"), hazard),
            "events": ((*dims, "arm"), rng.poisson(25, (*lead, 2))),
        },
        coords={
            "arm": ["control", "rt"],
            "interval": ["(0, 3]", "(3, 9]", "(9, inf)"],
            "interval_start": ("interval", STARTS),
        },
    )


def row(table, estimand, contrast, months=np.nan):
    chosen = table[(table["estimand"] == estimand) & (table["contrast"] == contrast)]
    if not np.isnan(months):
        chosen = chosen[chosen["time_months"] == months]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_constant_hazards_in_closed_form():
    draws = posterior(chains=1, draws=4)
    draws["hazard"][:] = np.array([0.08, 0.04])[:, np.newaxis]
    draws["log_hr"][:] = np.log(0.5)
    found = compute_estimands(draws).isel(chain=0, draw=0)
    times = np.array([6.0, 12.0, 24.0])
    np.testing.assert_allclose(found["survival"].sel(arm="control"), np.exp(-0.08 * times))
    np.testing.assert_allclose(
        found["survival_difference"], np.exp(-0.04 * times) - np.exp(-0.08 * times)
    )
    assert float(found["median"].sel(arm="rt")) == pytest.approx(np.log(2) / 0.04)
    assert float(found["median_difference"]) == pytest.approx(np.log(2) / 0.08)
    assert float(found["rmst"].sel(arm="rt", horizon=12)) == pytest.approx(
        (1 - np.exp(-0.48)) / 0.04
    )
    assert float(found["hazard_ratio"]) == pytest.approx(0.5)
    assert float(found["hazard_ratio_inverse"]) == pytest.approx(2.0)


def test_each_draw_gets_its_own_curve_whatever_the_order_of_dims():
    draws = posterior(imputations=3, chains=2, draws=5)
    found = compute_estimands(draws.transpose("interval", "draw", "arm", ...))
    one = {"imputation": 2, "chain": 1, "draw": 3}
    hazard = draws["hazard"].isel(one).values
    np.testing.assert_allclose(
        found["survival"].isel(one).transpose("arm", "time"),
        survival(hazard, [6.0, 12.0, 24.0], cuts=STARTS[1:]),
    )
    np.testing.assert_allclose(
        found["rmst"].isel(one).sel(horizon=24.0), rmst(hazard, 24.0, cuts=STARTS[1:])
    )


def test_table_holds_every_estimand_with_its_direction():
    table = summarise(compute_estimands(posterior()))
    assert table["estimand"].value_counts().to_dict() == {
        "hazard_ratio": 1,
        "hazard_ratio_inverse": 1,
        "log_hr": 1,
        "survival": 6,
        "survival_difference": 3,
        "median": 2,
        "median_difference": 1,
        "rmst": 4,
        "rmst_difference": 2,
        "events": 2,
    }
    assert set(table["contrast"]) == {
        "control",
        "rt",
        "rt vs control",
        "control vs rt",
        "rt - control",
    }
    assert (table["ci_prob"] == 0.95).all()
    assert (table["ci_kind"] == "eti").all()


def test_figures_are_those_of_the_known_posterior():
    table = summarise(compute_estimands(posterior(draws=5000)))
    truth = stats.norm(-0.5, 0.3)
    log_hr = row(table, "log_hr", "rt vs control")
    ratio = row(table, "hazard_ratio", "rt vs control")
    # 20,000 independent draws, 4 standard errors each: fails by chance once in 2,500 runs.
    assert abs(log_hr["mean"] + 0.5) < 4 * log_hr["mcse_mean"]
    assert log_hr["mcse_mean"] == pytest.approx(0.3 / np.sqrt(20_000), rel=0.1)
    assert abs(log_hr["lower"] - truth.ppf(0.025)) < 4 * log_hr["mcse_lower"]
    assert abs(log_hr["upper"] - truth.ppf(0.975)) < 4 * log_hr["mcse_upper"]
    assert abs(ratio["p_below_1"] - truth.cdf(0)) < 4 * ratio["mcse_p_below_1"]
    assert abs(ratio["p_below_0.8"] - truth.cdf(np.log(0.8))) < 4 * ratio["mcse_p_below_0.8"]
    assert abs(ratio["median"] - np.exp(-0.5)) < 4 * ratio["mcse_median"]
    inverse = row(table, "hazard_ratio_inverse", "control vs rt")
    assert inverse["lower"] == pytest.approx(1 / ratio["upper"], rel=1e-3)
    gain = row(table, "rmst_difference", "rt - control", 24.0)
    assert gain["p_above_0"] == pytest.approx(truth.cdf(0), abs=4 * ratio["mcse_p_below_1"])
    assert np.isnan(gain["p_below_1"])


def test_errors_of_one_set_are_those_of_its_chains():
    estimands = compute_estimands(posterior())
    table = summarise(estimands)
    values = estimands["survival"].sel(arm="rt", time=12.0).values
    figures = row(table, "survival", "rt", 12.0)
    assert figures["mcse_mean"] == pytest.approx(float(mcse_mean(values)), rel=1e-3)
    assert figures["mcse_lower"] == pytest.approx(float(mcse_quantile(values, 0.025)), rel=0.05)


def test_errors_of_pooled_sets_hold_the_spread_between_sets():
    draws = posterior(imputations=50, chains=2, draws=100, beta_sd=0.05)
    shifts = np.random.default_rng(9).normal(0, 0.2, 50)
    draws["log_hr"] = draws["log_hr"] + xr.DataArray(shifts, dims="imputation")
    pooled = row(summarise(compute_estimands(draws)), "log_hr", "rt vs control")
    assert pooled["mcse_mean"] == pytest.approx(shifts.std(ddof=1) / np.sqrt(50), rel=0.05)
    assert pooled["sd"] == pytest.approx(np.hypot(0.05, shifts.std()), rel=0.05)
    assert pooled["mcse_median"] > 0.02
    single = posterior(imputations=1)
    alone = summarise(compute_estimands(single))
    plain = summarise(compute_estimands(single.isel(imputation=0)))
    assert alone["mcse_lower"].equals(plain["mcse_lower"])


def test_infinite_medians_are_kept():
    draws = posterior()
    draws["hazard"][0, :50, :, :] = 1e-3
    draws["hazard"][0, :50, :, 2] = 0.0
    table = summarise(compute_estimands(draws))
    median = row(table, "median", "rt")
    assert median["mean"] == np.inf
    assert np.isfinite(median["median"])
    assert np.isfinite(median["mcse_median"])
    assert np.isnan(median["mcse_mean"])


def test_fixed_event_counts_have_no_error():
    draws = posterior()
    draws["events"][..., 0] = 22
    fixed = row(summarise(compute_estimands(draws)), "events", "control")
    assert (fixed["mean"], fixed["lower"], fixed["upper"]) == (22, 22, 22)
    assert (fixed["sd"], fixed["mcse_mean"], fixed["mcse_upper"]) == (0, 0, 0)


def test_mass_of_the_interval_is_checked():
    with pytest.raises(ValueError, match=r"`ci_prob` must lie strictly between 0 and 1, got 95"):
        summarise(compute_estimands(posterior()), ci_prob=95)
