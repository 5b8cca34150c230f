"""The app: its commands, and one clear sentence for whatever is wrong with the input."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from analyses.command_line.assurance import assurance
from analyses.command_line.audit import audit, schema
from analyses.command_line.boundaries import boundaries
from analyses.command_line.calibrate import calibrate
from analyses.command_line.effect_over_time import effect_over_time
from analyses.command_line.findings import findings
from analyses.command_line.fit import fit
from analyses.command_line.joint import joint
from analyses.command_line.levels import levels
from analyses.command_line.new import new
from analyses.command_line.power import power
from analyses.command_line.priors import add_trial, priors
from analyses.command_line.reanalyse import reanalyse
from analyses.command_line.reconstruct import reconstruct
from analyses.command_line.replay import replay
from analyses.command_line.report import report
from analyses.command_line.size import size
from analyses.command_line.sweep import merge, status, sweep
from analyses.command_line.threshold import calibrate_threshold

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="replan",
    help="From a published phase II survival trial to a planned phase III.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(audit)
app.command()(reanalyse)
app.command()(joint)
app.command()(reconstruct)
app.command()(fit)
app.command()(levels)
app.command()(effect_over_time)
app.command()(findings)
app.command()(calibrate)
app.command()(calibrate_threshold)
app.command()(priors)
app.command()(add_trial)
app.command()(boundaries)
app.command()(power)
app.command()(assurance)
app.command()(replay)
app.command()(size)
app.command()(sweep)
app.command()(status)
app.command()(merge)
app.command()(report)
app.command()(schema)
app.command()(new)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"replan {version('replan')}")
        raise typer.Exit()


@app.callback()
def replan(
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """From a published phase II survival trial to a planned phase III."""


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
        code = app(arguments or ["--help"], standalone_mode=False)
    except typer.TyperException as error:
        return _stop(f"Error: {error.format_message()}", BAD_INPUT)
    except (ValueError, OSError) as error:
        return _stop(f"Error: {error}", BAD_INPUT)
    if code == INTERRUPTED:
        return _stop("interrupted; no result was half-written", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _stop(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
