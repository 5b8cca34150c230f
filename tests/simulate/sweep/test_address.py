"""Addresses: any change of any field that matters changes them, and no way of writing does."""

import json
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from simulate.design import TrialDesign, design_text, read_design
from simulate.design.endpoints_fit import OF_ONE
from simulate.sweep.address import cell_address, cell_addresses
from simulate.sweep.cells import Cell
from simulate.sweep.code_version import code_version, reached

PRIOR = [{"weight": 0.5, "mean": 0.0, "sd": 1.0}, {"weight": 0.5, "mean": -0.4, "sd": 0.3}]
ANALYSIS = {
    "also": ["rmst"],
    "bayes": {"prior": PRIOR, "hr": 0.9},
    "max_combo": [{"rho": 0, "gamma": 0}, {"rho": 0, "gamma": 1}],
}
SITES = {"number": 10, "opening_months": 6.0, "per_site_month": 0.5}
STEPS = {"start": 0.0, "per_month": 5.0}, {"start": 6.0, "per_month": 10.0}
FACTOR = {
    "name": "spread",
    "levels": [{"name": "few", "prevalence": 0.7}, {"name": "many", "prevalence": 0.3}],
}
LOSS = {"control": {"per_12_months": 0.05}, "rt": {"cuts": [6.0], "rates": [0.01, 0.02]}}
LEVELS = {"spread": {"many": {"hazard_ratio": 1.5, "effect_ratio": 1.1}}}
FALLING = {"cuts": [6.0], "rates": [0.1, 0.05]}
PROPORTIONAL = {"kind": "proportional", "hr": 0.7}
EFFECTS = (
    PROPORTIONAL,
    {"kind": "delayed", "hr": 0.6, "delay": 3.0},
    {"kind": "waning", "hr": 0.6, "start": 6.0, "end": 12.0},
    {"kind": "crossing", "before": 1.2, "after": 0.6, "at": 6.0},
    {"kind": "piecewise", "cuts": [6.0], "hr": [1.0, 0.7]},
)
SPENDINGS = (
    {"kind": "pocock"},
    {"kind": "hwang_shih_decani", "gamma": -4.0},
    {"kind": "power", "rho": 3.0},
    {"kind": "user", "cumulative": [0.01, 0.025]},
    {"kind": "obrien_fleming"},
)
FUTILITIES = (
    {"kind": "beta_spending", "beta": 0.1},
    {"kind": "hazard_ratio", "hr": [1.0]},
    {"kind": "predictive", "probability": 0.1},
    None,
    None,
)
RULES = (
    {"kind": "hierarchical", "order": ["pfs", "os"]},
    {"kind": "split", "weights": {"pfs": 0.4, "os": 0.6}},
    {
        "kind": "graph",
        "weights": {"pfs": 0.4, "os": 0.6},
        "transitions": {"pfs": {"os": 1.0}, "os": {"pfs": 0.5}},
    },
    {"kind": "co_primary"},
)


def _one_endpoint(effect, spending, futility):
    return {
        "name": "one endpoint",
        "patients": 100,
        "recruitment": {"rates": STEPS, "ramp_up": 3.0},
        "randomisation": {"kind": "minimisation", "probability": 0.8},
        "factors": [FACTOR],
        "looks": [{"events": 30, "max_wait": 24.0}, {"events": 60, "months": 60.0}],
        "analysis": ANALYSIS,
        "efficacy": spending,
        "futility": futility,
        "harm": {"hr": 1.1},
        "truths": [
            {
                "name": "planning",
                "control": FALLING,
                "effect": effect,
                "cured": {"control": 0.1, "rt": 0.1},
                "drop_out": LOSS,
                "factors": LEVELS,
            },
        ],
    }


def _two_endpoints(rule):
    passage = {"control": {"median": 10.0}, "effect": PROPORTIONAL}
    return {
        "name": "two endpoints",
        "patients": 120,
        "recruitment": {"kind": "even", "sites": SITES},
        "randomisation": {"kind": "blocks", "block_sizes": [2, 4]},
        "factors": [FACTOR],
        "scans": {"schedule": [{"start": 0.0, "every": 2.0}], "window": 0.1},
        "endpoints": [
            {"name": "pfs", "analysis": ANALYSIS, "efficacy": {"kind": "pocock"}},
            {"name": "os"},
        ],
        "multiplicity": rule,
        "looks": [
            {"endpoint": "pfs", "events": 40, "analyse": ["pfs"]},
            {"endpoint": "os", "events": 50},
        ],
        "truths": [
            {
                "kind": "illness_death",
                "name": "planning",
                "progression": passage,
                "death_without_progression": passage,
                "death_after_progression": passage,
                "drop_out": LOSS,
                "drop_out_after_progression": LOSS,
                "switching": {"probability": 0.2, "hr": 0.9},
                "factors": LEVELS,
            },
        ],
    }


DESIGNS = [
    *(
        read_design(_one_endpoint(*parts))
        for parts in zip(EFFECTS, SPENDINGS, FUTILITIES, strict=True)
    ),
    *(read_design(_two_endpoints(rule)) for rule in RULES),
]
SOLVED_FOR = {"MarginalsTruth", "ControlMedians", "TreatedMarginals"}


def cell(design, truth=None, **fields):
    return Cell(point={}, derived={}, design=design, truth=truth or design.truths[0], **fields)


def address(design, **fields):
    return cell_address(cell(design, **fields), seed=1, code="one")


def places(value, path=()):
    """Paths of all fields of a design, and of all entries of its lists and tables."""
    if isinstance(value, BaseModel):
        inside = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, dict):
        inside = value
    elif isinstance(value, tuple):
        inside = dict(enumerate(value))
    else:
        return
    for step, part in inside.items():
        yield (*path, step), value, part
        yield from places(part, (*path, step))


def changed(value, path, new):
    """The same with one place changed, checked by nobody."""
    step, *rest = path
    part = getattr(value, step) if isinstance(value, BaseModel) else value[step]
    inside = changed(part, rest, new) if rest else new
    if isinstance(value, BaseModel):
        return value.model_copy(update={step: inside})
    if isinstance(value, dict):
        return value | {step: inside}
    return (*value[:step], inside, *value[step + 1 :])


def other(part):
    """Another value of the same kind."""
    if isinstance(part, bool):
        return not part
    if isinstance(part, int | float):
        return part + type(part)(1)
    if isinstance(part, str):
        return f"{part} changed"
    if isinstance(part, tuple):
        return part[:-1]
    if isinstance(part, dict):
        return {}
    return 7 if part is None else part


def changes(design):
    """Every place of a design where a value can be changed, and the changed design."""
    for path, owner, part in places(design):
        if other(part) != part and path != ("truths",):
            yield path, owner, changed(design, path, other(part))


def matters(path):
    """Whether results may depend on a field: all do but names, and tests computed beside."""
    if "also" in path:
        return False
    return not (path[-1] == "name" and (len(path) == 1 or path[-3:-2] == ("truths",)))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # values that nobody checked
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: str(design.name))
def test_every_change_of_every_field_changes_the_address(design):
    before = address(design)
    for path, _, after in changes(design):
        assert (address(after) != before) == matters(path), path


def test_every_field_of_every_part_was_changed():
    seen = {
        (type(owner).__name__, path[-1])
        for design in DESIGNS
        for path, owner, _ in [
            *changes(design),
            *(place for place in places(design) if isinstance(place[-1], BaseModel)),
        ]
    }
    every = {
        (model.__name__, field)
        for model in models_within(TrialDesign)
        for field in model.model_fields
    }
    missing = {(model, field) for model, field in every - seen if model not in SOLVED_FOR}
    assert missing == {("TrialDesign", "truths")}
    assert len(every) > 120


def models_within(annotation, found=None):
    """All models that a model can hold."""
    found = set() if found is None else found
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in found:
            found.add(annotation)
            for field in annotation.model_fields.values():
                models_within(field.annotation, found)
    else:
        for part in typing.get_args(annotation):
            models_within(part, found)
    return found


def test_marginals_enter_by_what_they_are_solved_for(small):
    truth = {
        "kind": "marginals",
        "name": "planning",
        "control": {"pfs_median": 8.0, "os_median": 14.0},
        "rt": {"pfs_hr": 0.7, "os_hr": 0.8},
        "deaths_without_progression": 0.1,
    }
    fields = {"endpoint": "pfs", "analysis": {}}
    given = small(**fields, truths=[truth])
    solved = json.loads(given.truths[0].solved().model_dump_json())
    assert address(given) == address(small(**fields, truths=[solved]))
    for changes in (
        {"control": {"pfs_median": 8.1, "os_median": 14.0}},
        {"rt": {"pfs_median": 11.0, "os_hr": 0.8}},
        {"deaths_without_progression": None, "correlation": 0.6},
        {"horizon": 50.0},
        {"drop_out": LOSS},
        {"os_null": True, "rt": {"pfs_hr": 0.7}, "control": {"pfs_median": 8, "os_median": 20}},
    ):
        there = {name: value for name, value in (truth | changes).items() if value is not None}
        assert address(small(**fields, truths=[there])) != address(given), changes


def test_truth_in_force_seed_code_and_estimates_enter(small):
    design = small()
    planning, late = design.truths
    addresses = {
        cell_address(cell(design, planning), seed=1, code="one"),
        cell_address(cell(design, late), seed=1, code="one"),
        cell_address(cell(design, planning), seed=2, code="one"),
        cell_address(cell(design, planning), seed=1, code="two"),
        cell_address(cell(design, planning, estimates=True), seed=1, code="one"),
    }
    assert len(addresses) == 5
    assert all(len(one) == 64 for one in addresses)


@settings(max_examples=40)
@given(st.sampled_from(DESIGNS[:6]), st.randoms(use_true_random=False), st.booleans())
def test_an_equal_design_written_differently_has_the_same_address(design, random, short):
    content = design.model_dump(mode="json", exclude_unset=short, exclude_none=True)
    if design.endpoints:
        for name in OF_ONE:
            content.pop(name, None)
    written = json.loads(json.dumps(_rewritten(content, random)))
    again = read_design(written)
    assert again == design
    assert address(again) == address(design)


def _rewritten(content, random):
    """Fields in another order, whole numbers without a point, other names."""
    if isinstance(content, dict):
        items = list(content.items())
        random.shuffle(items)
        return {name: _rewritten(part, random) for name, part in items}
    if isinstance(content, list):
        return [_rewritten(part, random) for part in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: str(design.name))
def test_names_and_the_file_do_not_matter(design):
    import tomllib

    truth = design.truths[0].model_copy(update={"name": "renamed"})
    renamed = design.model_copy(update={"name": "renamed", "truths": (truth, design.truths[0])})
    assert address(renamed) == address(design)
    assert address(read_design(tomllib.loads(design_text(design)))) == address(design)


def test_minus_zero_is_zero(small):
    rule = {"prior": [{"mean": 0.0}]}
    negative = {"prior": [{"mean": -0.0}]}
    first, second = (small(analysis={"bayes": one}) for one in (rule, negative))
    assert first == second
    assert address(first) == address(second)


def test_many_addresses_are_those_of_each(cells_of, rules):
    cells = cells_of({"rule": rules, "hr": {"field": "truth.effect.hr", "values": [0.6, 0.7]}})
    found = cell_addresses(cells, seed=3)
    assert found == [cell_address(one, seed=3) for one in cells]
    assert len(set(found)) == len(cells)


def test_the_code_is_what_a_cell_may_run():
    modules = reached("simulate.sweep.simulate")
    assert {
        "simulate.engine.trial",
        "simulate.illness_death.pack",
        "simulate.random_numbers",
        "simulate.boundaries.process",
        "simulate.multiplicity.decide",
        "simulate.truth.cox_limit",
        "simulate.sweep.tally",
        "models.compiled",
        "models.illness_death.markov",
        "models.survival.hazard",
    } <= modules
    outside = ("simulate.plots", "simulate.replay", "simulate.sweep.dataset", "simulate.sweep.expr")
    assert not [name for name in modules if name.startswith(outside)]
    assert len(code_version()) == 64
