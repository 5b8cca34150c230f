"""Writing a replayed trial: document, tables, curves of each look, and a calendar."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analyses.replay.document import look_data, look_row, patient_rows
from models.plots.save import save_figure
from models.plots.wording import ratio_interval
from simulate.plots.calendar import plot_calendar
from simulate.plots.kaplan_meier import plot_trial
from simulate.replay.replay import Replay, ReplayedLook
from simulate.replay.several import SeveralReplay

ENDPOINTS = {"os": "Overall survival", "pfs": "Progression-free survival"}


def write_replay(trial: Replay, folder: Path, *, document: dict[str, Any]) -> None:
    """Write everything to a folder.

    Parameters
    ----------
    trial : Replay
    folder : Path
        Exists.
    document : dict
        From `describe_replay`.
    """
    (folder / "replay.json").write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / "design.toml").write_text(document["design"], encoding="utf-8")
    write_tables(trial, folder)
    draw_replay(trial, folder)


def write_several_replay(trial: SeveralReplay, folder: Path, *, document: dict[str, Any]) -> None:
    """Write everything to a folder, each endpoint to one of its own.

    Parameters
    ----------
    trial : SeveralReplay
    folder : Path
        Exists.
    document : dict
        From `describe_several_replay`.
    """
    (folder / "replay.json").write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / "design.toml").write_text(document["design"], encoding="utf-8")
    for name, endpoint in trial.endpoints.items():
        if endpoint.looks:
            (folder / name).mkdir()
            write_tables(endpoint, folder / name)
            draw_replay(endpoint, folder / name)


def write_tables(trial: Replay, folder: Path) -> None:
    """Write looks, their data and the patients.

    Parameters
    ----------
    trial : Replay
    folder : Path
    """
    tables = {
        "looks": pd.DataFrame([look_row(look) for look in trial.looks]),
        "look_data": look_data(trial),
        "patients": patient_rows(trial),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def draw_replay(trial: Replay, folder: Path) -> None:
    """Draw and save the curves of each look, and the calendar, where there are patients.

    Parameters
    ----------
    trial : Replay
    folder : Path
    """
    name = f"{trial.design.name}\ntruth {trial.truth.name}; seed {trial.seed}, replicate "
    name += f"{trial.replicate}"
    label = ENDPOINTS.get(trial.design.endpoint, trial.design.endpoint)
    for look in trial.looks:
        if look.data["time"].max() > 0:
            title = f"{name}\n{_heading(look)}"
            axes = plot_trial(look.data, endpoint_label=label, title=title)
            _save(axes.curve, folder / f"kaplan_meier_look_{look.look}")
    if len(trial.looks[-1].data):
        months = [look.month for look in trial.looks]
        ax = plot_calendar(trial.patients, look_months=months, title=name)
        _save(ax, folder / "calendar")


def _save(ax: Axes, path: Path) -> None:
    figure = ax.get_figure(root=True)
    if figure is not None:
        save_figure(figure, path)


def _heading(look: ReplayedLook) -> str:
    return (
        f"look {look.look} in month {look.month:.1f}: HR {ratio_interval(*look.hazard_ratio)}, "
        "95% confidence interval,\nRT versus control, below 1 favours RT"
    )
