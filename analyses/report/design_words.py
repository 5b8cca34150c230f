"""A trial's design in sentences: patients, allocation, looks, tests, error."""

from typing import Any

from analyses.report.wording import endpoint_name, listed, test_label

Plain = dict[str, Any]
"""A design as its TOML text holds it."""

SPENDING = {
    "none": "no interim look stops for efficacy; the final analysis has all of alpha",
    "obrien_fleming": "spending function of O'Brien–Fleming type (Lan and DeMets)",
    "pocock": "spending function of Pocock type (Lan and DeMets)",
    "hwang_shih_decani": "spending function of Hwang, Shih and DeCani with gamma {gamma:g}",
    "power": "spending in proportion to the information to the power {rho:g}",
    "user": "alpha spent by a table",
}
SUCCESS = {"all": "all endpoints are won", "any": "any endpoint is won"}


def endpoints_of(design: Plain) -> list[Plain]:
    """Each endpoint with its analysis and rules, one or several."""
    if design.get("endpoints"):
        return list(design["endpoints"])
    fields = ("analysis", "efficacy", "futility")
    return [{"name": design["endpoint"]} | {x: design[x] for x in fields if x in design}]


def allocation(design: Plain) -> str:
    """Patients, arms and their ratio, randomisation, strata."""
    ratio = "{rt}:{control}".format(**design["allocation"])
    many = f"{design['patients']:,}" if "patients" in design else "The enrolled"
    strata = listed(factor["name"] for factor in design.get("factors", ()))
    return (
        f"{many} patients are randomised {ratio} to radiotherapy (RT) or control"
        f"{_method(design['randomisation'], strata)}."
    )


def _method(rule: Plain, strata: str) -> str:
    if rule["kind"] == "blocks":
        sizes = listed((str(size) for size in rule["block_sizes"]), last="or")
        within = f", stratified by {strata}" if rule.get("stratified") and strata else ""
        return f" in permuted blocks of {sizes}{within}"
    if rule["kind"] == "minimisation":
        return f" by minimisation over {strata} (probability {rule['probability']:g})"
    return {"simple": " independently", "alternating": " in a fixed order"}[rule["kind"]]


def recruitment(design: Plain) -> str:
    """How patients come."""
    given = design["recruitment"]
    how = {
        "poisson": "a Poisson process",
        "uniform": "independent uniform arrivals",
        "even": "even arrivals",
    }[given["kind"]]
    until = f" for {given['duration']:g} months" if "duration" in given else ""
    if "sites" in given:
        sites = given["sites"]
        return (
            f"Recruitment is {how}{until} at {sites['number']} sites that open over "
            f"{sites['opening_months']:g} months and then enrol {sites['per_site_month']:g} "
            "patients a month each."
        )
    rates = listed(
        f"{rate['per_month']:g} patients a month from month {rate['start']:g}"
        for rate in given["rates"]
    )
    ramp = f", rising linearly over {given['ramp_up']:g} months" if "ramp_up" in given else ""
    return f"Recruitment is {how}{until}: {rates}{ramp}."


def looks(design: Plain) -> str:
    """When the looks take place, and what each analyses."""
    every = [endpoint["name"] for endpoint in endpoints_of(design)]
    said = [_look(look, every) for look in design["looks"]]
    if len(said) == 1:
        return f"There is one analysis, {said[0]}."
    return f"The looks are {listed(said)}; the last is the final analysis."


def _look(look: Plain, every: list[str]) -> str:
    counted = look.get("endpoint", every[0])
    joint = " or " if look.get("combine") == "any" else " and "
    triggers = []
    if "events" in look:
        triggers.append(f"after {look['events']} {endpoint_name(counted)} events")
    if "months" in look:
        triggers.append(f"at month {look['months']:g}")
    if "min_follow_up" in look:
        triggers.append(f"when all patients have {look['min_follow_up']:g} months of follow-up")
    words = joint.join(triggers)
    if "max_wait" in look:
        words += f" (at the latest {look['max_wait']:g} months after the one before)"
    if look.get("analyse") and look["analyse"] != every:
        words += f" ({listed(endpoint_name(name) for name in look['analyse'])} alone)"
    return words


def error(design: Plain) -> str:
    """State the one-sided error, and how endpoints share it."""
    rule = design.get("multiplicity")
    level = f"The one-sided type I error is {design['alpha']:g}"
    if rule is None:
        return f"{level}."
    success = SUCCESS.get(design["success"], f"{endpoint_name(design['success'])} is won")
    return f"{level}; {_sharing(rule)}. The trial succeeds when {success}."


def _sharing(rule: Plain) -> str:
    if rule["kind"] == "hierarchical":
        first, *others = [endpoint_name(name) for name in rule["order"]]
        return f"{first} is tested first, {listed(others)} once it is won (hierarchical testing)"
    if rule["kind"] == "co_primary":
        return "the endpoints are co-primary, each tested at the whole of it, and all must be won"
    shares = listed(f"{endpoint_name(name)} {part:g}" for name, part in rule["weights"].items())
    if rule["kind"] == "split":
        return f"it is divided between the endpoints in parts of {shares}"
    return f"it starts in parts of {shares} and is passed on along a graph once an endpoint is won"


def testing(endpoint: Plain) -> str:
    """How one endpoint is tested at its looks."""
    analysis = endpoint["analysis"]
    stratified = "stratified " if analysis.get("stratified") else ""
    name, test = endpoint_name(endpoint["name"]), analysis["test"]
    if test == "bayes":
        rule = analysis["bayes"]
        return (
            f"{name} is won when the posterior probability of a hazard ratio below {rule['hr']:g} "
            f"exceeds {rule['probability']:g} at a look ({stratified}piecewise-exponential model, "
            f"exact quadrature){_futility(endpoint)}."
        )
    spent = endpoint.get("efficacy", {"kind": "none"})
    how = SPENDING[spent["kind"]].format(**spent)
    return f"{name} is tested by the {stratified}{test_label(test)}; {how}{_futility(endpoint)}."


def _futility(endpoint: Plain) -> str:
    rule = endpoint.get("futility")
    if rule is None:
        return ""
    kind = "binding" if rule.get("binding") else "non-binding"
    if rule["kind"] == "hazard_ratio":
        limits = listed(f"{limit:g}" for limit in rule["hr"])
        each = ", look by look" if len(rule["hr"]) > 1 else ""
        return f"; {kind} futility at an interim hazard ratio of at least {limits}{each}"
    if rule["kind"] == "predictive":
        return f"; {kind} futility below a predictive probability of {rule['probability']:g}"
    return f"; {kind} futility bounds that spend a type II error of {rule['beta']:g}"


def scans(design: Plain) -> str:
    """How progression is found; empty where the design has no scans."""
    given = design.get("scans")
    if given is None:
        return ""
    pieces = listed(
        f"every {piece['every']:g} months from month {piece['start']:g}"
        for piece in given["schedule"]
    )
    window = given.get("window", 0.0)
    within = f", each within {window:g} months of its date" if window else ""
    return f"Progression is found at scans {pieces}{within}."


def harm(design: Plain) -> str:
    """How harm for survival is watched; empty where it is not."""
    rule = design.get("harm")
    if rule is None:
        return ""
    watched = f"P(hazard ratio of death > {rule.get('hr', 1.0):g})"
    if "probability" not in rule:
        return f"Harm for survival is watched at every look by {watched}, without a stopping rule."
    return f"The trial stops for harm when {watched} exceeds {rule['probability']:g} at a look."
