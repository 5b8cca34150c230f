"""Small posteriors and designs in files, and one run of `replan assurance` into a folder."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from simulate.assurance.posterior import PASSAGES

EVIDENCE = Path(__file__).parents[3] / "analyses" / "sohaib2025" / "evidence.toml"
DESIGN = """
name = "small"
patients = 120
recruitment = { kind = "uniform", rates = [{ start = 0.0, per_month = 10.0 }] }
randomisation = { kind = "blocks", block_sizes = [4] }
looks = [{ events = 60 }, { events = 100 }]
efficacy = { kind = "obrien_fleming" }

[[truths]]
name = "planning"
control = { median = 10.0 }
effect = { kind = "proportional", hr = 0.6 }
drop_out = { control = { per_12_months = 0.05 }, rt = { per_12_months = 0.05 } }
"""
SETTINGS = json.dumps({"log_hr": {"mean": 0.0, "sd": 1.0}})
PASSAGE = json.dumps({name: {"log_hr": {"mean": 0.0, "sd": 1.0}} for name in PASSAGES})
LEVELS = "level,log_hr_mean,log_hr_sd\nlevel 0,-0.45,0.3\nlevel 1,-0.4,0.3\n"


def write_posterior(path, *, several=False, spread=0.3, **attrs):
    """Write draws of log HR about −0.4, four chains of 500."""
    rng = np.random.default_rng(1)
    lead = (4, 500, 3) if several else (4, 500)
    log_hr = rng.normal(-0.4, spread, lead)
    level = np.array([0.07, 0.005, 0.2]) if several else 0.07
    control = level * np.exp(rng.normal(0.0, 0.1, lead))
    hazard = np.stack([control, control * np.exp(log_hr)], axis=-1)[..., np.newaxis]
    hazard = np.repeat(hazard, 2, axis=-1)
    dims = ("chain", "draw", *(("transition",) if several else ()), "arm", "interval")
    coords = {"arm": ["control", "rt"], "interval_start": ("interval", [0.0, 6.0])}
    coords |= {"transition": list(PASSAGES)} if several else {}
    tree = xr.DataTree.from_dict({"posterior": xr.Dataset({"hazard": (dims, hazard)}, coords)})
    tree.attrs = attrs
    tree.to_netcdf(path, engine="h5netcdf")
    return path


@pytest.fixture(scope="session")
def assurance_files(tmp_path_factory):
    """Folder with a design, a posterior of survival and one of progression and death."""
    folder = tmp_path_factory.mktemp("assurance")
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "evidence_levels.csv").write_text(LEVELS, encoding="utf-8")
    write_posterior(folder / "os.nc", endpoint="os", settings=SETTINGS, analysis="made up")
    write_posterior(folder / "pfs.nc", endpoint="pfs", settings=SETTINGS, quick=1)
    write_posterior(
        folder / "joint.nc", several=True, kind="illness_death", clock="forward", settings=PASSAGE
    )
    return folder


@pytest.fixture(scope="session")
def written(tell, assurance_files):
    """Run into a folder with the robust prior: folder, what was said, document."""
    out = assurance_files / "out"
    told = tell(
        "assurance", assurance_files / "design.toml", "--posterior", assurance_files / "os.nc",
        "--trials", 4000, "--evidence", EVIDENCE, "--out", out, "--json",
    )  # fmt: skip
    return out, told, json.loads(told.out) if told.out else {}
