"""Fit the model with covariates: draws, convergence gates, and longer runs where they fail.

Log hazard ratios are RT versus control, below 0 favours RT; hazards are per month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.check_result import CheckResult, all_passed
from models.convergence import gate, sampler_gate
from models.patients.covariates import Covariates
from models.patients.model import build_adjusted
from models.patients.table import PatientTable
from models.regression.nuts import NutsRun, compile_for_nuts, run_nuts
from models.settings import Baseline, NormalPrior, Placement
from models.survival.intervals import Cuts, interval_starts, interval_stops

if TYPE_CHECKING:
    import xarray as xr
    from nutpie.sample import CompiledModel

MOST_ATTEMPTS = 3
TARGET_ACCEPT = 0.9


class AdjustedFit(NamedTuple):
    """Posterior of the model with covariates.

    Attributes
    ----------
    tree : xarray.DataTree
        `posterior` (chain, draw): `log_hr`, `coefficient` (covariate), `baseline` (stratum,
        interval) per month; `sample_stats`.
    checks : list of CheckResult
        R-hat and effective sample size of every parameter, divergences, tree depth, energy.
    attempts : int
        Runs it took; each is twice as long as the one before.
    """

    tree: xr.DataTree
    checks: list[CheckResult]
    attempts: int


def compile_adjusted(
    table: PatientTable,
    covariates: Covariates,
    *,
    baseline: Baseline,
    placement: Placement,
    log_hr: NormalPrior,
) -> CompiledModel:
    """Build and compile the model; see `build_adjusted`."""
    model = build_adjusted(table, covariates, baseline=baseline, placement=placement, log_hr=log_hr)
    kept = ("log_hr", "baseline", *(("coefficient",) if covariates.names else ()))
    return compile_for_nuts(model, variables=kept)


def fit_adjusted(
    compiled: CompiledModel,
    covariates: Covariates,
    *,
    cuts: Cuts,
    seed: int,
    chains: int = 4,
    draws: int = 1000,
    tune: int = 500,
    cores: int = 1,
) -> AdjustedFit:
    """Sample the compiled model until its gates hold, or three times.

    Parameters
    ----------
    compiled : nutpie.CompiledModel
        From `compile_adjusted`, with the data wanted.
    covariates : Covariates
    cuts : sequence of float
        Interior cut points in months.
    seed : int
        The same seed gives the same draws, whatever `cores` is.
    chains, draws, tune : int
        Chains, draws kept of each, and draws of tuning before; doubled at each attempt.
    cores : int
        Chains run at the same time.

    Returns
    -------
    AdjustedFit
        Look at `checks` before believing it.
    """
    for attempt in range(MOST_ATTEMPTS):
        stream = np.random.SeedSequence(seed, spawn_key=(attempt,))
        run = run_nuts(
            compiled,
            seed=int(stream.generate_state(1, dtype=np.uint32)[0]),
            chains=chains,
            draws=draws * 2**attempt,
            tune=tune * 2**attempt,
            cores=cores,
            target_accept=1 - (1 - TARGET_ACCEPT) / 2**attempt,
        )
        tree = _tree(run, covariates, cuts)
        checks = [
            *gate(_quantities(run, covariates)),
            *sampler_gate(tree["sample_stats"].to_dataset()),
        ]
        if all_passed(checks):
            break
    return AdjustedFit(tree=tree, checks=checks, attempts=attempt + 1)


def _quantities(run: NutsRun, covariates: Covariates) -> dict[str, np.ndarray]:
    found = {"log_hr": run.draws["log_hr"]}
    for place, name in enumerate(covariates.names):
        found[f"coefficient of {name}"] = run.draws["coefficient"][..., place]
    baseline = run.draws["baseline"]
    for place, stratum in enumerate(covariates.strata):
        for k in range(baseline.shape[-1]):
            found[f"baseline {stratum}, interval {k + 1}"] = baseline[..., place, k]
    return found


def _tree(run: NutsRun, covariates: Covariates, cuts: Cuts) -> xr.DataTree:
    import nutpie
    import pymc as pm
    import xarray as xr

    walk = ("chain", "draw")
    chains, draws = run.draws["log_hr"].shape
    variables: dict[str, object] = {
        "log_hr": (walk, run.draws["log_hr"]),
        "baseline": ((*walk, "stratum", "interval"), run.draws["baseline"]),
    }
    if covariates.names:
        variables["coefficient"] = ((*walk, "covariate"), run.draws["coefficient"])
    coords: dict[str, object] = {
        "chain": np.arange(chains),
        "draw": np.arange(draws),
        "stratum": covariates.strata,
        "covariate": covariates.names,
        "interval_start": ("interval", interval_starts(cuts)),
        "interval_stop": ("interval", interval_stops(cuts)),
    }
    stats = xr.Dataset({name: (walk, values) for name, values in run.stats.items()})
    tree = xr.DataTree.from_dict(
        {"posterior": xr.Dataset(variables, coords=coords), "sample_stats": stats}
    )
    tree.attrs = {"sampler": f"nutpie {nutpie.__version__}", "pymc_version": pm.__version__}
    return tree
