"""Sweeps: grids over any fields of a design and its truth, cell by cell, and what comes of them."""
