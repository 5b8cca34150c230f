"""What is wrong with options and arguments: name, value, rule and cure in one sentence."""

import re
from collections.abc import Iterable

import typer

_RULES = {
    r"valid integer": "a whole number, such as 2000",
    r"valid number": "a number, with a decimal point where it is no whole one, such as 0.9",
    r"greater than or equal to (\S+)$": r"at least \1",
    r"less than or equal to (\S+)$": r"at most \1",
    r"(?P<value>'.*') is not one of (.*?)\.?$": r"one of \2",
}
"""What the library says, and the rule in words that fit what other errors say."""


def sentence(error: typer.TyperException, arguments: Iterable[str]) -> str:
    """Say what is wrong with a command.

    Parameters
    ----------
    error : typer.TyperException
        What the library made of the arguments.
    arguments : iterable of str
        The arguments, in which the value stands that an option cannot take.

    Returns
    -------
    str
        One sentence.
    """
    if type(error) is not typer.BadParameter or error.param is None:
        return _with_cure(error)
    names = error.param.opts
    for pattern, rule in _RULES.items():
        found = re.search(pattern, error.message)
        if found:
            value = found.groupdict().get("value") or _value(names, arguments)
            return f"{names[0]} is {value}; it must be {found.expand(rule)}"
    return f"{names[0]}: {error.message}"


def _with_cure(error: typer.TyperException) -> str:
    """Point to the help of the command, on one line."""
    told = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{told}; see {context.command_path} --help" if context else told


def _value(names: Iterable[str], arguments: Iterable[str]) -> str:
    """Return what follows the option, as it was typed."""
    words = list(arguments)
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            return repr(value if equals else " ".join(words[place + 1 : place + 2]))
    return "something else"
