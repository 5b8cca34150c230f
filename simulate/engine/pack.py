"""From a design and a truth to what the engine's kernels take."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from simulate.design.analysis import Analysis
from simulate.design.bayes_rule import BayesModelChoice
from simulate.design.harm import HarmRule
from simulate.design.looks import Look
from simulate.design.trial import TrialDesign
from simulate.effect.bayes import BayesModel
from simulate.effect.cox import BRESLOW, EFRON
from simulate.engine.analyse import WANTED
from simulate.engine.follow import Outcomes, Progressing
from simulate.engine.look import LOOK
from simulate.engine.pack_late import pack_late
from simulate.engine.run import Scenario
from simulate.engine.trial import HarmPlan, Plan
from simulate.enrolment.enrol import NOBODY
from simulate.enrolment.pack import pack_enrolment
from simulate.illness_death.pack import pack_illness_death, pack_scans, passages_of
from simulate.truth.illness_death import IllnessDeathTruth
from simulate.truth.kinds import OneTruth, solve
from simulate.truth.pack import pack_truth
from simulate.truth.truth import Truth


def pack_scenario(design: TrialDesign, truth: OneTruth, *, every_test: bool = True) -> Scenario:
    """Pack a design under one truth.

    Parameters
    ----------
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    every_test : bool
        Compute the Cox fit, the Bayesian rule and the design's further tests at each look, too,
        whichever test decides; otherwise only what the deciding test needs.

    Returns
    -------
    Scenario

    Raises
    ------
    ValueError
        If the design cannot be recruited.
    """
    plans = pack_enrolment(design)
    solved = solve(truth)
    two = isinstance(solved, IllnessDeathTruth)
    rows = {"pfs": 0, "os": 1} if two else {}
    tested = design.tested()
    outcomes, progressing, hazard = (
        _progressing(design, solved)
        if isinstance(solved, IllnessDeathTruth)
        else _one_endpoint(design, solved)
    )
    wanted = np.concatenate(
        [
            pack_wanted(one.analysis, row=rows.get(one.name, 0), every_test=every_test)
            for one in tested
        ]
    )
    models = tuple(pack_bayes(one.analysis.bayes) for one in tested)
    watched = every_test or _stops_for_harm(design)
    return Scenario(
        plan=Plan(
            plans=plans,
            truth=outcomes,
            progressing=progressing,
            scale=math.log(2.0) / max(hazard, 1e-6),
            looks=pack_looks(
                design.looks,
                rows=[rows.get(look.endpoint or design.endpoint, 0) for look in design.looks],
                delay=design.data_cut_delay,
            ),
            wanted=wanted,
            models=models,
            late=pack_late(tested, alpha=design.alpha, every_test=every_test),
            harm=_harm(design, rows, wanted, models) if watched else None,
        ),
        patients=int(plans[0]["most_patients"]),
        strata=len(design.strata()),
    )


def pack_wanted(analysis: Analysis, *, row: int, every_test: bool) -> NDArray[np.void]:
    """Pack what is computed of one endpoint, as an array of WANTED (1,)."""
    wanted = np.zeros(1, WANTED)
    wanted["row"] = row
    wanted["cox"] = every_test or analysis.test in ("cox_wald", "cox_score")
    wanted["bayes"] = every_test or analysis.test == "bayes"
    wanted["stratified"] = analysis.stratified
    wanted["person_months"] = every_test
    wanted["ties"] = EFRON if analysis.ties == "efron" else BRESLOW
    wanted["threshold"] = math.log(analysis.bayes.hr)
    return wanted


def pack_looks(
    looks: tuple[Look, ...], *, rows: Sequence[int] | None = None, delay: float = 0.0
) -> NDArray[np.void]:
    """Pack the triggers of looks into an array of LOOK (look,).

    Parameters
    ----------
    looks : tuple of Look
    rows : sequence of int, optional
        Which of the patients' endpoints has the events that each look counts.
    delay : float
        Months from the triggers to the data cut.
    """
    packed = np.zeros(len(looks), LOOK)
    for place, look in enumerate(looks):
        packed[place]["events"] = look.events or 0
        for name in ("months", "min_follow_up", "max_wait"):
            value = getattr(look, name)
            packed[place][name] = math.nan if value is None else value
        packed[place]["any"] = look.combine == "any"
        packed[place]["row"] = 0 if rows is None else rows[place]
        packed[place]["delay"] = delay
    return packed


def _stops_for_harm(design: TrialDesign) -> bool:
    return design.harm is not None and design.harm.probability is not None


def _harm(
    design: TrialDesign,
    rows: dict[str, int],
    wanted: NDArray[np.void],
    models: Sequence[BayesModel],
) -> HarmPlan | None:
    """Harm as the design watches it; with several endpoints it always is watched."""
    rule = design.harm or (HarmRule() if design.endpoints else None)
    if rule is None:
        return None
    row, threshold, model = rows.get("os", 0), math.log(rule.hr), pack_bayes(rule)
    asked = [
        place
        for place, (one, other) in enumerate(zip(wanted, models, strict=True))
        if (one["row"], one["threshold"]) == (row, threshold) and all(map(_same, model, other))
    ]
    return HarmPlan(row, threshold, model, asked[0] if asked else NOBODY)


def _same(value: object, other: object) -> bool:
    return np.array_equal(np.asarray(value), np.asarray(other))


def pack_bayes(rule: BayesModelChoice) -> BayesModel:
    """Pack the model and the priors of a Bayesian rule."""
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


def _one_endpoint(design: TrialDesign, truth: Truth) -> tuple[Outcomes, None, float]:
    packed = pack_truth(design, truth)
    outcomes = Outcomes(
        cuts=packed.cuts,
        hazard=np.ascontiguousarray(packed.hazard),
        cured=packed.cured,
        drop_cuts=packed.drop_cuts,
        drop_out=np.ascontiguousarray(packed.drop_out),
    )
    return outcomes, None, float(packed.hazard.mean() + packed.drop_out.mean())


def _progressing(
    design: TrialDesign, truth: IllnessDeathTruth
) -> tuple[Outcomes, Progressing, float]:
    packed = pack_illness_death(design, truth)
    nothing = Outcomes(
        cuts=np.empty(0),
        hazard=np.empty((2, 1, 1)),
        cured=np.zeros(2),
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 1)),
    )
    progressing = Progressing(passages_of(packed), pack_scans(design.scans))
    return nothing, progressing, float(packed.hazard.sum(axis=0).mean() + packed.drop_out.mean())
