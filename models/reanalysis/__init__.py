"""Re-analysis of a published endpoint: from its record to a posterior, pseudo-patients, checks."""
