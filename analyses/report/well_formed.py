"""Whether a chapter is made of words and numbers alone, before any of it is written."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from analyses.report.blocks import Table

LEAVES = (str, int, float, Path, type(None))


def check_well_formed(part: object) -> None:
    """Refuse what cannot be written, such as an object in the place of a number.

    Parameters
    ----------
    part : Chapter or any part of one

    Raises
    ------
    TypeError
        If text is no text, a cell no word or number, or a row of a table too short or too long.
    """
    if isinstance(part, tuple):
        for one in part:
            check_well_formed(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for name, kind, value in _fields(part):
            if kind is str and not isinstance(value, str):
                raise TypeError(f"{name} is {type(value).__name__}")
            check_well_formed(value)
        if isinstance(part, Table) and any(len(row) != len(part.columns) for row in part.rows):
            raise TypeError(f"rows of {part.name} differ in length")
    elif not isinstance(part, LEAVES):
        raise TypeError(f"{type(part).__name__} in place of a word or number")


def _fields(part: object) -> Iterator[tuple[str, object, object]]:
    assert is_dataclass(part)
    for field in fields(part):
        yield field.name, field.type, getattr(part, field.name)
