"""Priors from other trials, and the trial at hand under each of them."""
