"""Figures to files: PNG and SVG, the same bytes every time on one machine."""

import io
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from models.plots.style import styled

DPI = 200


class SavedFigure(NamedTuple):
    """Files of one figure."""

    png: Path
    svg: Path


@styled
def save_figure(
    figure: Figure | SubFigure | Axes, path_without_suffix: str | os.PathLike[str]
) -> SavedFigure:
    """Write a figure as PNG (200 dots per inch) and SVG.

    Both are drawn before either is written, and each is written aside and renamed, so that no
    half-written file bears a figure's name. Where things stand is settled once, for the PNG, and
    stays so: settling it takes longer than drawing.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or matplotlib.axes.Axes
        What any plot of this package returns, or its figure; the whole figure is written.
    path_without_suffix : path
        Folder and name; ".png" and ".svg" are added to it.

    Returns
    -------
    SavedFigure

    Raises
    ------
    OSError
        If a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from models import plot_levels, save_figure
    >>> table = pd.DataFrame({"level": ["level 0"], "hr_median": [0.5], "hr_lower": [0.29],
    ...                       "hr_upper": [0.86], "p_below_1": [0.994]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ax = plot_levels(table, endpoint_label="Overall survival")
    ...     saved = save_figure(ax, Path(folder) / "levels")
    ...     print(*sorted(path.name for path in Path(folder).iterdir()))
    levels.png levels.svg
    """
    stem, whole = Path(path_without_suffix), figure.get_figure(root=True)
    if whole is None:
        raise ValueError(f"the axes for {stem.name} belong to no figure; draw them in one")
    files = SavedFigure(*(stem.with_name(f"{stem.name}.{kind}") for kind in SavedFigure._fields))
    png = _drawn(whole, "png", metadata={"Software": None})
    whole.set_layout_engine("none")
    svg = _drawn(whole, "svg", metadata={"Date": None, "Creator": None})
    for path, content in zip(files, (png, svg), strict=True):
        _write_whole(path, content)
    return files


def _drawn(figure: Figure, kind: str, *, metadata: dict[str, None]) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
    return buffer.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    aside = ""
    try:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise OSError(
            error.errno,
            f"figure cannot be written ({error.strerror}); give a writable folder with space left",
            str(path),
        ) from error
