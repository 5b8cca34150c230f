"""`python -m analyses.command_line`, the same as `replan`."""

from analyses.command_line import main

main()
