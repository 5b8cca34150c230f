"""Figures of a re-analysis: finished numbers in, axes out; only `save_figure` writes files.

One figure per module, imported from there, so that this package loads no matplotlib by itself.
"""
