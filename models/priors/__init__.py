"""Priors of the log hazard ratio: named, elicited, learnt from other trials, exchanged."""

from models.priors.normal_mixture import NormalMixture
from models.priors.normal_update import UpdatedMixture, update_mixture
from models.priors.reweight import ReweightedDraws, reweight

__all__ = ["NormalMixture", "ReweightedDraws", "UpdatedMixture", "reweight", "update_mixture"]
