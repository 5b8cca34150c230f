"""Operating characteristics of a design in one call: simulated, and laid out as a tree."""

from collections.abc import Sequence

import xarray as xr

from simulate.design.text import design_text
from simulate.design.trial import TrialDesign
from simulate.operating.characteristics import characteristics
from simulate.operating.monitoring import all_planned_events, planned_events
from simulate.operating.several import SimulatedTrials, simulate_several
from simulate.operating.simulate import simulate_design
from simulate.operating.trial_characteristics import trial_characteristics
from simulate.truth.kinds import OneTruth


def operating_characteristics(
    design: TrialDesign,
    *,
    seed: int,
    trials: int = 10_000,
    truths: Sequence[str] = (),
    workers: int = 2,
) -> xr.DataTree:
    """Simulate a design under its truths: power, type I error, duration, estimates.

    Parameters
    ----------
    design : TrialDesign
        Of one endpoint or several.
    seed : int
        The same seed gives the same trials for any number of workers.
    trials : int
        Under each truth, at least 1.
    truths : sequence of str
        Names of the design's truths; all of them where none is named.
    workers : int
        Threads.

    Returns
    -------
    xarray.DataTree
        One group an endpoint with the variables of `characteristics.nc`, by (truth, test, …); of
        several endpoints also the group `trial` with those of `trial.nc`. What rests on simulated
        trials has its Monte Carlo standard error in a variable of the same name with `_mcse`.
        Attributes: the design (TOML), the seed, the direction of hazard ratios.

    Raises
    ------
    ValueError
        If a truth is not one of the design's, or the design cannot be recruited.

    Examples
    --------
    >>> from simulate import load_design, operating_characteristics
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> tree = operating_characteristics(design, seed=1, trials=200, truths=["planning"])
    >>> found = tree["os"].sel(truth="planning", test="log_rank")
    >>> bool(found["success"] > 0.7), round(float(found["success_mcse"]), 3) < 0.04
    (True, True)
    >>> found["at_stop_mean"].sel(measure=["month", "patients"]).dims
    ('measure',)
    """
    chosen = _choose(design, truths)
    if design.endpoints:
        groups = _of_several(design, chosen, seed=seed, trials=trials, workers=workers)
    else:
        events = planned_events(design, seed=seed)
        parts = [
            simulate_design(design, truth, events=events, seed=seed, trials=trials, workers=workers)
            for truth in chosen
        ]
        groups = {design.endpoint: characteristics(parts)}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {
        "design": design_text(design),
        "seed": seed,
        "hazard_ratio": "RT versus control, below 1 favours RT",
    }
    return tree


def _choose(design: TrialDesign, names: Sequence[str]) -> list[OneTruth]:
    known = {truth.name: truth for truth in design.truths}
    for name in names:
        if name not in known:
            raise ValueError(
                f"`truths` names {name!r} but the design has {', '.join(known)}; name one of these"
            )
    return [known[name] for name in names] if names else list(design.truths)


def _of_several(
    design: TrialDesign, truths: Sequence[OneTruth], *, seed: int, trials: int, workers: int
) -> dict[str, xr.Dataset]:
    events = all_planned_events(design, seed=seed)
    parts: list[SimulatedTrials] = [
        simulate_several(design, truth, events=events, seed=seed, trials=trials, workers=workers)
        for truth in truths
    ]
    each = {name: characteristics([part.endpoints[name] for part in parts]) for name in events}
    return {"trial": trial_characteristics(parts), **each}
