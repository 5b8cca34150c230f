"""The pictures of a sweep: which fields are drawn against each other."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from analyses.outputs.pictures import save_pictures
from analyses.sweep.document import SweepRun
from simulate.design.replace import value_at
from simulate.plots.power_curves import MOST_LINES, plot_power_curves
from simulate.plots.power_map import plot_power_map
from simulate.plots.smallest_size import plot_smallest_sizes, smallest_sizes
from simulate.plots.tornado import Swing, plot_tornado

TARGETS = (0.8, 0.9)
SIZE = "patients"
DIRECTION = "RT versus control, below 1 favours RT"


def draw_sweep_pictures(run: SweepRun, folder: Path) -> None:
    """Draw and save every picture that the fields of a sweep allow, as PNG and SVG."""
    save_pictures(sweep_pictures(run), folder)


def sweep_pictures(run: SweepRun) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures one after the other.

    Power curves go along the number of patients, or else the field with the most numbers, a line
    for each value of the next field; other fields have their central values: those of the design
    where they are in the grid, the first of choices, or else the middle ones.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure; none where the central cell has no trials.
    """
    view = _View(run)
    if np.isnan(view.at()["success"]):
        return
    if view.numeric:
        yield "power_curves", _curves(view)
    if len(view.dims) > 1 and view.numeric:
        yield "power_map", _map(view)
    if len(view.dims) > 1:
        yield "tornado", _tornado(view)
    if view.size and len(view.dims) > 1:
        yield "smallest_size", _smallest(view)


class _View:
    """Success over the fields with several values, in the order in which they are drawn."""

    def __init__(self, run: SweepRun) -> None:
        self.sweep, self.design = run.prepared.sweep, run.prepared.design
        table = run.dataset[["success", "success_se"]].reset_coords(drop=True)
        if self.sweep.layout() != "product":
            table = _along_one(table, run.dataset, list(self.sweep.grid))
        self.centre = {str(name): self._central(table, str(name)) for name in table.dims}
        self.table = table
        several = [str(name) for name in table.dims if table.sizes[name] > 1]
        self.numeric = [name for name in several if table[name].dtype.kind in "if"]
        self.size = next((name for name in self.numeric if self._field(name) == SIZE), None)
        first = self.size or max(self.numeric, key=lambda name: table.sizes[name], default=None)
        others = sorted((n for n in several if n != first), key=lambda n: -table.sizes[n])
        self.dims = [first, *others] if first else others

    def _field(self, name: str) -> str | None:
        return self.sweep.grid[name].field if name in self.sweep.grid else None

    def _central(self, table: xr.Dataset, name: str) -> Any:  # noqa: ANN401 - a value of the grid
        values = table[name].values.tolist()
        own = self._own(name)
        return own if own in values else values[len(values) // 2]

    def _own(self, name: str) -> object:
        """Value that the design has where the sweep does not change it; the first choice."""
        dim = self.sweep.grid.get(name)
        if dim is not None and dim.choices is not None:
            return next(iter(dim.choices))
        path, truth = self._field(name) or "", self.sweep.truth or self.design.truths[0].name
        if path == "truth":
            return truth
        if path.startswith("truth."):
            place = [one.name for one in self.design.truths].index(truth)
            path = path.replace("truth", f"truths.{place + 1}", 1)
        try:
            return value_at(self.design, path)
        except ValueError:
            return None

    def at(self, *free: str) -> xr.Dataset:
        """Success along some fields, numbers in order, the others at the centre."""
        fixed = {name: value for name, value in self.centre.items() if name not in free}
        table = self.table.sel(fixed)
        for name in free:
            if name in self.numeric:
                table = table.sortby(name)
        return table.transpose(*free)

    def label(self, name: str) -> str:
        """Name of a field as it stands at an axis."""
        last = (self._field(name) or name).split(".")[-1]
        if last == "hr":
            return f"{name} ({DIRECTION})"
        return name if last == name or name in self.sweep.derived else f"{name} ({last})"

    def title(self, *free: str) -> str:
        """Name of the sweep, and where the other fields are."""
        fixed = {name: value for name, value in self.centre.items() if name not in free}
        return "; ".join(filter(None, (self.sweep.name, words(fixed))))


def _along_one(table: xr.Dataset, whole: xr.Dataset, names: list[str]) -> xr.Dataset:
    """Lay listed points along the first field whose numbers all differ, if there is one."""
    for name in names:
        values = whole[name].values
        if values.dtype.kind in "if" and len(set(values.tolist())) == values.size:
            return table.rename(point=name).assign_coords({name: values})
    return table.assign_coords(point=whole["point"].values.astype(str))


def words(point: Mapping[str, object]) -> str:
    """Put values of fields in words."""
    return ", ".join(f"{name} {_short(value)}" for name, value in point.items())


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)


def _labels(table: xr.Dataset, name: str) -> list[str]:
    return [_short(value) for value in table[name].values.tolist()]


def _values(table: xr.Dataset, name: str) -> list[Any]:
    values: list[Any] = table[name].values.tolist()
    return [value if isinstance(value, int | float) else str(value) for value in values]


def _curves(view: _View) -> Axes:
    along, second = view.dims[0], next(iter(view.dims[1:]), None)
    free = [second, along] if second else [along]
    table = view.at(*free)
    lines = _labels(table, second)[:MOST_LINES] if second else [""]
    power, error = (
        np.atleast_2d(table[name].values)[: len(lines)] for name in ("success", "success_se")
    )
    return plot_power_curves(
        table[along].values,
        power,
        error,
        lines=lines,
        field=view.label(along),
        lines_field=view.label(second) if second else "",
        targets=[t for t in TARGETS if np.nanmin(power) < t < np.nanmax(power)],
        title=view.title(*free),
    )


def _map(view: _View) -> Axes:
    along, up = view.dims[:2]
    table = view.at(up, along)
    return plot_power_map(
        table["success"].values,
        columns=_values(table, along),
        rows=_values(table, up),
        fields=(view.label(along), view.label(up)),
        levels=TARGETS,
        worst_error=float(table["success_se"].max()),
        title=view.title(up, along),
    )


def _tornado(view: _View) -> Axes:
    swings = []
    for name in view.dims:
        table = view.at(name)
        power, error = table["success"].values, table["success_se"].values
        if np.isnan(power).all():
            continue
        low, high, labels = int(np.nanargmin(power)), int(np.nanargmax(power)), _labels(table, name)
        swings.append(
            Swing(
                field=name,
                low=float(power[low]),
                high=float(power[high]),
                low_at=labels[low],
                high_at=labels[high],
                low_error=float(error[low]),
                high_error=float(error[high]),
            )
        )
    return plot_tornado(
        swings,
        centre=float(view.at()["success"]),
        centre_words=words(view.centre),
        title=view.sweep.name,
    )


def _smallest(view: _View) -> Axes:
    size, other = view.dims[:2]
    table = view.at(other, size)
    power, error = table["success"].values, table["success_se"].values
    return plot_smallest_sizes(
        [smallest_sizes(table[size].values, power, error, target=target) for target in TARGETS],
        values=_values(table, other),
        sizes=table[size].values,
        field=view.label(other),
        title=view.title(other, size),
    )
