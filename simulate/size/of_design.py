"""The size of a design for a power in one call: searched, and confirmed by other trials."""

import pandas as pd

from simulate.design.trial import TrialDesign
from simulate.size.answer import answer_size, vary_under
from simulate.size.trials import Trials


def size_for_power(
    design: TrialDesign,
    *,
    power: float,
    seed: int,
    target: str = "success",
    way: str = "n",
    truth: str | None = None,
    precision: float = 0.01,
    trials: int = 10_000,
    workers: int = 2,
) -> pd.DataFrame:
    """Find the size at which a design has a power, with closed forms beside it.

    Parameters
    ----------
    design : TrialDesign
    power : float
        Wanted, above the design's alpha and below 1.
    seed : int
        The same seed gives the same answer for any number of workers.
    target : str
        What is to be shown: "success", "any", "both", or an endpoint.
    way : {"n", "events", "accrual", "follow_up"}
        What is varied: patients (the events of the looks in proportion), events, rates of
        recruitment, or months of the looks.
    truth : str, optional
        Name of one of the design's truths; the first unless given.
    precision : float
        Half the 95% interval of the answer, over the answer; from 0.002 to 0.2.
    trials : int
        Other trials that confirm the answer.
    workers : int
        Threads.

    Returns
    -------
    pandas.DataFrame
        One row: `size` to plan with, in `unit`; `estimate` with its 95% Monte Carlo interval
        `lower` and `upper`; `power` that other trials show at `size`, with `mcse` and `trials`.
        Then the sizes by closed forms, `schoenfeld_os` and so on, of the endpoints that have them.

    Raises
    ------
    ValueError
        If the question makes no sense for the design, or the power is not reached: one sentence.

    Examples
    --------
    >>> from simulate import load_design, size_for_power
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> found = size_for_power(design, power=0.8, seed=1, precision=0.1, trials=1000)
    >>> found["unit"].item(), bool(320 < found["size"].item() < 420)
    ('patients', True)
    """
    known = {one.name: one for one in design.truths}
    name = design.truths[0].name if truth is None else truth
    if name not in known:
        raise ValueError(f"`truth` is {name!r} but the design has {', '.join(known)}; name one")
    if not design.alpha < power < 1 or not 0.002 <= precision <= 0.2:
        raise ValueError(
            f"`power` is {power:g} and `precision` {precision:g}; power must be above alpha "
            f"({design.alpha:g}) and below 1, precision from 0.002 to 0.2, such as 0.9 and 0.01"
        )
    variation = vary_under(design, known[name], way)
    simulated = Trials(variation, known[name], target=target, seed=seed, workers=workers)
    answer = answer_size(simulated, power=power, precision=precision, confirming=trials)
    estimate, confirmed = answer.found.estimate, answer.confirmed
    row: dict[str, object] = {
        "size": answer.size,
        "unit": variation.unit,
        "estimate": estimate.size,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "power": confirmed.power,
        "mcse": confirmed.mcse,
        "trials": confirmed.trials,
    }
    for endpoint, sizes in answer.forms.items():
        row |= {f"{_column(label)}_{endpoint}": one for label, one in sizes.known().items()}
    return pd.DataFrame([row])


def _column(label: str) -> str:
    return label.lower().replace("–", "_").replace("-", "_").replace(" ", "_")
