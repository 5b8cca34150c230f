"""Making the comparisons one after the other, whatever becomes of each."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from analyses.outputs.progress import Progress
from analyses.selftest.check import Check, Finding

Verdict = Literal["passed", "failed"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a check.

    Attributes
    ----------
    check : Check
    finding : Finding
        With an observed figure that is not a number where the comparison broke off.
    seconds : float
    error : str
        What broke it off; empty if nothing did.
    """

    check: Check
    finding: Finding
    seconds: float
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the comparison was made and is within its limit."""
        return "passed" if self.finding.passed and not self.error else "failed"


def run_checks(
    chosen: Sequence[Check],
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    done: Callable[[Sequence[Outcome]], None] = lambda _: None,
) -> list[Outcome]:
    """Make comparisons; one that breaks off has failed, and the others go on.

    Parameters
    ----------
    chosen : sequence of Check
    progress : callable
        Told what is done, what comes next, and the seconds left.
    done : callable
        Given all outcomes so far, after each comparison.
    """
    expected = sum(check.seconds for check in chosen)
    made, spent, outcomes = 0.0, 0.0, list[Outcome]()
    for check in chosen:
        # Expected seconds are of one machine; the time spent so far tells how fast this one is.
        pace = spent / made if made > 5 else 1.0
        left = (expected - made) * pace
        progress(
            Progress(stage="self-test", done=made / expected, note=check.name, seconds_left=left)
        )
        outcomes.append(run_check(check))
        made, spent = made + check.seconds, spent + outcomes[-1].seconds
        done(outcomes)
    progress(Progress(stage="self-test", done=1.0))
    return outcomes


def run_check(check: Check) -> Outcome:
    """Make one comparison."""
    began = time.perf_counter()
    try:
        finding, error = check.compare(), ""
    except Exception as broken:
        # Whatever breaks a comparison off must not hide the others.
        finding = Finding(math.nan, math.nan, "", 0)
        error = f"{type(broken).__name__}: {' '.join(str(broken).split())}"[:300]
    return Outcome(check=check, finding=finding, seconds=time.perf_counter() - began, error=error)
