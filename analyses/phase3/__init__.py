"""The phase III trial: its default design, and the commands on designs."""
