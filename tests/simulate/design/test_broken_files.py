"""Thousands of broken designs: each is answered by one clear sentence."""

import copy
import re
import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulate.design import TrialDesign, load_design, read_design

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "analyses" / "phase3" / "os_alone.toml").read_text(encoding="utf-8")
CONTENT = tomllib.loads(TEXT)
FULL = CONTENT | {
    "futility": {"kind": "beta_spending", "beta": 0.2, "spending": {"kind": "power", "rho": 2.0}},
    "analysis": {"test": "log_rank", "bayes": {"prior": [{"weight": 1.0}], "cuts": [3.0, 6.0]}},
    "recruitment": {
        "kind": "even",
        "rates": [{"start": 0.0, "per_month": 5.0}, {"start": 12.0, "per_month": 10.0}],
        "ramp_up": 6.0,
    },
    "truths": [
        {
            "name": "all",
            "control": {"cuts": [6.0], "rates": [0.06, 0.04]},
            "effect": {"kind": "piecewise", "cuts": [3.0, 9.0], "hr": [1.0, 0.7, 0.9]},
            "cured": {"control": 0.01, "rt": 0.02},
            "drop_out": {"control": {"cuts": [6.0], "rates": [0.0, 0.01]}},
            "factors": {"EGFR": {"mutant": {"hazard_ratio": 0.8}}},
        }
    ],
}
BARE = {
    "name": "bare",
    "patients": 100,
    "recruitment": {"sites": {"number": 1, "opening_months": 0, "per_site_month": 5.0}},
    "randomisation": {"kind": "simple"},
    "looks": [{"events": 100}],
    "truths": [
        {
            "name": "plain",
            "control": {"rates": [1.0]},
            "effect": {"kind": "waning", "hr": 0.5, "start": 0.0, "end": 2.5},
        }
    ],
}
NOT_SAID = re.compile(r"pydantic|validation error|Traceback|https?://|Input should|<class|Ellipsis")
FIELDS = set(TrialDesign.model_fields)

numbers = st.one_of(
    st.sampled_from([0, -1, 1, 2, 0.5, 1e308, -1e308, 5e-324, 10**30, 1e-300]),
    st.integers(-1000, 100_000),
    st.floats(),
)
values = st.recursive(
    numbers | st.booleans() | st.text(max_size=10) | st.sampled_from(["none", "user", "blocks"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


def paths(content, above=()):
    """Where anything stands in a file."""
    entries = content.items() if isinstance(content, dict) else enumerate(content)
    for place, value in entries:
        yield (*above, place)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, place))


def parent(content, path):
    for part in path[:-1]:
        content = content[part]
    return content


def check_sentence(message):
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 500, message
    assert not NOT_SAID.search(message), message
    first = re.split(r"[^A-Za-z_]", message.lstrip("`"))[0]
    assert first in FIELDS or "is not a field" in message, message
    assert "; " in message, message


def accepted_or_explained(content):
    try:
        read_design(content)
    except ValidationError as error:
        raise AssertionError("a raw validation error") from error
    except ValueError as error:
        check_sentence(str(error))
        return False
    return True


@settings(max_examples=400)
@given(st.data())
def test_any_value_anywhere_is_accepted_or_explained(data):
    whole = data.draw(st.sampled_from([CONTENT, FULL, BARE]))
    content = copy.deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(list(paths(content))))
        here = parent(content, path)
        match data.draw(st.sampled_from(["set", "set", "drop", "repeat", "add"])):
            case "set":
                here[path[-1]] = data.draw(values)
            case "drop":
                del here[path[-1]]
            case "repeat" if isinstance(here, list):
                here.append(copy.deepcopy(here[path[-1]]))
            case "add" if isinstance(here, dict):
                here[data.draw(st.text(min_size=1, max_size=8))] = data.draw(values)
    accepted_or_explained(content)


@settings(max_examples=300)
@given(st.data())
def test_numbers_out_of_range_are_refused(data):
    content = copy.deepcopy(FULL)
    found = [
        path
        for path in paths(content)
        if isinstance(parent(content, path)[path[-1]], int | float) and path[-1] != "mean"
    ]
    path = data.draw(st.sampled_from(found))
    here = parent(content, path)
    if isinstance(here[path[-1]], bool):
        bad = st.sampled_from([0, 1, "true", 0.5])
    else:
        bad = st.floats(max_value=-1e-9) | st.sampled_from([True, "1", float("nan"), 10**9, [1]])
    here[path[-1]] = data.draw(bad)
    assert not accepted_or_explained(content), (path, here[path[-1]])


@settings(max_examples=300)
@given(st.data())
def test_unknown_fields_are_refused_anywhere(data):
    content = copy.deepcopy(FULL)
    tables = [path for path in paths(content) if isinstance(parent(content, path), dict)]
    path = data.draw(st.sampled_from(tables))
    if path[:3] in {("truths", 0, "factors")} and len(path) < 6:
        path = ("truths", 0, "name")
    parent(content, path)[data.draw(st.text("abcxyz_", min_size=1, max_size=9)) + "?"] = 1
    assert not accepted_or_explained(content), path


@settings(max_examples=200)
@given(st.data())
def test_any_text_is_accepted_or_explained(tmp_path_factory, data):
    lines = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["drop", "twice", "cut", "insert"])):
        case "drop":
            del lines[at]
        case "twice":
            lines.insert(at, lines[at])
        case "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        case "insert":
            where = data.draw(st.integers(0, len(lines[at])))
            sign = data.draw(st.characters(exclude_categories=["Cs"]))
            lines[at] = lines[at][:where] + sign + lines[at][where:]
    path = tmp_path_factory.getbasetemp() / "broken.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        load_design(path)
    except ValueError as error:
        message = str(error)
        assert message.startswith(str(path))
        assert "\n" not in message
        assert not NOT_SAID.search(message), message
        if "is not valid TOML" not in message:
            check_sentence(message.removeprefix(f"{path}: "))
