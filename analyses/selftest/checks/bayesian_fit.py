"""PyMC's posterior of the proportional-hazards model against the exact one."""

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from models.chain_diagnostics import ess_mean, mcse_mean, mcse_quantile
from models.exact_posterior import exact_posterior
from models.regression import compile_proportional_hazards, fit_imputations
from models.settings import GammaBaseline, NormalPrior
from models.survival import exposure_dataset, tabulate

CUTS = (3.0, 6.0, 9.0, 12.0, 18.0)
SETS = 3


def compare_nuts() -> Finding:
    """Mean, spread, quantiles and P(HR < 0.8) of three trials of 75 patients."""
    worst, rng = Worst(4.5, "Monte Carlo standard errors"), np.random.default_rng(11)
    arm = np.repeat([0, 1], [38, 37])
    event = rng.exponential(12 * np.exp(0.6 * arm), (SETS, 75))
    follow_up = rng.uniform(7.43, 35.93, (SETS, 75))
    table = tabulate(np.minimum(event, follow_up), event <= follow_up, arm, cuts=CUTS)
    tables = exposure_dataset(table, cuts=CUTS)
    baseline, prior = GammaBaseline(shape=1.0, rate=16.667), NormalPrior(mean=0.0, sd=1.0)
    compiled = compile_proportional_hazards(
        tables, baseline=baseline, placement="symmetric", log_hr=prior
    )
    tree = fit_imputations(tables, compiled=compiled, seed=3)
    exact = exact_posterior(
        tables["events"].values, tables["exposure"].values, baseline=baseline,
        placement="symmetric", log_hr=prior,
    )  # fmt: skip
    draws = tree["posterior"]["log_hr"].transpose("chain", "draw", "imputation").values
    worst.add((draws.mean(axis=(0, 1)) - exact.mean) / mcse_mean(draws), "mean")
    square = (draws - exact.mean) ** 2
    error = square.std(axis=(0, 1)) / np.sqrt(ess_mean(square))
    worst.add((square.mean(axis=(0, 1)) - exact.sd**2) / error, "variance")
    for share in (0.025, 0.5, 0.975):
        found = np.quantile(draws, share, axis=(0, 1))
        error = mcse_quantile(draws, share)
        worst.add((found - exact.quantile(share)) / error, f"quantile {share}")
    below = draws < np.log(0.8)
    off = below.mean(axis=(0, 1)) - exact.probability_below(0.8)
    worst.add(off / mcse_mean(below), "P(HR < 0.8)")
    return worst.finding()


CHECKS = (
    Check(
        name="posterior by sampling",
        requirement="posterior.sampled",
        grade="independent implementation",
        claim="PyMC's draws of log HR have the exact posterior's mean, spread and quantiles.",
        source="models.exact_posterior, by quadrature",
        subject="models.regression.fit_imputations",
        compare=compare_nuts,
        seconds=25.0,
    ),
)
