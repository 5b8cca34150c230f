"""Calibration of the illness-death model: drawn from its prior, simulated, fitted by data swap.

Hazard ratios are RT versus control; differences are RT minus control.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.calibrate.made_by import made_by
from analyses.calibrate.rank import rank_among
from analyses.calibrate.uniformity import chi_square_p, ecdf_p
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.exposure import tabulate_transitions, transition_dataset
from models.illness_death.fit import CompiledIllnessDeath, compile_illness_death, fit_illness_death
from models.illness_death.posterior import pack_posterior
from models.illness_death.prior_draws import draw_illness_death_prior, draw_patients
from models.illness_death.priors import TRANSITIONS, IllnessDeathPriors

Array = NDArray[np.float64]

# Two tests of seven quantities: by Bonferroni at most 7 runs in 100 fail by chance.
SMALLEST_P = 0.005
CHAINS, KEPT = 3, 33
DRAWS = CHAINS * KEPT
MONTHS, HORIZON = 12.0, 24.0
QUANTITIES = (
    *(f"HR {name}" for name in TRANSITIONS),
    "RMST(24) difference OS",
    "S(12) difference OS",
    "RMST(24) difference PFS",
    "S(12) RT OS",
)


@dataclass(frozen=True, kw_only=True)
class IllnessDeathPlan:
    """What is calibrated, on which trials.

    Parameters
    ----------
    priors : IllnessDeathPriors
        Of the truths and of the model alike.
    sizes : tuple of int
        Patients in control and RT.
    follow_up : tuple of float
        Shortest and longest follow-up in months, uniform between.
    seed : int
        With its number it fixes each trial.
    draws, tune : int
        Draws of each of 3 chains, of which 33 are ranked among, and of tuning before.
    r_hat, ess : float
        Limits of a fit: what suffices for ranks among 99 draws.
    """

    priors: IllnessDeathPriors
    sizes: tuple[int, int] = (38, 37)
    follow_up: tuple[float, float] = (7.43, 35.93)
    seed: int = 1
    draws: int = 500
    tune: int = 400
    r_hat: float = 1.02
    ess: float = 100.0


@dataclass(frozen=True, kw_only=True)
class RankedQuantity:
    """Whether the ranks of one quantity are uniform.

    Parameters
    ----------
    name : str
    ranks : tuple of int
        0 to 99, one for each trial.
    chi_square_p, ecdf_p : float
        P-values of two tests of uniformity.
    passed : bool
        Whether both are above 0.005.
    """

    name: str
    ranks: tuple[int, ...]
    chi_square_p: float
    ecdf_p: float
    passed: bool


@dataclass(frozen=True, kw_only=True)
class IllnessDeathCalibration:
    """Outcome of a calibration.

    Parameters
    ----------
    quantities : tuple of RankedQuantity
    failed : tuple of int
        Numbers of the trials whose chains did not mix; their ranks count all the same.
    attempts : float
        Mean number of runs of a trial.
    """

    quantities: tuple[RankedQuantity, ...]
    failed: tuple[int, ...]
    attempts: float


def calibrate_illness_death(
    plan: IllnessDeathPlan,
    *,
    trials: range,
    together: int = 25,
    progress: Callable[[int, int], None] | None = None,
) -> IllnessDeathCalibration:
    """Rank the truths of many trials among their posteriors' draws.

    Parameters
    ----------
    plan : IllnessDeathPlan
    trials : range
        Numbers of the trials; each is the same in any company.
    together : int
        Trials held in memory at once.
    progress : callable, optional
        Called with (trials done, trials in all).

    Returns
    -------
    IllnessDeathCalibration
    """
    compiled = compile_illness_death(_table(plan, trials[:1])[1], priors=plan.priors)
    ranks: list[Array] = []
    attempts: list[Array] = []
    failed: list[int] = []
    for start in range(0, len(trials), together):
        numbers = trials[start : start + together]
        found, fitted = _rank(plan, numbers, compiled)
        ranks.append(found)
        attempts.append(fitted["attempts"].values)
        failed += [n for n, ok in zip(numbers, fitted["passed"].values, strict=True) if not ok]
        if progress is not None:
            progress(start + len(numbers), len(trials))
    together_ranks = np.concatenate(ranks)
    return IllnessDeathCalibration(
        quantities=tuple(
            judge_quantity(name, together_ranks[:, place]) for place, name in enumerate(QUANTITIES)
        ),
        failed=tuple(failed),
        attempts=float(np.concatenate(attempts).mean()),
    )


def judge_quantity(name: str, ranks: Array) -> RankedQuantity:
    """Test the ranks of one quantity, 0 to 99, for uniformity."""
    chi, ecdf = chi_square_p(ranks, draws=DRAWS), ecdf_p(ranks, draws=DRAWS)
    return RankedQuantity(
        name=name,
        ranks=tuple(int(rank) for rank in ranks),
        chi_square_p=chi,
        ecdf_p=ecdf,
        passed=min(chi, ecdf) > SMALLEST_P,
    )


def calibration_document(
    plan: IllnessDeathPlan, found: IllnessDeathCalibration
) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    return {
        "schema_version": 1,
        **made_by(__file__),
        "plan": {**asdict(plan), "priors": plan.priors.model_dump(mode="json")},
        "trials": len(found.quantities[0].ranks),
        "failed": list(found.failed),
        "mean_attempts": found.attempts,
        "passed": all(one.passed for one in found.quantities),
        "quantities": [asdict(one) for one in found.quantities],
    }


def _rank(
    plan: IllnessDeathPlan, numbers: range, compiled: CompiledIllnessDeath
) -> tuple[Array, xr.Dataset]:
    """Ranks by (trial, quantity), and how the fits went."""
    truths, tables = _table(plan, numbers)
    tree = fit_illness_death(
        tables,
        compiled=compiled,
        seed=plan.seed,
        chains=CHAINS,
        draws=plan.draws,
        tune=plan.tune,
        r_hat_limit=plan.r_hat,
        ess_limit=plan.ess,
    )
    picks = ((np.arange(KEPT) + 0.5) * plan.draws / KEPT).astype(int)
    posterior = tree["posterior"].to_dataset().isel(draw=picks)
    thinned = xr.DataTree.from_dict({"posterior": posterior})
    thinned.attrs = tree.attrs
    true, drawn = _quantities(truths)[0], _quantities(thinned)
    ranks = [
        [
            rank_among(true[row, place], drawn[row, :, place], rng=_rng(plan, number, 2))
            for place in range(len(QUANTITIES))
        ]
        for row, number in enumerate(numbers)
    ]
    return np.array(ranks), tree["convergence"].to_dataset()


def _table(plan: IllnessDeathPlan, numbers: range) -> tuple[xr.DataTree, xr.Dataset]:
    """Truths (draws of one chain) and tables of the trials with these numbers."""
    trees = [
        draw_illness_death_prior(plan.priors, draws=1, rng=_rng(plan, number, 0))
        for number in numbers
    ]
    posteriors = [tree["posterior"].to_dataset() for tree in trees]
    truths = xr.DataTree.from_dict({"posterior": xr.concat(posteriors, dim="draw")})
    truths.attrs = trees[0].attrs
    arm = np.repeat([0, 1], plan.sizes)
    tables = []
    for number, posterior in zip(numbers, posteriors, strict=True):
        rng = _rng(plan, number, 1)
        follow_up = rng.uniform(*plan.follow_up, (1, arm.size))
        packed = pack_posterior(posterior, clock=plan.priors.clock).packed
        patients = draw_patients(packed, arm_index=arm, follow_up=follow_up, rng=rng)
        cuts, clock = plan.priors.cuts(), plan.priors.clock
        table = tabulate_transitions(patients, arm, cuts=cuts, clock=clock)
        tables.append(transition_dataset(table, cuts=cuts, clock=clock, imputation=[number]))
    return truths, xr.concat(tables, dim="imputation")


def _quantities(tree: xr.DataTree) -> Array:
    """Gather what is ranked, shape (imputation, or chain without sets; draw; quantity)."""
    found = illness_death_estimands(tree, survival_months=(MONTHS,), rmst_months=(HORIZON,))
    found = found.isel(time=0, horizon=0)
    ratio = found["transition_hazard_ratio"]
    os, pfs = (found.sel(endpoint=name) for name in ("os", "pfs"))
    parts = [ratio.sel(transition=name, drop=True) for name in TRANSITIONS]
    parts += [os["rmst_difference"], os["survival_difference"], pfs["rmst_difference"]]
    parts += [os["survival"].sel(arm="rt")]
    lead = "imputation" if "imputation" in found.dims else "chain"
    values = [part.transpose(lead, ..., "draw").values for part in parts]
    return np.stack([value.reshape(value.shape[0], -1) for value in values], axis=-1)


def _rng(plan: IllnessDeathPlan, number: int, purpose: int) -> np.random.Generator:
    """Numbers of one trial for one purpose: its truth, its patients, or breaking ties."""
    return np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(number, purpose)))
