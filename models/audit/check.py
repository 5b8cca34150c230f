"""What an audit returns: checks with a verdict and the arithmetic behind it."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["passed", "failed", "not_checkable", "in_tension", "no_tension"]
VERDICTS: tuple[Verdict, ...] = ("failed", "in_tension", "not_checkable", "no_tension", "passed")
"""All verdicts, worst first."""


@dataclass(frozen=True, kw_only=True)
class AuditCheck:
    """One figure, or a few, held against others.

    Parameters
    ----------
    section : str
        Kind of check, for grouping.
    name : str
        Path of what is checked and how, unique within a report.
    verdict : str
        "passed" or "failed" where arithmetic alone decides; "no_tension" or "in_tension" where it
        rests on `assumption`; "not_checkable" where the publication prints too little.
    arithmetic : str
        The sum, in a line or two that can be redone by hand.
    place : str
        Where the publication prints the figures.
    assumption : str or None
        What the verdict rests on besides the figures.
    words : str
        The name with its paths put in words; the name itself where there are none.
    """

    section: str
    name: str
    verdict: Verdict
    arithmetic: str
    place: str
    assumption: str | None = None
    words: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", self.words or self.name)
        if (self.verdict in ("in_tension", "no_tension")) != bool(self.assumption):
            raise ValueError(
                f"`verdict` of {self.name} is {self.verdict} with assumption {self.assumption!r}; "
                "tension needs an assumption and the other verdicts have none, give or drop it"
            )


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """All checks of one record.

    Parameters
    ----------
    trial : str
        Name of the trial.
    checks : tuple of AuditCheck
        In the order of the record's sections.
    """

    trial: str
    checks: tuple[AuditCheck, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """Number of checks by verdict, worst first."""
        found = Counter(check.verdict for check in self.checks)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def having(self, *verdicts: Verdict) -> tuple[AuditCheck, ...]:
        """Return the checks with one of `verdicts`."""
        return tuple(check for check in self.checks if check.verdict in verdicts)


def decide(holds: bool, *, assumption: str = "") -> Verdict:
    """Return the verdict of a check that `holds` or not, under an assumption if there is one."""
    if assumption:
        return "no_tension" if holds else "in_tension"
    return "passed" if holds else "failed"
