"""A commented design, ready to edit."""

from importlib.resources import files

FILES = {"design": "design.toml", "os-design": "os_alone.toml"}


def new_design_text(what: str = "design") -> str:
    """Text of a design file in which every planning value has its reason.

    Parameters
    ----------
    what : {"design", "os-design"}
        The default design of progression-free and overall survival, or one of survival alone.

    Returns
    -------
    str
        TOML with comments that also name the other kinds of every part.
    """
    return files("analyses.phase3").joinpath(FILES[what]).read_text(encoding="utf-8")
