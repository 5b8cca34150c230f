"""What is required of the program, and which tests of a checkout stand behind it."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from analyses.selftest.check import Grade

FILE = Path(__file__).with_name("requirements.toml")

Text = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Tested(_Frozen):
    """A file of tests and the kind of evidence that it gives."""

    path: Text
    grade: Grade
    long: bool = False
    """Whether it needs `make prove`."""


class Stored(_Frozen):
    """The stored result of a long run."""

    path: Text
    what: Text


class Requirement(_Frozen):
    """One thing that must hold."""

    id: Text
    words: Text
    tests: Annotated[tuple[Tested, ...], Field(strict=False)] = ()
    stored: Annotated[tuple[Stored, ...], Field(strict=False)] = ()


class Area(_Frozen):
    """Requirements that belong together."""

    title: Text
    requirements: Annotated[tuple[Requirement, ...], Field(strict=False)]


class _Whole(_Frozen):
    areas: Annotated[tuple[Area, ...], Field(strict=False)]


def areas() -> tuple[Area, ...]:
    """Read all requirements, by area."""
    return _Whole.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).areas


def requirements() -> dict[str, Requirement]:
    """Give all requirements by their identifier."""
    return {one.id: one for area in areas() for one in area.requirements}
