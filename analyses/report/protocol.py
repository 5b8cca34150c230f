"""Plain words for a protocol: evidence of the phase II, sample size of the next trial."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analyses.report import design_words as words
from analyses.report.ademp import read_design_text
from analyses.report.ademp_assurance import assurance_sentence
from analyses.report.ademp_power import parts_of, range_words, success, truths_of
from analyses.report.ademp_size import answer_sentence
from analyses.report.barg import warnings_of
from analyses.report.barg_answer import effect_sentence
from analyses.report.blocks import Ready
from analyses.report.folder import Run
from analyses.report.rows import look_up
from analyses.report.truth_words import describe_truth
from analyses.report.wording import bracketed, endpoint_name, listed, share, versions, whole

PLANNED = ("power", "size", "assurance")
SOURCE = "[Say here what these assumptions rest on.]"
BRACKETS = "Figures in brackets are Monte Carlo standard errors of the simulation."


def protocol_texts(runs: tuple[Run, ...]) -> tuple[Ready, ...]:
    """Write what the phase II says, and the sample size of each design that was planned with.

    Parameters
    ----------
    runs : tuple of Run

    Returns
    -------
    tuple of Ready
        Empty where the runs say nothing that belongs into a protocol.
    """
    texts = [Ready(texts=_evidence(run)) for run in runs if run.kind == "reanalyse"]
    planned = [(run, read_design_text(run)) for run in runs if run.kind in PLANNED]
    for name in dict.fromkeys(design["name"] for _, design in planned):
        same = [(run, design) for run, design in planned if design["name"] == name]
        texts.append(Ready(texts=_sample_size(same)))
    return tuple(texts)


def _evidence(run: Run) -> tuple[str, ...]:
    document = run.document
    effects = " ".join(effect_sentence(one) for one in document["endpoints"].values())
    settings = json.loads(document["provenance"]["settings"])
    patients = (
        "The patient data are not public, so the posterior is that given the printed figures "
        f"alone ({_release(document['provenance'])}, seed {document['provenance']['seed']})."
    )
    warned = "".join(f"[{said}] " for said in warnings_of(run))
    prior = settings["log_hr"]
    return (
        f"Evidence of the phase II. {warned}The figures printed by {document['audit']['trial']} "
        "were re-analysed with a Bayesian piecewise-exponential model of proportional hazards, "
        f"with a normal prior of the log hazard ratio (mean {prior['mean']:g}, standard deviation "
        f"{prior['sd']:g}). {effects} {patients}",
    )


def _release(provenance: Mapping[str, Any]) -> str:
    """Name program and version."""
    return f"replan {versions(provenance).get('replan', 'of unknown version')}"


def _sample_size(planned: list[tuple[Run, dict[str, Any]]]) -> tuple[str, ...]:
    """Write what is known of one design: the trial, its power, its size, how sure success is."""
    kinds = {run.kind: (run, design) for run, design in planned}
    _, design = kinds.get("power", planned[0])
    texts = [f"Design. {design['name']}. {_joined(_the_trial(design))}"]
    if "power" in kinds:
        texts.append(f"Power. {_joined(_the_power(kinds['power'][0].document, design))} {BRACKETS}")
    if "size" in kinds:
        texts.append(f"Sample size. {answer_sentence(kinds['size'][0].document)}")
    if "assurance" in kinds:
        texts.append(f"Assurance. {assurance_sentence(kinds['assurance'][0].document)}")
    texts.append(f"Software. {_software([run.document for run, _ in planned])}")
    return tuple(texts)


def _software(documents: Sequence[Mapping[str, Any]]) -> str:
    """Say what simulated, in which versions, from which seeds."""
    releases = listed(dict.fromkeys(_release(document) for document in documents))
    seeds = list(dict.fromkeys(f"{document['seed']}" for document in documents))
    return f"Simulated with {releases}, seed{'s' if len(seeds) > 1 else ''} {listed(seeds)}."


def _joined(sentences: list[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _the_trial(design: dict[str, Any]) -> list[str]:
    return [
        words.allocation(design),
        words.recruitment(design),
        words.scans(design),
        words.error(design),
        *(words.testing(one) for one in words.endpoints_of(design)),
        words.looks(design),
        words.harm(design),
    ]


def _the_power(document: dict[str, Any], design: dict[str, Any]) -> list[str]:
    ran = truths_of(document)
    planning = design["truths"][0]["name"]
    first = planning if planning in ran else next(iter(ran))
    truth = next(one for one in design["truths"] if one["name"] == first)
    assumed = "planning assumptions" if first == planning else f"assumptions of “{first}”"
    endpoint = words.endpoints_of(design)[0]["name"]
    meaning = describe_truth(truth, endpoint=endpoint)
    return [
        f"The {assumed} (hazard ratios RT versus control) are: {meaning}. {SOURCE}",
        f"In {whole(ran[first])} simulated trials under them {_shares(document, design, first)}.",
        _futility(design),
        _closed_forms(document, design, first),
        _without_effect(document, design),
        _duration(document, design, first),
    ]


def _shares(document: dict[str, Any], design: dict[str, Any], truth: str) -> str:
    whole_trial = success(document, design, truth)
    if "trial" not in document:
        return f"the power is {bracketed(*whole_trial)}"
    powers = listed(
        f"{bracketed(*look_up(document['trial'], 'endpoint_success', truth=truth, endpoint=name))} "
        f"for {endpoint_name(name)}"
        for name in document["endpoints"]
    )
    return f"the power is {powers}; the trial succeeds with probability {bracketed(*whole_trial)}"


def _closed_forms(document: dict[str, Any], design: dict[str, Any], truth: str) -> str:
    known = [
        f"{share(part['closed_forms'][truth]['schoenfeld'])} for {endpoint_name(name)}"
        for name, part in parts_of(document, design).items()
        if part["closed_forms"].get(truth, {}).get("schoenfeld") is not None
    ]
    if not known:
        return ""
    alone = ", each endpoint alone" if len(known) > 1 else ""
    return (
        f"Schoenfeld's formula, for one analysis at the planned events{alone}, gives "
        f"{listed(known)}."
    )


def _futility(design: dict[str, Any]) -> str:
    ruled = any("futility" in endpoint for endpoint in words.endpoints_of(design))
    return "Trials that cross a futility bound are stopped in the simulation." if ruled else ""


def _without_effect(document: dict[str, Any], design: dict[str, Any]) -> str:
    """Errors under truths that leave an endpoint without an effect."""
    if "trial" in document:
        errors = {
            truth: look_up(document["trial"], "family_wise_error", truth=truth)
            for truth in truths_of(document)
        }
    else:
        forms = document["closed_forms"]
        errors = {
            truth: success(document, design, truth)
            for truth in truths_of(document)
            if forms[truth]["hazard_ratio"] == 1
        }
    said = [f"{bracketed(*one)} under “{truth}”" for truth, one in errors.items() if one.known]
    if not said:
        return "No truth without an effect was simulated, so the type I error is not shown."
    return (
        "The share of trials that claim an effect where there is none is "
        f"{listed(said)}, against a one-sided error of {design['alpha']:g}."
    )


def _duration(document: dict[str, Any], design: dict[str, Any], truth: str) -> str:
    if "trial" in document:
        rows, name, where = document["trial"], "trial_stop", {}
    else:
        test = words.endpoints_of(design)[0]["analysis"]["test"]
        rows, name, where = document["characteristics"], "at_stop", {"test": test}
    months, patients = (
        range_words(rows, name, digits, truth=truth, measure=measure, **where)
        for measure, digits in (("month", 1), ("patients", 0))
    )
    return (
        f"Under these assumptions the trial stops after {months} months on average, with "
        f"{patients} patients enrolled."
    )
