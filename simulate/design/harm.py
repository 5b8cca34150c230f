"""Watching for harm: the posterior probability that radiotherapy shortens survival."""

from pydantic import Field

from simulate.design.bayes_rule import BayesModelChoice
from simulate.frozen import Probability, Ratio


class HarmRule(BayesModelChoice):
    """Harm watched at every look: P(HR of death > `hr` | data), by the exact posterior."""

    hr: Ratio = 1.0
    """Hazard ratio of death, RT versus control, above which radiotherapy harms."""
    probability: Probability | None = Field(default=None)
    """The trial stops when harm is more probable than this; only watched unless given."""
