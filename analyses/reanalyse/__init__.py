"""Re-analysis of a published trial, from its record to files, tables and pictures."""
