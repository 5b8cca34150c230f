"""How the answer moves with what is assumed: each row draws the patients anew."""

import math
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analyses.outputs.progress import Progress
from analyses.reanalyse.run import Reanalysis
from models.check_result import all_passed
from models.estimands import compute_estimands, summarise
from models.reanalysis.draws import label_draws
from models.reconstruction.assemble import (
    accrual_months,
    assemble_problem,
    longest_follow_up,
)
from models.reconstruction.sample import sample_patients
from models.record.record import Record
from models.settings import (
    FEWEST_ROWS,
    AnalysisSettings,
    FixedFollowUp,
    FreeFollowUp,
    GammaBaseline,
    NormalPrior,
    RandomWalkBaseline,
    SamplerSettings,
)

ESS_WANTED = 400.0
SHORTEST_CHUNK = 400
MODEL = ("cuts", "times", "days_per_month", "baseline", "placement", "log_hr", "follow_up")
SCEPTICAL_SD = 0.35
FINE_CUTS = (2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 24.0)


class Sensitivity(NamedTuple):
    """How the answer moves.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an endpoint and analysis: `endpoint`, `varied`, `analysis`, `hr_median`,
        `hr_lower`, `hr_upper` (95% central, RT versus control), `p_below_1`, means of
        `s24_control`, `s24_rt` and `rmst24_difference` (RT minus control, months),
        `mcse_log_hr`, and `converged`.
    estimands : pandas.DataFrame
        Rows of `summarise` for each, with `endpoint` and `analysis`.
    """

    table: pd.DataFrame
    estimands: pd.DataFrame


class Variant(NamedTuple):
    """One row of the sensitivity table: what is varied, how, and the settings."""

    varied: str
    analysis: str
    settings: AnalysisSettings


def list_variants(
    settings: AnalysisSettings, record: Record, reference: AnalysisSettings | None = None
) -> list[Variant]:
    """Vary one assumption at a time from the analysis, and all of them to the reference.

    Parameters
    ----------
    settings : AnalysisSettings
        The analysis that the report leads with.
    record : Record
        For the follow-up figures.
    reference : AnalysisSettings, optional
        The reference analysis; made from the follow-up figures where none is given.
    """
    gamma = GammaBaseline()
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("baseline", "gamma, symmetric", {"baseline": gamma, "placement": "symmetric"}),
        ("baseline", "gamma, on control", {"baseline": gamma, "placement": "control"}),
        ("baseline", "random walk", {"baseline": RandomWalkBaseline(), "placement": "symmetric"}),
        ("follow-up", "more loss (0.02)", {"follow_up": FreeFollowUp(loss_mean=0.02)}),
        ("log HR prior", f"N(0, {SCEPTICAL_SD})", {"log_hr": NormalPrior(sd=SCEPTICAL_SD)}),
        ("log HR prior", "N(0, 2.5)", {"log_hr": NormalPrior(sd=2.5)}),
        ("cut points", "6, 12", {"cuts": (6.0, 12.0)}),
        ("cut points", "every 2 to 6 months", {"cuts": FINE_CUTS}),
        ("times", "continuous", {"times": "continuous"}),
    ]
    reference = reference or _reference(record, settings)
    if reference is not None:
        follow_up = {"follow_up": reference.follow_up}
        rows.append(("follow-up", "as in the reference", follow_up))
        model = {name: getattr(reference, name) for name in MODEL}
        rows.append(("all", "reference analysis", model))
    sampler = _shorter(settings.sampler)
    changed = (
        Variant(varied, name, settings.model_copy(update=change | {"sampler": sampler}))
        for varied, name, change in rows
    )
    return [variant for variant in changed if _differs(variant.settings, settings)]


def _shorter(sampler: SamplerSettings) -> SamplerSettings:
    """Sample a row no longer than it must: a smaller size is enough, and judged more often."""
    chunk = max(sampler.chunk // 2, FEWEST_ROWS * sampler.thin, SHORTEST_CHUNK)
    return sampler.model_copy(
        update={
            "ess_wanted": min(ESS_WANTED, sampler.ess_wanted),
            "chunk": chunk,
            "chunks": math.ceil(sampler.chunks * sampler.chunk / chunk),
        }
    )


def _differs(variant: AnalysisSettings, settings: AnalysisSettings) -> bool:
    return variant.model_dump(exclude={"sampler"}) != settings.model_dump(exclude={"sampler"})


def _reference(record: Record, settings: AnalysisSettings) -> AnalysisSettings | None:
    """Make the reference analysis: follow-up over the accrual window ends at the longest time."""
    longest = longest_follow_up(record)
    accrual = accrual_months(record, days_per_month=settings.days_per_month)
    if longest is None or accrual is None or accrual >= longest:
        return None
    earliest = round(longest - accrual, 2)
    return AnalysisSettings(
        name="reference",
        times="continuous",
        days_per_month=settings.days_per_month,
        baseline=GammaBaseline(),
        placement="control",
        follow_up=FixedFollowUp(earliest=earliest, latest=longest, loss=0.005),
    )


def run_sensitivity(
    run: Reanalysis,
    *,
    cores: int,
    reference: AnalysisSettings | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Sensitivity:
    """Sample every variant for every endpoint of a run.

    Parameters
    ----------
    run : Reanalysis
        Its own analysis is the first row of each endpoint.
    cores : int
    reference : AnalysisSettings, optional
        See `list_variants`.
    progress : callable

    Returns
    -------
    Sensitivity
    """
    found = [
        _Result(name, "", run.settings.name, result.table, all_passed(result.sample.checks))
        for name, result in run.endpoints.items()
    ]
    variants = list_variants(run.settings, run.record, reference)
    began = perf_counter()
    for place, variant in enumerate(variants):
        left = (perf_counter() - began) / place * (len(variants) - place) if place else None
        note = f"{variant.varied}: {variant.analysis}"
        share = place / len(variants)
        progress(Progress(stage="sensitivity", done=share, note=note, seconds_left=left))
        found += _sample_variant(run, variant, cores=cores)
    progress(Progress(stage="sensitivity", done=1.0))
    run.seconds["sensitivity"] = perf_counter() - began
    order = list(run.endpoints)
    found.sort(key=lambda result: order.index(result.endpoint))
    return Sensitivity(
        pd.DataFrame([_row(result) for result in found]),
        pd.concat(
            [
                result.estimands.assign(endpoint=result.endpoint, analysis=result.analysis)
                for result in found
            ],
            ignore_index=True,
        ),
    )


class _Result(NamedTuple):
    endpoint: str
    varied: str
    analysis: str
    estimands: pd.DataFrame
    converged: bool


def _sample_variant(run: Reanalysis, variant: Variant, *, cores: int) -> list[_Result]:
    problems = {
        name: assemble_problem(run.record, name, variant.settings) for name in run.endpoints
    }
    samples = sample_patients(problems, variant.settings, seed=run.seed, threads=cores)
    return [
        _Result(
            name,
            variant.varied,
            f"{variant.varied}: {variant.analysis}",
            summarise(compute_estimands(label_draws(sample, variant.settings))),
            all_passed(sample.checks),
        )
        for name, sample in samples.items()
    ]


def _row(result: _Result) -> dict[str, Any]:
    table = result.estimands
    ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
    log = table[table["estimand"] == "log_hr"].iloc[0]
    return {
        "endpoint": result.endpoint,
        "varied": result.varied,
        "analysis": result.analysis,
        "hr_median": ratio["median"],
        "hr_lower": ratio["lower"],
        "hr_upper": ratio["upper"],
        "p_below_1": ratio["p_below_1"],
        "s24_control": _mean(table, "survival", "control"),
        "s24_rt": _mean(table, "survival", "rt"),
        "rmst24_difference": _mean(table, "rmst_difference", "rt - control"),
        "mcse_log_hr": log["mcse_mean"],
        "converged": result.converged,
    }


def _mean(table: pd.DataFrame, estimand: str, contrast: str) -> float:
    rows = table[
        (table["estimand"] == estimand)
        & (table["contrast"] == contrast)
        & np.isclose(table["time_months"], 24.0)
    ]
    return float(rows["mean"].iloc[0])
