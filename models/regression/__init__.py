"""Proportional-hazards regression in PyMC, fitted with nutpie; both are imported on first use."""

from models.regression.fit import (
    CompiledRegression,
    compile_proportional_hazards,
    fit_imputations,
)
from models.regression.proportional_hazards import build_proportional_hazards

__all__ = [
    "CompiledRegression",
    "build_proportional_hazards",
    "compile_proportional_hazards",
    "fit_imputations",
]
