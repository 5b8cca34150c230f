"""Deciding blocks of trials of several endpoints: by their own tests, and by others instead."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.design.trial import TrialDesign
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, HARM, PROBABILITY
from simulate.engine.run import Block
from simulate.multiplicity.bounds import Room, new_room
from simulate.multiplicity.decide import Decisions, decide, new_decisions
from simulate.multiplicity.plan import Testing, pack_testing
from simulate.operating.monitoring import endpoint_plan
from simulate.operating.statistics import BAYES, TESTS, gauge_z, takes_credit, test_z

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CERTAIN = 37.0


class Statistics(NamedTuple):
    """What decides a block of trials.

    Attributes
    ----------
    z, gauge : array (test, trial, look, endpoint)
        Statistic and what futility goes by, of every test; not a number where not computed. Under
        the Bayesian rule z is ±37, beyond any bound, as the rule says.
    events : array (trial, look, endpoint)
    harm : array (trial, look) or (0, 0)
        1 where harm stops the trial.
    """

    z: Floats
    gauge: Floats
    events: Floats
    harm: Integers


@kernel
def fill_statistics(
    found: Floats, needed: Floats, tests: int, z: Floats, gauge: Floats, events: Floats
) -> None:
    """Read the statistics of a block; `needed` is the Bayesian rule's probability by endpoint."""
    for trial in range(found.shape[0]):
        for e in range(found.shape[1]):
            for look in range(found.shape[2]):
                here = found[trial, e, look]
                events[trial, look, e] = here[EVENTS_CONTROL] + here[EVENTS_RT]
                for test in range(tests):
                    gauge[test, trial, look, e] = gauge_z(here, test)
                    z[test, trial, look, e] = test_z(here, test)
                won = here[PROBABILITY] > needed[e]
                z[BAYES, trial, look, e] = CERTAIN if won else -CERTAIN


class SeveralJudge:
    """Decides blocks, with one room of bounds for each way to decide.

    Parameters
    ----------
    design : TrialDesign
    events : dict of str to array (look,)
        Planned events of each endpoint.
    """

    def __init__(self, design: TrialDesign, events: Mapping[str, Floats]) -> None:
        self.design, self.events = design, events
        self.own = tuple(one.analysis.test for one in design.endpoints)
        self.needed = np.array([one.analysis.bayes.probability for one in design.endpoints])
        self.ways: dict[tuple[tuple[bool, ...], bool], tuple[Testing, Room]] = {}

    def statistics(self, block: Block) -> Statistics:
        """Read the statistics of a block."""
        trials, endpoints, looks, _ = block.endpoints.shape
        z, gauge = np.empty((2, len(TESTS), trials, looks, endpoints))
        events = np.empty((trials, looks, endpoints))
        fill_statistics(block.endpoints, self.needed, len(TESTS), z, gauge, events)
        rule = self.design.harm
        harm = np.zeros((0, 0), np.int64)
        if rule is not None and rule.probability is not None:
            harm = (block.endpoints[:, 0, :, HARM] > rule.probability).astype(np.int64)
        return Statistics(z, gauge, events, harm)

    def decide(
        self, statistics: Statistics, tests: tuple[str, ...] | None = None, *, obey: bool = True
    ) -> Decisions:
        """Decide a block, each endpoint by a test.

        Parameters
        ----------
        statistics : Statistics
        tests : tuple of str, optional
            The endpoints' own unless given.
        obey : bool
            Whether endpoints are dropped for futility.
        """
        chosen = tests or self.own
        places = [TESTS[test] for test in chosen]
        z = np.stack([statistics.z[test, ..., e] for e, test in enumerate(places)], axis=-1)
        gauge = np.stack([statistics.gauge[test, ..., e] for e, test in enumerate(places)], axis=-1)
        testing, room = self._way(chosen, obey=obey)
        found = new_decisions(len(z), testing)
        decide(z, gauge, statistics.events, statistics.harm, testing, room, found)
        return found

    def variants(self, statistics: Statistics, place: int, own: Decisions) -> dict[str, Decisions]:
        """Decide by each test of one endpoint in turn, with futility obeyed.

        Parameters
        ----------
        statistics : Statistics
        place : int
            The endpoint whose test changes; the others keep theirs.
        own : Decisions
            By the endpoints' own tests, futility obeyed.
        """
        found: dict[str, Decisions] = {}
        for test in self.design.endpoints[place].analysis.computed():
            tests = (*self.own[:place], test, *self.own[place + 1 :])
            found[test] = own if tests == self.own else self.decide(statistics, tests)
        return found

    def _way(self, tests: tuple[str, ...], *, obey: bool) -> tuple[Testing, Room]:
        """Bounds depend only on which tests take credit for correlation between looks."""
        key = tuple(takes_credit(test) for test in tests), obey
        if key not in self.ways:
            self.ways[key] = self._new_way(tests, obey=obey)
        return self.ways[key]

    def _new_way(self, tests: tuple[str, ...], *, obey: bool) -> tuple[Testing, Room]:
        design = self.design
        if design.multiplicity is None:
            raise ValueError("`design` has one endpoint; decide it with `simulate_design`")
        plans = [
            endpoint_plan(design, one, self.events[one.name], test=test)
            for one, test in zip(design.endpoints, tests, strict=True)
        ]
        testing = pack_testing(
            design.multiplicity,
            plans,
            alpha=design.alpha,
            success=design.success,
            obey_futility=obey,
            stop_at_success=design.stop_at_success,
        )
        return testing, new_room(testing)
