"""The truth behind a simulated trial, and what it means in a trialist's words.

Times are months, hazards per month; arm index 0 is control, 1 is RT; hazard ratios are RT versus
control, below 1 favours RT.
"""

from simulate.truth.effects import Crossing, Delayed, Effect, Piecewise, Proportional, Waning
from simulate.truth.hazards import Cured, DropOut, Hazards, Loss
from simulate.truth.pack import pack_truth
from simulate.truth.packed import PackedTruth
from simulate.truth.pieces import Pieces
from simulate.truth.truth import LevelEffect, Truth

__all__ = [
    "Crossing",
    "Cured",
    "Delayed",
    "DropOut",
    "Effect",
    "Hazards",
    "LevelEffect",
    "Loss",
    "PackedTruth",
    "Pieces",
    "Piecewise",
    "Proportional",
    "Truth",
    "Waning",
    "pack_truth",
]
