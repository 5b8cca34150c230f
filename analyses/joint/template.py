"""Commented settings of a joint re-analysis, ready to edit."""

from importlib.resources import files


def new_joint_text() -> str:
    """Text of the settings for the published trial, in which every choice has its reason."""
    return files("analyses").joinpath("sohaib2025", "joint.toml").read_text(encoding="utf-8")
