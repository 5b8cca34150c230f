"""How kernels are compiled: without the interpreter lock, and cached safely.

numba's cache looks only at the file a function stands in, so a change in a function that it
calls would leave stale machine code behind. The cache folder therefore carries a hash of every
module of these packages that holds kernels.
"""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numba
from numba import njit

ROOT = Path(__file__).resolve().parent.parent
REACHED = {"models": ("models",), "simulate": ("models", "simulate")}


@cache
def kernel_hash(package: str) -> str:
    """Hash of the sources of all modules with kernels that a package may call (16 hex digits).

    Parameters
    ----------
    package : {"models", "simulate"}
    """
    digest = hashlib.sha256()
    for folder in REACHED[package]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_bytes()
            if b"models.compiled" in source:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + source)
    return digest.hexdigest()[:16]


def cache_folder(package: str) -> Path:
    """Folder of a package's compiled kernels, for exactly these sources."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "replan" / "kernels" / kernel_hash(package)


CHOSEN_BY_USER = "NUMBA_CACHE_DIR" in os.environ


def _choose_cache(module: str) -> None:
    """Point numba, which asks when a function is decorated, to the folder of its package."""
    package = module.partition(".")[0]
    if not CHOSEN_BY_USER:
        folder = cache_folder(package if package in REACHED else "simulate")
        setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - untyped module


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function; to its callers it keeps its type."""
    _choose_cache(function.__module__)
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile a function into each of its callers; it keeps its type."""
    _choose_cache(function.__module__)
    compiled = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
    return cast(F, compiled(function))
