"""The dims of a sweep's grid: the field that each changes, and the values it takes."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulate.frozen import Frozen, Name

Number = int | float
Value = bool | int | float | str
Choice = dict[str, object]

MOST_VALUES = 10_000
LARGEST = 10**15


class Dim(Frozen):
    """One dim of the grid.

    Its values are listed (`values`), evenly spaced (`start`, `stop`, and `step` or `count`), or
    named settings of several fields (`choices`). In a sweep of listed points the points have them.
    """

    field: Name | None = None
    """Dotted path of the field that the values replace: of the design, as in "patients",
    "looks.1.events" or "truths.planning.effect.hr"; of the truth in force alone, as in
    "truth.effect.hr"; or "truth", for truths of the design by name. Left out where only derived
    quantities use the values."""
    values: Annotated[tuple[Value, ...] | None, Field(strict=False)] = None
    """Values in their order."""
    start: Number | None = None
    """First of evenly spaced values."""
    stop: Number | None = None
    """Last of them, included where a step falls on it."""
    step: Number | None = None
    """Distance between them; give this or `count`."""
    count: Annotated[int, Field(ge=2, le=MOST_VALUES)] | None = None
    """How many there are."""
    choices: dict[Name, Choice] | None = None
    """Settings by name, each a table of paths and the values that they get."""

    @model_validator(mode="after")
    def _given_once(self) -> Self:
        given = [
            name
            for name, there in (
                ("values", self.values is not None),
                ("start and stop", self.start is not None or self.stop is not None),
                ("choices", self.choices is not None),
            )
            if there
        ]
        if len(given) > 1:
            raise ValueError(
                f"{' and '.join(given)} are both given; a dim has its values from one of them, "
                "drop the others"
            )
        if self.choices is not None and self.field is not None:
            raise ValueError(
                f"field is {self.field!r} beside choices; choices name their own fields, drop field"
            )
        if self.values == () or self.choices == {}:
            raise ValueError("it has no values; a dim needs at least one, add them or drop it")
        for value in (*(self.values or ()), self.start, self.stop, self.step):
            if isinstance(value, int) and abs(value) > LARGEST:
                raise ValueError(
                    f"a value has {len(str(abs(value)))} digits; whole numbers must be at most "
                    "10^15, write a smaller one"
                )
        self._check_range()
        return self

    def _check_range(self) -> None:
        whole = self.start is not None and self.stop is not None
        if not whole and (self.start, self.stop, self.step, self.count) != (None,) * 4:
            raise ValueError(
                "start and stop are not both given; evenly spaced values need start, stop, and "
                "step or count, add what is missing"
            )
        if whole and (self.step is None) == (self.count is None):
            given = "neither is" if self.step is None else "both are"
            raise ValueError(f"step and count: {given} given; give exactly one of them")
        if whole and self.step is not None:
            _check_step(float(self.start or 0), float(self.stop or 0), float(self.step))

    def taken(self) -> tuple[Value, ...]:
        """Return the values in their order, names for choices; none where points have them."""
        if self.choices is not None:
            return tuple(self.choices)
        if self.start is not None and self.stop is not None:
            return _spaced(self.start, self.stop, self.step, self.count)
        return self.values or ()


def _check_step(start: float, stop: float, step: float) -> None:
    if step == 0 or (stop - start) / step < 0:
        raise ValueError(
            f"start = {start:g}, stop = {stop:g} and step = {step:g}; steps must lead from start "
            "to stop, change the step's sign"
        )
    if (stop - start) / step > MOST_VALUES:
        raise ValueError(
            f"step is {step:g} from {start:g} to {stop:g}; that is more than {MOST_VALUES} values, "
            "make it larger"
        )


def _spaced(
    start: Number, stop: Number, step: Number | None, count: int | None
) -> tuple[Number, ...]:
    """Space values in decimal arithmetic: 0.6 and two steps of 0.05 are 0.7, as written."""
    low, high = Decimal(repr(start)), Decimal(repr(stop))
    if step is not None:
        size = Decimal(repr(step))
        exact = [low + size * i for i in range(int((high - low) / size) + 1)]
    else:
        steps = (count or 2) - 1
        exact = [low + (high - low) * i / steps for i in range(steps)] + [high]
    return tuple(_plain(value) for value in exact)


def _plain(value: Decimal) -> Number:
    return int(value) if value == int(value) else float(value)


class Derived(Frozen):
    """A quantity computed from others at every point."""

    field: Name | None = None
    """Dotted path of the field that it replaces, as for dims; left out where it only serves other
    derived quantities."""
    value: Annotated[str, Field(min_length=1)]
    """Expression of dims and of derived quantities above it, as in "round(0.75 * n)"; whole
    results are integers."""
