"""Designs that differ in everything that the engine can do, and their truths."""

from simulate.design import (
    Allocation,
    Analysis,
    BayesRule,
    Factor,
    HazardRatioFutility,
    Level,
    Look,
    NormalComponent,
    Randomisation,
    Rate,
    Recruitment,
    Sites,
    TrialDesign,
)
from simulate.truth import (
    Crossing,
    Cured,
    Delayed,
    DropOut,
    Hazards,
    LevelEffect,
    Loss,
    Piecewise,
    Proportional,
    Truth,
    Waning,
)

EVEN = Recruitment(kind="even", rates=(Rate(start=0.0, per_month=12.0),))
UNIFORM = Recruitment(kind="uniform", rates=(Rate(start=0.0, per_month=12.0),))
POISSON = Recruitment(kind="poisson", rates=(Rate(start=0.0, per_month=12.0),))
STEPS = Recruitment(
    kind="poisson",
    rates=(
        Rate(start=0.0, per_month=4.0),
        Rate(start=6.0, per_month=0.0),
        Rate(start=8.0, per_month=15.0),
    ),
)
RAMP = Recruitment(kind="uniform", rates=(Rate(start=0.0, per_month=15.0),), ramp_up=8.0)
SITES = Recruitment(kind="poisson", sites=Sites(number=12, opening_months=10.0, per_site_month=0.9))
FIXED_TIME = Recruitment(kind="poisson", rates=(Rate(start=0.0, per_month=10.0),), duration=16.0)
SIMPLE, TURNS = Randomisation(kind="simple"), Randomisation(kind="alternating")
BLOCKS = Randomisation(kind="blocks", block_sizes=(4,))
SIXES = Randomisation(kind="blocks", block_sizes=(3, 6))
STRATIFIED = Randomisation(kind="blocks", block_sizes=(2, 4), stratified=True)
MINIMISED = Randomisation(kind="minimisation", probability=0.8)
TWO = (
    Factor(
        name="spread",
        levels=(Level(name="few", prevalence=0.7), Level(name="many", prevalence=0.3)),
    ),
)
SIX = (
    *TWO,
    Factor(
        name="site",
        levels=(
            Level(name="a", prevalence=0.5),
            Level(name="b", prevalence=0.3),
            Level(name="c", prevalence=0.2),
        ),
    ),
)
STRONG = {"spread": {"many": LevelEffect(hazard_ratio=2.0)}}
MIXED = {
    "spread": {"many": LevelEffect(hazard_ratio=1.8, effect_ratio=1.4)},
    "site": {"c": LevelEffect(hazard_ratio=0.6)},
}
MEDIAN = Hazards(median=10.0)
FALLING = Hazards(cuts=(3.0, 9.0), rates=(0.12, 0.07, 0.03))
LOSS = DropOut(control=Loss(per_12_months=0.05), rt=Loss(per_12_months=0.1))
EARLY_LOSS = DropOut(
    control=Loss(cuts=(6.0,), rates=(0.03, 0.0)), rt=Loss(cuts=(6.0,), rates=(0.0, 0.02))
)
HR = Proportional(hr=0.7)
FINAL_ONLY = (Look(events=120),)
CUT_PRIOR = BayesRule(hr=0.9, prior=(NormalComponent(weight=1.0, mean=-0.1, sd=0.7),))


def design(
    name,
    *,
    patients=200,
    recruitment=UNIFORM,
    randomisation=BLOCKS,
    ratio=(1, 1),
    factors=(),
    looks=FINAL_ONLY,
    stratified=False,
    ties="efron",
    factors_truth=None,
    **truth,
):
    """A design and its truth: exponential with HR 0.7 unless told otherwise."""
    given = {"control": MEDIAN, "effect": HR, "factors": factors_truth or {}} | truth
    return TrialDesign(
        name=name,
        patients=None if recruitment.duration else patients,
        allocation=Allocation(control=ratio[0], rt=ratio[1]),
        recruitment=recruitment,
        randomisation=randomisation,
        factors=factors,
        looks=looks,
        futility=HazardRatioFutility(hr=(1.5,) * (len(looks) - 1)) if len(looks) > 1 else None,
        analysis=Analysis(stratified=stratified, ties=ties, bayes=CUT_PRIOR),
        truths=(Truth(name="truth", **given),),
    )


THREE_LOOKS = (Look(events=60), Look(events=90), Look(events=120))
BY_MONTHS = (Look(months=15.0), Look(months=30.0))
FOLLOW_UP = (Look(events=50), Look(min_follow_up=6.0))
PATIENCE = (Look(events=80, max_wait=14.0), Look(events=120, max_wait=9.0))
EITHER = (Look(events=70, months=16.0, combine="any"), Look(events=110, min_follow_up=9.0))

DESIGNS = (
    design("plain"),
    design("no effect, drop-out", effect=Proportional(hr=1.0), drop_out=LOSS),
    design("evenly in turns", recruitment=EVEN, randomisation=TURNS),
    design("Poisson, simple", recruitment=POISSON, randomisation=SIMPLE, drop_out=LOSS),
    design("steps and a pause", recruitment=STEPS, looks=THREE_LOOKS),
    design("ramp-up", recruitment=RAMP, drop_out=EARLY_LOSS, looks=PATIENCE),
    design("sites", recruitment=SITES, randomisation=SIXES, ratio=(1, 2), looks=EITHER),
    design("fixed time", recruitment=FIXED_TIME, randomisation=SIMPLE, looks=BY_MONTHS),
    design("two to one", ratio=(2, 1), randomisation=SIXES, looks=THREE_LOOKS, drop_out=LOSS),
    design("three to one, simple", ratio=(3, 1), randomisation=SIMPLE, looks=FOLLOW_UP),
    design("delayed", effect=Delayed(hr=0.55, delay=4.0), looks=THREE_LOOKS),
    design("waning", effect=Waning(hr=0.5, start=3.0, end=12.0), control=FALLING),
    design("crossing", effect=Crossing(before=1.4, after=0.5, at=6.0), recruitment=POISSON),
    design("piecewise", effect=Piecewise(cuts=(2.0, 8.0), hr=(0.9, 0.5, 1.1)), control=FALLING),
    design("cured", cured=Cured(control=0.1, rt=0.25), looks=FOLLOW_UP, drop_out=LOSS),
    design("strata, blocks within", factors=TWO, randomisation=STRATIFIED, factors_truth=STRONG),
    design(
        "strata in the analysis",
        factors=TWO,
        randomisation=STRATIFIED,
        stratified=True,
        factors_truth=STRONG,
        looks=THREE_LOOKS,
    ),
    design(
        "six strata, effects differ",
        factors=SIX,
        randomisation=STRATIFIED,
        stratified=True,
        factors_truth=MIXED,
        recruitment=SITES,
        drop_out=LOSS,
    ),
    design("minimised", factors=SIX, randomisation=MINIMISED, factors_truth=MIXED, looks=PATIENCE),
    design(
        "minimised two to one",
        recruitment=POISSON,
        factors=TWO,
        randomisation=MINIMISED,
        ratio=(2, 1),
        stratified=True,
        factors_truth=STRONG,
        ties="breslow",
        looks=EITHER,
    ),
    design("small", patients=40, looks=(Look(events=12), Look(events=25)), recruitment=POISSON),
    design("events out of reach", cured=Cured(control=0.3, rt=0.3), drop_out=LOSS, control=FALLING),
    design("large effect", effect=Proportional(hr=0.35), looks=BY_MONTHS, drop_out=EARLY_LOSS),
)
