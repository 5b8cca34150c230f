"""Posterior from patient data, or from reconstructed patients, to files, tables and pictures."""
