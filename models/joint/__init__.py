"""Both endpoints of the same unseen patients, sampled to hold every printed figure at once."""
