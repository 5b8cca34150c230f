"""Whether a design's endpoints, looks, truths and multiplicity fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulate.design.endpoint import ENDPOINTS
from simulate.design.multiplicity import check_multiplicity
from simulate.truth.truth import Truth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

OF_ONE = ("endpoint", "analysis", "efficacy", "futility")


def check_endpoints(design: TrialDesign) -> None:
    """Refuse endpoints that the rest of the design does not know what to do with.

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.
    """
    if design.endpoints:
        _check_several(design)
    else:
        _check_single(design)
    _check_looks(design)
    _check_truths(design)


def _check_single(design: TrialDesign) -> None:
    for field in ("multiplicity", "stop_at_success"):
        if getattr(design, field):
            raise ValueError(
                f"{field} is given for one endpoint; it is about several, drop it or list the "
                "endpoints under [[endpoints]]"
            )


def _check_several(design: TrialDesign) -> None:
    names = [endpoint.name for endpoint in design.endpoints]
    if len(names) == 1:
        raise ValueError(
            f"endpoints has only {names[0]!r}; a trial of one endpoint says how it is tested in "
            f'analysis, efficacy and futility, set endpoint = "{names[0]}" or add another one'
        )
    for field in OF_ONE:
        if field in design.model_fields_set:
            raise ValueError(
                f"{field} is given beside endpoints; each endpoint has its own, move it into "
                "[[endpoints]] or drop it"
            )
    if design.multiplicity is None:
        raise ValueError(
            f"multiplicity is missing for {len(names)} endpoints; several share one alpha, say "
            'how: kind = "hierarchical", "split", "co_primary" or "graph"'
        )
    check_multiplicity(design.multiplicity, names)
    if design.success not in ("any", "all", *names):
        known = ", ".join(repr(name) for name in ("all", "any", *names))
        raise ValueError(f"success is {design.success!r}; it must be one of {known}, choose one")
    if design.multiplicity.kind == "co_primary" and design.success != "all":
        raise ValueError(
            f'success is "{design.success}" with co-primary endpoints; each is tested at the '
            'whole of alpha and only all together keep it, set success to "all"'
        )
    _check_binding(design)


def _check_binding(design: TrialDesign) -> None:
    kind = design.multiplicity.kind if design.multiplicity else ""
    for place, endpoint in enumerate(design.endpoints):
        binding = endpoint.futility is not None and endpoint.futility.binding
        if binding and kind == "graph":
            raise ValueError(
                f"endpoints.{place}.futility is binding under a graph; alpha that an endpoint may "
                "still receive rules out bounds that rely on futility, set binding to false"
            )


def _check_looks(design: TrialDesign) -> None:
    names = [endpoint.name for endpoint in design.tested()]
    for place, look in enumerate(design.looks):
        for name in (look.endpoint, *(look.analyse or ())):
            if name is not None and name not in names:
                known = ", ".join(repr(one) for one in names)
                raise ValueError(
                    f"looks.{place} is about {name!r}; the design tests {known}, name one of "
                    "these or add the endpoint"
                )
        if design.endpoints and look.events is not None and look.endpoint is None:
            raise ValueError(
                f"looks.{place}.events is {look.events} without an endpoint; with several it must "
                f'say whose events count, add endpoint = "{names[0]}"'
            )
    for name in names:
        if not design.looks_at(name):
            raise ValueError(
                f"looks: none analyses {name!r}; every endpoint needs a final analysis, add it to "
                "analyse of a look or drop the endpoint"
            )


def _check_truths(design: TrialDesign) -> None:
    for place, truth in enumerate(design.truths):
        single = isinstance(truth, Truth)
        if design.endpoints and single:
            raise ValueError(
                f"truths.{place} ({truth.name!r}) has one endpoint and the design several; "
                'patients must progress and die, use kind = "illness_death" or "marginals"'
            )
        if not single and any(one.name not in ENDPOINTS for one in design.tested()):
            raise ValueError(
                f"endpoint is {design.endpoint!r} with truths of progression and death; it must be "
                '"pfs" or "os", name one of these'
            )
        if single and design.scans is not None:
            raise ValueError(
                f"scans are given but truths.{place} ({truth.name!r}) has no progression; scans "
                'show when patients progress, drop them or use kind = "illness_death"'
            )
    if design.harm is not None and design.harm.probability is not None and not design.endpoints:
        raise ValueError(
            f"harm.probability is {design.harm.probability} but the design has one endpoint; a "
            "trial stops for harm where it tests several, leave it out so that harm is watched, or "
            "stop by futility"
        )
    harm = design.harm is not None
    if harm and any(isinstance(t, Truth) for t in design.truths) and design.endpoint != "os":
        raise ValueError(
            f'harm is watched on "os" and the truths have only {design.endpoint!r}; drop harm or '
            'use truths of kind "illness_death"'
        )
