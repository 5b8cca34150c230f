"""A two-arm phase II trial drawn from the prior of an analysis, and what it would publish."""

from simulate.phase2.prior import Truths, draw_truths
from simulate.phase2.publication import KINDS, Kind, PublishingRules, publish
from simulate.phase2.selection import REASONS, reason_to_discard
from simulate.phase2.trial import PublishedTrial, draw_published_trial

__all__ = [
    "KINDS",
    "REASONS",
    "Kind",
    "PublishedTrial",
    "PublishingRules",
    "Truths",
    "draw_published_trial",
    "draw_truths",
    "publish",
    "reason_to_discard",
]
