"""The pictures of a run."""

from pathlib import Path

import pandas as pd

from analyses.reanalyse.run import Reanalysis


def draw_pictures(run: Reanalysis, folder: Path, *, sensitivity: pd.DataFrame | None) -> None:
    """Draw and save every picture."""
