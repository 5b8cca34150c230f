"""A sweep: which design, which fields over which values, how many trials of each."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from models.record.explain import explain
from models.toml_file import read_toml
from simulate.frozen import Frozen, Name, Probability
from simulate.sweep.dims import Choice, Derived, Dim, Value
from simulate.sweep.expression import FUNCTIONS, read_expression

TAKEN = ("arm", "batch", "endpoint", "look", "measure", "outcome", "point", "quantile", "trials")

Point = dict[str, Value]


class Sweep(Frozen):
    """A grid over fields of a design and of the truth it is simulated under."""

    name: Name = "sweep"
    """Name of the sweep, printed with its results."""
    design: Annotated[str, Field(min_length=1)]
    """File of the design, relative to the file of the sweep."""
    truth: Name | None = None
    """Truth of the design that is in force, by name; its first, the planning truth, unless
    given."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """Seed of all random numbers; cells share them."""
    trials: Annotated[int, Field(ge=1, le=10**9)] = 10_000
    """Trials of each cell, or with `mcse` the most."""
    mcse: Probability | None = None
    """Go on with a cell until the standard error of its success is at most this."""
    estimates: bool = False
    """Whether hazard ratios are estimated at each look, too, by Cox models: bias, coverage; about
    half as much time again."""
    combine: Literal["product", "zip"] = "product"
    """All combinations of the values, or first with first, second with second."""
    grid: Annotated[dict[Name, Dim], Field(min_length=1, max_length=20)]
    """Dims by name."""
    points: Annotated[tuple[dict[Name, Value], ...] | None, Field(strict=False)] = None
    """Listed points, each with a value for every dim, in place of a product or zip."""
    derived: dict[Name, Derived] = Field(default={})
    """Quantities computed from the dims, by name."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_identifiers([*self.grid, *self.derived])
        _check_expressions(self)
        _check_fields(self)
        if self.points is None:
            _check_values(self)
        else:
            _check_points(self)
        return self

    def layout(self) -> Literal["product", "zip", "points"]:
        """How values make points."""
        return self.combine if self.points is None else "points"

    def size(self) -> int:
        """Count the points without making them."""
        if self.points is not None:
            return len(self.points)
        counts = [len(dim.taken()) for dim in self.grid.values()]
        total = 1
        for count in counts:
            total *= count
        return counts[0] if self.combine == "zip" else total

    def all_points(self) -> list[Point]:
        """Make the points in their order; in a product the last dim varies fastest."""
        if self.points is not None:
            return [{name: point[name] for name in self.grid} for point in self.points]
        values = [dim.taken() for dim in self.grid.values()]
        rows = product(*values) if self.combine == "product" else zip(*values, strict=True)
        return [dict(zip(self.grid, row, strict=True)) for row in rows]


def load_sweep(path: Path | str) -> Sweep:
    """Read and check a sweep file.

    Parameters
    ----------
    path : Path or str
        A TOML file, such as `replan new sweep` writes.

    Returns
    -------
    Sweep

    Raises
    ------
    ValueError
        If the file is missing, unreadable, not TOML, or not a sweep: one sentence with file,
        field, value, rule and cure.

    Examples
    --------
    >>> from simulate import load_sweep
    >>> sweep = load_sweep("analyses/phase3/sweep.toml")
    >>> list(sweep.grid)
    ['n', 'hr', 'rule']
    """
    content = read_toml(Path(path), what="sweep file")
    try:
        return read_sweep(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def read_sweep(content: Mapping[str, object]) -> Sweep:
    """Check a sweep given as named values, such as the content of a sweep file.

    Parameters
    ----------
    content : mapping
        Names and values as in a sweep file.

    Returns
    -------
    Sweep

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.

    Examples
    --------
    >>> from simulate import read_sweep
    >>> grid = {"n": {"field": "patients", "values": [300, 400]}}
    >>> read_sweep({"name": "size", "design": "design.toml", "seed": 1, "grid": grid}).combine
    'product'
    """
    try:
        return Sweep.model_validate(content)
    except ValidationError as error:
        raise ValueError(explain(error, model=Sweep)) from None


def _check_identifiers(names: list[str]) -> None:
    """Names stand in expressions, and beside the dims of the results."""
    for name in names:
        if not name.isidentifier() or not name.isascii():
            raise ValueError(
                f"{name!r} is no name of a dim or derived quantity; expressions use it, so take "
                "letters, digits and _, a letter first"
            )
        if name in FUNCTIONS or name in TAKEN:
            raise ValueError(
                f"{name!r} is the name of a dim or derived quantity; functions and results have "
                "this name, choose another"
            )
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is both a dim and derived; names must differ, rename one")


def _check_expressions(sweep: Sweep) -> None:
    """Refuse expressions that cannot be read, or need what is not known where they stand."""
    known = list(sweep.grid)
    for name, derived in sweep.derived.items():
        try:
            needed = read_expression(derived.value).names
        except ValueError as error:
            raise ValueError(f"derived.{name}.value: {error}") from None
        for one in sorted(needed):
            if one not in known:
                near = get_close_matches(one, known, n=1)
                cure = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
                raise ValueError(
                    f"derived.{name}.value names {one!r}; it may use dims of the grid and derived "
                    f"quantities above it, {cure}"
                )
            if one in sweep.grid:
                _check_numbers(one, sweep.grid[one], user=name)
        known.append(name)


def _check_numbers(name: str, dim: Dim, *, user: str) -> None:
    wrong = [value for value in dim.taken() if isinstance(value, bool | str)]
    if wrong:
        raise ValueError(
            f"derived.{user}.value computes with {name!r}, which is {wrong[0]!r} at some points; "
            "arithmetic needs numbers, use another dim"
        )


def _check_fields(sweep: Sweep) -> None:
    """Refuse a field that is set twice, and a dim that changes nothing."""
    setters: dict[str, str] = {}
    parts: dict[str, Dim | Derived] = {**sweep.grid, **sweep.derived}
    for name, part in parts.items():
        for field in _fields_of(part):
            if setters.setdefault(field, name) != name:
                raise ValueError(
                    f"{name!r} and {setters[field]!r} both set `{field}`; a field has one value at "
                    "a point, drop one of them"
                )
    used = {one for part in sweep.derived.values() for one in read_expression(part.value).names}
    for name, part in parts.items():
        if not _fields_of(part) and name not in used:
            raise ValueError(
                f"{name!r} changes nothing; name the `field` that its values replace, use it in a "
                "derived quantity, or drop it"
            )


def _fields_of(part: Dim | Derived) -> list[str]:
    if part.field is not None:
        return [part.field]
    choices: dict[str, Choice] = (getattr(part, "choices", None) or {}) | {}
    return list(dict.fromkeys(field for choice in choices.values() for field in choice))


def _check_values(sweep: Sweep) -> None:
    lengths = {name: len(dim.taken()) for name, dim in sweep.grid.items()}
    for name, length in lengths.items():
        if not length:
            raise ValueError(
                f"grid.{name} has no values; give values, start and stop, or choices, or list "
                "`points`"
            )
    if sweep.combine == "zip" and len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(
            f'combine is "zip" and the dims have different numbers of values ({counts}); they go '
            "together one by one, make them equal"
        )


def _check_points(sweep: Sweep) -> None:
    if not sweep.points:
        raise ValueError("points is empty; a sweep needs at least one point, add them")
    for name, dim in sweep.grid.items():
        if dim.choices is None and dim.taken():
            raise ValueError(
                f"grid.{name} has values beside points; listed points have the values, drop one "
                "of them"
            )
    for number, point in enumerate(sweep.points, start=1):
        for name in (*sweep.grid, *point):
            if name not in point:
                raise ValueError(
                    f"points.{number} leaves out {name!r}; a point has a value for every dim, add "
                    "it"
                )
            if name not in sweep.grid:
                raise ValueError(
                    f"points.{number} names {name!r}; it may name the dims of the grid "
                    f"({', '.join(sweep.grid)}), correct it"
                )
            choices = sweep.grid[name].choices
            if choices is not None and point[name] not in choices:
                raise ValueError(
                    f"points.{number} has {name} = {point[name]!r}; it must be one of the choices "
                    f"{', '.join(choices)}"
                )
