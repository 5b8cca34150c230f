"""The JSON schema describes what the loader accepts."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from models.record import load_record, record_schema

RECORDS = Path(__file__).parents[2] / "data" / "records"
PUBLISHED = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "published.toml"


def resolve(schema: dict, part: dict) -> dict:
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    options = [option for option in part.get("anyOf", []) if option.get("type") != "null"]
    return resolve(schema, options[0]) if options else part


def mistakes(schema: dict, part: dict, value: object, path: str = "") -> list[str]:
    """Check types, required and unknown fields, names, enums and patterns."""
    part = resolve(schema, part)
    found = []
    if isinstance(value, dict):
        known, more = part.get("properties", {}), part.get("additionalProperties", True)
        found += [f"{path}: no {name}" for name in part.get("required", []) if name not in value]
        for key, item in value.items():
            inside = known.get(key, more)
            names = part.get("propertyNames", {})
            if inside is False or key not in names.get("enum", [key]):
                found.append(f"{path}: unknown {key}")
            elif isinstance(inside, dict):
                found += mistakes(schema, inside, item, f"{path}.{key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            options = part.get("prefixItems") or [part["items"]]
            inside = options[min(position, len(options) - 1)]
            found += mistakes(schema, inside, item, f"{path}.{position}")
    else:
        kinds = {"string": str, "integer": int, "number": float}
        if (
            not isinstance(value, kinds.get(part.get("type"), object))
            and part.get("format") != "date"
        ):
            found.append(f"{path}: {value!r} is no {part['type']}")
        if "enum" in part and value not in part["enum"]:
            found.append(f"{path}: {value!r} not in {part['enum']}")
        if isinstance(value, str) and not re.search(part.get("pattern", ""), value):
            found.append(f"{path}: {value!r} does not match")
    return found


@pytest.mark.parametrize("path", [PUBLISHED, *sorted(RECORDS.glob("*.toml"))], ids=lambda p: p.stem)
def test_records_that_load_fit_the_schema(path):
    load_record(path)
    schema = record_schema()
    assert mistakes(schema, schema, tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('direction = "rt_vs_control"', 'direction = "both"'),
        ("hazard_ratio =", "hazard_ration ="),
        ('"0.62"', '"0,62"'),
        ("[endpoints.pfs]", "[endpoints.dfs]"),
        ('"2019-03"', '"2019-3"'),
    ],
)
def test_the_schema_marks_mistakes(old, new):
    text = (RECORDS / "consistent.toml").read_text(encoding="utf-8")
    assert old in text
    schema = record_schema()
    assert mistakes(schema, schema, tomllib.loads(text.replace(old, new, 1)))


def test_the_schema_is_json_and_explains_its_fields():
    schema = json.loads(json.dumps(record_schema()))
    assert schema["$schema"].startswith("https://json-schema.org/")
    endpoint = schema["$defs"]["Endpoint"]["properties"]
    assert "favours RT" in endpoint["direction"]["description"]
    assert set(schema["required"]) == {"format", "trial", "arms", "endpoints"}
