"""A whole sweep in one call, in this process and without a folder: for grids that are small."""

from collections.abc import Sequence

import xarray as xr

from simulate.design.trial import TrialDesign
from simulate.sweep.cells import sweep_cells
from simulate.sweep.dataset import sweep_dataset
from simulate.sweep.groups import group_cells
from simulate.sweep.result import CellResult
from simulate.sweep.simulate import simulate_group
from simulate.sweep.sweep import Sweep


def simulate_sweep(sweep: Sweep, design: TrialDesign, *, trials: int | None = None) -> xr.Dataset:
    """Simulate every cell of a sweep; `replan sweep` does the same on many processes and resumes.

    Parameters
    ----------
    sweep : Sweep
        Its seed decides the trials.
    design : TrialDesign
        What the sweep varies.
    trials : int, optional
        Of each cell, in place of the sweep's.

    Returns
    -------
    xarray.Dataset
        Dims are those of the grid, and `endpoint look outcome measure quantile batch`; the share
        of trials that succeed is `success`, and every estimate has its Monte Carlo standard error
        under the same name with `_se`. The same figures, to the bit, as in `sweep.nc`.

    Raises
    ------
    ValueError
        If a field or a value does not fit the design: one sentence.

    Examples
    --------
    >>> from simulate import load_design, read_sweep, simulate_sweep
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> grid = {"hr": {"field": "truth.effect.hr", "values": [0.7, 1.0]}}
    >>> sweep = read_sweep({"name": "effect", "design": "os_alone.toml", "seed": 1, "grid": grid})
    >>> found = simulate_sweep(sweep, design, trials=200)
    >>> found["success"].dims, bool(found["success"].sel(hr=0.7) > found["success"].sel(hr=1.0))
    (('hr',), True)
    """
    cells = sweep_cells(sweep, design)
    results: list[CellResult | None] = [None] * len(cells)
    for group in group_cells(cells):
        members = [cells[place] for place in group.members]
        found: Sequence[CellResult] = simulate_group(
            members, seed=sweep.seed, trials=sweep.trials if trials is None else trials
        )
        for place, result in zip(group.members, found, strict=True):
            results[place] = result
    return sweep_dataset(sweep, cells, results)
