"""Simulating a design of several endpoints under one truth, and tallying what it decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from simulate.design.endpoint import Endpoint
from simulate.design.multiplicity import CoPrimary
from simulate.design.trial import TrialDesign
from simulate.engine.fields import MONTH
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Block
from simulate.multiplicity.decide import Decisions
from simulate.operating.agreement import Agreement
from simulate.operating.decide import FAILURE, FUTILITY, SUCCESS
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.simulate import (
    BIN_MONTHS,
    Simulated,
    begin,
    empty_tallies,
    estimands_of_looks,
    simulate_until,
    success_error,
)
from simulate.operating.statistics import TESTS, test_z
from simulate.operating.tally import Decided, Tally
from simulate.operating.trial_tally import TrialTally
from simulate.truth.estimands import truth_estimands
from simulate.truth.kinds import OneTruth
from simulate.truth.null import without_effect
from simulate.truth.pack import pack_truth

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PATHS = 200


@dataclass(frozen=True, kw_only=True)
class SimulatedTrials:
    """What a design of several endpoints does under one truth.

    Attributes
    ----------
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    null : tuple of bool
        Whether each endpoint is without effect.
    endpoints : dict of str to Simulated
        Each endpoint by name; its tallies hold what its tests decide while the other endpoints keep
        theirs.
    trial : TrialTally
        The trial as a whole.
    """

    truth: OneTruth
    null: tuple[bool, ...]
    endpoints: dict[str, Simulated]
    trial: TrialTally


def simulate_several(
    design: TrialDesign,
    truth: OneTruth,
    *,
    events: Mapping[str, Floats],
    seed: int,
    trials: int,
    mcse: float | None = None,
    workers: int = 2,
    progress: Callable[[int], None] = lambda _: None,
) -> SimulatedTrials:
    """Simulate and tally.

    Parameters
    ----------
    design : TrialDesign
        With several endpoints.
    truth : IllnessDeathTruth or MarginalsTruth
    events : dict of str to array (look,)
        Planned events of each endpoint, see `planned_events`.
    seed, trials, mcse, workers, progress
        As for `simulate_design`; `mcse` is that of the trial's success.
    """
    scenario = pack_scenario(design, truth)
    begun = begin(scenario, seed=seed, trials=trials, mcse=mcse, workers=workers)
    pilot = next(begun)
    months = pilot.endpoints[:, 0, :, MONTH].mean(axis=0)
    null = without_effect(design, truth, until=float(months[-1]))
    judge = SeveralJudge(design, events)
    parts = {
        one.name: _Part(design, truth, one, months=months, patients=scenario.patients)
        for one in design.endpoints
    }
    whole = _empty_tally(design, looks=len(months), patients=scenario.patients, null=null)

    def add(block: Block) -> None:
        statistics = judge.statistics(block)
        own = judge.decide(statistics)
        unhindered = judge.decide(statistics, obey=False)
        whole.add(block.endpoints, own)
        for place, part in enumerate(parts.values()):
            z = statistics.z[..., place]
            part.add(block, place, z, judge.variants(statistics, place, own), unhindered)

    simulate_until(
        scenario,
        chain([pilot], begun),
        add,
        lambda: success_error(whole),
        seed=seed,
        trials=trials,
        mcse=mcse,
        workers=workers,
        progress=progress,
    )
    return SimulatedTrials(
        truth=truth,
        null=null,
        endpoints={
            name: part.simulated(pilot, place) for place, (name, part) in enumerate(parts.items())
        },
        trial=whole,
    )


def _empty_tally(
    design: TrialDesign, *, looks: int, patients: int, null: tuple[bool, ...]
) -> TrialTally:
    """Tally of the trial as a whole, before any trial."""
    widths = np.array([BIN_MONTHS, 1.0, max(1.0, patients * 0.05)])
    joint = isinstance(design.multiplicity, CoPrimary)
    return TrialTally(looks, len(design.endpoints), widths=widths, null=np.array(null), joint=joint)


class _Part:
    """The tallies of one endpoint."""

    def __init__(
        self,
        design: TrialDesign,
        truth: OneTruth,
        endpoint: Endpoint,
        *,
        months: Floats,
        patients: int,
    ) -> None:
        self.view, self.truth, self.endpoint = design.seen_by(endpoint.name), truth, endpoint
        self.packed = pack_truth(self.view, truth)
        self.looks = estimands_of_looks(self.view, truth, months=months, packed=self.packed)
        self.analysed = np.zeros(len(months), bool)
        self.analysed[list(design.looks_at(endpoint.name))] = True
        limits = np.array([look.cox_limit for look in self.looks])
        tests = endpoint.analysis.computed()
        self.tallies: dict[str, Tally] = empty_tallies(tests, patients, limits)
        self.agreement = Agreement(tests, endpoint.analysis.test)
        self.estimands = truth_estimands(self.view, self.truth, packed=self.packed)

    def add(
        self,
        block: Block,
        place: int,
        z: Floats,
        variants: Mapping[str, Decisions],
        unhindered: Decisions,
    ) -> None:
        """Add a block, decided by each test, and by its own with futility ignored.

        `z` has the statistics of every test, also at looks where harm stops a trial untested.
        """
        found, won = block.of(place), {}
        for test, obeyed in variants.items():
            won[test] = obeyed.rejected[:, place] >= 0
            stop, result = self._ends(obeyed, place)
            own = test == self.endpoint.analysis.test
            self.tallies[test].add(
                Decided(
                    first=block.first,
                    found=found,
                    z=z[TESTS[test]],
                    stop=stop,
                    result=result,
                    unhindered=self._ends(unhindered, place)[1] if own else None,
                    adjusted=np.empty(0),
                    analysed=self.analysed,
                )
            )

        self.agreement.add(block.first, won)

    def _ends(self, decisions: Decisions, place: int) -> tuple[Integers, Integers]:
        """Look at which the endpoint's testing ends in each trial, and how."""
        return endpoint_ends(decisions, place, last=int(np.flatnonzero(self.analysed)[-1]))

    def simulated(self, pilot: Block, place: int) -> Simulated:
        """Give what was found, with paths of the first trials at the endpoint's own looks."""
        test = TESTS[self.endpoint.analysis.test]
        rows = pilot.of(place)[:PATHS][:, self.analysed]
        return Simulated(
            truth=self.truth,
            looks=self.looks,
            estimands=self.estimands,
            tallies=self.tallies,
            agreement=self.agreement,
            paths=np.array([[test_z(here, test) for here in trial] for trial in rows]),
        )


def endpoint_ends(decisions: Decisions, place: int, *, last: int) -> tuple[Integers, Integers]:
    """Look at which an endpoint's testing ends in each trial, and how.

    Parameters
    ----------
    decisions : Decisions
    place : int
        Of the endpoint.
    last : int
        Last look at which it is analysed, from 0.

    Returns
    -------
    tuple of array (trial,)
        The look, from 0, and `SUCCESS`, `FUTILITY` or `FAILURE`.
    """
    rejected, dropped = decisions.rejected[:, place], decisions.dropped[:, place]
    stop = np.where(
        rejected >= 0,
        rejected,
        np.where(dropped >= 0, dropped, np.minimum(decisions.stop, last)),
    )
    result = np.where(rejected >= 0, SUCCESS, np.where(dropped >= 0, FUTILITY, FAILURE))
    return stop, result
