"""What one test decides in a block of simulated trials, with the statistics and bounds it saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.monitor import new_track, next_look
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT
from simulate.operating.decide import decide
from simulate.operating.monitoring import monitoring_record
from simulate.operating.statistics import BAYES, TESTS, takes_credit

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.engine.run import Block

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class DecidedBlock:
    """Decisions trial by trial.

    Attributes
    ----------
    statistic, upper : array (trial, look)
        What was held against the bound of success, z or the posterior probability under the
        Bayesian rule, and that bound, up to the stop; not a number behind it.
    lower : array (trial, look)
        Bound of futility, always on the scale of z (the log-rank test's under the Bayesian rule);
        minus infinity where there is none, not a number behind the stop.
    stop : array (trial,)
        Look of the stop, counted from 0.
    result : array (trial,)
        Outcome, an index of `simulate.operating.tally.outcome_names`.
    """

    statistic: Floats
    upper: Floats
    lower: Floats
    stop: Integers
    result: Integers


def decide_block(
    design: TrialDesign, block: Block, *, events: Floats, test: str | None = None
) -> DecidedBlock:
    """Decide every trial of a block, futility obeyed.

    Parameters
    ----------
    design : TrialDesign
    block : Block
        With every test computed, or at least the one that decides.
    events : array (look,)
        Planned events, from `planned_events`.
    test : str, optional
        "log_rank", "cox_wald", "cox_score" or "bayes"; the design's own unless given.
    """
    trials, looks = block.found.shape[:2]
    statistic, upper, lower = np.empty((3, trials, looks))
    stop, result = np.empty((2, trials), np.int64)
    chosen = design.analysis.test if test is None else test
    monitor: Any = monitoring_record(design, events, apart=not takes_credit(chosen))
    track: Any = new_track()
    rule = TESTS[chosen]
    decide(
        block.found,
        rule,
        design.analysis.bayes.probability,
        True,
        monitor[0],
        track[0],
        statistic,
        upper,
        lower,
        stop,
        result,
    )
    if rule == BAYES:
        _fill_futility(block.found, stop, lower, monitor[0], new_track()[0])
    return DecidedBlock(statistic=statistic, upper=upper, lower=lower, stop=stop, result=result)


def _fill_futility(
    found: Floats,
    stop: Integers,
    lower: Floats,
    monitor: Any,  # noqa: ANN401 - a row of a record array
    track: Any,  # noqa: ANN401
) -> None:
    """Fill in the bounds of futility, which hold under the Bayesian rule, too."""
    last = found.shape[1] - 1
    for trial, end in enumerate(stop):
        for look in range(end + 1):
            events = float(found[trial, look, EVENTS_CONTROL] + found[trial, look, EVENTS_RT])
            lower[trial, look] = next_look(track, monitor, look, events, look == last).lower
