"""A commented design, ready to edit."""

from importlib.resources import files


def new_design_text() -> str:
    """Text of the default design file, in which every planning value has its reason.

    Returns
    -------
    str
        TOML with comments that also name the other kinds of every part.
    """
    return files("analyses.phase3").joinpath("design.toml").read_text(encoding="utf-8")
