"""Validation errors as one sentence: field, value, rule, cure."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

_LONGEST_VALUE = 60
_LONGEST_SENTENCE = 480
_RULES = {
    "string_type": 'it must be text in quotes, as in "15.37"',
    "string_too_short": "it must not be empty, write the words",
    "int_": "it must be a whole number without quotes, such as 37",
    "float_": "it must be a number without quotes, such as 0.95",
    "bool_": "it must be true or false, without quotes",
    "date_": "it must be a date without quotes, such as 2024-08-28",
    "dict_": "it must be a table of named entries",
    "tuple_": "it must be a list, as in [1, 2]",
    "too_short": "it must not be empty, add an entry",
}


def explain(error: ValidationError, *, model: type[BaseModel]) -> str:
    """Put the first validation error in one sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised.
    model : type of BaseModel
        The model that was validated, asked for the names it knows.

    Returns
    -------
    str
        Field, value, rule and cure; and how many further errors there are.
    """
    details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
    first = details[0]
    rest = f" ({len(details) - 1} more after this one)" if len(details) > 1 else ""
    return _on_one_line(_sentence(first, model=model)) + rest


def _on_one_line(text: str) -> str:
    """Show what cannot be shown as its code; keep beginning and end of absurd words and lengths."""
    line = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    line = re.sub(r"\S{200,}", lambda word: _short(word[0]), line)
    if len(line) <= _LONGEST_SENTENCE:
        return line
    # The value stands in the middle, the rule and the cure at the end.
    half = _LONGEST_SENTENCE // 2
    return f"{line[:half]} … {line[-half:]}"


def _sentence(detail: ErrorDetails, *, model: type[BaseModel]) -> str:
    kind = detail["type"]
    loc = [part for part in detail["loc"] if part != "[key]"]
    path = _path(_without_kinds(loc, model=model))
    if kind == "extra_forbidden":
        return _unknown_field(loc, model=model)
    if kind == "missing":
        owner = _model_at(model, loc[:-1])
        field = owner.model_fields.get(str(loc[-1])) if owner else None
        return f"`{path}` is missing; {_describe(field)}"
    if kind == "value_error":
        reason = str(detail.get("ctx", {}).get("error", detail["msg"]))
        return f"`{path}`: {reason}" if path else reason
    if kind == "union_tag_not_found":
        return f"`{path}.kind` is missing; it must be {_kinds(model, loc)}, add it"
    if kind == "union_tag_invalid":
        tag = str(detail["ctx"]["tag"])
        return f"`{path}.kind` is {_short(repr(tag))}; {_one_of(tag, _kinds(model, loc))}"
    return (
        f"`{path}` is {_short(repr(detail['input']))}; {_rule(detail, model=_model_at(model, loc))}"
    )


def _unknown_field(loc: list[int | str], *, model: type[BaseModel]) -> str:
    *above, name = loc
    owner = _model_at(model, above)
    known = list(owner.model_fields) if owner else []
    near = get_close_matches(str(name), known, n=1)
    cure = f"did you mean `{near[0]}`?" if near else f"known here are {', '.join(known)}"
    where = f" in `{_path(_without_kinds(above, model=model))}`" if above else ""
    return f"`{_short(str(name))}` is not a field{where}; only known fields are allowed, {cure}"


def _describe(field: FieldInfo | None) -> str:
    text = (field.description or "").split("\n")[0].strip().rstrip(".") if field else ""
    meaning = f" ({text})" if text else ""
    examples = (field.examples or []) if field else []
    example = f", such as {examples[0]!r}" if examples else ""
    return f"this field is required{meaning}, add it{example}"


def _rule(detail: ErrorDetails, *, model: type[BaseModel] | None) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind.startswith("model_"):
        first = next(iter(model.model_fields)) if model else "name"
        return f"it must be a table of fields, as in {{ {first} = … }}"
    for family, rule in _RULES.items():
        if kind.startswith(family):
            return rule
    if kind == "literal_error":
        return _one_of(str(detail["input"]), str(context["expected"]))
    message = re.sub(r"^\w+ should| after validation", "", detail["msg"]).strip()
    return f"it must {message}, correct it in the file"


def _one_of(value: str, expected: str) -> str:
    near = get_close_matches(value, re.findall(r"'([^']*)'", expected), n=1)
    cure = f"did you mean {near[0]!r}?" if near else "write one of these"
    return f"it must be {expected}, {cure}"


def _path(loc: Iterable[int | str]) -> str:
    return ".".join(_short(str(part)) for part in loc)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_VALUE else name[: _LONGEST_VALUE - 1] + "…"


def _model_at(model: type[BaseModel], loc: Iterable[int | str]) -> type[BaseModel] | None:
    return _first_model(_annotation_at(model, loc))


def _annotation_at(model: type[BaseModel], loc: Iterable[int | str]) -> Any:  # noqa: ANN401
    current: Any = model
    for part in loc:
        owner = _first_model(current)
        if part in _variants(current):
            current = _variants(current)[str(part)]
        elif owner is not None and str(part) in owner.model_fields:
            current = owner.model_fields[str(part)].annotation
        else:
            current = _item_type(current)
    return current


def _without_kinds(loc: list[int | str], *, model: type[BaseModel]) -> list[int | str]:
    """Drop the names of kinds of tables, which stand in the location but not in the file."""
    return [
        part
        for place, part in enumerate(loc)
        if part not in _variants(_annotation_at(model, loc[:place]))
    ]


def _variants(annotation: Any) -> dict[str, type[BaseModel]]:  # noqa: ANN401
    """Models of a field that may hold several, by their `kind`."""
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    found = [_first_model(kind) for kind in get_args(annotation)]
    models = [kind for kind in found if kind is not None and "kind" in kind.model_fields]
    return {kind.model_fields["kind"].default: kind for kind in models} if models[1:] else {}


def _kinds(model: type[BaseModel], loc: Iterable[int | str]) -> str:
    return " or ".join(repr(kind) for kind in _variants(_annotation_at(model, loc)))


def _item_type(annotation: Any) -> Any:  # noqa: ANN401
    inner = [kind for kind in get_args(annotation) if kind is not type(None)]
    return inner[-1] if inner and inner[-1] is not Ellipsis else (inner[0] if inner else None)


def _first_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if getattr(annotation, "__origin__", None) in (dict, tuple, list):
        return None
    for kind in get_args(annotation):
        found = _first_model(kind)
        if found is not None:
            return found
    return None
