"""A trial's findings beside survival, as posterior shares: symptoms, toxicity, progression."""
