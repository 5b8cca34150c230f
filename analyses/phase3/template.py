"""Commented designs and a sweep, ready to edit."""

from importlib.resources import files

FILES = {"design": "design.toml", "os-design": "os_alone.toml", "sweep": "sweep.toml"}


def new_design_text(what: str = "design") -> str:
    """Text of a commented file to begin with; in a design every planning value has its reason.

    Parameters
    ----------
    what : {"design", "os-design", "sweep"}
        The default design of progression-free and overall survival, one of survival alone, or a
        sweep over the latter.

    Returns
    -------
    str
        TOML with comments that also name the other kinds of every part.
    """
    return files("analyses.phase3").joinpath(FILES[what]).read_text(encoding="utf-8")
