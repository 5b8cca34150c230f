"""Simulating a design of several endpoints under each of its truths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.outputs.progress import Progress
from analyses.power.first_use import compile_kernels
from analyses.power.run import PowerRun, choose_truths, simulate_truths
from simulate.boundaries.boundaries import Boundaries
from simulate.design.trial import TrialDesign
from simulate.multiplicity.levels import levels
from simulate.multiplicity.plan import distinct
from simulate.operating.approximations import approximations
from simulate.operating.characteristics import characteristics
from simulate.operating.monitoring import all_planned_events, planned_boundaries
from simulate.operating.several import SimulatedTrials, simulate_several
from simulate.operating.statistics import TESTS
from simulate.operating.trial_characteristics import trial_characteristics
from simulate.truth.kinds import OneTruth


@dataclass(frozen=True, kw_only=True)
class SeveralRun:
    """All results of a run.

    Attributes
    ----------
    design : TrialDesign
    seed : int
    simulated : list of SimulatedTrials
        One a truth.
    endpoints : dict of str to PowerRun
        What each endpoint shows, its bounds at the highest level it can have.
    bounds : dict of str to dict of float to Boundaries
        By endpoint and one-sided level, from the level it begins with to the highest.
    trial : xarray.Dataset
        See `trial_characteristics`.
    seconds : float
    """

    design: TrialDesign
    seed: int
    simulated: list[SimulatedTrials]
    endpoints: dict[str, PowerRun]
    bounds: dict[str, dict[float, Boundaries]]
    trial: xr.Dataset
    seconds: float

    def table(self) -> xr.Dataset:
        """Return what every endpoint and the trial as a whole shows, as one dataset."""
        names = list(self.endpoints)
        parts = [run.table for run in self.endpoints.values()]
        computed = {str(test) for part in parts for test in part["test"].values}
        tests = [test for test in TESTS if test in computed]
        whole = [part.reindex(test=tests) for part in parts]
        return xr.concat(whole, "endpoint").assign_coords(endpoint=names)


def simulate_several_power(
    design: TrialDesign,
    *,
    names: tuple[str, ...],
    trials: int,
    mcse: float | None,
    seed: int,
    workers: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> SeveralRun:
    """Simulate a design under its truths; parameters as for `simulate_power`."""
    began = perf_counter()
    truths = choose_truths(design, names)
    progress(Progress(stage=truths[0].name, done=0.0, note="compiling kernels on first use"))
    compile_kernels(design)
    events = all_planned_events(design, seed=seed)
    simulated = simulate_truths(
        simulate_several,
        design,
        truths,
        events=events,
        trials=trials,
        mcse=mcse,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    bounds = bounds_by_level(design, events)
    return SeveralRun(
        design=design,
        seed=seed,
        simulated=simulated,
        endpoints={
            name: _endpoint_run(design, name, simulated, truths, bounds[name], seed=seed)
            for name in events
        },
        bounds=bounds,
        trial=trial_characteristics(simulated),
        seconds=perf_counter() - began,
    )


def bounds_by_level(
    design: TrialDesign, events: Mapping[str, NDArray[np.float64]]
) -> dict[str, dict[float, Boundaries]]:
    """Bounds of each endpoint at the levels it can have, at its planned events.

    Parameters
    ----------
    design : TrialDesign
        With several endpoints.
    events : dict of str to array (look,)
        From `all_planned_events`.
    """
    if design.multiplicity is None:
        raise ValueError("`design` has one endpoint; use `planned_boundaries`")
    names = [endpoint.name for endpoint in design.endpoints]
    table = levels(design.multiplicity, names, design.alpha)
    return {
        name: {
            level: planned_boundaries(design.seen_by(name), events[name], alpha=level)
            for level in distinct(table[:, place])
        }
        for place, name in enumerate(names)
    }


def _endpoint_run(
    design: TrialDesign,
    name: str,
    simulated: list[SimulatedTrials],
    truths: list[OneTruth],
    bounds: dict[float, Boundaries],
    *,
    seed: int,
) -> PowerRun:
    view, highest = design.seen_by(name), bounds[max(bounds)]
    parts = [one.endpoints[name] for one in simulated]
    return PowerRun(
        design=view,
        seed=seed,
        events=highest.events,
        bounds=highest,
        simulated=parts,
        table=characteristics(parts),
        closed_forms={
            truth.name: approximations(view, truth, events=highest.events, bounds=highest)
            for truth in truths
        },
        seconds=0.0,
    )
