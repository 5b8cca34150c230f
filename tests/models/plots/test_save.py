"""Saved figures: the same bytes each time, whole files or none, errors that name the path."""

import errno
import os
import stat
import struct

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from models.plots.kaplan_meier import plot_kaplan_meier
from models.plots.panels import own_axes
from models.plots.save import SavedFigure, save_figure
from models.plots.survival_bands import plot_survival_bands


def simple() -> Figure:
    ax = own_axes(None, width=2.0, height=1.5)
    ax.plot([0, 1], [0, 1], marker="o")
    ax.set_xlabel("Months")
    return ax.figure


def test_both_files_are_written_under_the_given_name(tmp_path):
    files = save_figure(simple(), tmp_path / "pfs.curves")
    assert files == SavedFigure(tmp_path / "pfs.curves.png", tmp_path / "pfs.curves.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pfs.curves.png", "pfs.curves.svg"]
    assert files.svg.read_text(encoding="utf-8").startswith("<?xml")
    assert stat.S_IMODE(files.png.stat().st_mode) == 0o644


def test_a_png_has_200_dots_per_inch(tmp_path):
    content = save_figure(simple(), tmp_path / "a").png.read_bytes()
    assert struct.unpack(">II", content[16:24]) == (400, 300)


def test_a_figure_saved_twice_and_drawn_twice_gives_the_same_bytes(tmp_path, made_up):
    patients = made_up.patients(2)
    options = {"printed_medians": made_up.medians, "endpoint_label": "PFS"}
    drawn = [plot_kaplan_meier(patients, **options).curve for _ in range(2)]
    figures = [axes.get_figure(root=True) for axes in (drawn[0], drawn[0], drawn[1])]
    saved = [save_figure(figure, tmp_path / f"{n}") for n, figure in enumerate(figures)]
    for kind in SavedFigure._fields:
        assert len({getattr(files, kind).read_bytes() for files in saved}) == 1


def test_settings_of_others_do_not_change_the_bytes(tmp_path, made_up):
    def bands() -> Figure:
        ax = plot_survival_bands(made_up.quantiles(), printed_medians={}, endpoint_label="PFS")
        return ax.get_figure(root=True)

    foreign = {"svg.hashsalt": "other", "svg.fonttype": "none", "savefig.facecolor": "red"}
    plain = save_figure(bands(), tmp_path / "a")
    with mpl.rc_context(foreign | {"xtick.top": True, "font.size": 20, "legend.frameon": True}):
        other = save_figure(bands(), tmp_path / "b")
    assert plain.svg.read_bytes() == other.svg.read_bytes()
    assert plain.png.read_bytes() == other.png.read_bytes()


def test_files_name_neither_date_nor_version(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    files = save_figure(simple(), tmp_path / "a")
    for content in (files.png.read_bytes(), files.svg.read_bytes()):
        assert b"atplotlib v" not in content
        assert b"1970" not in content
        assert b"dc:date" not in content


def test_a_missing_folder_is_an_error_with_its_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"figure cannot be written .*nowhere") as caught:
        save_figure(simple(), tmp_path / "nowhere" / "a")
    assert caught.value.errno == errno.ENOENT
    assert caught.value.filename == str(tmp_path / "nowhere" / "a.png")


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    files = save_figure(simple(), tmp_path / "a")
    before = files.png.read_bytes()

    def full(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(source))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"No space left.*a\.png"):
        save_figure(simple(), tmp_path / "a")
    assert files.png.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_axes_are_saved_with_their_whole_figure(tmp_path):
    ax = simple().axes[0]
    by_axes = save_figure(ax, tmp_path / "axes")
    by_figure = save_figure(simple(), tmp_path / "figure")
    assert by_axes.png.read_bytes() == by_figure.png.read_bytes()


def test_axes_without_a_figure_are_refused(tmp_path):
    ax = simple().axes[0]
    ax.remove()
    with pytest.raises(ValueError, match="the axes for lost belong to no figure; draw them in one"):
        save_figure(ax, tmp_path / "lost")
    assert not list(tmp_path.iterdir())
