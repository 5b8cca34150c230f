"""Both endpoints of the same unseen patients: sampled so that every printed figure holds at once."""
