"""What is decided in each replicate of a design, one endpoint or several alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.design.trial import TrialDesign
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, MONTH, PATIENTS, PROBABILITY
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Block, simulate_blocks
from simulate.operating.decide import SUCCESS
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import all_planned_events
from simulate.operating.simulate import Judge
from simulate.operating.statistics import TESTS, fill_z
from simulate.truth.kinds import OneTruth

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What is decided in each replicate, each endpoint by its own test, futility obeyed.

    Attributes
    ----------
    endpoints : tuple of str
    first : int
        Number of the first replicate.
    success : array (trial,)
        By the design's own rule.
    won : array (trial, endpoint)
    stop : array (trial,)
        Look at which the trial stops, from 0.
    months, patients : array (trial,)
        At the stop.
    events : array (trial, endpoint)
        At the stop.
    z, probability : array (trial, look, endpoint)
        At every look, as if no trial stopped: the statistic of the endpoint's test (the log-rank
        test's under the Bayesian rule), and the posterior probability that this rule goes by; not a
        number where not computed.
    """

    endpoints: tuple[str, ...]
    first: int
    success: Booleans
    won: Booleans
    stop: Integers
    months: Floats
    patients: Floats
    events: Floats
    z: Floats
    probability: Floats

    def of(self, target: str) -> Booleans:
        """Which trials show what is asked for.

        Parameters
        ----------
        target : str
            "success" (the design's own rule), "any", "all" or "both", or an endpoint by name.

        Raises
        ------
        ValueError
            If there is no such target.
        """
        if target in self.endpoints:
            return self.won[:, self.endpoints.index(target)]
        if target == "success":
            return self.success
        if target == "any":
            return self.won.any(axis=1)
        if target in ("all", "both"):
            return self.won.all(axis=1)
        known = ", ".join(("success", "any", "both", *self.endpoints))
        raise ValueError(f"target is {target!r}; it must be one of {known}, name one of these")


class Referee:
    """Decides blocks of trials; several may decide the same block.

    Parameters
    ----------
    design : TrialDesign
    seed : int
        For the planned events of looks that no endpoint's events trigger, see `planned_events`.
    events : dict of str to array (look,), optional
        Planned events of each endpoint, where they are at hand.
    """

    def __init__(
        self, design: TrialDesign, *, seed: int, events: Mapping[str, Floats] | None = None
    ) -> None:
        self.design = design
        self.endpoints = tuple(str(one.name) for one in design.tested())
        self.tests = tuple(one.analysis.test for one in design.tested())
        if events is None:
            events = all_planned_events(design, seed=seed)
        self.judge: Judge | SeveralJudge = (
            SeveralJudge(design, events)
            if design.endpoints
            else Judge(design, events[self.endpoints[0]])
        )

    def decide(self, block: Block) -> Outcomes:
        """Decide every trial of a block, simulated under any truth."""
        won, success, stop = self._decisions(block)
        found = block.endpoints
        at_stop = found[np.arange(len(stop)), :, stop]
        return Outcomes(
            endpoints=self.endpoints,
            first=block.first,
            success=success,
            won=won,
            stop=stop,
            months=at_stop[:, 0, MONTH],
            patients=at_stop[:, -1, PATIENTS],
            events=at_stop[..., EVENTS_CONTROL] + at_stop[..., EVENTS_RT],
            z=self._statistics(found),
            probability=np.moveaxis(found[..., PROBABILITY], 1, 2).copy(),
        )

    def _decisions(self, block: Block) -> tuple[Booleans, Booleans, Integers]:
        """Endpoints won, success of the trial, and look of the stop."""
        if isinstance(self.judge, Judge):
            _, _, stop, result = self.judge.run(block, self.tests[0], obey=True)
            won = result == SUCCESS
            return won[:, np.newaxis], won, stop
        decided = self.judge.decide(self.judge.statistics(block))
        return decided.rejected >= 0, decided.success.astype(bool), decided.stop

    def _statistics(self, found: Floats) -> Floats:
        trials, endpoints, looks, _ = found.shape
        z = np.empty((trials, looks, endpoints))
        for e, test in enumerate(self.tests):
            fill_z(found[:, e], TESTS[test], z[..., e])
        return z


def simulate_outcomes(
    design: TrialDesign,
    truth: OneTruth,
    *,
    seed: int,
    trials: int,
    first: int = 0,
    workers: int = 1,
    every_test: bool = False,
) -> Outcomes:
    """Simulate trials and decide them.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    seed, trials, first, workers
        See `simulate_blocks`.
    every_test : bool
        Whether tests that do not decide are computed, too.

    Returns
    -------
    Outcomes

    Raises
    ------
    ValueError
        If the design cannot be recruited.

    Examples
    --------
    >>> from simulate import load_design, simulate_outcomes
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> found = simulate_outcomes(design, design.truths[0], seed=1, trials=100)
    >>> found.success.shape, bool(found.success.mean() > 0.6)
    ((100,), True)
    """
    scenario, referee = (
        pack_scenario(design, truth, every_test=every_test),
        Referee(design, seed=seed),
    )
    blocks = simulate_blocks(scenario, seed=seed, first=first, trials=trials, workers=workers)
    return joined([referee.decide(block) for block in blocks])


def joined(parts: Sequence[Outcomes]) -> Outcomes:
    """Put outcomes of consecutive replicates together.

    Parameters
    ----------
    parts : sequence of Outcomes
        In order, at least one.
    """
    arrays = ("success", "won", "stop", "months", "patients", "events", "z", "probability")
    return Outcomes(
        endpoints=parts[0].endpoints,
        first=parts[0].first,
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays},
    )
