"""Random-effects meta-analysis in PyMC, sampled with nutpie; both are imported on first use.

The trials' own effects are integrated out, so the posterior has two dimensions and no funnel.
Trials are left out by a weight of 0, without compiling anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import mcse_mean
from models.check_result import CheckResult
from models.convergence import gate
from models.priors.random_effects import RandomEffects
from models.priors.trial_estimate import TrialEstimate
from models.regression.nuts import compile_for_nuts, run_nuts

if TYPE_CHECKING:
    import pymc as pm
    from nutpie.sample import CompiledModel

Array = NDArray[np.float64]

VARIABLES = ("mean", "tau")
CHAINS, DRAWS, TUNE = 4, 2_000, 1_000
TARGET_ACCEPT = 0.95
MOST_ERRORS = 4.0


class HierarchicalDraws(NamedTuple):
    """Draws of the hierarchical model, shape (chain, draw) each.

    Attributes
    ----------
    mean, tau : numpy.ndarray
        Pooled mean of the log hazard ratio, RT versus control, and heterogeneity.
    predictive : numpy.ndarray
        Log hazard ratio of a new trial.
    divergences : int
        Divergent transitions after tuning.
    """

    mean: Array
    tau: Array
    predictive: Array
    divergences: int


def build_hierarchical(
    trials: Sequence[TrialEstimate], *, heterogeneity: float, mean_sd: float
) -> pm.Model:
    """Build the model of several trials.

    Parameters
    ----------
    trials : sequence of TrialEstimate
        At least one.
    heterogeneity : float
        Scale of the half-normal prior of tau.
    mean_sd : float
        The pooled mean is Normal(0, mean_sd) before.

    Returns
    -------
    pymc.Model
        With the data `estimate`, `error` and `counts` (1, or 0 to leave a trial out).
    """
    import pymc as pm

    with pm.Model(coords={"trial": [trial.name for trial in trials]}) as model:
        estimate = pm.Data("estimate", np.array([t.log_hr for t in trials]), dims="trial")
        error = pm.Data("error", np.array([t.error for t in trials]), dims="trial")
        counts = pm.Data("counts", np.ones(len(trials)), dims="trial")
        mean = pm.Normal("mean", 0.0, mean_sd)
        tau = pm.HalfNormal("tau", heterogeneity)
        spread = pm.math.sqrt(error**2 + tau**2)
        told = pm.logp(pm.Normal.dist(mean, spread), estimate)
        pm.Potential("trials", (counts * told).sum())
    return model


def compile_hierarchical(
    trials: Sequence[TrialEstimate], *, heterogeneity: float, mean_sd: float
) -> CompiledModel:
    """Build and compile the model; it serves every choice of these trials."""
    model = build_hierarchical(trials, heterogeneity=heterogeneity, mean_sd=mean_sd)
    return compile_for_nuts(model, variables=VARIABLES)


def sample_hierarchical(
    compiled: CompiledModel,
    trials: Sequence[TrialEstimate],
    *,
    seed: int,
    without: str | None = None,
    cores: int = 1,
) -> HierarchicalDraws:
    """Draw from the posterior given the trials, or all but one of them.

    Parameters
    ----------
    compiled : nutpie.CompiledModel
        From `compile_hierarchical`, with as many trials.
    trials : sequence of TrialEstimate
    seed : int
    without : str, optional
        Name of the trial to leave out.
    cores : int
        Chains run at the same time.

    Returns
    -------
    HierarchicalDraws
        4 chains of 2,000 draws.

    Raises
    ------
    ValueError
        If no trial has the name `without`.
    """
    names = [trial.name for trial in trials]
    if without is not None and without not in names:
        raise ValueError(f"`without` is {without!r}; it must be one of {', '.join(names)}")
    data = compiled.with_data(
        estimate=np.array([trial.log_hr for trial in trials]),
        error=np.array([trial.error for trial in trials]),
        counts=np.array([float(name != without) for name in names]),
    )
    run = run_nuts(
        data,
        seed=seed,
        chains=CHAINS,
        draws=DRAWS,
        tune=TUNE,
        cores=cores,
        target_accept=TARGET_ACCEPT,
    )
    mean, tau = run.draws["mean"], run.draws["tau"]
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    return HierarchicalDraws(
        mean=mean,
        tau=tau,
        predictive=rng.normal(mean, tau),
        divergences=int(run.stats["diverging"].sum()),
    )


def hierarchical_checks(draws: HierarchicalDraws, *, exact: RandomEffects) -> list[CheckResult]:
    """Judge convergence, and agreement with quadrature.

    Parameters
    ----------
    draws : HierarchicalDraws
    exact : RandomEffects
        Of the same trials.

    Returns
    -------
    list of CheckResult
        R-hat and effective sizes of mean and tau, divergences, and the distance of mean, tau and
        prediction from their exact means in Monte Carlo standard errors.
    """
    checks = gate({"pooled mean": draws.mean, "heterogeneity": draws.tau})
    checks.append(
        CheckResult(
            name="divergences",
            passed=draws.divergences == 0,
            values={"divergences": float(draws.divergences)},
            text=f"{draws.divergences} divergent transitions (0 allowed)",
        )
    )
    tau = float(exact.tau_weight @ exact.tau)
    return [
        *checks,
        _agreement("pooled mean", draws.mean, exact.mean.mean),
        _agreement("heterogeneity", draws.tau, tau),
        _agreement("prediction", draws.predictive, exact.predictive.mean),
    ]


def _agreement(name: str, draws: Array, exact: float) -> CheckResult:
    error = float(mcse_mean(draws))
    distance = abs(float(draws.mean()) - exact) / error
    return CheckResult(
        name=f"{name}: sampler against quadrature",
        passed=distance <= MOST_ERRORS,
        values={"sampled": float(draws.mean()), "exact": exact, "distance": distance},
        text=(
            f"{name}: {draws.mean():.4f} sampled, {exact:.4f} by quadrature, {distance:.1f} Monte "
            f"Carlo errors apart ({MOST_ERRORS:g} allowed)"
        ),
    )
