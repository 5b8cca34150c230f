"""From the points of a sweep to its cells, every design and truth checked."""

import json
from collections.abc import Mapping

from simulate.design.replace import replaced
from simulate.design.trial import TrialDesign
from simulate.sweep.cell import Cell
from simulate.sweep.dims import Value
from simulate.sweep.expression import Expression, read_expression
from simulate.sweep.paths import known_as, replaced_as_known
from simulate.sweep.sweep import Point, Sweep
from simulate.truth.kinds import OneTruth

__all__ = ["MOST_CELLS", "Cell", "sweep_cells"]

MOST_CELLS = 10_000
IN_FORCE = "truth in force"

Changes = dict[str, object]


def sweep_cells(sweep: Sweep, design: TrialDesign, *, yes: bool = False) -> list[Cell]:
    """Make the cells of a sweep, in the order of its points (the last dim varies fastest).

    Parameters
    ----------
    sweep : Sweep
    design : TrialDesign
        The sweep's design, as its file has it.
    yes : bool
        Whether more than `MOST_CELLS` cells are meant.

    Returns
    -------
    list of Cell

    Raises
    ------
    ValueError
        If the sweep is too large, a point is listed twice, or a field or a value does not fit the
        design: one sentence, with the point where a point is to blame.

    Notes
    -----
    A field of the truth in force ("truth.effect.hr") changes what happens to the patients and not
    what was planned: bounds and planned events keep the design's planning truth. A field of a truth
    of the design ("truths.planning.effect.hr") changes the plan and, where this truth is in force,
    what happens, too.
    """
    if sweep.size() > MOST_CELLS and not yes:
        raise ValueError(
            f"the sweep has {sweep.size()} cells; more than {MOST_CELLS} must be meant, make the "
            "grid smaller or say --yes"
        )
    points = sweep.all_points()
    _check_distinct(points)
    maker = _Maker(sweep, design)
    return [maker.cell(point) for point in points]


def _check_distinct(points: list[Point]) -> None:
    seen: dict[str, int] = {}
    for number, point in enumerate(points, start=1):
        before = seen.setdefault(json.dumps(list(map(_plain, point.values()))), number)
        if before != number:
            raise ValueError(
                f"points {before} and {number} are both {_said(point)}; each point is simulated "
                "once, drop one of them"
            )


def _plain(value: Value) -> Value:
    """Whole numbers alike, however they are written."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(point: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in point.items())


class _Maker:
    """Makes cells, checking each design and each truth once."""

    def __init__(self, sweep: Sweep, design: TrialDesign) -> None:
        self.sweep, self.design = sweep, design
        self.expressions: dict[str, Expression] = {
            name: read_expression(part.value) for name, part in sweep.derived.items()
        }
        self.designs: dict[str, TrialDesign] = {}
        self.planned: dict[int, TrialDesign] = {}
        self.truths: dict[str, OneTruth] = {}

    def cell(self, point: Point) -> Cell:
        """Make the cell of a point."""
        try:
            derived = self._derived(point)
            changes = self._changes(point, derived)
            name = changes.pop("truth", self.sweep.truth or self.design.truths[0].name)
            inside = {
                path: changes.pop(path) for path in list(changes) if path.startswith("truth.")
            }
            design = self._design(changes, name)
            truth = self._truth(design, inside)
        except ValueError as error:
            raise ValueError(f"at {_said(point)}: {error}") from None
        return Cell(
            point=point,
            derived=derived,
            design=self._planned(design),
            truth=truth,
            estimates=self.sweep.estimates,
        )

    def _derived(self, point: Point) -> dict[str, float]:
        known: dict[str, float] = {
            name: value for name, value in point.items() if not isinstance(value, bool | str)
        }
        found: dict[str, float] = {}
        for name, expression in self.expressions.items():
            for one in expression.names:
                if one not in known:
                    raise ValueError(
                        f"derived.{name} computes with {one!r}, which is {point[one]!r}; "
                        "arithmetic needs numbers, use another dim"
                    )
            found[name] = known[name] = expression.value(known)
        return found

    def _changes(self, point: Point, derived: Mapping[str, float]) -> Changes:
        changes: Changes = {}
        for name, dim in self.sweep.grid.items():
            if dim.choices is not None:
                changes |= dim.choices[str(point[name])]
            elif dim.field is not None:
                changes[dim.field] = point[name]
        for name, part in self.sweep.derived.items():
            if part.field is not None:
                changes[part.field] = derived[name]
        return changes

    def _design(self, changes: Changes, truth: object) -> TrialDesign:
        """Give the design with its planning truth first and the one in force last."""
        key = json.dumps([changes, truth], default=str)
        if key not in self.designs:
            places = [one.name for one in self.design.truths]
            if truth not in places:
                names = ", ".join(repr(name) for name in places)
                raise ValueError(
                    f"truth is {truth!r}; it must be one of the design's ({names}), name one of "
                    "these"
                )
            wanted = list(dict.fromkeys((0, places.index(str(truth)))))
            few = tuple(self.design.truths[place] for place in wanted)
            lean = _without_further_tests(self.design).model_copy(update={"truths": few})
            known = {path: known_as(path, truths=places, kept=wanted) for path in changes}
            self.designs[key] = replaced_as_known(lean, changes, known=known) if changes else lean
        return self.designs[key]

    def _planned(self, design: TrialDesign) -> TrialDesign:
        """Give the design with its planning truth alone; the same object for the same design."""
        key = id(design)
        if key not in self.planned:
            self.planned[key] = design.model_copy(update={"truths": design.truths[:1]})
        return self.planned[key]

    def _truth(self, design: TrialDesign, inside: Changes) -> OneTruth:
        """Give the truth in force with its fields replaced, checked beside the design's factors."""
        truth = design.truths[-1]
        if not inside:
            return truth
        factors = [factor.model_dump(mode="json") for factor in design.factors]
        key = json.dumps([truth.model_dump(mode="json"), factors, inside], default=str)
        if key not in self.truths:
            changed = {
                path.replace("truth.", f"truths.{IN_FORCE}.", 1): value
                for path, value in inside.items()
            }
            both = (design.truths[0], truth.model_copy(update={"name": IN_FORCE}))
            try:
                whole = replaced(design.model_copy(update={"truths": both}), changed)
            except ValueError as error:
                raise ValueError(_as_written(str(error))) from None
            self.truths[key] = whole.truths[-1].model_copy(update={"name": truth.name})
        return self.truths[key]


def _without_further_tests(design: TrialDesign) -> TrialDesign:
    """Drop tests that are computed beside those that decide: cells of other tests do without."""
    endpoints = [
        one.model_copy(update={"analysis": one.analysis.model_copy(update={"also": ()})})
        for one in design.endpoints
    ]
    alone = design.analysis.model_copy(update={"also": ()})
    return design.model_copy(update={"analysis": alone, "endpoints": tuple(endpoints)})


def _as_written(message: str) -> str:
    """Name the truth in force as the sweep does."""
    return message.replace(f"truths.{IN_FORCE}.", "truth.").replace("truths.1.", "truth.")
