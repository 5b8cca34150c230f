"""A design as the text of a TOML file."""

import json
import re
from collections.abc import Iterable, Mapping

from simulate.design.endpoints_fit import OF_ONE
from simulate.design.trial import TrialDesign

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def design_text(design: TrialDesign) -> str:
    """Write a design as TOML, every field but those that are None.

    Parameters
    ----------
    design : TrialDesign
        Any design.

    Returns
    -------
    str
        Content of a design file that is read back as an equal design. What several endpoints have
        each for themselves is not written for the trial.

    Examples
    --------
    >>> from simulate import design_text, load_design
    >>> design_text(load_design("analyses/phase3/os_alone.toml")).splitlines()[1]
    'alpha = 0.025'
    """
    content = design.model_dump(
        mode="json", exclude_none=True, exclude=set(OF_ONE) if design.endpoints else None
    )
    simple = {name: value for name, value in content.items() if not _has_section(value)}
    parts = ["\n".join(_lines(simple))]
    for name, value in content.items():
        if isinstance(value, dict):
            parts.append("\n".join([f"[{name}]", *_lines(value)]))
        elif _has_section(value):
            parts += ["\n".join([f"[[{name}]]", *_lines(entry)]) for entry in value]
    return "\n\n".join(parts) + "\n"


def _has_section(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value))


def _lines(table: Mapping[str, object]) -> Iterable[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in table.items())


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        inside = ", ".join(_lines(value))
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    return repr(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
