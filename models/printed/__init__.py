"""What a trial prints of its patients: drawn trials, their figures, and checks against a record."""

from models.printed.draw import FollowUpDraws, draw_trials
from models.printed.figures import FIGURES, UNITS, printed_figures
from models.printed.predictive import predictive_checks, predictive_table
from models.printed.reproduction import (
    record_windows,
    reproduce,
    reproduction_check,
    reproduction_table,
)

__all__ = [
    "FIGURES",
    "UNITS",
    "FollowUpDraws",
    "draw_trials",
    "predictive_checks",
    "predictive_table",
    "printed_figures",
    "record_windows",
    "reproduce",
    "reproduction_check",
    "reproduction_table",
]
