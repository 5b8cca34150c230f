"""The pictures of a simulation of several endpoints."""

from pathlib import Path

from analyses.power.several import SeveralRun


def draw_several_pictures(run: SeveralRun, folder: Path) -> None:
    """Draw and save every picture of a run as PNG and SVG."""
