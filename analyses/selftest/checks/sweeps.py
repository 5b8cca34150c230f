"""Sweeps: cells that add up to the bit, and addresses that go by content."""

import tempfile
from pathlib import Path

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from simulate.design import TrialDesign, design_text, read_design
from simulate.design.load import load_design
from simulate.sweep.address import cell_addresses
from simulate.sweep.cells import sweep_cells
from simulate.sweep.result import CellResult, total
from simulate.sweep.simulate import simulate_group
from simulate.sweep.sweep import read_sweep

SEED = 11
DESIGN = {
    "name": "small",
    "patients": 60,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "looks": [{"events": 20}, {"events": 40}],
    "efficacy": {"kind": "obrien_fleming"},
    "truths": [
        {
            "name": "planning",
            "control": {"median": 10.0},
            "effect": {"kind": "proportional", "hr": 0.5},
        }
    ],
}
RULES = {
    "choices": {
        "log-rank": {"analysis.test": "log_rank"},
        "bayes": {"analysis.test": "bayes", "efficacy": {"kind": "none"}},
    }
}


def _different(one: CellResult, other: CellResult) -> list[float]:
    ours, theirs = one.to_arrays(), other.to_arrays()
    if ours.keys() != theirs.keys():
        return [1.0]
    return [float(ours[name].tobytes() != theirs[name].tobytes()) for name in ours]


def compare_parts() -> Finding:
    """Cells together, alone, and in two runs."""
    worst = Worst(0.0, "arrays that differ")
    sweep = read_sweep({"design": "small.toml", "seed": SEED, "grid": {"rule": RULES}})
    cells = sweep_cells(sweep, read_design(DESIGN))
    together = simulate_group(cells, seed=SEED, trials=2000)
    for cell, whole in zip(cells, together, strict=True):
        alone = simulate_group([cell], seed=SEED, trials=2000)[0]
        worst.add(_different(alone, whole), f"{cell.point} alone")
        parts = [
            simulate_group([cell], seed=SEED, first=first, trials=1000)[0] for first in (0, 1000)
        ]
        worst.add(_different(total(parts), whole), f"{cell.point} in two runs")
    return worst.finding()


def _addresses(design: TrialDesign) -> list[str]:
    grid = {"n": {"field": "patients", "values": [60, 80]}}
    sweep = read_sweep({"design": "small.toml", "seed": SEED, "grid": grid})
    return cell_addresses(sweep_cells(sweep, design), seed=SEED)


def compare_addresses() -> Finding:
    """Addresses of a design that is written otherwise, and of changed ones."""
    worst, design = Worst(0.0, "wrong addresses"), read_design(DESIGN)
    known = np.array(_addresses(design))
    again = np.array(_addresses(_reread(design)))
    worst.add((again != known).astype(float), "written and read again")
    for name, value in (("alpha", 0.02), ("looks", [{"events": 21}, {"events": 40}])):
        changed = np.array(_addresses(read_design(DESIGN | {name: value})))
        worst.add(np.isin(changed, known).astype(float), f"{name} changed")
    return worst.finding()


def _reread(design: TrialDesign) -> TrialDesign:
    """Write the design to a file and read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.toml"
        path.write_text(design_text(design), encoding="utf-8")
        return load_design(path)


CHECKS = (
    Check(
        name="cells of a sweep",
        requirement="sweeps.cells",
        grade="regression",
        claim="A cell has the same bits alone, with others, and added up from two runs.",
        source="the simulator itself",
        subject="simulate.sweep.result.total",
        compare=compare_parts,
        seconds=5.0,
    ),
    Check(
        name="content addresses",
        requirement="sweeps.cells",
        grade="regression",
        claim="Equal designs have equal addresses however they are written; changed ones do not.",
        source="designs in the check",
        subject="simulate.sweep.address.cell_addresses",
        compare=compare_addresses,
    ),
)
