"""The threshold of a design's Bayesian rule in one call: simulated over nuisance values."""

from collections.abc import Sequence

from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import Calibration, calibrate, check_endpoint
from simulate.threshold.nuisance import NuisanceGrid


def calibrate_threshold(
    design: TrialDesign,
    *,
    alpha: float,
    seed: int,
    endpoint: str | None = None,
    hazard: Sequence[float] = (0.67, 1.0, 1.5),
    accrual: Sequence[float] = (0.5, 1.0, 2.0),
    drop_out: Sequence[float | None] = (0.0, 0.05, 0.2),
    trials: int = 20_000,
    workers: int = 2,
) -> Calibration:
    """Find the posterior probability to ask for, so that trials without effect rarely succeed.

    Parameters
    ----------
    design : TrialDesign
        With an endpoint that the Bayesian rule decides.
    alpha : float
        Type I error that is allowed, one-sided.
    seed : int
        The same seed gives the same answer for any number of workers.
    endpoint : str, optional
        Whose rule is meant; needed where several endpoints have one.
    hazard, accrual : sequence of float
        Factors on the control hazard and on the rates of recruitment.
    drop_out : sequence of float or None
        Probabilities of dropping out within 12 months in both arms; None for the design's own.
    trials : int
        At each combination of these values; the worst get five times as many others.
    workers : int
        Threads.

    Returns
    -------
    Calibration
        `rounded`, the threshold to plan with; `threshold` with its 95% Monte Carlo interval;
        `worst`, the values at which the error is largest, and `error` there with its standard
        error; `table` (DataFrame) of all combinations, which `plot_threshold` draws.

    Raises
    ------
    ValueError
        If no endpoint has a Bayesian rule, or a value is out of range: one sentence.

    Examples
    --------
    >>> from simulate import calibrate_threshold, load_design, replaced
    >>> design = replaced(
    ...     load_design("analyses/phase3/os_alone.toml"),
    ...     {"analysis.test": "bayes", "efficacy": {"kind": "none"}, "futility": None},
    ... )
    >>> found = calibrate_threshold(design, alpha=0.025, seed=1, hazard=[1.0], accrual=[1.0],
    ...                             drop_out=[None], trials=1000)
    >>> bool(found.threshold.lower < found.rounded < found.threshold.upper)
    True
    """
    grid = NuisanceGrid(hazard=tuple(hazard), accrual=tuple(accrual), drop_out=tuple(drop_out))
    return calibrate(
        design,
        grid,
        endpoint=check_endpoint(design, endpoint),
        alpha=alpha,
        trials=trials,
        seed=seed,
        workers=workers,
    )
