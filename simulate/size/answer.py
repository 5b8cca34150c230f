"""The size to plan a design with: searched from its closed forms, confirmed by other trials."""

from collections.abc import Callable
from dataclasses import dataclass

from simulate.design.trial import TrialDesign
from simulate.size.confirm import Confirmed, confirm
from simulate.size.forms import FormSizes, first_guess, sizes_by_closed_forms
from simulate.size.search import Found, Search
from simulate.size.trials import Trials
from simulate.size.vary import Variation, vary
from simulate.truth.kinds import OneTruth


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found.

    Attributes
    ----------
    found : Found
    size : float
        To plan with: rounded up.
    confirmed : Confirmed
    forms : dict of str to FormSizes
        By endpoint.
    """

    found: Found
    size: float
    confirmed: Confirmed
    forms: dict[str, FormSizes]


def answer_size(
    trials: Trials,
    *,
    power: float,
    precision: float,
    confirming: int,
    progress: Callable[[str, float, str], None] = lambda _stage, _done, _note: None,
) -> Answer:
    """Find the size that has a power, and confirm it.

    Parameters
    ----------
    trials : Trials
    power : float
    precision : float
        Half the width of the interval over the answer.
    confirming : int
        Other replicates at the answer.
    progress : callable
        Told the stage, the share of it that is done, and a note.

    Returns
    -------
    Answer

    Raises
    ------
    ValueError
        If the power is not reached, or the answer stays vague: one sentence.
    """
    variation, target = trials.variation, trials.target
    progress("closed forms", 0.0, "compiling kernels on first use")
    forms = sizes_by_closed_forms(variation, trials.truth, power=power, seed=trials.seed)
    search = Search(
        variation=variation,
        simulate=trials,
        power=power,
        precision=precision,
        seed=trials.seed,
        progress=lambda done, note: progress("search", done, note),
    )
    found = search.find(first_guess(forms, target, planned=variation.planned))
    size = variation.rounded_up(found.estimate.size)
    progress("confirming", 0.0, f"{confirming:,} other trials")
    outcomes = trials.outcomes(size, first=found.replicates, trials=confirming)
    confirmed = confirm(outcomes, target, looks=len(variation.design.looks))
    return Answer(found=found, size=size, confirmed=confirmed, forms=forms)


def vary_under(design: TrialDesign, truth: OneTruth, way: str) -> Variation:
    """Vary a design with its planning truth and the one that is asked about, no others.

    Each size checks the truths that its design has.
    """
    kept = tuple(one for one in design.truths if one in (design.truths[0], truth))
    return vary(design.model_copy(update={"truths": kept}), way)
