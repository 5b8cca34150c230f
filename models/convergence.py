"""Gates of convergence: whether Markov chains may be believed.

`gate` looks at named quantities of any sampler, `sampler_gate` at what nutpie says of itself, and
`fits_gate` at fits of many sets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.chain_diagnostics import ChainDiagnostics, diagnose_chains
from models.check_result import CheckResult

if TYPE_CHECKING:
    import xarray as xr

R_HAT_LIMIT = 1.01
ESS_LIMIT = 400.0
E_BFMI_LIMIT = 0.3


def gate(
    draws: Mapping[str, ArrayLike],
    *,
    r_hat_limit: float = R_HAT_LIMIT,
    ess_limit: float = ESS_LIMIT,
) -> list[CheckResult]:
    """Judge each named quantity by R-hat, bulk and tail effective sample size.

    Parameters
    ----------
    draws : mapping of str to array_like, shape (chain, draw)
        Name and draws of each quantity, all of one shape.
    r_hat_limit : float
        Largest rank-normalised split R-hat that passes.
    ess_limit : float
        Smallest bulk and tail effective sample size that passes.

    Returns
    -------
    list of CheckResult
        One for each quantity, in order. A quantity that never moves in any chain has no verdict:
        it may be fixed by the data.
    """
    if not draws:
        return []
    stacked = np.stack([np.asarray(values, dtype=float) for values in draws.values()], axis=-1)
    found = diagnose_chains(stacked)
    fixed = (stacked == stacked[:1, :1]).all(axis=(0, 1))
    return [
        _fixed(name) if fixed[i] else _mixing(name, found, i, r_hat_limit, ess_limit)
        for i, name in enumerate(draws)
    ]


def sampler_gate(stats: xr.Dataset, *, e_bfmi_limit: float = E_BFMI_LIMIT) -> list[CheckResult]:
    """Judge divergences, tree depth and energy as nutpie reports them.

    Parameters
    ----------
    stats : xarray.Dataset
        `diverging`, `maxdepth_reached` and `energy` by (..., chain, draw); `e_bfmi` by (...,
        chain) is taken as it is where present, since thinned energies look better than they are.
    e_bfmi_limit : float
        Smallest estimated Bayesian fraction of missing information that passes.

    Returns
    -------
    list of CheckResult
        Divergences and exhausted trees pass only at 0.
    """
    divergences = int(stats["diverging"].sum())
    exhausted = int(stats["maxdepth_reached"].sum())
    if "e_bfmi" in stats:
        lowest = float(stats["e_bfmi"].min())
    else:
        lowest = float(e_bfmi(stats["energy"].transpose(..., "chain", "draw").values).min())
    return [
        CheckResult(
            name="divergences",
            passed=divergences == 0,
            values={"divergences": divergences},
            text=f"{divergences} divergent transitions, 0 allowed",
        ),
        CheckResult(
            name="tree depth",
            passed=exhausted == 0,
            values={"maxdepth_reached": exhausted},
            text=f"{exhausted} draws stopped at the largest tree depth, 0 allowed",
        ),
        CheckResult(
            name="energy",
            passed=lowest >= e_bfmi_limit,
            values={"e_bfmi": lowest},
            text=f"lowest E-BFMI of a chain {lowest:.2f}, at least {e_bfmi_limit:g} needed",
        ),
    ]


def fits_gate(tree: xr.DataTree) -> CheckResult:
    """Judge whether the chains of every PyMC fit agree and hold enough draws.

    Parameters
    ----------
    tree : xarray.DataTree
        With `convergence` of every set: `passed`, `r_hat`, `ess_bulk`, `ess_tail`.
    """
    found = tree["convergence"].to_dataset()
    failed = int((~found["passed"].astype(bool)).sum())
    sets = found.sizes["imputation"]
    worst = float(found["r_hat"].max())
    least = float(min(found["ess_bulk"].min(), found["ess_tail"].min()))
    return CheckResult(
        name="convergence of the PyMC fits",
        passed=failed == 0,
        values={"failed": failed, "sets": sets, "r_hat": worst, "ess": least},
        text=(
            f"{sets - failed} of {sets} fits converged: largest R-hat {worst:.4f}, smallest "
            f"effective sample size {least:.0f}"
        ),
    )


def e_bfmi(energy: ArrayLike) -> NDArray[np.float64]:
    """Estimate the Bayesian fraction of missing information of each chain.

    Parameters
    ----------
    energy : array_like, shape (..., draw)
        Energy of each draw.

    Returns
    -------
    numpy.ndarray, shape (...)
        Below 0.3 the momentum refreshments are too small for the tails.

    References
    ----------
    Betancourt 2016, arXiv 1604.00695.
    """
    values = np.asarray(energy, dtype=float)
    moved = np.square(np.diff(values, axis=-1)).mean(axis=-1)
    return np.asarray(moved / values.var(axis=-1, ddof=1))


def _mixing(
    name: str, found: ChainDiagnostics, index: int, r_hat_limit: float, ess_limit: float
) -> CheckResult:
    r_hat, bulk, tail = (float(part[index]) for part in found)
    ok = r_hat <= r_hat_limit and bulk >= ess_limit and tail >= ess_limit
    return CheckResult(
        name=name,
        passed=ok,
        values={"r_hat": r_hat, "ess_bulk": bulk, "ess_tail": tail},
        text=(
            f"R-hat {r_hat:.4f} (at most {r_hat_limit:g}), effective sample size "
            f"{bulk:.0f} bulk and {tail:.0f} tail (at least {ess_limit:g})"
        ),
    )


def _fixed(name: str) -> CheckResult:
    return CheckResult(
        name=name,
        passed=None,
        values={"r_hat": math.nan, "ess_bulk": math.nan, "ess_tail": math.nan},
        text="the same in every draw of every chain: nothing to judge",
    )
