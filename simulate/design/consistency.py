"""Whether the parts of a design fit together: one sentence for the first that does not."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

from simulate.design.analysis import LATE
from simulate.design.endpoints_fit import check_endpoints
from simulate.design.factors import count_cells
from simulate.design.futility import BetaSpending, HazardRatioFutility
from simulate.design.names import check_names
from simulate.design.reachable import check_reachable, largest_size
from simulate.design.scans_fit import check_scans
from simulate.design.spending import UserSpending
from simulate.frozen import MOST_PATIENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulate.design.endpoint import Endpoint
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth

TOLERANCE = 1e-9
MOST_STRATA = 1000


def check_design(design: TrialDesign) -> None:
    """Refuse a design whose parts contradict each other.

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.
    """
    check_names("factors", [factor.name for factor in design.factors])
    check_names("truths", [truth.name for truth in design.truths])
    check_endpoints(design)
    _check_size(design)
    _check_randomisation(design)
    _check_order(design)
    if not design.endpoints:
        _check_information(design)
    for place, endpoint in enumerate(design.tested()):
        where = f"endpoints.{place}." if design.endpoints else ""
        looks = len(design.looks_at(endpoint.name))
        _check_efficacy(endpoint, where=where, looks=looks, alpha=design.alpha)
        _check_futility(endpoint, where=where, looks=looks)
    for truth in design.truths:
        _check_levels(design, truth)
    check_reachable(design)
    check_scans(design)


def _check_size(design: TrialDesign) -> None:
    duration = design.recruitment.duration
    if (design.patients is None) == (duration is None):
        given = "neither is" if duration is None else "both are"
        raise ValueError(
            f"patients and recruitment.duration: {given} given; exactly one fixes the size of the "
            "trial, give one of them"
        )
    size, strata = largest_size(design), count_cells(design.factors)
    if size > MOST_PATIENTS:
        raise ValueError(
            f"recruitment brings up to {size} patients in {duration:g} months; a trial can have "
            f"at most {MOST_PATIENTS}, lower the rates or the duration"
        )
    if strata > min(size, MOST_STRATA):
        raise ValueError(
            f"factors define {strata} strata for {size} patients; there must be at least one "
            f"patient for each stratum and at most {MOST_STRATA} strata, drop a factor or merge "
            "levels"
        )
    if any(one.analysis.stratified for one in design.tested()) and not design.factors:
        raise ValueError(
            "analysis.stratified is true without factors; a stratified analysis needs strata, add "
            "factors or set it to false"
        )


def _check_randomisation(design: TrialDesign) -> None:
    randomisation, total = design.randomisation, design.allocation.total()
    for size in randomisation.block_sizes:
        if size % total:
            raise ValueError(
                f"randomisation.block_sizes has {size} with allocation {design.allocation.control}:"
                f"{design.allocation.rt}; sizes must be multiples of {total}, such as "
                f"{(size // total + 1) * total}"
            )
    needs_factors = randomisation.stratified or randomisation.kind == "minimisation"
    if needs_factors and not design.factors:
        what = "minimisation" if randomisation.kind == "minimisation" else "stratified blocks"
        raise ValueError(
            f"randomisation is by {what} without factors; it balances factors, add them or choose "
            'kind "blocks" with stratified = false'
        )


def _check_order(design: TrialDesign) -> None:
    for endpoint in {look.endpoint for look in design.looks}:
        _check_increasing(design, "events", endpoint=endpoint)
    for field in ("months", "min_follow_up", "information"):
        _check_increasing(design, field)


def _check_increasing(design: TrialDesign, field: str, *, endpoint: str | None = None) -> None:
    given = [
        (place, value)
        for place, look in enumerate(design.looks)
        if (value := getattr(look, field)) is not None
        and (field != "events" or look.endpoint == endpoint)
    ]
    for (early, before), (late, after) in pairwise(given):
        if after <= before:
            raise ValueError(
                f"looks.{late}.{field} is {after:g} after {before:g} at looks.{early}; looks "
                "must be in order, each later than the one before: sort them or drop one"
            )


def _check_information(design: TrialDesign) -> None:
    last = design.looks[-1].information
    if last is not None and last != 1:
        raise ValueError(
            f"looks.{len(design.looks) - 1}.information is {last:g}; the last look is the final "
            "analysis and has all the information, set it to 1 or drop it"
        )
    spends = design.efficacy.kind != "none" or isinstance(design.futility, BetaSpending)
    shares = design.information()
    if shares is None and spends:
        raise ValueError(
            "looks: the planned information of an interim look is unknown; spending needs events "
            "at every look including the last, or information at each interim look, add them"
        )
    if shares is not None and any(later <= earlier for earlier, later in pairwise(shares)):
        raise ValueError(
            f"looks have planned information {[round(share, 4) for share in shares]}; it must "
            "increase strictly to 1, correct information or events"
        )


def _check_efficacy(endpoint: Endpoint, *, where: str, looks: int, alpha: float) -> None:
    kind, test = endpoint.efficacy.kind, endpoint.analysis.test
    if test == "bayes" and kind != "none":
        raise ValueError(
            f'{where}efficacy.kind is "{kind}" with analysis.test "bayes"; the Bayesian rule '
            'decides by analysis.bayes.probability and spends no alpha, set kind to "none" or '
            "change test"
        )
    idle = kind == "none" and endpoint.futility is None and test != "bayes"
    if idle and looks > 1:
        raise ValueError(
            f"{where}looks: {looks} are given but nothing can stop the trial before the last; "
            "interim looks need efficacy or futility, add one or keep the last look alone"
        )
    if isinstance(endpoint.efficacy, UserSpending):
        _check_table(f"{where}efficacy.cumulative", endpoint.efficacy, looks=looks, total=alpha)


def _check_table(name: str, table: UserSpending, *, looks: int, total: float) -> None:
    spent = table.cumulative
    if len(spent) != looks:
        raise ValueError(
            f"{name} has length {len(spent)} for {looks} looks; it needs one value for each look, "
            f"give {looks}"
        )
    if abs(spent[-1] - total) > TOLERANCE:
        raise ValueError(
            f"{name} ends at {spent[-1]:g}; all of {total:g} must be spent by the last look, set "
            f"the last value to {total:g}"
        )


def _check_futility(endpoint: Endpoint, *, where: str, looks: int) -> None:
    futility, interim, test = endpoint.futility, looks - 1, endpoint.analysis.test
    if futility is None:
        return
    if interim == 0:
        raise ValueError(
            f'{where}futility is "{futility.kind}" with one look; futility stops at interim looks, '
            "add one before the final analysis or drop futility"
        )
    if isinstance(futility, BetaSpending) and test == "bayes":
        raise ValueError(
            f'{where}futility is "beta_spending" with analysis.test "bayes"; beta is spent beside '
            'alpha and the Bayesian rule spends none, choose "hazard_ratio" or "predictive"'
        )
    if test in LATE:
        raise ValueError(
            f'{where}futility is "{futility.kind}" with analysis.test "{test}"; futility bounds '
            "are those of the log-rank and Cox tests, drop futility or change the test"
        )
    if isinstance(futility, HazardRatioFutility) and len(futility.hr) != interim:
        raise ValueError(
            f"{where}futility.hr has length {len(futility.hr)} for {interim} interim looks; it "
            f"needs one value for each look but the last, give {interim}"
        )
    if isinstance(futility, BetaSpending) and isinstance(futility.spending, UserSpending):
        name = f"{where}futility.spending.cumulative"
        _check_table(name, futility.spending, looks=interim + 1, total=futility.beta)


def _check_levels(design: TrialDesign, truth: OneTruth) -> None:
    known = {factor.name: [level.name for level in factor.levels] for factor in design.factors}
    where = f"truths: factors of {truth.name!r}"
    for factor, levels in truth.factors.items():
        if factor not in known:
            raise ValueError(f"{where} name {factor!r}; {_must_be('factor', factor, known)}")
        for level in levels:
            if level not in known[factor]:
                rule = _must_be(f"level of {factor!r}", level, known[factor])
                raise ValueError(f"{where} name {level!r}; {rule}")


def _must_be(what: str, name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    names = ", ".join(repr(one) for one in known)
    cure = f"did you mean {near[0]!r}?" if near else f"add it or use one of: {names or 'none'}"
    return f"it must be a {what} of the design, {cure}"
