"""Every term of an assurance, defined where it is printed."""

from analyses.assurance.run import AssuranceRun
from simulate.assurance.assurance import PILOT_DRAWS, PILOT_TRIALS
from simulate.assurance.effect import HORIZON

TARGETS = {
    "success": "the design's own rule of success",
    "any": "any endpoint won",
    "both": "both endpoints won",
    "all": "all endpoints won",
}


def definitions(run: AssuranceRun) -> dict[str, str]:
    """Terms and what they mean in this run."""
    found = run.found
    whose = found.question.words()
    if run.posterior.kind != "proportional":
        whose += (
            f" (RT versus control; where it changes, the mean of its log over the control arm's "
            f"events up to month {HORIZON:g})"
        )
    else:
        whose += " (RT versus control)"
    return {
        "success": TARGETS.get(found.question.target, f"{found.question.target} won"),
        "assurance": "P(success) averaged over the posterior: over what is not known of the truth "
        "as well as over trials",
        "power at the posterior mean": "P(success) if all log hazards and the log hazard ratio "
        "were known to be at their posterior means; often quoted for assurance, and larger "
        "whenever power is high, since power has more room to fall than to rise",
        "true benefit": f"{whose} is at most {found.benefit:g}",
        "P(true benefit), P(B)": "share of the posterior with a true benefit, before the trial",
        "P(true benefit | success), P(B | S)": "the same among trials that succeed",
        "P(success and HR ≥ 1), P(S and HR ≥ 1)": "share of all trials that succeed although RT is "
        "of no benefit",
        "P(success | HR ≥ 1), P(S | HR ≥ 1)": "share that succeeds of the trials in which RT is of "
        "no benefit: the type I error, averaged over such truths",
        "power over draws": "smoothed: success as a probit model of log HR, its square and the "
        "log of the control arm's mean hazard; the share of wins of a draw's few trials would be "
        "far too spread out",
        "worth": "number of equally weighted draws that weighed ones are worth; below 100, or with "
        "a Pareto k above 0.7, there is no answer",
    }


def split_sentence(run: AssuranceRun) -> str:
    """Say how trials were split over draws, and why."""
    split = run.found.split
    used = f"{split.draws:,} of {split.available:,} draws with {split.trials} trials each"
    best = "any number" if split.best == float("inf") else f"{split.best:.2f}"
    why = (
        f"the error is smallest at a cost with {best} trials a draw (root of cost {split.cost:g} × "
        f"variance within {split.within:.3f} ÷ variance between {split.between:.3f} draws, from a "
        f"pilot of {PILOT_DRAWS} draws × {PILOT_TRIALS})"
    )
    if not split.chosen:
        return f"{used}, as asked for; {why}"
    limits = "at least two, which the split of the error needs"
    return f"{used}: {why}; {limits}, and no more draws than there are"
