"""Simulating a design under one truth, and tallying what every test decides on the same trials."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.monitor import new_track
from simulate.design.trial import TrialDesign
from simulate.engine.fields import MONTH
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Block, Scenario, simulate_blocks
from simulate.operating.adjust import adjusted_log_hr, new_process
from simulate.operating.agreement import Agreement
from simulate.operating.decide import SUCCESS, decide
from simulate.operating.monitoring import monitoring_record
from simulate.operating.statistics import TESTS, takes_credit, test_z
from simulate.operating.tally import Decided, Tally
from simulate.operating.trial_tally import TrialTally
from simulate.truth.estimands import (
    LookEstimands,
    TruthEstimands,
    look_estimands,
    truth_estimands,
)
from simulate.truth.kinds import OneTruth
from simulate.truth.pack import pack_truth
from simulate.truth.packed import PackedTruth

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
    agreement : Agreement
        Where these tests disagree.
    paths : array (trial, look)
        z of the deciding test in the first trials, as if none stopped.
    """

    truth: OneTruth
    looks: tuple[LookEstimands, ...]
    estimands: TruthEstimands
    tallies: dict[str, Tally]
    agreement: Agreement
    paths: Floats


def simulate_design(
    design: TrialDesign,
    truth: OneTruth,
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
    begun = begin(scenario, seed=seed, trials=trials, mcse=mcse, workers=workers)
    pilot = next(begun)
    months = pilot.found[:, :, MONTH].mean(axis=0)
    packed = pack_truth(design, truth)
    looks = estimands_of_looks(design, truth, months=months, packed=packed)
    limits = np.array([look.cox_limit for look in looks])
    tests = design.analysis.computed()
    tallies = empty_tallies(tests, scenario.patients, limits)
    judge, agreement = Judge(design, events), Agreement(tests, design.analysis.test)
    estimands = truth_estimands(design, truth, packed=packed)

    def add(block: Block) -> None:
        won = {}
        for name, tally in tallies.items():
            decided = judge.decide(block, name)
            tally.add(decided)
            won[name] = decided.result == SUCCESS
        agreement.add(block.first, won)

    simulate_until(
        scenario,
        chain([pilot], begun),
        add,
        lambda: success_error(tallies[design.analysis.test]),
        seed=seed,
        trials=trials,
        mcse=mcse,
        workers=workers,
        progress=progress,
    )
    return Simulated(
        truth=truth,
        looks=looks,
        estimands=estimands,
        tallies=tallies,
        agreement=agreement,
        paths=judge.paths(pilot, design.analysis.test),
    )


def estimands_of_looks(
    design: TrialDesign, truth: OneTruth, *, months: Floats, packed: PackedTruth
) -> tuple[LookEstimands, ...]:
    """Give what is estimated at each look, at its mean month."""
    return tuple(
        look_estimands(design, truth, months=float(month), packed=packed) for month in months
    )


def begin(
    scenario: Scenario, *, seed: int, trials: int, mcse: float | None, workers: int
) -> Iterator[Block]:
    """Begin to simulate: all trials, or those after which `mcse` is looked at first.

    While the caller makes ready for the first block, workers go on with the next ones.
    """
    return simulate_blocks(
        scenario,
        seed=seed,
        trials=trials if mcse is None else min(trials, FEWEST),
        workers=workers,
    )


def simulate_until(
    scenario: Scenario,
    begun: Iterable[Block],
    add: Callable[[Block], None],
    error: Callable[[], float],
    *,
    seed: int,
    trials: int,
    mcse: float | None,
    workers: int,
    progress: Callable[[int], None],
) -> None:
    """Simulate trials block by block until there are enough.

    Parameters
    ----------
    scenario : Scenario
    begun : iterable of Block
        From `begin`.
    add : callable
        Takes each block, in order.
    error : callable
        Standard error of success so far, held against `mcse`.
    seed, trials, mcse, workers, progress
        See `simulate_design`.
    """
    done, blocks = 0, begun
    while True:
        for block in blocks:
            add(block)
            done += len(block.endpoints)
            progress(done)
        if mcse is None or done >= trials or error() <= mcse:
            return
        more = min(done, trials - done)
        blocks = simulate_blocks(scenario, seed=seed, trials=more, first=done, workers=workers)


def success_error(tally: Tally | TrialTally) -> float:
    """Give the standard error of success, never below that of one success or failure."""
    share = min(max(tally.success, 1), tally.trials - 1) / tally.trials
    return math.sqrt(share * (1.0 - share) / tally.trials)


def empty_tallies(tests: Iterable[str], patients: int, limits: Floats) -> dict[str, Tally]:
    """Tallies of so many looks as there are limits, by test."""
    widths = np.array([BIN_MONTHS, 1.0, 1.0, max(1.0, patients * 0.05)])
    return {name: Tally(len(limits), widths=widths, limits=limits) for name in tests}


class Judge:
    """Decides blocks, reusing one track of bounds a test.

    Parameters
    ----------
    design : TrialDesign
        Of one endpoint.
    events : array (look,)
        Planned events.
    """

    def __init__(self, design: TrialDesign, events: Floats) -> None:
        self.probability = design.analysis.bayes.probability
        self.monitors: dict[bool, Any] = {
            apart: monitoring_record(design, events, apart=apart) for apart in (False, True)
        }
        self.analysed = np.ones(len(design.looks), bool)
        self.test = design.analysis.test
        self.process: Any = new_process()
        self.tracks: dict[tuple[str, bool], Any] = {}

    def decide(self, block: Block, test: str) -> Decided:
        """Decide a block by a test, with futility obeyed and ignored."""
        z, bounds, stop, result = self.run(block, test, obey=True)
        unhindered = self.run(block, test, obey=False)[-1]
        return Decided(
            first=block.first,
            found=block.found,
            z=z,
            stop=stop,
            result=result,
            unhindered=unhindered,
            adjusted=self._adjust(block, test, z, bounds, stop),
            analysed=self.analysed,
        )

    def run(
        self, block: Block, test: str, *, obey: bool
    ) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
        """Give statistic (trial, look), bounds (side, trial, look), look of the stop and result."""
        trials, looks = block.found.shape[:2]
        z, bounds = np.empty((trials, looks)), np.empty((2, trials, looks))
        stop, result = np.empty((2, trials), np.int64)
        track = self.tracks.setdefault((test, obey), new_track())
        decide(
            block.found,
            TESTS[test],
            self.probability,
            obey,
            self.monitors[not takes_credit(test)][0],
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
        if test != self.test or test == "bayes" or z.shape[1] == 1 or not takes_credit(test):
            count = 0
        log_hr = np.empty(count)
        if count:
            each = float(self.monitors[False][0]["per_event"])
            found, rows = block.found[:count], self.process[0]
            adjusted_log_hr(found, each, z, bounds[0], bounds[1], stop, rows, log_hr)
        return log_hr

    def paths(self, block: Block, test: str, *, most: int = 200) -> Floats:
        """Give z at every look of the first trials."""
        rows = block.found[:most]
        return np.array([[test_z(here, TESTS[test]) for here in trial] for trial in rows])
