"""Sample size by simulation: what is varied, the fitted power curve, the search, closed forms."""
