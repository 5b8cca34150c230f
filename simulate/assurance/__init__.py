"""Assurance: the probability of success, averaged over what a phase II says of the truth."""
