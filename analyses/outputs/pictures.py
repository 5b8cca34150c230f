"""Pictures of a study as files: PNG and SVG under their names; those of a quick look say so."""

from collections.abc import Iterable
from pathlib import Path

from matplotlib.axes import Axes

from models.plots.save import save_figure

QUICK_MARK = "QUICK LOOK: not for reporting"


def save_pictures(
    pictures: Iterable[tuple[str, Axes]], folder: Path, *, quick: bool = False
) -> None:
    """Save pictures one after the other.

    Parameters
    ----------
    pictures : iterable of (str, Axes)
        Each is saved before the next is drawn.
    folder : Path
    quick : bool
        Whether they are of a quick look, which is written across them.
    """
    for name, ax in pictures:
        save_picture(ax, folder / name, quick=quick)


def save_picture(ax: Axes | None, path: Path, *, quick: bool = False) -> None:
    """Save the figure of some axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
    path : Path
        Folder and name, without suffix.
    quick : bool
        Whether it is of a quick look.

    Raises
    ------
    ValueError
        If the axes belong to no figure.
    """
    figure = None if ax is None else ax.get_figure(root=True)
    if figure is None:
        raise ValueError(f"the axes for {path.name} belong to no figure; draw them in one")
    if quick:
        figure.text(
            0.5,
            0.5,
            QUICK_MARK,
            ha="center",
            va="center",
            rotation=30,
            size=26,
            alpha=0.3,
            color="#a3240c",
            weight="bold",
        )
    save_figure(figure, path)
