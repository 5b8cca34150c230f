"""What a stored calibration says of its making: a hash of the sources, and versions."""

import platform
from importlib.metadata import version
from pathlib import Path

from models.compiled import kernel_hash

PACKAGES = ("replan", "numpy", "numba", "scipy", "xarray", "pymc", "pytensor", "nutpie")


def made_by(file: str) -> dict[str, object]:
    """Describe the code that a module runs.

    Parameters
    ----------
    file : str
        Its `__file__`.

    Returns
    -------
    dict
        `sources`, a hash of the module and of every source that it reaches, and `versions` of
        Python and the packages that draw.
    """
    return {
        "sources": kernel_hash(Path(file)),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
    }
