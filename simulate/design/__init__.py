"""What a trial is: its design, read from and written to TOML, checked once.

Times are months, rates per month; hazard ratios are RT versus control, below 1 favours RT.
"""

from simulate.design.analysis import Analysis, FlemingHarrington
from simulate.design.bayes_rule import BayesRule, NormalComponent
from simulate.design.endpoint import Endpoint
from simulate.design.factors import Factor, Level, cell_prevalences, cells, count_cells
from simulate.design.futility import (
    BetaSpending,
    Futility,
    HazardRatioFutility,
    PredictiveFutility,
)
from simulate.design.harm import HarmRule
from simulate.design.load import load_design, read_design
from simulate.design.looks import Look
from simulate.design.multiplicity import (
    CoPrimary,
    Graph,
    Hierarchical,
    Multiplicity,
    Split,
)
from simulate.design.randomisation import Allocation, Randomisation
from simulate.design.reachable import largest_size
from simulate.design.recruitment import Rate, Recruitment, Sites
from simulate.design.schema import design_schema
from simulate.design.spending import (
    HwangShihDeCani,
    NoSpending,
    OBrienFleming,
    Pocock,
    PowerFamily,
    Spending,
    SpendingFunction,
    UserSpending,
)
from simulate.design.text import design_text
from simulate.design.trial import TrialDesign

__all__ = [
    "Allocation",
    "Analysis",
    "BayesRule",
    "BetaSpending",
    "CoPrimary",
    "Endpoint",
    "Factor",
    "FlemingHarrington",
    "Futility",
    "Graph",
    "HarmRule",
    "HazardRatioFutility",
    "Hierarchical",
    "HwangShihDeCani",
    "Level",
    "Look",
    "Multiplicity",
    "NoSpending",
    "NormalComponent",
    "OBrienFleming",
    "Pocock",
    "PowerFamily",
    "PredictiveFutility",
    "Randomisation",
    "Rate",
    "Recruitment",
    "Sites",
    "Spending",
    "SpendingFunction",
    "Split",
    "TrialDesign",
    "UserSpending",
    "cell_prevalences",
    "cells",
    "count_cells",
    "design_schema",
    "design_text",
    "largest_size",
    "load_design",
    "read_design",
]
