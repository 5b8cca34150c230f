"""The truth in which radiotherapy changes nothing."""

from simulate.truth.effects import Proportional
from simulate.truth.kinds import OneTruth, Solved, solve
from simulate.truth.truth import Truth

NO_EFFECT = "no effect"


def no_effect(truth: OneTruth) -> Solved:
    """Return a truth with the control arm of another, and RT like it in every stratum.

    Parameters
    ----------
    truth : Truth, IllnessDeathTruth or MarginalsTruth
        Factors and switching are left out, too.

    Returns
    -------
    Truth or IllnessDeathTruth
        Under which every hazard ratio is 1.

    Examples
    --------
    >>> from simulate import load_design, no_effect, truth_estimands
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> truth_estimands(design, no_effect(design.truths[0])).median.round(1)
    array([13.7, 13.7])
    """
    nothing = Proportional(hr=1.0)
    solved = solve(truth)
    if isinstance(solved, Truth):
        return solved.model_copy(update={"name": NO_EFFECT, "effect": nothing, "factors": {}})
    passages = ("progression", "death_without_progression", "death_after_progression")
    alike = {
        name: passage.model_copy(update={"effect": nothing})
        for name in passages
        if (passage := getattr(solved, name)) is not None
    }
    return solved.model_copy(update={"name": NO_EFFECT, "factors": {}, "switching": None, **alike})
