"""The version of the code that a result depends on: a hash of every module that it reaches."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+((?:models|simulate)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    r"|import[ \t]+((?:models|simulate)[\w.]*))",
    re.MULTILINE,
)
DECIDES = "simulate.sweep.simulate"


@cache
def code_version() -> str:
    """Hash the sources of all modules that simulating a cell may run (64 hex digits).

    They are found by following imports from `simulate.sweep.simulate`, so that a change in what
    draws, replays or tabulates leaves results valid.
    """
    digest = hashlib.sha256()
    for name in sorted(reached(DECIDES)):
        digest.update(name.encode() + b"\0" + _path(name).read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def reached(module: str) -> frozenset[str]:
    """Modules of this project that a module imports, also within functions, and so on; with it."""
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += _imported(_path(name).read_text(encoding="utf-8"))
    return frozenset(found)


def _imported(source: str) -> Iterator[str]:
    """Modules that a source imports anywhere, and names from packages that are modules."""
    for package, names, module in IMPORT.findall(source):
        whole = package or module
        inside = (f"{whole}.{name}" for name in re.findall(r"\w+", names))
        yield from (name for name in (whole, *inside) if _path(name).is_file())


def _path(name: str) -> Path:
    """Give the file of a module or package; of anything else one that does not exist."""
    whole = ROOT.joinpath(*name.split("."))
    return whole / "__init__.py" if whole.is_dir() else whole.with_suffix(".py")
