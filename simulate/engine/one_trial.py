"""The patients of one trial, for those who look at it closely."""

import numpy as np

from simulate.engine.followed import Followed
from simulate.engine.run import Scenario
from simulate.engine.trial import follow_trial
from simulate.engine.work_space import WorkSpace
from simulate.random_numbers import Key, trial_key


def follow_replicate(
    scenario: Scenario, *, seed: int, replicate: int, work: WorkSpace
) -> tuple[Followed, Followed]:
    """Enrol and follow the patients of one replicate, as the engine does.

    Parameters
    ----------
    scenario : Scenario
    seed, replicate : int
    work : WorkSpace
        Of the scenario; its courses are filled, too, where patients progress.

    Returns
    -------
    tuple of Followed
        For either endpoint, the same twice where there is only one: views of the work space.
    """
    key = Key(*map(np.uint64, trial_key(np.uint64(seed), np.uint64(replicate))))
    plan = scenario.plan
    count = follow_trial(key, plan.plans, plan.truth, plan.progressing, work)
    first = Followed._make(column[:count] for column in work.following.room)
    if plan.progressing is None:
        return first, first
    return first, Followed._make(column[:count] for column in work.second)
