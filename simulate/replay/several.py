"""One simulated trial of several endpoints again: each endpoint, and the trial as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.multiplicity.decide import HARMED, SUCCEEDED
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import all_planned_events
from simulate.operating.statistics import TESTS
from simulate.replay.patients import trial_patients
from simulate.replay.replay import (
    CONTINUE,
    Held,
    Replay,
    check_numbers,
    recruitment_of,
    replayed_look,
)

if TYPE_CHECKING:
    from simulate.design.endpoint import Endpoint
    from simulate.design.trial import TrialDesign
    from simulate.engine.run import Block, Scenario
    from simulate.multiplicity.decide import Decisions
    from simulate.truth.kinds import OneTruth

REASONS = {HARMED: "harm for survival", SUCCEEDED: "success, with endpoints still open"}


@dataclass(frozen=True, kw_only=True)
class SeveralReplay:
    """One simulated trial of several endpoints.

    Attributes
    ----------
    endpoints : dict of str to Replay
        Each endpoint by name, with its own looks up to the end of its testing.
    stop : int
        Look at which the trial stops, from 1.
    reason : str
        Why it stops there.
    success : bool
        Whether the trial succeeds by its rule.
    """

    endpoints: dict[str, Replay]
    stop: int
    reason: str
    success: bool


def replay_several(
    design: TrialDesign, truth: OneTruth, *, seed: int, replicate: int
) -> SeveralReplay:
    """Simulate one replicate alone and keep everything.

    Parameters
    ----------
    design : TrialDesign
        With several endpoints.
    truth : IllnessDeathTruth or MarginalsTruth
    seed, replicate : int
        Those of the simulation, replicates counted from 0.

    Returns
    -------
    SeveralReplay
        The same numbers, to the bit, as this replicate has among thousands.

    Raises
    ------
    ValueError
        If seed or replicate is out of range, or the design cannot be recruited.
    """
    check_numbers(seed=seed, replicate=replicate)
    scenario = pack_scenario(design, truth)
    block = simulate_block(scenario, seed=seed, first=replicate, trials=1)
    events = all_planned_events(design, seed=seed)
    judge = SeveralJudge(design, events)
    decisions = judge.decide(judge.statistics(block))
    simulated = _Simulated(design, truth, seed, replicate, scenario, block, decisions, events)
    return SeveralReplay(
        endpoints={
            one.name: _endpoint(simulated, one, place) for place, one in enumerate(design.endpoints)
        },
        stop=int(decisions.stop[0]) + 1,
        reason=REASONS.get(int(decisions.reason[0]), "no endpoint is left to be tested"),
        success=bool(decisions.success[0]),
    )


class _Simulated(NamedTuple):
    """The trial as it was asked for, simulated and decided."""

    design: TrialDesign
    truth: OneTruth
    seed: int
    replicate: int
    scenario: Scenario
    block: Block
    decisions: Decisions
    events: Mapping[str, NDArray[np.float64]]


def _endpoint(trial: _Simulated, endpoint: Endpoint, place: int) -> Replay:
    design, decisions = trial.design, trial.decisions
    asked = {"seed": trial.seed, "replicate": trial.replicate}
    patients = trial_patients(trial.scenario, **asked, endpoint=place)
    own = design.looks_at(endpoint.name)
    rejected, dropped = int(decisions.rejected[0, place]), int(decisions.dropped[0, place])
    end = next((look for look in (rejected, dropped) if look >= 0), int(decisions.stop[0]))
    outcome = "success" if rejected >= 0 else "futility" if dropped >= 0 else "failure"
    held = [look for look in own if look <= end]
    bounds = decisions.z, decisions.upper, decisions.lower
    looks = tuple(
        replayed_look(
            look,
            trial.block.of(place)[0, look],
            test=TESTS[endpoint.analysis.test],
            held=Held(*(float(part[0, look, place]) for part in bounds)),
            final=look == own[-1],
            decision=outcome if look == held[-1] else CONTINUE,
            patients=patients,
        )
        for look in held
    )
    return Replay(
        design=design.seen_by(endpoint.name),
        truth=trial.truth,
        **asked,
        planned_events=trial.events[endpoint.name],
        patients=patients,
        recruitment=recruitment_of(design, looks[-1].data if looks else patients.iloc[:0]),
        looks=looks,
    )
