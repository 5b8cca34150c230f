"""Patients behind a published curve, from digitised points to files and a picture."""
