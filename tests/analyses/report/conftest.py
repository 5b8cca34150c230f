"""Results of real runs, without the rows that a report leaves out, and a small picture in each."""

import shutil
from pathlib import Path

import pytest

STORED = Path(__file__).parents[2] / "data" / "report"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">'
    '<path d="M0 20 L40 0" stroke="#0b4f8a"/></svg>\n'
)
NAMES = {
    "reanalysis": "pfs/hazard_ratio",
    "phase3/power": "pfs_stopping",
    "phase3/power_os": "power",
    "phase3/size": "power_curve",
    "phase3/assurance": "assurance_by_prior",
    "sweep": "tornado",
    "priors": "pfs/tipping_point",
    "findings": "findings",
    "joint": "states",
    "effect": "pfs/evidence",
    "fit": "survival_level_3",
}


@pytest.fixture
def results(tmp_path):
    """A folder of runs that a test may change."""
    folder = tmp_path / "results"
    shutil.copytree(STORED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for place, name in NAMES.items():
        path = folder / place / name
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".png").write_bytes(b"\x89PNG\r\n\x1a\n")
        path.with_suffix(".svg").write_text(PICTURE, encoding="utf-8")
    for endpoint in ("pfs", "os"):
        (folder / "reanalysis" / endpoint).mkdir(exist_ok=True)
        (folder / "reanalysis" / endpoint / "posterior.nc").touch()
    return folder
