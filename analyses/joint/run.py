"""The joint re-analysis in order: patients, their figures, fits, estimands, checks."""

import numpy as np

from analyses.joint.analysis import JointAnalysis, read_off
from analyses.outputs.progress import Progress
from analyses.reanalyse.stages import (
    COMPILING,
    Stopwatch,
    Tell,
    draw_while_compiling,
    tell_fitting,
    tell_sampling,
)
from models.illness_death.exposure import transition_dataset, transition_table
from models.illness_death.fit import CompiledIllnessDeath, compile_illness_death, fit_illness_death
from models.illness_death.priors import TRANSITIONS, priors_of_joint
from models.joint.assemble import assemble_joint
from models.joint.patients import pseudo_patients
from models.joint.sample import sample_problem
from models.joint.settings import JointSettings
from models.reanalysis.quick import QUICK_SAMPLER
from models.record.record import Record
from models.settings import FEWEST_ROWS
from models.survival.exposure import Exposure

QUICK_CHUNK = 4_000
QUICK_SETS = 20
FIT_DRAWS = 500


def quick_settings(settings: JointSettings) -> JointSettings:
    """Shorten the sampler to a first look, of fewer sets: the gates are looser and say so."""
    chunk = max(QUICK_CHUNK, FEWEST_ROWS * settings.sampler.thin)
    sampler = settings.sampler.model_copy(update=QUICK_SAMPLER | {"chunk": chunk})
    sets = min(settings.sets, QUICK_SETS)
    return settings.model_copy(update={"sampler": sampler, "sets": sets})


def analyse_jointly(
    record: Record,
    *,
    settings: JointSettings,
    seed: int,
    quick: bool = False,
    cores: int = 2,
    progress: Tell = lambda _: None,
) -> JointAnalysis:
    """Re-analyse both endpoints of a published trial as progression and death of the same patients.

    Parameters
    ----------
    record : Record
        The published record, with `pfs` and `os`.
    settings : JointSettings
    seed : int
        The same seed gives the same results on one machine, for any number of cores.
    quick : bool
        A first look of less precision.
    cores : int
        Runs that advance at the same time.
    progress : callable
        Told what is going on.

    Returns
    -------
    JointAnalysis
        Look at `gates_hold` before believing it.

    Raises
    ------
    ValueError
        If the record lacks something needed, or no patients reproduce its figures.
    """
    if quick:
        settings = quick_settings(settings)
    watch = Stopwatch()
    problem = assemble_joint(record, settings)
    progress(Progress(stage="patients", done=0.0, note=COMPILING))
    sample, compiled = draw_while_compiling(
        lambda told: sample_problem(problem, settings, seed=seed, threads=cores, progress=told),
        lambda: compile_model(settings),
        told=tell_sampling(progress, ess_wanted=settings.sampler.ess_wanted, stage="patients"),
        watch=watch,
        progress=progress,
    )
    fitting = tell_fitting(progress)
    patients = pseudo_patients(sample.draws, settings)
    tables = transition_table(patients, cuts=compiled.priors.cuts(), clock=settings.clock)
    fits = fit_illness_death(
        tables, compiled=compiled, seed=seed, draws=FIT_DRAWS, cores=cores, progress=fitting
    )
    watch.lap("PyMC fits")
    return read_off(
        record,
        settings,
        seed=seed,
        quick=quick,
        problem=problem[0],
        sample=sample,
        patients=patients,
        tables=tables,
        fits=fits,
        watch=watch,
    )


def compile_model(settings: JointSettings) -> CompiledIllnessDeath:
    """Compile the PyMC model for tables of these intervals; no figure of the trial enters."""
    priors = priors_of_joint(settings)
    shape = (len(TRANSITIONS), 2, len(priors.cuts()) + 1)
    empty = Exposure(np.zeros(shape, np.int64), np.ones(shape))
    table = transition_dataset(empty, cuts=priors.cuts(), clock=settings.clock)
    return compile_illness_death(table, priors=priors)
