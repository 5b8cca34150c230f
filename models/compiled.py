"""How kernels are compiled: without the interpreter lock, and cached safely.

numba's cache looks only at the file a function stands in, so a change in a function that it
calls, or in a constant that it reads, would leave stale machine code behind. The cache folder of a
module therefore carries a hash of its own source and of all sources of this project that it
imports, directly or through others. A change recompiles what it can reach, and nothing else.
"""

import hashlib
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numba
from numba import njit

ROOT = Path(__file__).resolve().parent.parent
KERNELS = re.compile(rb"^from models\.compiled import", re.MULTILINE)
_IMPORT = re.compile(
    rb"^(?:from[ \t]+((?:models|simulate|analyses)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    rb"|import[ \t]+((?:models|simulate|analyses)[\w.]*))",
    re.MULTILINE,
)


@cache
def imported_files(path: Path) -> frozenset[Path]:
    """Files of the project that a file imports when it is loaded, not those they import in turn."""
    found: set[Path] = set()
    for source, names, module in _IMPORT.findall(path.read_bytes()):
        place = ROOT.joinpath(*(source or module).decode().split("."))
        inside = re.findall(r"\w+", names.decode())
        for here in (place, *(place / name for name in inside)):
            found.update(_files_of(here))
    return frozenset(found)


def _files_of(place: Path) -> list[Path]:
    """File of a module, or of a package, at a place that may be neither."""
    module, package = place.with_name(f"{place.name}.py"), place / "__init__.py"
    return [path for path in (module, package) if path.is_file()]


@cache
def reached_files(path: Path) -> tuple[Path, ...]:
    """List a file and all files of the project that it imports, directly or through others."""
    found, waiting = {path}, [path]
    while waiting:
        new = imported_files(waiting.pop()) - found
        found |= new
        waiting += new
    return tuple(sorted(found))


@cache
def kernel_hash(path: Path, *, kernels_only: bool = False) -> str:
    """Hash of the sources that a file reaches, its own included (16 hex digits).

    Parameters
    ----------
    path : Path
        A file with Python source.
    kernels_only : bool
        Whether files without kernels are left out.
    """
    digest = hashlib.sha256()
    for file in reached_files(path.resolve()):
        source = file.read_bytes()
        if not kernels_only or KERNELS.search(source):
            name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else Path(file.name)
            digest.update(name.as_posix().encode() + b"\0" + source)
    return digest.hexdigest()[:16]


def cache_folder(path: Path) -> Path:
    """Folder of the compiled kernels of a file, for exactly the sources that it reaches."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "replan" / "kernels" / kernel_hash(path)


CHOSEN_BY_USER = "NUMBA_CACHE_DIR" in os.environ


def _choose_cache(function: Callable[..., Any]) -> None:
    """Point numba, which asks when a function is decorated, to the folder of its file."""
    if not CHOSEN_BY_USER:
        folder = cache_folder(Path(function.__code__.co_filename))
        setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - untyped module


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function; to its callers it keeps its type."""
    _choose_cache(function)
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile a function into each of its callers; it keeps its type."""
    _choose_cache(function)
    compiled = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
    return cast(F, compiled(function))


# numba counts references to arrays wherever a tuple of them is taken apart or handed on. Whoever
# makes no arrays needs no counts: a trial would spend a fifth of its time on them.
LEAN: Any = {"_nrt": False}  # not in numba's types


def lean_kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that makes no arrays, without counting references to those it is given.

    Arrays that it returns are whole ones that it was given: to Python, a part of one would come
    back as the whole. Kernels that count do not call it if it returns arrays, which they would
    count one time too few.
    """
    _choose_cache(function)
    return cast(F, njit(cache=True, nogil=True, error_model="numpy", **LEAN)(function))


def lean_inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that makes no arrays into each of its callers; see `lean_kernel`."""
    _choose_cache(function)
    compiled = njit(cache=True, nogil=True, error_model="numpy", forceinline=True, **LEAN)
    return cast(F, compiled(function))
