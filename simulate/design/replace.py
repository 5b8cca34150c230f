"""A design with some of its values replaced, by their dotted paths."""

from collections.abc import Mapping
from typing import Any

from simulate.design.endpoints_fit import OF_ONE
from simulate.design.load import read_design
from simulate.design.trial import TrialDesign

Place = dict[str, Any] | list[Any]


def replaced(design: TrialDesign, changes: Mapping[str, object]) -> TrialDesign:
    """Return a design with values replaced, checked again as a whole.

    Parameters
    ----------
    design : TrialDesign
    changes : mapping of str to object
        Values by dotted path, such as "patients", "recruitment.sites.number", "looks.1.events",
        "endpoints.pfs.analysis.test" or "truths.planning.effect.hr". Entries of lists go by name
        where they have one, or by number from 1. A table replaces a whole table.

    Returns
    -------
    TrialDesign

    Raises
    ------
    ValueError
        If a path leads nowhere, or the changed design is none: one sentence with path or field,
        value, rule and cure.

    Examples
    --------
    >>> from simulate import load_design, replaced
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> other = replaced(design, {"patients": 300, "truths.planning.effect.hr": 0.65})
    >>> other.patients, other.truths[0].effect.hr
    (300, 0.65)
    """
    content = _content(design)
    for path, value in changes.items():
        *above, last = _steps(path)
        here = _walk(content, above, path)
        if isinstance(here, list):
            here[_index(here, last, path)] = value
        else:
            here[last] = value
    return read_design(content)


def value_at(design: TrialDesign, path: str) -> object:
    """Return the value at a dotted path; None for a field that is left out.

    Raises
    ------
    ValueError
        If the path leads nowhere.
    """
    *above, last = _steps(path)
    here = _walk(_content(design), above, path)
    return here[_index(here, last, path)] if isinstance(here, list) else here.get(last)


def _content(design: TrialDesign) -> dict[str, Any]:
    hidden = set(OF_ONE) if design.endpoints else None
    return design.model_dump(mode="json", exclude_none=True, exclude=hidden)


def _steps(path: str) -> list[str]:
    steps = path.split(".")
    if not all(steps):
        raise ValueError(
            f"{path!r} is not a path; give names joined by dots, such as looks.1.events"
        )
    return steps


def _walk(content: Place, steps: list[str], path: str) -> Place:
    here = content
    for step in steps:
        if isinstance(here, list):
            inside = here[_index(here, step, path)]
        elif step in here:
            inside = here[step]
        else:
            known = ", ".join(here) or "nothing"
            raise ValueError(
                f"`{path}` leads nowhere: there is no `{step}`; known here: {known}, name one of "
                "these or replace the whole table above it"
            )
        if not isinstance(inside, dict | list):
            raise ValueError(f"`{path}` leads nowhere: `{step}` is a value, end the path there")
        here = inside
    return here


def _index(entries: list[Any], step: str, path: str) -> int:
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in entries]
    if step in names:
        return names.index(step)
    if step.isdecimal() and 1 <= int(step) <= len(entries):
        return int(step) - 1
    named = ", ".join(name for name in names if name)
    raise ValueError(
        f"`{path}` leads nowhere: {step!r} is no entry of this list; give a number from 1 to "
        f"{len(entries)}{f' or one of {named}' if named else ''}"
    )
