"""Tests and estimates of the treatment effect, from a risk table or an exposure table."""
