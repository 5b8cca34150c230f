"""A sweep: which design, which fields over which values, how many trials of each."""

from pathlib import Path

from simulate.frozen import Frozen


class Sweep(Frozen):
    """A grid over fields of a design and of the truth it is simulated under."""


def load_sweep(path: Path | str) -> Sweep:
    """Read and check a sweep file.

    Raises
    ------
    ValueError
        If the file is missing, unreadable, not TOML, or not a sweep: one sentence with file,
        field, value, rule and cure.
    """
    raise NotImplementedError
