"""What a fit gives: a posterior for each level of evidence, and the levels side by side."""

from dataclasses import dataclass

import pandas as pd

from analyses.fit.run import Adjusted, Fitted
from models.check_result import CheckResult, all_passed
from models.settings import AnalysisSettings


@dataclass(frozen=True, kw_only=True)
class FitResult:
    """All results of a fit.

    Attributes
    ----------
    endpoint : str
        "pfs" or "os".
    settings : AnalysisSettings
        As they were used.
    fitted : list of Fitted
        Levels without covariates, in the order of their files.
    adjusted : Adjusted or None
    levels : pandas.DataFrame
        From `evidence_levels`.
    words : str
        What the levels have in common and what the last adds.
    """

    endpoint: str
    settings: AnalysisSettings
    fitted: list[Fitted]
    adjusted: Adjusted | None
    levels: pd.DataFrame
    words: str

    @property
    def gates(self) -> list[tuple[str, CheckResult]]:
        """Every gate with the level that it belongs to."""
        found = [(one.level, check) for one in self.fitted for check in one.gates]
        if self.adjusted is not None:
            found += [(self.adjusted.name, check) for check in self.adjusted.fit.checks]
        return found

    @property
    def findings(self) -> list[tuple[str, CheckResult]]:
        """Every finding with the level that it belongs to."""
        return [(one.level, check) for one in self.fitted for check in one.findings]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        return all_passed([check for _, check in self.gates])
