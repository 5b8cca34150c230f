"""The command line `replan`: one module a command, imported only when it runs."""

import sys

from analyses.command_line.main import app, run

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))
