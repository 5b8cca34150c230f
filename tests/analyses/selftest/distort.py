"""Wrong answers of any kind: the same shape, other numbers, and never the same ones twice."""

import copy
import numbers
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from itertools import count

import numpy as np

CALLS = count(1)
# Kernels that fill whole numbers, too, and return something beside.
FILLS = {"enrol"}


def factor(by: int) -> float:
    """By what numbers are multiplied: other fields by others, so that shares do not stay right."""
    return 1.2 + 0.17 * (by % 5)


def distorted(value: object, by: int) -> object:
    """Change every number in a value, and every word."""
    if value is None or isinstance(value, bool | np.bool_ | type | bytes):
        return value
    if isinstance(value, str):
        return f"{value}{by}"
    if isinstance(value, numbers.Integral):
        return type(value)((int(int(value) * factor(by)) + 3 * by) % 2**62)
    if isinstance(value, numbers.Real):
        return float(value) * factor(by) + 0.1 * by
    if isinstance(value, np.ndarray):
        return _array(value, by)
    if hasattr(value, "map_over_datasets"):
        return value.map_over_datasets(lambda data: data * factor(by) + 0.1)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(distorted(one, by) for one in value))
    if isinstance(value, tuple | list):
        return type(value)(distorted(one, by) for one in value)
    if isinstance(value, dict):
        return {name: distorted(one, by) for name, one in value.items()}
    if callable(value):
        return lambda *given, **named: distorted(value(*given, **named), by)
    return _object(value, by)


def _array(value: np.ndarray, by: int) -> np.ndarray:
    if value.dtype.kind in "iu":
        return (value * factor(by)).astype(value.dtype) + 3 * by
    return value * factor(by) + 0.1 * by if value.dtype.kind == "f" else value


def _object(value: object, by: int) -> object:
    changed = copy.copy(value)
    names = [field.name for field in fields(value)] if is_dataclass(value) else list(vars(value))
    for place, name in enumerate(names):
        object.__setattr__(changed, name, distorted(getattr(value, name), by + place))
    return changed


def filled(given: tuple[object, ...], kinds: str = "f") -> list[np.ndarray]:
    """Arrays that a kernel may have filled: of these kinds, or in the last named tuple."""
    arrays = [one for one in given if isinstance(one, np.ndarray) and one.dtype.kind in kinds]
    rooms = [one for one in given if isinstance(one, tuple) and hasattr(one, "_fields")]
    for one in rooms[-1:]:
        arrays += [part for part in one if isinstance(part, np.ndarray) and part.dtype.kind in "fi"]
    return arrays


def broken(function: Callable[..., object]) -> Callable[..., object]:
    """Wrap a function so that what it returns, or fills, is wrong."""

    name = getattr(function, "__name__", "")

    @wraps(getattr(function, "py_func", function))
    def wrong(*given: object, **named: object) -> object:
        by, found = next(CALLS), function(*given, **named)
        if found is None or name in FILLS:
            for array in filled(given, "fi" if name in FILLS else "f"):
                array[...] = distorted(array, by)
        return distorted(found, by)

    return wrong
