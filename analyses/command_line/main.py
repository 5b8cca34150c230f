"""The app: its commands, and one clear sentence for whatever is wrong with the input."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from analyses.command_line.assurance import assurance
from analyses.command_line.audit import audit, schema
from analyses.command_line.boundaries import boundaries
from analyses.command_line.calibrate import calibrate
from analyses.command_line.completion import completion
from analyses.command_line.effect_over_time import effect_over_time
from analyses.command_line.findings import findings
from analyses.command_line.fit import fit
from analyses.command_line.joint import joint
from analyses.command_line.levels import levels
from analyses.command_line.new import new
from analyses.command_line.option_errors import sentence
from analyses.command_line.power import power
from analyses.command_line.priors import add_trial, priors
from analyses.command_line.reanalyse import reanalyse
from analyses.command_line.reconstruct import reconstruct
from analyses.command_line.replay import replay
from analyses.command_line.report import report
from analyses.command_line.selftest import selftest
from analyses.command_line.size import size
from analyses.command_line.sweep import merge, status, sweep
from analyses.command_line.taken_folder import refuse_taken_folder
from analyses.command_line.threshold import calibrate_threshold
from analyses.command_line.version import version_text

NAME = "replan"
BAD_INPUT = 2
INTERRUPTED = 130

COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "The published trial": (audit, reanalyse, joint, effect_over_time, findings),
    "Other evidence": (priors, add_trial, reconstruct, fit, levels),
    "The next trial": (
        boundaries,
        power,
        size,
        calibrate_threshold,
        assurance,
        replay,
        sweep,
        status,
        merge,
    ),
    "Reports, files and checks": (report, selftest, new, schema, calibrate, completion),
}
"""The commands as `replan --help` shows them."""

app = typer.Typer(
    name=NAME,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version_text())
        raise typer.Exit()


@app.callback()
def replan(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version, and what a report of a fault should say.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """From a published phase II survival trial to a planned phase III.

    Every command explains itself with --help and an example. Exit code 0 means done, 1 that a check
    failed, 2 that the input cannot be used, 130 that the command was interrupted.

    Example: replan audit analyses/sohaib2025/published.toml
    """


def run(arguments: list[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str
        Everything after `replan`.

    Returns
    -------
    int
        0 done, 1 a check failed, 2 bad input, 130 interrupted.
    """
    try:
        refuse_taken_folder(arguments)
        code = app(arguments or ["--help"], standalone_mode=False, prog_name=NAME)
    except typer.TyperException as error:
        return _stop(f"Error: {sentence(error, arguments)}", BAD_INPUT)
    except (ValueError, OSError) as error:
        return _stop(f"Error: {error}", BAD_INPUT)
    if code == INTERRUPTED:
        return _stop("interrupted; no result was half-written", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _stop(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
