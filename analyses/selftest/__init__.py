"""The self-test: proof on the user's own machine that the numbers are right."""
