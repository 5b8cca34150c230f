"""One simulated trial of several endpoints again: each endpoint, and the trial as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.multiplicity.decide import HARMED, SUCCEEDED
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import planned_events
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
    events = {
        str(one.name): planned_events(design, seed=seed, endpoint=one.name)
        for one in design.endpoints
    }
    judge = SeveralJudge(design, events)
    decisions = judge.decide(judge.statistics(block))
    stop = int(decisions.stop[0])
    return SeveralReplay(
        endpoints={
            one.name: _endpoint(
                design, truth, one, place, scenario, block, decisions,
                seed=seed, replicate=replicate,
            )
            for place, one in enumerate(design.endpoints)
        },
        stop=stop + 1,
        reason=REASONS.get(int(decisions.reason[0]), "no endpoint is left to be tested"),
        success=bool(decisions.success[0]),
    )  # fmt: skip


def _endpoint(
    design: TrialDesign,
    truth: OneTruth,
    endpoint: Endpoint,
    place: int,
    scenario: Scenario,
    block: Block,
    decisions: Decisions,
    *,
    seed: int,
    replicate: int,
) -> Replay:
    patients = trial_patients(scenario, seed=seed, replicate=replicate, endpoint=place)
    own = design.looks_at(endpoint.name)
    rejected, dropped = int(decisions.rejected[0, place]), int(decisions.dropped[0, place])
    end = next((look for look in (rejected, dropped) if look >= 0), int(decisions.stop[0]))
    outcome = "success" if rejected >= 0 else "futility" if dropped >= 0 else "failure"
    held = [look for look in own if look <= end]
    looks = tuple(
        replayed_look(
            look,
            block.of(place)[0, look],
            test=TESTS[endpoint.analysis.test],
            held=Held(*(float(part[0, look, place]) for part in decisions[-3:])),
            final=look == own[-1],
            decision=outcome if look == held[-1] else CONTINUE,
            patients=patients,
        )
        for look in held
    )
    return Replay(
        design=design.seen_by(endpoint.name),
        truth=truth,
        seed=seed,
        replicate=replicate,
        planned_events=planned_events(design, seed=seed, endpoint=endpoint.name),
        patients=patients,
        recruitment=recruitment_of(design, looks[-1].data if looks else patients.iloc[:0]),
        looks=looks,
    )
