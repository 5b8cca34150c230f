"""The largest posterior probability over the looks, trial by trial."""

import numpy as np
from numpy.typing import NDArray

from simulate.design.replace import replaced
from simulate.design.trial import TrialDesign
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_blocks
from simulate.operating.outcomes import Outcomes, Referee
from simulate.threshold.nuisance import Nuisance, design_at, null_truth

Floats = NDArray[np.float64]

NEVER = 1.0 - 1e-12


def largest_probabilities(
    design: TrialDesign,
    nuisance: Nuisance,
    *,
    endpoint: str,
    seed: int,
    first: int,
    trials: int,
    workers: int,
) -> Floats:
    """Simulate trials without effect; a threshold below what is returned declares success.

    Parameters
    ----------
    design : TrialDesign
        Decided by the Bayesian rule; its first truth lends the control arm.
    nuisance : Nuisance
    endpoint : str
        Whose rule is meant.
    seed, first, trials, workers : int

    Returns
    -------
    array (trial,)
        Largest posterior probability over the looks at which the endpoint is analysed. Looks after
        a stop for futility count, unless the futility is binding; where several endpoints are
        tested each is taken alone, futility aside.
    """
    there = design_at(design, nuisance)
    binding = not design.endpoints and design.futility is not None and design.futility.binding
    if binding:
        there = replaced(there, {"analysis.bayes.probability": NEVER})
    scenario = pack_scenario(there, null_truth(design.truths[0], nuisance), every_test=False)
    referee = Referee(there, seed=seed)
    blocks = simulate_blocks(scenario, seed=seed, first=first, trials=trials, workers=workers)
    looks = list(there.looks_at(endpoint))
    place = referee.endpoints.index(endpoint)
    return np.concatenate(
        [_largest(referee.decide(block), looks, place, until_stop=binding) for block in blocks]
    )


def _largest(outcomes: Outcomes, looks: list[int], place: int, *, until_stop: bool) -> Floats:
    probability = outcomes.probability[:, looks, place]
    if until_stop:
        late = np.arange(len(looks)) > outcomes.stop[:, np.newaxis]
        probability = np.where(late, 0.0, probability)
    return np.nan_to_num(probability, nan=0.0).max(axis=1)
