"""Two unrelated samplers on the published figures: replica exchange against importance sampling."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import ess_mean
from models.check_result import all_passed
from models.placement import arm_hazards
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.importance.diagnostics import weighted_mean
from models.reconstruction.importance.run import importance_sample
from models.reconstruction.sample import HORIZON, TIMES, Sample, sample_patients
from models.record.record import Record
from models.settings import AnalysisSettings, FixedFollowUp, GammaBaseline
from models.survival.hazard import rmst, survival

Array = NDArray[np.float64]

LARGEST_Z = 4.0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both samplers on one endpoint.

    Attributes
    ----------
    endpoint : str
    rows : list of dict
        `quantity`, posterior means `exchange` and `importance`, their Monte Carlo standard
        errors, and `z` of the difference.
    passed : bool
        Both gates hold and no difference exceeds `LARGEST_Z` standard errors.
    diagnostics : dict
        Of the importance weights: effective size, largest share, Pareto k.
    """

    endpoint: str
    rows: list[dict[str, Any]]
    passed: bool
    diagnostics: dict[str, float]


def comparable(settings: AnalysisSettings) -> bool:
    """Whether the importance sampler takes these settings."""
    return (
        settings.times == "continuous"
        and isinstance(settings.baseline, GammaBaseline)
        and isinstance(settings.follow_up, FixedFollowUp)
    )


def compare_samplers(
    record: Record,
    settings: AnalysisSettings,
    *,
    seed: int,
    threads: int,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Comparison]:
    """Run both samplers on every endpoint of a record.

    Parameters
    ----------
    record : Record
    settings : AnalysisSettings
        What both take: continuous times, independent gamma baseline, fixed follow-up.
    seed : int
    threads : int
    progress : callable
        Told in a line what is running.

    Returns
    -------
    list of Comparison
    """
    problems = {name: assemble_problem(record, name, settings) for name in sorted(record.endpoints)}
    progress("replica exchange on the published figures")
    samples = sample_patients(problems, settings, seed=seed, threads=threads)
    return [
        _compare(name, problem, samples[name], settings, seed, threads, progress)
        for name, problem in problems.items()
    ]


def _compare(
    endpoint: str,
    problem: NDArray[np.void],
    sample: Sample,
    settings: AnalysisSettings,
    seed: int,
    threads: int,
    progress: Callable[[str], None],
) -> Comparison:
    progress(f"importance sampling on the published figures: {endpoint.upper()}")
    other = importance_sample(problem, seed=seed, threads=threads)
    hazard = arm_hazards(other.log_hr, other.hazard, placement=settings.placement)
    theirs = quantities(other.log_hr, hazard, other.events, settings)
    ours = quantities(sample.parameters["log_hr"], sample.hazard, sample.events, settings)
    rows: list[dict[str, Any]] = []
    for name, draws in ours.items():
        mean, error = float(draws.mean()), float(draws.std() / math.sqrt(ess_mean(draws)))
        estimate = weighted_mean(theirs[name], other.log_weight)
        combined = math.hypot(error, estimate.standard_error)
        rows.append(
            {
                "quantity": name,
                "exchange": mean,
                "exchange_mcse": error,
                "importance": estimate.value,
                "importance_mcse": estimate.standard_error,
                "z": (mean - estimate.value) / combined,
            }
        )
    found = other.diagnostics
    return Comparison(
        endpoint=endpoint,
        rows=rows,
        passed=found.passed
        and all_passed(sample.checks)
        and all(abs(row["z"]) <= LARGEST_Z for row in rows),
        diagnostics={
            "effective_size": float(found.effective_size),
            "largest_share": float(found.largest_share),
            "pareto_k": float(found.pareto_k),
        },
    )


def quantities(
    log_hr: Array, hazard: Array, events: NDArray[np.int64], settings: AnalysisSettings
) -> dict[str, Array]:
    """Functions of parameters and patients whose posterior means are compared.

    Parameters
    ----------
    log_hr : array (...)
    hazard : array (..., arm, interval)
    events : array (..., arm)
    settings : AnalysisSettings
        For its cut points.

    Returns
    -------
    dict of str to array (...)
        Means, squares and tails: log HR and its square, P(HR < 0.8), events and their squares,
        survival and restricted mean of each arm.
    """
    found = {"log HR": log_hr, "log HR squared": log_hr**2}
    found["P(HR < 0.8)"] = (log_hr < math.log(0.8)).astype(float)
    for arm, name in enumerate(("control", "RT")):
        found[f"events {name}"] = events[..., arm].astype(float)
        found[f"events {name} squared"] = events[..., arm].astype(float) ** 2
        curve = survival(hazard[..., arm, :], TIMES, cuts=settings.cuts)
        for place, month in enumerate(TIMES):
            found[f"S({month:g}) {name}"] = curve[..., place]
        found[f"RMST({HORIZON:g}) {name}"] = rmst(hazard[..., arm, :], HORIZON, cuts=settings.cuts)
    return found


def comparison_text(comparisons: list[Comparison]) -> str:
    """Tabulate both samplers in plain text."""
    lines = []
    for one in comparisons:
        found = one.diagnostics
        lines.append(
            f"{one.endpoint.upper()}: two samplers; importance weights: effective size "
            f"{found['effective_size']:.0f}, largest share {found['largest_share']:.2%}, "
            f"Pareto k {found['pareto_k']:.2f}"
        )
        lines.append(f"{'mean of':<24}{'exchange':>12}{'importance':>12}{'z':>7}")
        lines += [
            f"{row['quantity']:<24}{row['exchange']:>12.4f}{row['importance']:>12.4f}{row['z']:>7.2f}"
            for row in one.rows
        ]
        lines.append("agree" if one.passed else "DISAGREE, or a gate failed")
    return "".join(f"{line}\n" for line in lines)
