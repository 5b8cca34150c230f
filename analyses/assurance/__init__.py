"""Assurance of a design, from its file and a phase II posterior to tables, files and pictures."""
