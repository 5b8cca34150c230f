"""A commented file of evidence, ready to edit."""

from importlib.resources import files


def new_evidence_text() -> str:
    """Text of a file of evidence in which every field is explained; its trials are invented."""
    return files("analyses.priors").joinpath("evidence.toml").read_text(encoding="utf-8")
