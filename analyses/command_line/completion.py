"""`replan completion`: what a shell must know to complete commands and options."""

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """Shells that can complete."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(help="Shell to write it for.")],
) -> None:
    """Write the script with which a shell completes commands and options; nothing is installed.

    For bash put the line eval "$(replan completion bash)" into ~/.bashrc, for zsh the same with zsh
    into ~/.zshrc after compinit. For fish save the output as
    ~/.config/fish/completions/replan.fish.

    Exit code 0 when done, 2 for bad input.

    Example: replan completion bash
    """
    from typer.completion import shell_complete
    from typer.main import get_command

    from analyses.command_line.main import NAME, app

    shell_complete(get_command(app), {}, NAME, f"_{NAME.upper()}_COMPLETE", f"source_{shell}")
