"""Trials of a varied design, and who wins what is asked for."""

from functools import cache

import numpy as np
from scipy.special import ndtri

from simulate.design.trial import TrialDesign
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Scenario, simulate_blocks
from simulate.operating.outcomes import Outcomes, Referee, joined
from simulate.size.sample import Floats, Seen
from simulate.size.vary import Variation
from simulate.truth.kinds import OneTruth

MOST_CERTAIN = 1.0 - 1e-15


class Trials:
    """Simulates replicates of any size of a varied design.

    Parameters
    ----------
    variation : Variation
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    target : str
        See `Outcomes.of`.
    seed, workers : int
    """

    def __init__(
        self, variation: Variation, truth: OneTruth, *, target: str, seed: int, workers: int
    ) -> None:
        check_target(variation.design, target)
        self.variation, self.truth, self.target = variation, truth, target
        self.seed, self.workers = seed, workers
        self.prepared = cache(self._prepare)

    def __call__(self, size: float, first: int, trials: int) -> Seen:
        """Simulate replicates and say who wins."""
        outcomes = self.outcomes(size, first=first, trials=trials)
        won = outcomes.of(self.target).astype(float)
        return Seen(won, _excess(self.variation.design, outcomes, won))

    def outcomes(self, size: float, *, first: int, trials: int) -> Outcomes:
        """Simulate replicates and decide them."""
        scenario, referee = self.prepared(size)
        blocks = simulate_blocks(
            scenario, seed=self.seed, first=first, trials=trials, workers=self.workers
        )
        return joined([referee.decide(block) for block in blocks])

    def _prepare(self, size: float) -> tuple[Scenario, Referee]:
        design = self.variation.at(size)
        scenario = pack_scenario(design, self.truth, every_test=False)
        return scenario, Referee(design, seed=self.seed)


def check_target(design: TrialDesign, target: str) -> None:
    """Refuse a target that the design does not have.

    Raises
    ------
    ValueError
        One sentence.
    """
    endpoints = [str(one.name) for one in design.tested()]
    known = ["success", "any", "both", "all", *endpoints]
    if target not in known:
        raise ValueError(
            f"--for is {target!r} but the design tests {' and '.join(endpoints)}; it must be one "
            f"of {', '.join(one for one in known if one != 'all')}, name one of these"
        )


def _excess(design: TrialDesign, outcomes: Outcomes, won: Floats) -> Floats | None:
    """Give the deciding statistic over its bound; None where it does not decide alone."""
    if design.endpoints or len(design.looks) > 1:
        return None
    if design.analysis.test == "bayes":
        rule = design.analysis.bayes.probability
        probability = np.minimum(outcomes.probability[:, 0, 0], MOST_CERTAIN)
        excess = ndtri(probability) - ndtri(rule)
    else:
        excess = outcomes.z[:, 0, 0] + ndtri(design.alpha)
    alone = np.isfinite(excess).all() and np.array_equal(excess >= 0, won == 1.0)
    return np.asarray(excess) if alone else None
