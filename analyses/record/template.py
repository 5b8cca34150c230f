"""The commented record that `replan new record` writes, and the settings of its re-analysis."""

from importlib.resources import files


def new_record_text() -> str:
    """Text of a record of an invented trial, to be replaced by the figures of another."""
    return _text("record.toml")


def new_settings_text() -> str:
    """Text of the settings of a re-analysis, all at their defaults."""
    return _text("settings.toml")


def _text(name: str) -> str:
    return (files("analyses.record") / name).read_text(encoding="utf-8")
