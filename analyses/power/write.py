"""Writing operating characteristics to files."""

import json
from pathlib import Path
from typing import Any

from analyses.power.boundaries import boundary_rows
from analyses.power.document import provenance, tidy
from analyses.power.run import PowerRun


def write_power(run: PowerRun, folder: Path, *, document: dict[str, Any]) -> None:
    """Write dataset, tables, document and pictures into a folder.

    Parameters
    ----------
    run : PowerRun
    folder : Path
    document : dict
        From `describe_power`.
    """
    from analyses.power.pictures import draw_power_pictures

    attrs = provenance(run)
    table = run.table.assign_attrs(
        design=attrs["design"], seed=run.seed, versions=json.dumps(attrs["versions"])
    )
    table.to_netcdf(folder / "characteristics.nc", engine="h5netcdf")
    tidy(run.table).to_csv(folder / "characteristics.csv", index=False)
    boundary_rows(run.bounds).to_csv(folder / "boundaries.csv", index=False)
    (folder / "design.toml").write_text(attrs["design"], encoding="utf-8")
    (folder / "power.json").write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    draw_power_pictures(run, folder)
