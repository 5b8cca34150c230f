"""The default design as plain values, to change one and see what is said."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEFAULT = ROOT / "analyses" / "phase3" / "os_alone.toml"

Content = dict[str, object]


def put(content: Content, path: str, value: object) -> Content:
    """Set the entry at a dotted path, or drop it where the value is None."""
    changed = copy.deepcopy(content)
    *above, last = path.split(".")
    here = changed
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
    if value is None:
        del here[last]
    elif isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return changed


@pytest.fixture(scope="session")
def default_content() -> Content:
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def with_change(default_content: Content) -> Callable[..., Content]:
    def change(*changes: tuple[str, object]) -> Content:
        content = default_content
        for path, value in changes:
            content = put(content, path, value)
        return content

    return change
