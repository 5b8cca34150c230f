"""Simulating cells that share their trials, and keeping what each decides."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulate.design.trial import TrialDesign
from simulate.engine.fields import FIELDS, MONTH
from simulate.engine.run import BLOCK, Block, Scenario, simulate_block
from simulate.operating.monitoring import all_planned_events
from simulate.operating.outcomes import Referee
from simulate.sweep.cell import Cell
from simulate.sweep.groups import one_group
from simulate.sweep.judged import judge_block
from simulate.sweep.kept import Kept
from simulate.sweep.result import CellResult, total
from simulate.sweep.shared_scenario import shared_scenario
from simulate.sweep.tally import gather, tally_block
from simulate.truth.effects import Proportional
from simulate.truth.estimands import look_estimands
from simulate.truth.hazards import Cured
from simulate.truth.pack import pack_truth
from simulate.truth.truth import Truth

Floats = NDArray[np.float64]

HELD_BYTES = 32_000_000
PLANNED: Kept[dict[str, Floats]] = Kept(256)
LIMITS: Kept[Floats] = Kept(256)


def simulate_group(
    cells: Sequence[Cell], *, seed: int, first: int = 0, trials: int
) -> list[CellResult]:
    """Simulate replicates `first` to `first` + `trials` − 1, once for all cells of a group.

    Pure and on one thread. A result depends on the cell, the seed and the replicates only, to the
    bit, whatever other cells are in the group; results of separate runs of replicates add up to
    that of the whole.

    Parameters
    ----------
    cells : sequence of Cell
        Members of one group.
    seed : int
    first, trials : int

    Returns
    -------
    list of CellResult
        In the order of the cells.

    Raises
    ------
    ValueError
        If the cells are not of one group.
    """
    group, scenario, limits = one_group(cells), shared_scenario(cells), None
    if any(cell.estimates for cell in cells):
        limits = LIMITS.get((group.key, seed), lambda: _limits(cells, scenario, seed=seed))
    planned = [planned_once(cell.design, seed=seed) for cell in cells]
    parts: list[list[CellResult]] = [[] for _ in cells]
    for blocks in _held(scenario, seed=seed, first=first, trials=trials):
        columns = [gather(block) for block in blocks]
        for place, cell in enumerate(cells):
            referee = Referee(cell.design, seed=seed, events=planned[place])
            parts[place] += [
                tally_block(
                    column,
                    judge_block(cell.design, referee, block),
                    endpoints=referee.endpoints,
                    patients=scenario.patients,
                    limits=limits if cell.estimates else None,
                )
                for block, column in zip(blocks, columns, strict=True)
            ]
    return [total(results) for results in parts]


def _held(scenario: Scenario, *, seed: int, first: int, trials: int) -> Iterator[list[Block]]:
    """Simulate blocks, and hold as many at a time as there is memory for.

    Each cell decides all that are held before the next one does, so that a group of any size
    needs the room of one judge.
    """
    wanted = scenario.plan.wanted.size * scenario.plan.looks.size * len(FIELDS) * 8 * BLOCK
    stride, stop = BLOCK * max(1, HELD_BYTES // wanted), first + trials
    for start in range(first, stop, stride):
        end = min(start + stride, stop)
        yield [
            simulate_block(scenario, seed=seed, first=place, trials=min(BLOCK, end - place))
            for place in range(start, end, BLOCK)
        ]


def _limits(cells: Sequence[Cell], scenario: Scenario, *, seed: int) -> Floats:
    """Find what the Cox estimates of each endpoint converge to at each look: (endpoint, look).

    Where one hazard ratio holds for everyone and at all times it is the limit; else the limit is
    computed at the look's mean month in the first 1,000 trials, as `simulate_design` does.
    """
    design, truth = cells[0].design, cells[0].truth
    looks = scenario.plan.looks.size
    if isinstance(truth, Truth) and isinstance(truth.effect, Proportional) and _alike(truth):
        return np.full((1, looks), math.log(truth.effect.hr))
    pilot = simulate_block(scenario, seed=seed, first=0, trials=BLOCK)
    months = pilot.endpoints[:, 0, :, MONTH].mean(axis=0)
    found = []
    for endpoint in design.tested():
        view = design.seen_by(endpoint.name)
        packed = pack_truth(view, truth)
        found.append(
            [
                look_estimands(view, truth, months=float(month), packed=packed).cox_limit
                for month in months
            ]
        )
    return np.array(found)


def _alike(truth: Truth) -> bool:
    """Whether nobody is cured and no level of a factor changes anything."""
    return truth.cured == Cured() and not truth.factors


def planned_once(design: TrialDesign, *, seed: int) -> dict[str, Floats]:
    """Planned events of a design, kept: cells under other truths share them.

    Parameters
    ----------
    design : TrialDesign
    seed : int
    """
    key = design.model_dump_json(exclude={"name"}), seed
    return PLANNED.get(key, lambda: all_planned_events(design, seed=seed))
