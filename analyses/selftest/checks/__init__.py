"""The comparisons of the self-test, one module a subject."""
