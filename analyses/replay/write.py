"""Writing a replayed trial: document, tables, curves of each look, and a calendar."""

from pathlib import Path
from typing import Any

import pandas as pd

from analyses.outputs.document import write_document
from analyses.outputs.files import write_table
from analyses.outputs.pictures import save_picture
from analyses.replay.document import look_data, look_row, patient_rows
from models.plots.wording import ratio_interval
from simulate.design.trial import TrialDesign
from simulate.engine.pack import pack_scenario
from simulate.plots.both_endpoints import plot_both_endpoints
from simulate.plots.calendar import plot_calendar
from simulate.plots.endpoints_at_look import endpoints_at_look
from simulate.plots.kaplan_meier import plot_trial
from simulate.plots.patient_courses import patient_courses
from simulate.plots.swimmer import plot_swimmer
from simulate.plots.wording import ENDPOINT_LABELS
from simulate.replay.replay import Replay, ReplayedLook
from simulate.replay.several import SeveralReplay


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
    write_document(document, folder / "replay.json")
    (folder / "design.toml").write_text(document["design"], encoding="utf-8")
    write_tables(trial, folder)
    draw_replay(trial, folder)


def write_several_replay(
    trial: SeveralReplay, design: TrialDesign, folder: Path, *, document: dict[str, Any]
) -> None:
    """Write everything to a folder, each endpoint to one of its own.

    Parameters
    ----------
    trial : SeveralReplay
    design : TrialDesign
        All of it.
    folder : Path
        Exists.
    document : dict
        From `describe_several_replay`.
    """
    write_document(document, folder / "replay.json")
    (folder / "design.toml").write_text(document["design"], encoding="utf-8")
    for name, endpoint in trial.endpoints.items():
        if endpoint.looks:
            (folder / name).mkdir()
            write_tables(endpoint, folder / name)
            draw_replay(endpoint, folder / name)
    draw_both(trial, design, folder)


def draw_both(trial: SeveralReplay, design: TrialDesign, folder: Path) -> None:
    """Draw both endpoints side by side at each look, and the patients' courses at the stop.

    Parameters
    ----------
    trial : SeveralReplay
    design : TrialDesign
        All of it.
    folder : Path
    """
    first = next(iter(trial.endpoints.values()))
    truth, seed, replicate = first.truth, first.seed, first.replicate
    name = f"{design.name}\ntruth {truth.name}; seed {seed}, replicate {replicate}"
    month = 0.0
    for look in range(1, trial.stop + 1):
        shown = endpoints_at_look(design, truth, seed=seed, replicate=replicate, look=look)
        month = shown[0].month
        axes = plot_both_endpoints(shown, title=f"{name}\nlook {look} in month {month:.1f}")
        save_picture(axes[0].curve, folder / f"both_endpoints_look_{look}")
    courses = patient_courses(pack_scenario(design, truth), seed=seed, replicate=replicate)
    save_picture(plot_swimmer(courses, stop=month, title=name)[0], folder / "courses")


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
        write_table(table, folder / f"{name}.csv")


def draw_replay(trial: Replay, folder: Path) -> None:
    """Draw and save the curves of each look, and the calendar, where there are patients.

    Parameters
    ----------
    trial : Replay
    folder : Path
    """
    name = f"{trial.design.name}\ntruth {trial.truth.name}; seed {trial.seed}, replicate "
    name += f"{trial.replicate}"
    label = ENDPOINT_LABELS.get(trial.design.endpoint, trial.design.endpoint)
    for look in trial.looks:
        if look.data["time"].max() > 0:
            title = f"{name}\n{_heading(look)}"
            axes = plot_trial(look.data, endpoint_label=label, title=title)
            save_picture(axes.curve, folder / f"kaplan_meier_look_{look.look}")
    if len(trial.looks[-1].data):
        months = [look.month for look in trial.looks]
        ax = plot_calendar(trial.patients, look_months=months, title=name)
        save_picture(ax, folder / "calendar")


def _heading(look: ReplayedLook) -> str:
    return (
        f"look {look.look} in month {look.month:.1f}: HR {ratio_interval(*look.hazard_ratio)}, "
        "95% confidence interval,\nRT versus control, below 1 favours RT"
    )
