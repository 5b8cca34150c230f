"""Patients nobody printed: the restricted likelihood of published summaries, sampled."""
