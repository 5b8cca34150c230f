"""Designs written as TOML are read back equal; the schema knows every field."""

import math
import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from simulate.design import TrialDesign, design_schema, design_text, load_design, read_design

ROOT = Path(__file__).parents[3]
DEFAULT = ROOT / "analyses" / "phase3" / "os_alone.toml"

names = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and text.strip())
ratios = st.floats(0.01, 100)
months = st.floats(0.1, 1000)
hazards = st.floats(1e-3, 1.0)


@st.composite
def pieces(draw, values):
    cuts = sorted(draw(st.lists(st.floats(0.5, 60), max_size=3, unique=True)))
    return cuts, draw(st.lists(values, min_size=len(cuts) + 1, max_size=len(cuts) + 1))


@st.composite
def effects(draw):
    kind = draw(st.sampled_from(["proportional", "delayed", "waning", "crossing", "piecewise"]))
    if kind == "piecewise":
        cuts, hr = draw(pieces(ratios))
        return {"kind": kind, "cuts": cuts, "hr": hr}
    start = draw(st.floats(0, 24))
    fields = {
        "proportional": {"hr": draw(ratios)},
        "delayed": {"hr": draw(ratios), "delay": draw(months)},
        "waning": {"hr": draw(ratios), "start": start, "end": start + draw(st.floats(0.5, 24))},
        "crossing": {"before": draw(ratios), "after": draw(ratios), "at": draw(months)},
    }
    return {"kind": kind} | fields[kind]


@st.composite
def factors(draw):
    chosen = draw(st.lists(names, max_size=2, unique=True))
    shares = {2: [0.3, 0.7], 3: [0.2, 0.3, 0.5]}
    made = []
    for name in chosen:
        levels = draw(st.lists(names, min_size=2, max_size=3, unique=True))
        pairs = zip(levels, shares[len(levels)], strict=True)
        made.append({"name": name, "levels": [{"name": n, "prevalence": p} for n, p in pairs]})
    return made


@st.composite
def truths(draw, known):
    hazard = {"median": draw(st.floats(1, 50))}
    if draw(st.booleans()):
        cuts, rates = draw(pieces(hazards))
        hazard = {"cuts": cuts, "rates": rates}
    changed = {}
    for factor in known:
        if draw(st.booleans()):
            level = draw(st.sampled_from(factor["levels"]))["name"]
            changed[factor["name"]] = {level: {"hazard_ratio": draw(ratios)}}
    return {
        "control": hazard,
        "effect": draw(effects()),
        "cured": {"rt": draw(st.floats(0, 0.1))},
        "drop_out": {"rt": {"per_12_months": draw(st.floats(0, 0.1))}},
        "factors": changed,
    }


@st.composite
def designs(draw):
    known = draw(factors())
    made = draw(st.lists(truths(known), min_size=1, max_size=3))
    named = draw(st.lists(names, min_size=len(made), max_size=len(made), unique=True))
    return {
        "name": draw(names),
        "endpoint": draw(names),
        "alpha": draw(st.floats(1e-6, 0.49)),
        "allocation": {"control": draw(st.integers(1, 3)), "rt": draw(st.integers(1, 3))},
        "patients": draw(st.integers(30, 2000)),
        "recruitment": {
            "kind": draw(st.sampled_from(["even", "uniform", "poisson"])),
            "rates": [{"start": 0, "per_month": draw(st.floats(2, 100))}],
        },
        "randomisation": {"kind": draw(st.sampled_from(["simple", "alternating"]))},
        "factors": known,
        "looks": [
            {"events": 10, "information": 0.5, "max_wait": 90},
            {"months": draw(months), "min_follow_up": draw(months), "max_wait": draw(months)},
        ],
        "efficacy": {"kind": "hwang_shih_decani", "gamma": draw(st.floats(-10, 2))},
        "truths": [truth | {"name": name} for truth, name in zip(made, named, strict=True)],
    }


@st.composite
def rules(draw):
    kind = draw(st.sampled_from(["co_primary", "hierarchical", "split", "graph"]))
    share = draw(st.sampled_from([0.25, 0.5, 0.75]))
    weights = {"pfs": share, "os": 1 - share}
    passed_on = {"pfs": {"os": draw(st.floats(0, 1))}, "os": {"pfs": draw(st.floats(0, 1))}}
    fields = {
        "co_primary": {},
        "hierarchical": {"order": draw(st.permutations(["pfs", "os"]))},
        "split": {"weights": weights},
        "graph": {"weights": weights, "transitions": passed_on},
    }
    return {"kind": kind} | fields[kind]


@st.composite
def analyses(draw):
    every = ["fleming_harrington", "modestly_weighted", "max_combo", "rmst", "milestone", "median"]
    powers = st.fixed_dictionaries({"rho": st.floats(0, 10), "gamma": st.floats(0, 10)})
    return {
        "also": draw(st.lists(st.sampled_from(every), unique=True)),
        "max_combo": draw(st.lists(powers, min_size=1, max_size=4)),
        "fleming_harrington": draw(powers),
        "rmst_until": draw(months),
        "modest_until": draw(months),
        "bayes": {"cuts": [3.0, 9.0], "hr": draw(ratios)},
    }


@st.composite
def transitions(draw):
    cuts, rates = draw(pieces(hazards))
    return {"control": {"cuts": cuts, "rates": rates}, "effect": draw(effects())}


@st.composite
def states(draw):
    switching = {"probability": draw(st.floats(0.01, 1)), "hr": draw(ratios)}
    return {
        "kind": "illness_death",
        "progression": draw(transitions()),
        "death_without_progression": draw(st.none() | transitions()),
        "death_after_progression": draw(transitions())
        | {"clock": draw(st.sampled_from(["forward", "reset"]))},
        "drop_out_after_progression": {"rt": {"per_12_months": draw(st.floats(0, 0.2))}},
        "switching": draw(st.none() | st.just(switching)),
    }


@st.composite
def marginals(draw):
    both = {"pfs_hr": draw(st.floats(0.75, 1.2)), "os_hr": draw(st.floats(0.8, 1.1))}
    one = {"pfs_hr": draw(st.floats(0.75, 1.2))}
    alike = draw(st.booleans())
    return {
        "kind": "marginals",
        "control": {"pfs_median": draw(st.floats(5, 8)), "os_median": draw(st.floats(15, 20))},
        "rt": one if alike else both,
        "os_null": alike,
        "horizon": draw(st.floats(10, 30)),
        "deaths_without_progression": draw(st.floats(0.01, 0.2)),
    }


@st.composite
def designs_of_two(draw):
    starts = sorted({0.0, *draw(st.lists(st.floats(4, 10), max_size=2))})
    every = [{"start": start, "every": draw(st.floats(1, 4))} for start in starts]
    made = draw(st.lists(states() | marginals(), min_size=1, max_size=3))
    harm = {"hr": draw(ratios), "probability": draw(st.none() | st.floats(0.1, 0.99))}
    rule = draw(rules())
    wins = ["all"] if rule["kind"] == "co_primary" else ["all", "any", "pfs", "os"]
    return {
        "name": draw(names),
        "patients": 400,
        "recruitment": {"kind": "even", "rates": [{"start": 0, "per_month": 20}]},
        "randomisation": {"kind": "simple"},
        "scans": draw(st.none() | st.just({"schedule": every})),
        "data_cut_delay": draw(st.floats(0, 3)),
        "endpoints": [
            {"name": name, "analysis": draw(analyses()), "efficacy": {"kind": "power"}}
            for name in draw(st.permutations(["pfs", "os"]))
        ],
        "multiplicity": rule,
        "success": draw(st.sampled_from(wins)),
        "stop_at_success": draw(st.booleans()),
        "harm": draw(st.none() | st.just(harm)),
        "looks": [
            {"endpoint": "pfs", "events": 30, "analyse": ["pfs"], "max_wait": 60},
            {"months": draw(st.floats(12, 60)), "endpoint": "os"},
        ],
        "truths": [truth | {"name": str(place)} for place, truth in enumerate(made)],
    }


@settings(max_examples=30)
@given(designs_of_two())
def test_a_written_design_of_two_endpoints_is_read_back_equal(tmp_path_factory, content):
    design = read_design(content)
    path = tmp_path_factory.getbasetemp() / "written.toml"
    path.write_text(design_text(design), encoding="utf-8")
    assert load_design(path) == design


@settings(max_examples=80)
@given(designs())
def test_a_written_design_is_read_back_equal(tmp_path_factory, content):
    design = read_design(content)
    path = tmp_path_factory.getbasetemp() / "written.toml"
    path.write_text(design_text(design), encoding="utf-8")
    assert load_design(path) == design


def test_the_default_design_is_read_back_equal(tmp_path):
    design = load_design(DEFAULT)
    path = tmp_path / "written.toml"
    path.write_text(design_text(design), encoding="utf-8")
    assert load_design(path) == design


def test_strange_names_survive(tmp_path, with_change):
    strange = 'a "quoted" \\ name – 名前 = [x] # not a comment'
    factor = ("factors.0.name", strange)
    effect = ("truths.0.factors", {strange: {"1 to 3": {"hazard_ratio": 2}}})
    design = read_design(with_change(factor, effect, ("name", strange)))
    path = tmp_path / "written.toml"
    path.write_text(design_text(design), encoding="utf-8")
    assert load_design(path) == design
    assert design.truths[0].factors[strange]["1 to 3"].hazard_ratio == 2


def test_what_is_not_given_is_not_written(default_content):
    written = tomllib.loads(design_text(read_design(default_content)))
    assert "duration" not in written["recruitment"]
    assert written["recruitment"]["kind"] == "poisson"
    assert written["looks"][0] == {"events": 150, "combine": "all"}
    assert math.isclose(written["analysis"]["bayes"]["probability"], 0.975)


def test_the_schema_describes_every_field():
    schema = design_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"].keys() == TrialDesign.model_fields.keys()
    ours = [table for name, table in schema["$defs"].items() if name != "GammaBaseline"]
    for table in [schema, *ours]:
        for field, about in table["properties"].items():
            assert about.get("description"), field
        assert table["additionalProperties"] is False
