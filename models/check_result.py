"""A check with its verdict, the numbers behind it and one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Outcome of one check.

    Parameters
    ----------
    name : str
        What was checked.
    passed : bool or None
        Verdict; none when there was nothing to judge.
    values : mapping of str to float
        Numbers the verdict rests on, read-only.
    text : str
        The verdict in one sentence with its numbers and limits.
    """

    name: str
    passed: bool | None
    values: Mapping[str, float] = field(default_factory=dict)
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __reduce__(self) -> tuple[partial["CheckResult"], tuple[()]]:
        """Go from one process to another, which the read-only view of a dict cannot."""
        values = dict(self.values)
        made = partial(
            CheckResult, name=self.name, passed=self.passed, values=values, text=self.text
        )
        return made, ()


def all_passed(checks: list[CheckResult]) -> bool:
    """Whether no check failed; those with nothing to judge do not count."""
    return all(check.passed is not False for check in checks)
