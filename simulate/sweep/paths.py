"""Paths of fields: as a sweep writes them, and as a design with few of its truths knows them."""

import re
from collections.abc import Mapping, Sequence

from simulate.design.replace import replaced
from simulate.design.trial import TrialDesign


def known_as(path: str, *, truths: Sequence[str], kept: Sequence[int]) -> str:
    """Path by which a design that keeps some of its truths knows a field.

    Parameters
    ----------
    path : str
        As the sweep has it: truths by name, or by number from 1.
    truths : sequence of str
        Names of all truths of the design.
    kept : sequence of int
        Places, from 0, of those that are kept.

    Raises
    ------
    ValueError
        If the field is of a truth that is not kept.
    """
    first, _, rest = path.partition(".")
    if first != "truths":
        return path
    for place, name in enumerate(truths):
        for step in (name, str(place + 1)):
            if rest.startswith(f"{step}.") and place in kept:
                return f"truths.{kept.index(place) + 1}.{rest.removeprefix(f'{step}.')}"
            if rest.startswith(f"{step}."):
                raise ValueError(
                    f"`{path}` changes the truth {name!r}, which is neither in force nor planned "
                    "with here; it would change nothing, drop it or the points where it does not "
                    "count"
                )
    return path


def replaced_as_known(
    design: TrialDesign, changes: Mapping[str, object], *, known: Mapping[str, str]
) -> TrialDesign:
    """Replace values of a design, and speak of their paths as they were written.

    Parameters
    ----------
    design : TrialDesign
    changes : mapping of str to object
        Values by path, as the sweep has it.
    known : mapping of str to str
        What the design knows each path as.

    Raises
    ------
    ValueError
        See `replaced`.
    """
    try:
        return replaced(design, {known[path]: value for path, value in changes.items()})
    except ValueError as error:
        written = {known[path]: path for path in changes}
        if "leads nowhere" not in str(error):
            written = {_from_zero(path): as_is for path, as_is in written.items()}
        raise ValueError(_as_written(str(error), written)) from None


def _from_zero(path: str) -> str:
    """Count entries from 0, as designs do when they are checked."""
    steps = path.split(".")
    return ".".join(str(int(step) - 1) if step.isdecimal() else step for step in steps)


def _as_written(message: str, written: Mapping[str, str]) -> str:
    longest_first = sorted(written, key=len, reverse=True)
    paths = "|".join(re.escape(path) for path in longest_first)
    return re.sub(rf"(?<![\w.])({paths})(?!\w)", lambda found: written[found.group()], message)
