"""One packed simulation that serves every cell of a group."""

from collections.abc import Sequence

from simulate.design.analysis import LATE, Analysis
from simulate.design.trial import TrialDesign
from simulate.engine.late import LatePlan
from simulate.engine.pack import pack_scenario
from simulate.engine.pack_late import pack_late
from simulate.engine.run import Scenario
from simulate.sweep.cell import Cell
from simulate.sweep.groups import LATE_SETTINGS, Need, harm_plan, needs_of


def shared_scenario(cells: Sequence[Cell]) -> Scenario:
    """Pack what serves every cell of a group at once.

    Parameters
    ----------
    cells : sequence of Cell
        Of one group.

    Returns
    -------
    Scenario
        Computes what any of the cells needs; a field that two cells need is the same to the bit as
        it would be for either alone.
    """
    needs = [needs_of(cell) for cell in cells]
    analyses = [[one.analysis for one in cell.design.tested()] for cell in cells]
    serving = [
        _serving([row[e] for row in analyses], [row[e] for row in needs])
        for e in range(len(needs[0]))
    ]
    truth = cells[0].truth
    design = _with_analyses(cells[0].design, serving)
    scenario = pack_scenario(design, truth, every_test=False)
    wanted = scenario.plan.wanted
    for e in range(len(serving)):
        wanted[e]["cox"] = any(row[e].cox is not None for row in needs)
        wanted[e]["bayes"] = any(row[e].bayes is not None for row in needs)
    plan = scenario.plan._replace(late=_late(design, cells, needs), harm=harm_plan(design, truth))
    return Scenario(plan=plan, patients=scenario.patients, strata=scenario.strata)


def _late(
    design: TrialDesign, cells: Sequence[Cell], needs: Sequence[tuple[Need, ...]]
) -> tuple[LatePlan, ...] | None:
    """Pack the late tests of all cells, each endpoint's at the alpha of those that need them."""
    packed = pack_late(design.tested(), alpha=design.alpha, every_test=True)
    if packed is None:
        return None
    alphas = [design.alpha] * len(packed)
    for cell, row in zip(cells, needs, strict=True):
        for e, need in enumerate(row):
            alphas[e] = cell.design.alpha if need.late is not None else alphas[e]
    return tuple(plan._replace(alpha=alpha) for plan, alpha in zip(packed, alphas, strict=True))


def _serving(analyses: Sequence[Analysis], needs: Sequence[Need]) -> Analysis:
    """One analysis with the settings of those that need them, and all their late tests."""
    changes: dict[str, object] = {}
    for analysis, need in zip(analyses, needs, strict=True):
        if need.cox is not None:
            changes["ties"] = analysis.ties
        if need.bayes is not None:
            changes["bayes"] = analysis.bayes
        if need.late is not None:
            changes |= {name: getattr(analysis, name) for name in LATE_SETTINGS}
    tests = {analysis.test for analysis in analyses}
    changes["test"] = "log_rank"
    changes["also"] = tuple(test for test in LATE if test in tests)
    return analyses[0].model_copy(update=changes)


def _with_analyses(design: TrialDesign, analyses: Sequence[Analysis]) -> TrialDesign:
    if not design.endpoints:
        return design.model_copy(update={"analysis": analyses[0]})
    endpoints = [
        one.model_copy(update={"analysis": analysis})
        for one, analysis in zip(design.endpoints, analyses, strict=True)
    ]
    return design.model_copy(update={"endpoints": tuple(endpoints)})
