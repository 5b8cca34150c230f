"""The commented record that `replan new record` writes."""

from importlib.resources import files


def new_record_text() -> str:
    """Text of a record of an invented trial, to be replaced by the figures of another."""
    return (files("analyses.record") / "record.toml").read_text(encoding="utf-8")
