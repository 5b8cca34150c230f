"""What a result from data files must say of itself: files with their hashes, seed, versions."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from analyses.outputs.provenance import PACKAGES, record_hash


def file_provenance(files: Mapping[str, Path | None], *, seed: int) -> dict[str, str | int]:
    """Attributes that every stored result carries; no clock times.

    Parameters
    ----------
    files : mapping of str to Path or None
        What each file is, such as "curves"; None where it was not given.
    seed : int
    """
    given = {name: path for name, path in files.items() if path is not None}
    return {
        **{name: path.name for name, path in given.items()},
        **{f"{name}_sha256": record_hash(path) for name, path in given.items()},
        "seed": seed,
        "python": platform.python_version(),
        **{f"version_{name}": version(name) for name in PACKAGES},
    }
