"""Simulation-based calibration: trials drawn from the prior, published, and analysed again."""
