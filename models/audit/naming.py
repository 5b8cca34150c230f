"""Names of checks as a clinician reads them: paths of figures put in words."""

import re

from models.record import Record

_PATH = re.compile(
    r"\b(?:arms|follow_up|endpoints|categories|measurements|statements)(?:\.[a-z0-9_]+)+"
)
_PARTS = {
    "of": "denominator",
    "count": "count",
    "percent": "percentage",
    "p_value": "p-value",
    "hazard_ratio": "hazard ratio",
    "lower": "lower limit",
    "upper": "upper limit",
    "at_least": "at least",
    "sd": "SD",
}
_ARMS = {"control": "control", "rt": "RT"}


def in_words(name: str, record: Record) -> str:
    """Replace each path in a check's name by the words that the record has for it.

    Parameters
    ----------
    name : str
        Such as "endpoints.os.median.rt: same as ...".
    record : Record
        For labels and places.

    Returns
    -------
    str
        "OS median, RT: same as ..." there; not unique, unlike the name.
    """
    named = _PATH.sub(lambda found: _words(found[0].split("."), record), name)
    return re.sub(r", rt\b", ", RT", named).replace(" at_most ", " at most ")


def _words(path: list[str], record: Record) -> str:
    section, first, *rest = path
    if section == "statements":
        statement = record.statements[first]
        return f"{statement.text} in {statement.place}"
    arms = [_ARMS[part] for part in (first, *rest) if part in _ARMS]
    others = [_PARTS.get(part, part.replace("_", " ")) for part in rest if part not in _ARMS]
    if section == "endpoints":
        return ", ".join([" ".join([first.upper(), *others]), *arms])
    if section == "follow_up":
        return " ".join(["follow-up", first, *others])
    if section == "measurements":
        return ", ".join([record.measurements[first].label, *others, *arms])
    if section == "categories":
        return _category(first, rest, record)
    return ", ".join([*others, *arms])


def _category(key: str, rest: list[str], record: Record) -> str:
    row = record.categories[key]
    levels = [row.levels[part].label for part in rest[:1] if part in row.levels]
    parts = rest[len(levels) :]
    arms = [_ARMS[part] for part in parts if part in _ARMS]
    others = [_PARTS.get(part, part) for part in parts if part not in _ARMS]
    named = [row.label, *(label for label in levels if label.casefold() != row.label.casefold())]
    return ", ".join([": ".join(named), *others, *arms])
