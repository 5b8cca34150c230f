"""Functions of time that are constant between cut points, and their common grid."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Pieces(NamedTuple):
    """A function that is constant within intervals `(start, stop]`, the last open.

    Attributes
    ----------
    cuts : tuple of float, length K - 1
        Interior cut points in months, increasing.
    values : tuple of float, length K
        One value for each interval.
    """

    cuts: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, cuts: Sequence[float]) -> tuple[float, ...]:
        """Values on a grid that holds every cut point of this function."""
        starts = (0.0, *cuts)
        return tuple(self.values[bisect_right(self.cuts, start)] for start in starts)


def common_cuts(functions: Iterable[Pieces]) -> tuple[float, ...]:
    """All cut points of several functions, sorted, each once."""
    return tuple(sorted({cut for function in functions for cut in function.cuts}))


def check_increasing(cuts: tuple[float, ...]) -> None:
    """Refuse cut points that do not increase strictly: one sentence."""
    if any(later <= earlier for earlier, later in pairwise(cuts)):
        raise ValueError(
            f"cuts are {list(cuts)}; cut points must increase strictly, sort them and drop repeats"
        )


def check_pieces(name: str, values: tuple[float, ...], *, cuts: tuple[float, ...]) -> None:
    """Refuse cut points out of order, or a number of values that is not one more than theirs."""
    check_increasing(cuts)
    if len(values) != len(cuts) + 1:
        raise ValueError(
            f"{name} has length {len(values)} and cuts {len(cuts)}; {name} needs one value for "
            f"each interval, give {len(cuts) + 1}"
        )


def check_choice(
    name: str,
    value: float | None,
    *,
    rates: tuple[float, ...] | None,
    cuts: tuple[float, ...],
) -> None:
    """Refuse anything but one of a constant and `rates` with `cuts`: one sentence."""
    if (value is None) == (rates is None):
        given = f"neither {name} nor rates is" if value is None else f"both {name} and rates are"
        raise ValueError(f"{given} given; give exactly one of {name} and rates (with cuts)")
    if rates is None and cuts:
        raise ValueError(
            f"cuts are {list(cuts)} beside {name}; cut points belong to rates, drop them or give "
            f"rates instead of {name}"
        )
    if rates is not None:
        check_pieces("rates", rates, cuts=cuts)
