"""Figures of simulated trials: finished numbers in, axes out, in the look of `models.plots`."""
