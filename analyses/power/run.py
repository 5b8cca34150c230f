"""Simulating a design under each of its truths."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.outputs.progress import Progress
from analyses.power.first_use import compile_kernels
from simulate.boundaries.boundaries import Boundaries
from simulate.design.trial import TrialDesign
from simulate.operating.approximations import Approximations, approximations
from simulate.operating.characteristics import characteristics
from simulate.operating.monitoring import planned_boundaries, planned_events
from simulate.operating.simulate import Simulated, simulate_design
from simulate.truth.kinds import OneTruth
from simulate.truth.no_effect import no_effect
from simulate.truth.null import without_effect

MOST_TRIALS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class PowerRun:
    """All results of a run.

    Attributes
    ----------
    design : TrialDesign
    seed : int
    events : array (look,)
        Planned.
    bounds : Boundaries
        At these events.
    simulated : list of Simulated
        One a truth.
    table : xarray.Dataset
        See `characteristics`.
    closed_forms : dict of str to Approximations
        By truth.
    seconds : float
    """

    design: TrialDesign
    seed: int
    events: NDArray[np.float64]
    bounds: Boundaries
    simulated: list[Simulated]
    table: xr.Dataset
    closed_forms: dict[str, Approximations]
    seconds: float


def simulate_power(
    design: TrialDesign,
    *,
    names: tuple[str, ...],
    trials: int,
    mcse: float | None,
    seed: int,
    workers: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> PowerRun:
    """Simulate a design under its truths, and under no effect where none of them is that.

    Parameters
    ----------
    design : TrialDesign
    names : tuple of str
        Truths to simulate; all where there are none.
    trials : int
        For each truth.
    mcse : float or None
        Wanted standard error of success; then `trials` is of no account.
    seed, workers : int
    progress : callable

    Returns
    -------
    PowerRun

    Raises
    ------
    ValueError
        If a name is not one of the design's truths, or the design cannot be recruited.
    """
    began = perf_counter()
    truths = choose_truths(design, names)
    progress(Progress(stage=truths[0].name, done=0.0, note="compiling kernels on first use"))
    compile_kernels(design)
    events = planned_events(design, seed=seed)
    bounds = planned_boundaries(design, events)
    simulated = simulate_truths(
        simulate_design,
        design,
        truths,
        events=events,
        trials=trials,
        mcse=mcse,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    return PowerRun(
        design=design,
        seed=seed,
        events=events,
        bounds=bounds,
        simulated=simulated,
        table=characteristics(simulated),
        closed_forms={
            truth.name: approximations(design, truth, events=events, bounds=bounds)
            for truth in truths
        },
        seconds=perf_counter() - began,
    )


def simulate_truths[Events, Found](
    simulate: Callable[..., Found],
    design: TrialDesign,
    truths: list[OneTruth],
    *,
    events: Events,
    trials: int,
    mcse: float | None,
    seed: int,
    workers: int,
    progress: Callable[[Progress], None],
) -> list[Found]:
    """Simulate a design under one truth after the other, from the same random numbers.

    Parameters
    ----------
    simulate : callable
        `simulate_design`, or `simulate_several` for several endpoints.
    design : TrialDesign
    truths : list of OneTruth
    events : array or dict of arrays
        Planned events, as `simulate` takes them.
    trials, mcse, seed, workers, progress
        As for `simulate_power`.
    """
    most = trials if mcse is None else MOST_TRIALS
    found = []
    for truth in truths:
        found.append(
            simulate(
                design,
                truth,
                events=events,
                seed=seed,
                trials=most,
                mcse=mcse,
                workers=workers,
                progress=told(progress, truth.name, most),
            )
        )
        progress(Progress(stage=truth.name, done=1.0))
    return found


def choose_truths(design: TrialDesign, names: tuple[str, ...]) -> list[OneTruth]:
    """Truths of these names; all of them, and no effect, where none is named."""
    known = {truth.name: truth for truth in design.truths}
    for name in names:
        if name not in known:
            raise ValueError(
                f"--truth is {name!r} but the design has {', '.join(known)}; name one of these"
            )
    if names:
        return [known[name] for name in names]
    truths = list(design.truths)
    if not any(all(without_effect(design, truth)) for truth in truths):
        truths.append(no_effect(design.truths[0]))
    return truths


def told(progress: Callable[[Progress], None], stage: str, trials: int) -> Callable[[int], None]:
    """Tell the progress of one truth."""
    began = perf_counter()

    def tell(done: int) -> None:
        spent = perf_counter() - began
        left = spent / done * (trials - done)
        note = f"{done:,} trials"
        progress(Progress(stage=stage, done=done / trials, note=note, seconds_left=left))

    return tell
