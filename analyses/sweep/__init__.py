"""Sweeps on disk and on many cores: stored as they go, run in processes or on a cluster."""
