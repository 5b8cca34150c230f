"""Finding assurance of a design under a posterior, with all that is said beside it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from analyses.assurance.others import as_it_is, others
from analyses.outputs.progress import Progress
from simulate.assurance.assurance import FIXED_SHARE, Assurance, find_assurance
from simulate.assurance.assurance import PILOT_DRAWS as PILOTS
from simulate.assurance.assurance import PILOT_TRIALS as EACH
from simulate.assurance.by_effect import SuccessByEffect, success_by_effect
from simulate.assurance.closed_form import normal_assurance
from simulate.assurance.posterior import PosteriorDraws
from simulate.assurance.question import ask, planning_truth
from simulate.assurance.read import read_posterior
from simulate.design.trial import TrialDesign
from simulate.truth.kinds import OneTruth, solve

SCORE_TESTS = ("log_rank", "cox_wald", "cox_score")


@dataclass(frozen=True, kw_only=True)
class AssuranceRun:
    """All results of a run.

    Attributes
    ----------
    design : TrialDesign
    planning : str
        Name of the truth that drop-out and factors come from.
    posterior : PosteriorDraws
    file, sha256 : str
        Name and hash of the posterior's file.
    seed : int
    found : Assurance
    by_effect : SuccessByEffect
    closed_form : float or None
        For a normal posterior of log HR and all events of the final look, where that applies.
    values : dict of str to str
        Where the planning values come from, in words.
    left_out : list of str
        What could not be set beside it, and why.
    seconds : float
    """

    design: TrialDesign
    planning: str
    posterior: PosteriorDraws
    file: str
    sha256: str
    seed: int
    found: Assurance
    by_effect: SuccessByEffect
    closed_form: float | None
    values: dict[str, str]
    left_out: list[str]
    seconds: float


def run_assurance(
    design: TrialDesign,
    file: Path,
    *,
    target: str,
    benefit: float,
    draws: int | None,
    trials: int,
    truth: str | None,
    evidence: Path | None,
    seed: int,
    workers: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> AssuranceRun:
    """Read a posterior and find assurance under it.

    Parameters
    ----------
    design : TrialDesign
    file : Path
        Of the posterior.
    target, benefit, draws, trials, truth, seed, workers
        See `find_assurance`.
    evidence : Path or None
        Other trials, for the robust meta-analytic predictive prior.
    progress : callable

    Raises
    ------
    ValueError
        If design, posterior and question do not fit together: one sentence.
    """
    began = perf_counter()
    posterior = read_posterior(file)
    question = ask(design, posterior, target=target)
    planning = planning_truth(design, truth)
    exchanges, left_out = others(posterior, question, file=file, evidence=evidence)
    progress(Progress(stage="trials", done=0.0, note="compiling kernels on first use"))
    found = find_assurance(
        design,
        posterior,
        target=target,
        benefit=benefit,
        draws=draws,
        trials=trials,
        seed=seed,
        truth=truth,
        raw=as_it_is(posterior, file),
        exchanges=exchanges,
        workers=workers,
        progress=told(progress, trials),
    )
    progress(Progress(stage="trials", done=1.0))
    return AssuranceRun(
        design=design,
        planning=planning.name,
        posterior=posterior,
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        seed=seed,
        found=found,
        by_effect=success_by_effect(found.simulated.success, found.log_hr),
        closed_form=closed_form(design, posterior, found),
        values=planning_values(design, posterior, planning),
        left_out=left_out,
        seconds=perf_counter() - began,
    )


def closed_form(design: TrialDesign, posterior: PosteriorDraws, found: Assurance) -> float | None:
    """Assurance by formula, where one endpoint is tested on its events under one hazard ratio."""
    events = design.looks[-1].events
    tested = design.tested()
    simple = len(tested) == 1 and tested[0].analysis.test in SCORE_TESTS
    if posterior.kind != "proportional" or not simple or events is None:
        return None
    return normal_assurance(
        mean=float(found.log_hr.mean()),
        sd=float(found.log_hr.std()),
        events=float(events),
        alpha=design.alpha,
        control=design.allocation.control,
        rt=design.allocation.rt,
    )


def planning_values(
    design: TrialDesign, posterior: PosteriorDraws, planning: OneTruth
) -> dict[str, str]:
    """Say which planning values are drawn, which are fixed, and which of the truth's are not used.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
    planning : Truth, IllnessDeathTruth or MarginalsTruth
    """
    solved = solve(planning)
    starts = ", ".join(f"{month:g}" for month in (0.0, *posterior.cuts))
    what = {
        "proportional": "the control arm's hazard in intervals from months {} on, and the hazard "
        "ratio, the same at all times",
        "time_varying": "the hazards of both arms in intervals from months {} on, and so a hazard "
        "ratio that changes",
        "illness_death": "the hazards of progression, death without and death after it, in both "
        "arms and in intervals from months {} on",
    }[posterior.kind].format(starts)
    changing = sorted(name for name, levels in solved.factors.items() if levels)
    fixed = "recruitment, looks and tests from the design; drop-out"
    if changing:
        fixed += f" and what the levels of {' and '.join(changing)} change"
    found = {
        "drawn": f"{what} (posterior)",
        "fixed": f"{fixed} from its truth {planning.name!r}",
        "unused": f"the hazards and effects of {planning.name!r}, cured patients and switching",
    }
    if changing:
        found["note"] = "the posterior's hazards are taken for those of levels that change nothing"
    if posterior.kind == "illness_death" and design.scans is not None:
        found["note on scans"] = (
            "the phase II saw progression at its own scans; the design's scans come on top"
        )
    return found


def told(progress: Callable[[Progress], None], trials: int) -> Callable[[int], None]:
    """Tell the progress of pilot, draws and fixed truths together."""
    began = perf_counter()
    total = min(PILOTS * EACH, trials) + trials + 2 * (trials // FIXED_SHARE)

    def tell(done: int) -> None:
        share = min(done / total, 1.0)
        left = (perf_counter() - began) * (1.0 - share) / share
        note = f"{done:,} trials"
        progress(Progress(stage="trials", done=share, note=note, seconds_left=left))

    return tell


def quantiles(run: AssuranceRun) -> dict[str, float]:
    """Quantiles of power over the draws, by percent."""
    points = (5, 25, 50, 75, 95)
    values = np.quantile(run.found.power, [point / 100 for point in points])
    return {f"{point}%": float(value) for point, value in zip(points, values, strict=True)}
