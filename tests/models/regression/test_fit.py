import numpy as np
import pytest

from models.chain_diagnostics import ess_mean, mcse_mean, mcse_quantile
from models.convergence import sampler_gate
from models.exact_posterior import exact_posterior, pooled_moments
from models.regression import compile_proportional_hazards, fit_imputations
from models.settings import GammaBaseline, HierarchicalGammaBaseline, NormalPrior
from models.survival import exposure_dataset, tabulate

pytestmark = pytest.mark.slow

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)
PRIOR = NormalPrior(mean=0.0, sd=1.0)
SETS = 8
ANALYSES = {
    "gamma, control": (GammaBaseline(shape=1.0, rate=16.667), "control"),
    "gamma, symmetric": (GammaBaseline(shape=1.0, rate=16.667), "symmetric"),
    "hierarchical, symmetric": (HierarchicalGammaBaseline(), "symmetric"),
}


def pseudo_tables():
    """Trials of 75 patients; in the first nobody is followed beyond 18 months."""
    rng = np.random.default_rng(11)
    arm = np.repeat([0, 1], [38, 37])
    event_time = rng.exponential(12 * np.exp(0.6 * arm), (SETS, 75))
    follow_up = rng.uniform(7.43, 35.93, (SETS, 75))
    follow_up[0] = np.minimum(follow_up[0], 18.0)
    table = tabulate(np.minimum(event_time, follow_up), event_time <= follow_up, arm, cuts=CUTS)
    return exposure_dataset(table, cuts=CUTS)


@pytest.fixture(scope="module", params=ANALYSES)
def fitted(request):
    baseline, placement = ANALYSES[request.param]
    tables = pseudo_tables()
    assumed = {"baseline": baseline, "placement": placement, "log_hr": PRIOR}
    compiled = compile_proportional_hazards(tables, **assumed)
    exact = exact_posterior(tables["events"].values, tables["exposure"].values, **assumed)
    return tables, compiled, fit_imputations(tables, compiled=compiled, seed=3), exact


def assert_within(found, truth, error, *, name):
    """Eight sets, 4 Monte Carlo standard errors each: fails by chance once in 2,000 runs."""
    z = (found - truth) / error
    assert np.abs(z).max() < 4, f"{name}: off by {z} Monte Carlo standard errors"


def test_every_set_agrees_with_the_exact_posterior(fitted):
    _, _, tree, exact = fitted
    draws = tree["posterior"]["log_hr"].transpose("chain", "draw", "imputation").values
    assert_within(draws.mean(axis=(0, 1)), exact.mean, mcse_mean(draws), name="mean")
    spread = draws.std(axis=(0, 1))
    square = (draws - draws.mean(axis=(0, 1))) ** 2
    kurtosis = (square**2).mean(axis=(0, 1)) / spread**4
    error = spread * np.sqrt((kurtosis - 1) / ess_mean(square)) / 2
    assert_within(spread, exact.sd, error, name="sd")
    for share in (0.025, 0.5, 0.975):
        assert_within(
            np.quantile(draws, share, axis=(0, 1)),
            exact.quantile(share),
            mcse_quantile(draws, share),
            name=f"quantile {share}",
        )
    below = draws < np.log(0.8)
    assert_within(
        below.mean(axis=(0, 1)), exact.probability_below(0.8), mcse_mean(below), name="P(HR < 0.8)"
    )


def test_pooled_draws_agree_with_the_pooled_exact_posterior(fitted):
    _, _, tree, exact = fitted
    draws = tree["posterior"]["log_hr"]
    by_set = mcse_mean(draws.transpose("chain", "draw", "imputation").values)
    error = np.sqrt((by_set**2).sum()) / SETS
    assert abs(float(draws.mean()) - pooled_moments(exact).mean) < 4 * error


def test_gates_hold_and_are_reported(fitted):
    tables, _, tree, _ = fitted
    convergence = tree["convergence"]
    assert convergence["passed"].all()
    assert (convergence["r_hat"] <= 1.01).all()
    assert (convergence["ess_bulk"] >= 400).all()
    assert convergence["quantity"].values[0] == "log_hr"
    assert convergence["quantity"].values[-1] == "hazard rt (18, inf)"
    assert [check.passed for check in sampler_gate(tree["sample_stats"].dataset)] == [True] * 3
    assert tree["posterior"]["hazard"].dims == ("imputation", "chain", "draw", "arm", "interval")
    ratio = tree["posterior"]["hazard"].sel(arm="rt") / tree["posterior"]["hazard"].sel(
        arm="control"
    )
    np.testing.assert_allclose(np.log(ratio.isel(interval=0)), tree["posterior"]["log_hr"])
    assert tree["posterior"]["interval_stop"].values[0] == 3.0
    assert tree.attrs["seed"] == 3
    assert tables.sizes["imputation"] == SETS


def test_a_set_has_the_same_draws_in_any_company_and_on_any_number_of_cores(fitted, capfd):
    tables, compiled, tree, _ = fitted
    done = []
    again = fit_imputations(
        tables.isel(imputation=[5, 2]),
        compiled=compiled,
        seed=3,
        cores=2,
        progress=lambda now, total: done.append((now, total)),
    )
    for label in (5, 2):
        np.testing.assert_array_equal(
            again["posterior"]["hazard"].sel(imputation=label),
            tree["posterior"]["hazard"].sel(imputation=label),
        )
    assert done == [(1, 2), (2, 2)]
    assert capfd.readouterr() == ("", "")
    other = fit_imputations(tables.isel(imputation=[5]), compiled=compiled, seed=4)
    assert not np.array_equal(
        other["posterior"]["log_hr"].values[0], tree["posterior"]["log_hr"].values[5]
    )


def test_a_set_that_does_not_pass_is_run_longer(fitted):
    tables, compiled, _, _ = fitted
    tree = fit_imputations(
        tables.isel(imputation=[1]), compiled=compiled, seed=1, draws=50, tune=50, ess_limit=190
    )
    convergence = tree["convergence"].isel(imputation=0)
    assert convergence["attempts"] > 1
    assert tree["posterior"].sizes["draw"] == 50
    assert tree["sample_stats"].sizes["draw"] == 50
    hopeless = fit_imputations(
        tables.isel(imputation=[1]), compiled=compiled, seed=1, draws=50, tune=50, ess_limit=1e9
    )
    assert int(hopeless["convergence"]["attempts"].item()) == 5
    assert not hopeless["convergence"]["passed"].item()


def test_unusable_tables_are_named(fitted):
    tables, compiled, _, _ = fitted
    with pytest.raises(ValueError, match=r"`tables` must have the dims"):
        fit_imputations(tables.isel(imputation=0), compiled=compiled, seed=1)
    with pytest.raises(ValueError, match="`imputation` must be labelled from 0 on, got -1"):
        fit_imputations(
            tables.isel(imputation=[0]).assign_coords(imputation=[-1]), compiled=compiled, seed=1
        )
