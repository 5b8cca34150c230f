"""Gates of an illness-death fit: whether its draws may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.check_result import CheckResult
from models.convergence import sampler_gate

if TYPE_CHECKING:
    import xarray as xr


def convergence_checks(tree: xr.DataTree) -> list[CheckResult]:
    """Judge a fit: every set's chains mixed, no divergence, tree depth and energy in order.

    Parameters
    ----------
    tree : xarray.DataTree
        From `fit_illness_death`.

    Returns
    -------
    list of CheckResult
        One that names the sets whose chains did not mix, then those of the sampler.
    """
    found = tree["convergence"].to_dataset()
    failed = found["imputation"].values[~found["passed"].values].tolist()
    worst = {
        "r_hat": float(found["r_hat"].max()),
        "ess_bulk": float(found["ess_bulk"].min()),
        "ess_tail": float(found["ess_tail"].min()),
    }
    named = f"; failed: {', '.join(map(str, failed))}" if failed else ""
    mixing = CheckResult(
        name="chains of every set",
        passed=not failed,
        values=worst,
        text=(
            f"{found.sizes['imputation'] - len(failed)} of {found.sizes['imputation']} sets mixed, "
            f"largest R-hat {worst['r_hat']:.4f}, smallest effective sample size "
            f"{worst['ess_bulk']:.0f} bulk and {worst['ess_tail']:.0f} tail{named}"
        ),
    )
    return [mixing, *sampler_gate(tree["sample_stats"].to_dataset())]


def demand_convergence(tree: xr.DataTree) -> xr.DataTree:
    """Return a fit whose every check holds.

    Parameters
    ----------
    tree : xarray.DataTree
        From `fit_illness_death`.

    Raises
    ------
    ValueError
        If a check failed: one sentence that names it.
    """
    for check in convergence_checks(tree):
        if not check.passed:
            raise ValueError(
                f"{check.name}: {check.text}; do not use these draws, raise `draws` and `tune`"
            )
    return tree
