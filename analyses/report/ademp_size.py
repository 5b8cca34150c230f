"""What ADEMP asks of `replan size`: the size at which a design has a power."""

from typing import Any

from analyses.report.ademp import Simulation
from analyses.report.blocks import Block, Column, Paragraph, Points, Table
from analyses.report.design_words import endpoints_of
from analyses.report.folder import Run
from analyses.report.truth_words import describe_truth
from analyses.report.wording import endpoint_name, figure, interval, listed, share, whole

VARIED = {
    "n": "patients; the events of the looks follow in proportion, rates of recruitment and "
    "calendar times stay",
    "events": "the events of all looks in proportion; patients and recruitment stay",
    "accrual": "all rates of recruitment in proportion; calendar times stay",
    "follow_up": "the months of all looks in proportion; patients, recruitment and events stay",
}
TARGETS = {
    "success": "success of the trial",
    "any": "winning at least one endpoint",
    "both": "winning both endpoints",
    "all": "winning all endpoints",
}
FITTED = {
    "statistic": "the mean, spread and skewness of the test statistic",
    "wins": "the share of trials that win",
}


def size_parts(run: Run, design: dict[str, Any]) -> Simulation:
    """Take ADEMP's particulars from a run of `replan size`."""
    document = run.document
    question, confirmed, search = (document[x] for x in ("question", "confirmed", "search"))
    truth = next(one for one in design["truths"] if one["name"] == question["truth"])
    endpoint = endpoints_of(design)[0]["name"]
    return Simulation(
        title=f"Size: {design['name']}",
        lead=answer_sentence(document),
        aims=f"To find the {question['unit']} with which {target(question['target'])} has a "
        f"probability of {question['power']:g} under the truth “{truth['name']}”.",
        factors=(
            Points(texts=(f"“{truth['name']}”: {describe_truth(truth, endpoint=endpoint)}.",)),
            Paragraph(text=f"Varied: {VARIED[question['way']]}."),
        ),
        combined=f"{len(document['points'])} sizes, chosen one after the other where they tell "
        "most about the answer.",
        estimands=f"The {question['unit']} at which P({target(question['target'])}) is "
        f"{question['power']:g}.",
        methods=(f"The power curve is fitted to {FITTED[search['fitted']]} by size.",),
        measures="The fitted size with its 95% Monte Carlo interval, and the power that other "
        "trials show at the size to plan with.",
        precision=f"{whole(search['trials'])} trials in the search, until half the interval is at "
        f"most {question['precision']:.1%} of the answer; {whole(confirmed['trials'])} other "
        "trials confirm it.",
        failures="None is possible without a sentence: a target that no size reaches is refused.",
        results=_results(document),
    )


def target(name: str) -> str:
    """Say in words what is to be shown."""
    return TARGETS.get(name, f"winning {endpoint_name(name)}")


def answer_sentence(document: dict[str, Any]) -> str:
    """Say the answer, its precision, and what confirms it."""
    question, answer, confirmed = (document[x] for x in ("question", "answer", "confirmed"))
    events = listed(
        f"{counts[-1]:g} {endpoint_name(name)} events at the last look"
        for name, counts in answer["events"].items()
        if counts
    )
    return (
        f"A power of {question['power']:g} for {target(question['target'])} takes "
        f"{answer['size']:g} {question['unit']}{f' ({events})' if events else ''}: fitted "
        f"{figure(answer['estimate'], 1)} (95% Monte Carlo interval "
        f"{interval(answer['lower'], answer['upper'], 1)}), and {whole(confirmed['trials'])} other "
        f"simulated trials of that size show {share(confirmed['power'], confirmed['mcse'])}."
    )


def _results(document: dict[str, Any]) -> tuple[Block, ...]:
    return (
        Paragraph(text=answer_sentence(document)),
        _trial(document["confirmed"]),
        _forms(document),
        Paragraph(text=document["why_they_differ"]),
        _points(document),
    )


def _trial(confirmed: dict[str, Any]) -> Table:
    spreads = {"Months": confirmed["months"], "Patients": confirmed["patients"]}
    spreads |= {f"{endpoint_name(name)} events": x for name, x in confirmed["events"].items()}
    return Table(
        name="at_the_stop",
        caption="A trial of this size at its stop.",
        columns=(
            Column(name="measure", heading="At the stop"),
            Column(name="mean", heading="Mean", digits=1),
            Column(name="mcse", heading="MC error"),
            Column(name="quantile_0.1", heading="10%", digits=1),
            Column(name="quantile_0.5", heading="50%", digits=1),
            Column(name="quantile_0.9", heading="90%", digits=1),
        ),
        rows=tuple(
            (name, spread["mean"], spread["mcse"], *spread["quantiles"])
            for name, spread in spreads.items()
        ),
    )


def _forms(document: dict[str, Any]) -> Table:
    keys = ("hazard_ratio", "schoenfeld", "freedman", "lachin_foulkes", "group_sequential")
    return Table(
        name="closed_forms",
        caption=f"{document['question']['unit'].capitalize()} by closed forms.",
        columns=(
            Column(name="endpoint", heading="Endpoint"),
            Column(name="hazard_ratio", heading="HR"),
            Column(name="schoenfeld", heading="Schoenfeld", digits=1),
            Column(name="freedman", heading="Freedman", digits=1),
            Column(name="lachin_foulkes", heading="Lachin–Foulkes", digits=1),
            Column(name="group_sequential", heading="Group-sequential", digits=1),
        ),
        rows=tuple(
            (endpoint_name(name), *(forms[key] for key in keys))
            for name, forms in document["closed_forms"].items()
        ),
    )


def _points(document: dict[str, Any]) -> Table:
    return Table(
        name="points",
        caption="Sizes that were simulated.",
        columns=(
            Column(name="size", heading=document["question"]["unit"].capitalize(), digits=1),
            Column(name="trials", heading="Trials", digits=0),
            Column(name="power", heading="Power"),
            Column(name="mcse", heading="MC error", digits=4),
        ),
        rows=tuple(
            tuple(point[name] for name in ("size", "trials", "power", "mcse"))
            for point in document["points"]
        ),
    )
