"""From a design and a truth to what the engine's kernels take."""

import math

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from simulate.design.analysis import BayesRule
from simulate.design.looks import Look
from simulate.design.trial import TrialDesign
from simulate.effect.bayes import BayesModel
from simulate.effect.cox import BRESLOW, EFRON
from simulate.engine.look import LOOK
from simulate.engine.run import Scenario
from simulate.engine.trial import Outcomes, Wanted
from simulate.enrolment.pack import pack_enrolment
from simulate.truth.pack import PackedTruth, pack_truth
from simulate.truth.truth import Truth


def pack_scenario(design: TrialDesign, truth: Truth, *, every_test: bool = True) -> Scenario:
    """Pack a design under one truth.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth
    every_test : bool
        Compute the Cox fit and the Bayesian rule at each look, too, whichever test decides;
        otherwise only what the deciding test needs.

    Returns
    -------
    Scenario

    Raises
    ------
    ValueError
        If the design cannot be recruited.
    """
    plans = pack_enrolment(design)
    test = design.analysis.test
    return Scenario(
        plans=plans,
        truth=_outcomes(pack_truth(design, truth)),
        looks=pack_looks(design.looks),
        wanted=Wanted(
            cox=int(every_test or test in ("cox_wald", "cox_score")),
            bayes=int(every_test or test == "bayes"),
            stratified=int(design.analysis.stratified),
            person_months=int(every_test),
            ties=EFRON if design.analysis.ties == "efron" else BRESLOW,
            threshold=math.log(design.analysis.bayes.hr),
        ),
        model=pack_bayes(design.analysis.bayes),
        patients=int(plans[0]["most_patients"]),
    )


def pack_looks(looks: tuple[Look, ...]) -> NDArray[np.void]:
    """Pack the triggers of looks into an array of LOOK (look,)."""
    packed = np.zeros(len(looks), LOOK)
    for place, look in enumerate(looks):
        packed[place]["events"] = look.events or 0
        for name in ("months", "min_follow_up", "max_wait"):
            value = getattr(look, name)
            packed[place][name] = math.nan if value is None else value
        packed[place]["any"] = look.combine == "any"
    return packed


def pack_bayes(rule: BayesRule) -> BayesModel:
    """Pack the prior of the Bayesian rule."""
    control, rt = POSITIONS[rule.placement]
    return BayesModel(
        cuts=np.array(rule.cuts, dtype=float),
        shape=rule.baseline.shape,
        rate=rule.baseline.rate,
        control=control,
        rt=rt,
        weight=np.array([part.weight for part in rule.prior]),
        mean=np.array([part.mean for part in rule.prior]),
        sd=np.array([part.sd for part in rule.prior]),
    )


def _outcomes(truth: PackedTruth) -> Outcomes:
    hazard = truth.hazard.mean() + truth.drop_out.mean()
    return Outcomes(
        cuts=truth.cuts,
        hazard=np.ascontiguousarray(truth.hazard),
        cured=truth.cured,
        drop_cuts=truth.drop_cuts,
        drop_out=np.ascontiguousarray(truth.drop_out),
        scale=math.log(2.0) / max(float(hazard), 1e-6),
    )
