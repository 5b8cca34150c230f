"""What a joint re-analysis says, and what it leans on, in a few sentences."""

from analyses.joint.analysis import JointAnalysis
from models.joint.counts import deaths_without_progression
from models.plots.wording import ratio_interval
from models.printed.predictive import SURPRISING, WORDS

HORIZON = 24.0


def what_it_says(run: JointAnalysis) -> list[str]:
    """Say what the posterior is, how both endpoints hang together, and what rests on the prior.

    Parameters
    ----------
    run : JointAnalysis

    Returns
    -------
    list of str
        Sentences that may be read alone.
    """
    return [_sets(run), _ratios(run), _benefit(run), _drawn_trials(run), *_caveats(run)]


def _sets(run: JointAnalysis) -> str:
    sets = run.settings.sets
    return (
        f"{sets} sets of {run.patients['patient'].nunique()} pseudo-patients were drawn, each with "
        "progression and death of the same patients; "
        f"{'every set prints' if _reproduced(run) else 'NOT every set prints'} every published "
        "figure of both endpoints."
    )


def _reproduced(run: JointAnalysis) -> bool:
    return bool((run.reproduction["reproduced"] == run.reproduction["sets"]).all())


def _ratios(run: JointAnalysis) -> str:
    table = run.hazard_ratios
    rows = table[(table["kind"] == "up to the month") & (table["time_months"] == HORIZON)]
    parts = [
        f"{row['part'].upper()} {ratio_interval(row['median'], row['lower'], row['upper'])}, "
        f"P(below 1) {row['p_below_1']:.3f}"
        for row in rows.to_dict("records")
    ]
    return (
        f"Mean hazard ratio up to {HORIZON:g} months, RT versus control (below 1 favours RT), "
        f"median with 95% central interval: {'; '.join(parts)}."
    )


def _benefit(run: JointAnalysis) -> str:
    table = run.benefit
    chosen = table[(table["measure"] == "rmst_difference") & (table["time_months"] == HORIZON)]
    row = chosen.iloc[0]
    return (
        f"RT prolongs the restricted mean up to {HORIZON:g} months of progression-free survival "
        f"with probability {row['p_pfs']:.3f}, of survival with {row['p_os']:.3f}, and of survival "
        f"given that it does of progression-free survival with {row['p_os_given_pfs']:.3f} "
        f"(Monte Carlo error {row['mcse_p_os_given_pfs']:.3f})."
    )


def _drawn_trials(run: JointAnalysis) -> str:
    """Say how far out the print is among trials drawn from the posterior, and what that shows."""
    drawn = run.predicted.after
    rows = drawn.table.dropna(subset="p").to_dict("records")
    out = sum(row["p"] < SURPRISING for row in rows)
    least = min(rows, key=lambda row: float(row["p"]))
    return (
        f"Among {drawn.figures.sizes['draw']} trials drawn from the posterior "
        f"{out or 'none'} of {len(rows)} printed figures {'is' if out < 2 else 'are'} in the "
        f"outer {SURPRISING:.0%} (smallest p {least['p']:.3f}, Monte Carlo error "
        f"{least['mcse_p']:.3f}: {least['endpoint'].upper()}, {WORDS[least['figure']]}). The "
        "posterior was made to hold these figures, so they check the shape of the model and are "
        "no further evidence for it."
    )


def _caveats(run: JointAnalysis) -> list[str]:
    clock = "randomisation" if run.settings.clock == "forward" else "progression"
    return [
        "The paper does not print who died without progression: "
        f"{deaths_without_progression(run.sample.draws).text}.",
        "Nor does it print which progression belongs to which death: months from progression to "
        "death, and with them the correlation of both times, rest on the model, whose hazard of "
        f"death after progression goes by time since {clock}; quote their median, not their mean.",
        "Survival is drawn towards what progression implies under this model; the re-analysis of "
        "each endpoint alone does not lean on it.",
    ]
