"""`replan --version`: what a report of a fault should say."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "numba",
    "pymc",
    "pytensor",
    "nutpie",
    "arviz",
    "matplotlib",
    "pydantic",
    "typer",
    "distributed",
)


def version_text() -> str:
    """Name the versions of replan, Python and packages, and the kind of machine."""
    python = f"Python {platform.python_version()} ({platform.python_implementation()})"
    machine = f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores"
    packages = "\n".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"replan {_version('replan')}\n{python}\n{machine}\n{packages}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
