"""The studies, and the command line that runs them."""
