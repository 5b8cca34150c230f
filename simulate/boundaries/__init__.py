"""Boundaries of group-sequential trials: spending, recursive integration, futility, inference."""
