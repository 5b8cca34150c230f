"""What a result must say of itself: versions, seed, settings, hash of the record."""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from models.joint.settings import JointSettings
from models.settings import AnalysisSettings

PACKAGES = ("replan", "numpy", "numba", "scipy", "xarray", "pandas", "pymc", "nutpie", "arviz")


def record_hash(path: Path) -> str:
    """SHA-256 of a record's file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def provenance(
    path: Path, *, settings: AnalysisSettings | JointSettings, seed: int, quick: bool
) -> dict[str, str | int]:
    """Attributes that every stored result carries; no clock times.

    Parameters
    ----------
    path : Path
        The record's file.
    settings : AnalysisSettings or JointSettings
        As they were used.
    seed : int
    quick : bool
    """
    return {
        "record": path.name,
        "record_sha256": record_hash(path),
        "analysis": settings.name,
        "settings": json.dumps(settings.model_dump(mode="json"), sort_keys=True),
        "seed": seed,
        "quick": int(quick),
        "python": platform.python_version(),
        **{f"version_{name}": version(name) for name in PACKAGES},
    }
