"""How kernels are compiled: without the interpreter lock, and cached safely.

numba's cache looks only at the file a function stands in, so a change in a function that it
calls would leave stale machine code behind. The cache folder therefore carries a hash of every
module of these packages that holds kernels.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba
from numba import njit

ROOT = Path(__file__).resolve().parent.parent


def kernel_hash() -> str:
    """Hash of the sources of all modules with kernels (16 hex digits)."""
    digest = hashlib.sha256()
    for package in ("models", "simulate"):
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_bytes()
            if b"models.compiled" in source:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + source)
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Folder of the compiled kernels of exactly these sources."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "replan" / "kernels" / kernel_hash()


if "NUMBA_CACHE_DIR" not in os.environ:
    setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 - untyped module


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function; to its callers it keeps its type."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile a function into each of its callers; it keeps its type."""
    compiled = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
    return cast(F, compiled(function))
