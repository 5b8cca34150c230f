"""What is decided in each trial of a block, alike for one endpoint and for several."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.design.trial import TrialDesign
from simulate.engine.run import Block
from simulate.multiplicity.decide import HARMED
from simulate.operating.decide import SUCCESS
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.outcomes import Referee
from simulate.operating.several import endpoint_ends
from simulate.operating.simulate import Judge
from simulate.operating.statistics import TESTS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Judged(NamedTuple):
    """Decisions on a block of trials by the design's own tests, futility obeyed.

    Attributes
    ----------
    success : array (trial,)
        Of the trial, by the design's own rule.
    stop : array (trial,)
        Look at which the trial stops, from 0.
    harmed : array (trial,)
        Whether it stops for harm.
    end, outcome : array (endpoint, trial)
        Look at which an endpoint's testing ends, and how: see `simulate.operating.decide`.
    came, undefined : array (endpoint, trial, look)
        Whether an endpoint is analysed at a look, and whether its statistic is undefined there.
    """

    success: Booleans
    stop: Integers
    harmed: Booleans
    end: Integers
    outcome: Integers
    came: Booleans
    undefined: Booleans


def judge_block(design: TrialDesign, referee: Referee, block: Block) -> Judged:
    """Decide a block of trials.

    Parameters
    ----------
    design : TrialDesign
    referee : Referee
        Of this design.
    block : Block
        Holding what the design's tests need.
    """
    if isinstance(referee.judge, Judge):
        return _judge_one(referee.judge, block)
    return _judge_several(design, referee, referee.judge, block)


def _judge_one(judge: Judge, block: Block) -> Judged:
    z, _, stop, result = judge.run(block, judge.test, obey=True)
    came = np.arange(z.shape[1]) <= stop[:, np.newaxis]
    return Judged(
        success=result == SUCCESS,
        stop=stop,
        harmed=np.zeros(len(stop), bool),
        end=stop[np.newaxis],
        outcome=result[np.newaxis],
        came=came[np.newaxis],
        undefined=(came & np.isnan(z))[np.newaxis],
    )


def _judge_several(
    design: TrialDesign, referee: Referee, judge: SeveralJudge, block: Block
) -> Judged:
    statistics = judge.statistics(block)
    decided = judge.decide(statistics)
    looks = np.arange(statistics.events.shape[1])
    ends, outcomes, came, undefined = [], [], [], []
    for e, name in enumerate(referee.endpoints):
        at = design.looks_at(name)
        end, outcome = endpoint_ends(decided, e, last=at[-1])
        here = (looks <= end[:, np.newaxis]) & np.isin(looks, at)
        ends.append(end)
        outcomes.append(outcome)
        came.append(here)
        undefined.append(here & np.isnan(statistics.z[TESTS[referee.tests[e]], ..., e]))
    return Judged(
        success=decided.success.astype(bool),
        stop=decided.stop,
        harmed=decided.reason == HARMED,
        end=np.array(ends),
        outcome=np.array(outcomes),
        came=np.array(came),
        undefined=np.array(undefined),
    )
