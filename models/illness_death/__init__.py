"""Progression and death of the same patients: exact law of both endpoints, and how to learn it.

States are 0, alive without progression, 1, progressed, and 2, dead; passages 0 to 1, 0 to 2 and 1
to 2. Times are months, hazards per month; arm index 0 is control, 1 is RT.
"""
