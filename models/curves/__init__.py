"""Patients behind a published Kaplan–Meier curve: read, cleaned, rebuilt as an ensemble.

Evidence level 2. Times are months; arm index 0 is control, 1 is RT.
"""

from models.curves.curve import ArmCurve, ReadingError
from models.curves.ensemble import Ensemble, reconstruct
from models.curves.guyot import guyot
from models.curves.printed import PrintedFigures, printed_of
from models.curves.read import read_curves

__all__ = [
    "ArmCurve",
    "Ensemble",
    "PrintedFigures",
    "ReadingError",
    "guyot",
    "printed_of",
    "read_curves",
    "reconstruct",
]
