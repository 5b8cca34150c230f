"""Patients behind a published Kaplan–Meier curve: read, cleaned, rebuilt as an ensemble.

Evidence level 2. Times are months; arm index 0 is control, 1 is RT. What is compiled is imported
from its module: `reconstruct` from `models.curves.ensemble`, `guyot` from `models.curves.guyot`.
"""

from models.curves.curve import ArmCurve, ReadingError
from models.curves.read import PublishedCurves, read_curves

__all__ = ["ArmCurve", "PublishedCurves", "ReadingError", "read_curves"]
