"""Assurance of a design in one call: success averaged over a posterior, laid out as a dataset."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from simulate.assurance.assurance import find_assurance
from simulate.assurance.by_size import assurance_by_size
from simulate.assurance.posterior import PosteriorDraws
from simulate.design.trial import TrialDesign


def assurance_over_posterior(
    design: TrialDesign,
    posterior: PosteriorDraws,
    *,
    seed: int,
    target: str = "success",
    benefit: float = 0.8,
    trials: int = 20_000,
    workers: int = 2,
) -> xr.Dataset:
    """Average the probability of success of a design over what a posterior leaves open.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
        From `read_posterior` or `posterior_of`.
    seed : int
        The same seed gives the same answer for any number of workers.
    target : str
        What counts as success: "success", "any", "both", or an endpoint.
    benefit : float
        Hazard ratio, RT versus control, at or below which a benefit is one.
    trials : int
        Over all draws.
    workers : int
        Threads.

    Returns
    -------
    xarray.Dataset
        `assurance` and `benefit_given_success` with their Monte Carlo standard errors (`_mcse`),
        `power_at_mean` of the posterior, which is often quoted in place of assurance; by `draw`
        the smoothed `power`, `log_hr` (RT versus control) and `successes` among its trials.

    Raises
    ------
    ValueError
        If the posterior says nothing of the target, or there are too few draws or trials.

    Examples
    --------
    >>> import numpy as np
    >>> from simulate import PosteriorDraws, assurance_over_posterior, load_design
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> log_hr = np.random.default_rng(1).normal(-0.5, 0.3, 100)
    >>> control = np.full(100, np.log(2) / 13.7)
    >>> hazard = np.stack([control, control * np.exp(log_hr)], axis=-1)
    >>> posterior = PosteriorDraws(
    ...     kind="proportional", endpoints=("os",), cuts=np.array([]),
    ...     hazard=hazard[:, np.newaxis, :, np.newaxis],
    ... )
    >>> found = assurance_over_posterior(design, posterior, seed=1, trials=1000)
    >>> bool(0.6 < found["assurance"] < found["power_at_mean"])
    True
    """
    found = find_assurance(
        design, posterior, target=target, benefit=benefit, trials=trials, seed=seed, workers=workers
    )
    first = found.rows[0]
    at_mean = next(one for one in found.fixed if one.name == "posterior mean")
    values: dict[str, object] = {
        "power": ("draw", found.power),
        "log_hr": ("draw", found.log_hr),
        "successes": ("draw", found.simulated.success.sum(axis=1)),
        "power_at_mean": at_mean.power,
        "power_at_mean_mcse": at_mean.mcse,
    }
    if first.assurance is not None:
        values |= {"assurance": first.assurance.value, "assurance_mcse": first.assurance.mcse}
    if first.says is not None:
        given = first.says.benefit_given_success
        values |= {
            "benefit_given_success": np.nan if given is None else given.value,
            "benefit_given_success_mcse": np.nan if given is None else given.mcse,
        }
    return xr.Dataset(
        values,
        coords={"draw": found.simulated.numbers},
        attrs={
            "trials_a_draw": found.split.trials,
            "hazard_ratio": "RT versus control, below 1 favours RT",
        },
    )


def assurance_over_sizes(
    design: TrialDesign,
    posterior: PosteriorDraws,
    sizes: Sequence[int],
    *,
    seed: int,
    target: str = "success",
    draws: int = 2000,
    trials: int = 20_000,
    workers: int = 2,
) -> pd.DataFrame:
    """Average the probability of success over a posterior for several numbers of patients.

    Parameters
    ----------
    design : TrialDesign
        With a number of patients; the events that its looks wait for grow in proportion to it, its
        rates of recruitment stay.
    posterior : PosteriorDraws
        From `read_posterior` or `posterior_of`.
    sizes : sequence of int
        Numbers of patients.
    seed : int
        The same seed gives the same answer for any number of workers.
    target : str
        What counts as success: "success", "any", "both", or an endpoint.
    draws : int
        Draws of the posterior that are used.
    trials : int
        Over all draws, at each size.
    workers : int
        Threads.

    Returns
    -------
    pandas.DataFrame
        By `patients`: `assurance`, and the `power` if each hazard were at its posterior median,
        with their Monte Carlo standard errors (`_mcse`). Sizes share draws and random numbers, so
        that differences between rows are sharper than the errors say.

    Raises
    ------
    ValueError
        If design, posterior and target do not fit together, or a size cannot be had.

    Examples
    --------
    >>> import numpy as np
    >>> from simulate import PosteriorDraws, assurance_over_sizes, load_design
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> hazard = np.full((40, 1, 2, 1), np.log(2) / 13.7)
    >>> hazard[:, :, 1] *= np.exp(np.random.default_rng(1).normal(-0.4, 0.1, (40, 1, 1)))
    >>> posterior = PosteriorDraws(
    ...     kind="proportional", endpoints=("os",), cuts=np.array([]), hazard=hazard
    ... )
    >>> found = assurance_over_sizes(
    ...     design, posterior, [200, 400], seed=1, draws=40, trials=400
    ... )
    >>> bool(found.loc[200, "assurance"] < found.loc[400, "assurance"])
    True
    """
    found = assurance_by_size(
        design,
        posterior,
        sizes,
        target=target,
        draws=draws,
        trials=trials,
        seed=seed,
        workers=workers,
    )
    return pd.DataFrame(
        {
            "patients": [one.patients for one in found],
            "assurance": [one.assurance.value for one in found],
            "assurance_mcse": [one.assurance.mcse for one in found],
            "power": [one.power for one in found],
            "power_mcse": [one.power_mcse for one in found],
        }
    ).set_index("patients")
