"""Simulating a design under one truth, and tallying what every test decides on the same trials."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.monitor import new_track
from simulate.design.trial import TrialDesign
from simulate.engine.fields import MONTH
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, Block, Scenario, simulate_block, simulate_blocks
from simulate.operating.adjust import adjusted_log_hr, new_process
from simulate.operating.decide import TESTS, decide, test_z
from simulate.operating.monitoring import monitoring_record
from simulate.operating.tally import Decided, Tally
from simulate.truth.estimands import (
    LookEstimands,
    TruthEstimands,
    look_estimands,
    truth_estimands,
)
from simulate.truth.truth import Truth

Floats = NDArray[np.float64]

ADJUSTED = 2000
BIN_MONTHS = 0.05
FEWEST = 1000


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a design does under one truth.

    Attributes
    ----------
    truth : Truth
    looks : tuple of LookEstimands
        The truth at each look, at its mean month over the first block, no trial stopped early:
        Cox limit (what the Cox estimate is held against) and average hazard ratio.
    estimands : TruthEstimands
        Survival, restricted means and medians of both arms.
    tallies : dict of str to Tally
        By test, on the same trials.
    paths : array (trial, look)
        z of the deciding test in the first trials, as if none stopped.
    """

    truth: Truth
    looks: tuple[LookEstimands, ...]
    estimands: TruthEstimands
    tallies: dict[str, Tally]
    paths: Floats


def simulate_design(
    design: TrialDesign,
    truth: Truth,
    *,
    events: Floats,
    seed: int,
    trials: int,
    mcse: float | None = None,
    workers: int = 2,
    progress: Callable[[int], None] = lambda _: None,
) -> Simulated:
    """Simulate and tally.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth
    events : array (look,)
        Planned events, see `planned_events`.
    seed : int
        The same seed gives the same trials under every truth, as far as they can be the same.
    trials : int
        Trials, or with `mcse` the most.
    mcse : float, optional
        Go on until the standard error of the deciding test's success is at most this; looked at
        after 1,000 trials and whenever their number has doubled.
    workers : int
    progress : callable
        Told the number of trials done.

    Returns
    -------
    Simulated
    """
    scenario = pack_scenario(design, truth)
    pilot = simulate_block(scenario, seed=seed, first=0, trials=min(trials, BLOCK))
    months = pilot.found[:, :, MONTH].mean(axis=0)
    looks = tuple(look_estimands(design, truth, months=float(month)) for month in months)
    limits = np.array([look.cox_limit for look in looks])
    tallies = _empty_tallies(design, scenario, limits)
    judge = _Judge(design, events)
    done, wanted = 0, min(trials, FEWEST) if mcse is not None else trials
    while done < wanted:
        blocks = simulate_blocks(
            scenario, seed=seed, trials=wanted - done, first=done, workers=workers
        )
        for block in blocks:
            for name, tally in tallies.items():
                tally.add(judge.decide(block, name))
            done += len(block.found)
            progress(done)
        if mcse is not None and _error(tallies[design.analysis.test]) > mcse:
            wanted = min(2 * done, trials)
    return Simulated(
        truth=truth,
        looks=looks,
        estimands=truth_estimands(design, truth),
        tallies=tallies,
        paths=judge.paths(pilot, design.analysis.test),
    )


def _error(tally: Tally) -> float:
    """Give the standard error of success, never below that of one success or failure."""
    share = min(max(tally.success, 1), tally.trials - 1) / tally.trials
    return math.sqrt(share * (1.0 - share) / tally.trials)


def _empty_tallies(design: TrialDesign, scenario: Scenario, limits: Floats) -> dict[str, Tally]:
    person_months = max(1.0, scenario.patients * 0.05)
    widths = np.array([BIN_MONTHS, 1.0, 1.0, person_months])
    return {name: Tally(len(design.looks), widths=widths, limits=limits) for name in TESTS}


class _Judge:
    """Decides blocks, reusing one track of bounds a test."""

    def __init__(self, design: TrialDesign, events: Floats) -> None:
        self.probability = design.analysis.bayes.probability
        self.monitor: Any = monitoring_record(design, events)
        self.test = design.analysis.test
        self.process: Any = new_process()
        self.tracks: dict[tuple[str, bool], Any] = {}

    def decide(self, block: Block, test: str) -> Decided:
        """Decide a block by a test, with futility obeyed and ignored."""
        z, bounds, stop, result = self._run(block, test, obey=True)
        unhindered = self._run(block, test, obey=False)[-1]
        return Decided(
            first=block.first,
            found=block.found,
            z=z,
            stop=stop,
            result=result,
            unhindered=unhindered,
            adjusted=self._adjust(block, test, z, bounds, stop),
        )

    def _run(
        self, block: Block, test: str, *, obey: bool
    ) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
        trials, looks = block.found.shape[:2]
        z, bounds = np.empty((trials, looks)), np.empty((2, trials, looks))
        stop, result = np.empty((2, trials), np.int64)
        track = self.tracks.setdefault((test, obey), new_track())
        decide(
            block.found,
            TESTS[test],
            self.probability,
            obey,
            self.monitor[0],
            track[0],
            z,
            bounds[0],
            bounds[1],
            stop,
            result,
        )
        return z, bounds, stop, result

    def _adjust(
        self, block: Block, test: str, z: Floats, bounds: Floats, stop: NDArray[np.int64]
    ) -> Floats:
        """Adjust the deciding test's estimates in the first trials, where there are looks."""
        count = min(max(ADJUSTED - block.first, 0), len(stop))
        if test != self.test or test == "bayes" or z.shape[1] == 1:
            count = 0
        log_hr = np.empty(count)
        if count:
            each = float(self.monitor[0]["per_event"])
            found, rows = block.found[:count], self.process[0]
            adjusted_log_hr(found, each, z, bounds[0], bounds[1], stop, rows, log_hr)
        return log_hr

    def paths(self, block: Block, test: str, *, most: int = 200) -> Floats:
        """Give z at every look of the first trials."""
        rows = block.found[:most]
        return np.array([[test_z(here, TESTS[test]) for here in trial] for trial in rows])
