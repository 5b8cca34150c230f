"""Cells that share their simulation: the same patients and looks, decided in several ways."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulate.design.analysis import LATE, Analysis, Test
from simulate.design.trial import TrialDesign
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Scenario
from simulate.engine.trial import HarmPlan
from simulate.sweep.cell import Cell
from simulate.truth.kinds import OneTruth

COX: tuple[Test, ...] = ("cox_wald", "cox_score")
LATE_SETTINGS = ("fleming_harrington", "modest_until", "max_combo", "rmst_until", "milestone")


class Need(NamedTuple):
    """What the analysis of one endpoint needs besides the log-rank test; None for nothing.

    Attributes
    ----------
    cox : str or None
        How ties are treated.
    bayes : str or None
        The model and the hazard ratio of the Bayesian rule, as JSON.
    late : str or None
        The settings of tests for late effects.
    """

    cox: str | None
    bayes: str | None
    late: str | None

    def joined(self, other: "Need") -> "Need | None":
        """Give what serves both, None if nothing does."""
        pairs = list(zip(self, other, strict=True))
        if any(mine not in (None, theirs) and theirs is not None for mine, theirs in pairs):
            return None
        return Need(*(mine or theirs for mine, theirs in pairs))


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cells that are decided on the same trials.

    Attributes
    ----------
    members : tuple of int
        Places of the cells in the sequence that was grouped.
    key : str
        The simulation that they share (64 hex digits).
    patients : int
        Most patients of a trial: what a trial costs is about in proportion.
    """

    members: tuple[int, ...]
    key: str
    patients: int


def group_cells(cells: Sequence[Cell]) -> list[Group]:
    """Group cells whose trials have the same patients, looks and analyses.

    Parameters
    ----------
    cells : sequence of Cell

    Returns
    -------
    list of Group
        In the order of their first members.
    """
    found: list[_Open] = []
    by_key: dict[str, list[_Open]] = {}
    for place, cell in enumerate(cells):
        scenario = pack_scenario(cell.design, cell.truth, every_test=False)
        key, needs = simulation_key(cell.design, cell.truth, scenario), needs_of(cell)
        rooms = by_key.setdefault(key, [])
        if not any(room.take(place, needs) for room in rooms):
            rooms.append(_Open(place, needs, key, scenario.patients))
            found.append(rooms[-1])
    return [room.closed() for room in found]


def one_group(cells: Sequence[Cell]) -> Group:
    """Give the group of cells that are to be of one.

    Raises
    ------
    ValueError
        If they are not.
    """
    groups = group_cells(cells)
    if len(groups) != 1:
        raise ValueError(
            f"{len(cells)} cells are given that do not share one simulation; they must be one "
            "group, take them from `group_cells`"
        )
    return groups[0]


class _Open:
    """A group that may grow."""

    def __init__(self, place: int, needs: tuple[Need, ...], key: str, patients: int) -> None:
        self.members, self.needs = [place], needs
        self.key, self.patients = key, patients

    def take(self, place: int, needs: tuple[Need, ...]) -> bool:
        """Take a cell in, if the group can serve it, too."""
        both = [mine.joined(theirs) for mine, theirs in zip(self.needs, needs, strict=True)]
        served = tuple(need for need in both if need is not None)
        if len(served) < len(both):
            return False
        self.needs = served
        self.members.append(place)
        return True

    def closed(self) -> Group:
        return Group(members=tuple(self.members), key=self.key, patients=self.patients)


def needs_of(cell: Cell) -> tuple[Need, ...]:
    """Say what each endpoint of a cell needs."""
    return tuple(
        _need(one.analysis, alpha=cell.design.alpha, estimates=cell.estimates)
        for one in cell.design.tested()
    )


def _need(analysis: Analysis, *, alpha: float, estimates: bool) -> Need:
    test = analysis.test
    rule = analysis.bayes.model_dump_json(exclude={"probability"})
    settings = analysis.model_dump_json(include=set(LATE_SETTINGS))
    return Need(
        cox=analysis.ties if estimates or test in COX else None,
        bayes=rule if test == "bayes" else None,
        late=f"{alpha!r} {settings}" if test in LATE else None,
    )


def simulation_key(design: TrialDesign, truth: OneTruth, scenario: Scenario) -> str:
    """Hash of what the patients, their looks and the way they are counted depend on.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    scenario : Scenario
        The design packed under the truth.
    """
    plan = scenario.plan
    digest = hashlib.sha256()
    rows = plan.wanted[["row", "stratified"]].tolist()
    shared = (plan.plans, plan.truth, plan.progressing, plan.looks, rows, harm_plan(design, truth))
    for piece in _pieces(shared):
        digest.update(piece)
    return digest.hexdigest()


def harm_plan(design: TrialDesign, truth: OneTruth) -> HarmPlan | None:
    """Give the plan of watching harm where it can stop the trial."""
    if design.harm is None or design.harm.probability is None:
        return None
    return pack_scenario(design, truth).plan.harm


def _pieces(value: object) -> Iterator[bytes]:
    """Write nested tuples of arrays and numbers as bytes, with their shapes."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, tuple | list):
        yield f"({len(value)}".encode()
        for part in value:
            yield from _pieces(part)
    else:
        yield repr(value).encode() + b";"
