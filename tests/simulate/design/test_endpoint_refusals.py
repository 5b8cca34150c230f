"""Each rule of designs of two endpoints, broken once in an otherwise good file: what is said."""

import copy

import pytest
from pydantic import ValidationError

from simulate.design import read_design
from simulate.design.multiplicity import Hierarchical, check_multiplicity
from simulate.design.scans_fit import longest_follow_up

SAME = {"kind": "proportional", "hr": 1.0}
STATES = {
    "kind": "illness_death",
    "name": "states",
    "progression": {"control": {"rates": [0.06]}, "effect": {"kind": "proportional", "hr": 0.7}},
    "death_after_progression": {"control": {"rates": [0.1]}, "effect": SAME},
}
MARGINALS = {
    "kind": "marginals",
    "name": "planning",
    "control": {"pfs_median": 10.9, "os_median": 13.7},
    "rt": {"pfs_hr": 0.7, "os_hr": 0.75},
    "deaths_without_progression": 0.1,
}
ONE = {"name": "one", "control": {"median": 10.0}, "effect": {"kind": "proportional", "hr": 0.7}}
BETA = {"kind": "beta_spending", "beta": 0.2}
GOOD = {
    "name": "two endpoints",
    "patients": 400,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0, "per_month": 20}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "scans": {"schedule": [{"start": 0, "every": 1.5}, {"start": 12, "every": 3}], "window": 0.3},
    "endpoints": [
        {"name": "pfs", "efficacy": {"kind": "obrien_fleming"}},
        {"name": "os", "efficacy": {"kind": "obrien_fleming"}},
    ],
    "multiplicity": {"kind": "hierarchical", "order": ["pfs", "os"]},
    "looks": [
        {"endpoint": "pfs", "events": 200},
        {"endpoint": "pfs", "events": 280},
        {"endpoint": "os", "events": 300, "analyse": ["os"]},
    ],
    "truths": [MARGINALS, STATES],
}
ALONE = {name: GOOD[name] for name in ("name", "patients", "recruitment", "randomisation")} | {
    "endpoint": "os",
    "efficacy": {"kind": "obrien_fleming"},
    "looks": [{"events": 200}, {"events": 300}],
    "truths": [STATES],
}
SINGLE = ALONE | {"truths": [ONE]}


def put(content, path, value):
    """Set the entry at a dotted path, or drop it where the value is None."""
    changed = copy.deepcopy(content)
    *above, last = path.split(".")
    here = changed
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
    if value is None:
        del here[int(last) if isinstance(here, list) else last]
    elif isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return changed


def refusal(content):
    with pytest.raises(ValueError) as caught:
        read_design(content)
    assert not isinstance(caught.value, ValidationError)
    assert "\n" not in str(caught.value)
    return str(caught.value)


ENDPOINTS = [
    (
        "endpoints.1",
        None,
        "endpoints has only 'pfs'; a trial of one endpoint says how it is tested in",
    ),
    ("endpoints.1.name", "pfs", "endpoints has 2 entries named 'pfs'; names must differ"),
    ("endpoints.1.name", "ttp", "`endpoints.1.name` is 'ttp'; it must be 'pfs' or 'os'"),
    ("endpoint", "os", "endpoint is given beside endpoints; each endpoint has its own, move it"),
    ("analysis", {"test": "log_rank"}, "analysis is given beside endpoints; each endpoint has its"),
    ("efficacy", {"kind": "pocock"}, "efficacy is given beside endpoints; each endpoint has its"),
    ("futility", BETA, "futility is given beside endpoints; each endpoint has its own, move it"),
    ("success", "both", "success is 'both'; it must be one of 'all', 'any', 'pfs', 'os', choose"),
    ("looks.0.endpoint", None, "looks.0.events is 200 without an endpoint; with several it must"),
    ("looks.0.endpoint", "ttp", "`looks.0.endpoint` is 'ttp'; it must be 'pfs' or 'os'"),
    ("looks.0.analyse", [], "`looks.0.analyse` is []; it must not be empty"),
    ("looks.1.events", 200, "looks.1.events is 200 after 200 at looks.0; looks must be in order"),
    ("looks.2.events", 401, "looks.2.events is 401 of 400 patients; a patient has at most one"),
    ("truths.1", ONE, "truths.1 ('one') has one endpoint and the design several; patients must"),
    (
        "endpoints.0.efficacy",
        {"kind": "user", "cumulative": [0.01, 0.025, 0.025]},
        "endpoints.0.efficacy.cumulative has length 3 for 2 looks; it needs one value for each",
    ),
    (
        "endpoints.1.efficacy",
        {"kind": "user", "cumulative": [0.01, 0.015, 0.02]},
        "endpoints.1.efficacy.cumulative ends at 0.02; all of 0.025 must be spent by the last",
    ),
    (
        "endpoints.1.analysis",
        {"test": "bayes"},
        'endpoints.1.efficacy.kind is "obrien_fleming" with analysis.test "bayes"; the Bayesian',
    ),
    (
        "endpoints.0.efficacy",
        {"kind": "none"},
        "endpoints.0.looks: 2 are given but nothing can stop the trial before the last",
    ),
    (
        "endpoints.1.futility",
        {"kind": "hazard_ratio", "hr": [1.0]},
        "endpoints.1.futility.hr has length 1 for 2 interim looks; it needs one value",
    ),
    (
        "endpoints.1.analysis",
        {"stratified": True},
        "analysis.stratified is true without factors; a stratified analysis needs strata",
    ),
]
MULTIPLICITY = [
    (None, "multiplicity is missing for 2 endpoints; several share one alpha, say how"),
    ({}, "`multiplicity.kind` is missing; it must be"),
    ({"kind": "holm"}, "`multiplicity.kind` is 'holm'; it must be"),
    ({"kind": "hierarchical", "order": []}, "`multiplicity.order` is []; it must not be empty"),
    ({"kind": "hierarchical", "order": ["os"]}, "multiplicity.order leaves out 'pfs'; it must say"),
    (
        {"kind": "hierarchical", "order": ["os", "os"]},
        "`multiplicity`: order has 2 entries named 'os'; names must differ",
    ),
    (
        {"kind": "hierarchical", "order": ["pfs", "oss"]},
        "multiplicity.order names 'oss'; it must be an endpoint of the design, did you mean 'os'?",
    ),
    (
        {"kind": "split", "weights": {"pfs": 0.5, "os": 0.4}},
        "`multiplicity`: weights sum to 0.9; they divide the whole of alpha, change them",
    ),
    (
        {"kind": "split", "weights": {"pfs": 1.0}},
        "multiplicity.weights leaves out 'os'; it must say of every endpoint what it may spend",
    ),
    (
        {"kind": "split", "weights": {"pfs": 1.0, "os": 0.0}},
        "`multiplicity.weights.os` is 0.0; it must be greater than 0",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 0.5, "os": 0.6}},
        "`multiplicity`: weights sum to 1.1; they divide the whole of alpha, change them",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 0.5, "time": 0.5}},
        "multiplicity.weights names 'time'; it must be an endpoint of the design, use one of",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 1, "os": 0}, "transitions": {"pfs": {"os": 1.1}}},
        "`multiplicity.transitions.pfs.os` is 1.1; it must be less than or equal to 1",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 1, "os": 0}, "transitions": {"pfs": {"pfs": 1}}},
        "`multiplicity`: transitions.pfs names 'pfs' itself; alpha is passed on to other",
    ),
    (
        {
            "kind": "graph",
            "weights": {"pfs": 1, "os": 0},
            "transitions": {"pfs": {"os": 0.7, "x": 0.7}},
        },
        "`multiplicity`: transitions.pfs sum to 1.4; an endpoint cannot pass on more alpha",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 1, "os": 0}, "transitions": {"ps": {"os": 1}}},
        "multiplicity.transitions names 'ps'; it must be an endpoint of the design, did you mean",
    ),
    (
        {"kind": "graph", "weights": {"pfs": 1, "os": 0}, "transitions": {"pfs": {"o": 1}}},
        "multiplicity.transitions.pfs names 'o'; it must be an endpoint of the design",
    ),
]
ANALYSIS = [
    ({"also": ["rmst", "rmst"]}, "also names 'rmst' beside test or twice; each test is computed"),
    ({"test": "rmst", "also": ["rmst"]}, "also names 'rmst' beside test or twice"),
    (
        {"test": "max_combo", "max_combo": []},
        "`endpoints.0.analysis`: max_combo has no components; the test takes the largest z of some",
    ),
    ({"also": ["max_combo"], "max_combo": []}, "max_combo has no components"),
    ({"max_combo": [{"rho": 0}] * 5}, "`endpoints.0.analysis.max_combo`"),
    ({"max_combo": [{"rho": -1}]}, "`endpoints.0.analysis.max_combo.0.rho` is -1; it must be"),
    ({"fleming_harrington": {"gamma": 11}}, "fleming_harrington.gamma` is 11; it must be less"),
    ({"rmst_until": 0}, "`endpoints.0.analysis.rmst_until` is 0; it must be greater than 0"),
    ({"milestone": 1e4}, "`endpoints.0.analysis.milestone` is 10000.0; it must be less than or"),
    ({"modest_until": -1}, "`endpoints.0.analysis.modest_until` is -1; it must be greater than"),
    (
        {"test": "median", "stratified": True},
        'test "median" with stratified = true; it has no stratified form, set stratified to false',
    ),
    (
        {"also": ["milestone_log_log"], "stratified": True},
        'test "milestone_log_log" with stratified = true; it has no stratified form',
    ),
    ({"test": "max_comb"}, "did you mean 'max_combo'?"),
]
SCANS = [
    ({"schedule": []}, "`scans.schedule` is []; it must not be empty"),
    (
        {"schedule": [{"start": 1, "every": 2}]},
        "`scans`: schedule starts at month 1; it counts from randomisation, let its first piece",
    ),
    (
        {"schedule": [{"start": 0, "every": 2}, {"start": 0, "every": 3}]},
        "`scans`: schedule has starts [0.0, 0.0]; they must increase strictly, sort the pieces",
    ),
    (
        {"schedule": [{"start": 0, "every": 2}], "window": 1},
        "`scans`: window is 1 and the shortest interval between scans 2 months; scans must keep",
    ),
    (
        {"schedule": [{"start": 0, "every": 2}, {"start": 5, "every": 3}], "window": 0.6},
        "the shortest interval between scans 1 months; scans must keep their order, set window",
    ),
    ({"schedule": [{"start": 0, "every": 0}]}, "`scans.schedule.0.every` is 0; it must be greater"),
    (
        {"schedule": [{"start": 0, "every": 300}]},
        "scans: the first scan is at month 300 and nobody is followed for more than",
    ),
    (
        {"schedule": [{"start": 0, "every": 2}, {"start": 240, "every": 3}]},
        "scans: a piece of the schedule of scans starts at month 240 and nobody is followed for",
    ),
]
MARGINAL = [
    ("deaths_without_progression", None, "neither of deaths_without_progression and correlation"),
    ("correlation", 0.5, "both of deaths_without_progression and correlation given; either says"),
    ("rt.pfs_hr", None, "neither of pfs_median and pfs_hr of rt given; either fixes the effect"),
    ("rt.pfs_median", 15.0, "both of pfs_median and pfs_hr of rt given; either fixes the effect"),
    ("rt.os_hr", None, "neither of os_median and os_hr of rt given; either fixes the effect on"),
    ("os_null", True, "os_null is true and rt has an os_median or os_hr; overall survival is that"),
    (
        "control.os_median",
        9.0,
        "os_median of control is 9 and pfs_median 10.9 months; who has died is not free of",
    ),
    (
        "deaths_without_progression",
        0.95,
        "deaths_without_progression is 0.95 and os_median of control 13.7 months; then more than",
    ),
    (
        "rt.os_hr",
        0.05,
        "os_hr is 0.05; with a hazard ratio of progression-free survival of 0.7 and",
    ),
    ("control.pfs_median", 0, "`truths.0.control.pfs_median` is 0; it must be greater than or"),
    ("horizon", 0, "`truths.0.horizon` is 0; it must be greater than 0"),
]


@pytest.mark.parametrize(("path", "value", "says"), ENDPOINTS)
def test_a_broken_rule_of_endpoints_is_named(path, value, says):
    assert says in refusal(put(GOOD, path, value))


@pytest.mark.parametrize(("rule", "says"), MULTIPLICITY)
def test_a_broken_rule_of_multiplicity_is_named(rule, says):
    assert says in refusal(put(GOOD, "multiplicity", rule))


@pytest.mark.parametrize(("analysis", "says"), ANALYSIS)
def test_a_broken_analysis_is_named(analysis, says):
    assert says in refusal(put(GOOD, "endpoints.0.analysis", analysis))


@pytest.mark.parametrize(("scans", "says"), SCANS)
def test_broken_scans_are_named(scans, says):
    assert says in refusal(put(GOOD, "scans", scans))


@pytest.mark.parametrize(("path", "value", "says"), MARGINAL)
def test_marginals_without_hazards_are_refused(path, value, says):
    said = refusal(put(GOOD, f"truths.0.{path}", value))
    assert says in said
    assert "`truths.0" in said


ALIKE = put(put(MARGINALS, "rt.os_hr", None), "os_null", True)


@pytest.mark.parametrize(
    ("truth", "says"),
    [
        (
            put(put(MARGINALS, "deaths_without_progression", None), "correlation", 0.05),
            "correlation is 0.05; with pfs_median 10.9 and os_median 13.7 months of control it can",
        ),
        (
            put(ALIKE, "rt.pfs_hr", 0.5),
            "os_null is true and the hazard ratio of progression-free survival 0.5; with it more",
        ),
        (
            put(ALIKE, "control", {"pfs_median": 5, "os_median": 40})
            | {"deaths_without_progression": 0.45, "rt": {"pfs_hr": 0.6}},
            "RT's patients would need a negative hazard of death after progression",
        ),
        (
            put(put(MARGINALS, "rt.os_hr", None), "rt.os_median", 11.0),
            "os_median of rt is 11 and pfs_median 15.5714 months; who has died is not free",
        ),
        (
            put(put(MARGINALS, "rt.os_hr", None), "rt.os_median", 1200.0),
            "rt needs a hazard ratio of death after progression of",
        ),
    ],
)
def test_marginals_that_no_patients_can_have_are_refused(truth, says):
    assert says in refusal(put(GOOD, "truths.0", truth))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (put(SINGLE, "multiplicity", {"kind": "co_primary"}), "multiplicity is given for one"),
        (put(SINGLE, "stop_at_success", True), "stop_at_success is given for one endpoint; it is"),
        (put(SINGLE, "looks.0.endpoint", "pfs"), "looks.0 is about 'pfs'; the design tests 'os'"),
        (put(SINGLE, "looks.1.analyse", ["pfs"]), "looks.1 is about 'pfs'; the design tests 'os'"),
        (put(ALONE, "endpoint", "response"), "endpoint is 'response' with truths of progression"),
        (
            put(SINGLE, "scans", GOOD["scans"]),
            "scans are given but truths.0 ('one') has no progression; scans show when patients",
        ),
        (
            put(put(SINGLE, "endpoint", "pfs"), "harm", {}),
            "harm is watched on \"os\" and the truths have only 'pfs'; drop harm or use truths",
        ),
        (put(SINGLE, "harm", {"hr": 0}), "`harm.hr` is 0; it must be greater than or equal to"),
        (put(SINGLE, "harm", {"probability": 1}), "`harm.probability` is 1; it must be less than"),
        (
            put(SINGLE, "harm", {"probability": 0.9}),
            "harm.probability is 0.9 but the design has one endpoint; a trial stops for harm where",
        ),
        (
            put(SINGLE, "harm", {"prior": [{"weight": 0.5}]}),
            "`harm`: prior has weights that sum to 0.5; a mixture's weights must sum to 1",
        ),
        (put(SINGLE, "harm", {"cuts": [9, 3]}), "`harm`: cuts are [9.0, 3.0]; cut points must"),
        (
            put(SINGLE, "data_cut_delay", -1),
            "`data_cut_delay` is -1; it must be greater than or equal to 0",
        ),
        (
            put(put(SINGLE, "analysis", {"test": "max_combo"}), "futility", BETA),
            'futility is "beta_spending" with analysis.test "max_combo"; futility bounds are those',
        ),
    ],
)
def test_a_broken_rule_of_one_endpoint_is_named(content, says):
    assert says in refusal(content)


def test_co_primary_endpoints_must_all_win():
    good = put(GOOD, "multiplicity", {"kind": "co_primary"})
    assert read_design(good).success == "all"
    said = refusal(put(good, "success", "any"))
    assert 'success is "any" with co-primary endpoints; each is tested at the whole of' in said


def test_a_graph_has_no_binding_futility():
    graph = {"kind": "graph", "weights": {"pfs": 0.5, "os": 0.5}, "transitions": {}}
    futility = BETA | {"binding": True}
    said = refusal(put(put(GOOD, "multiplicity", graph), "endpoints.0.futility", futility))
    assert "endpoints.0.futility is binding under a graph; alpha that an endpoint may" in said
    read_design(put(GOOD, "endpoints.0.futility", futility))


def test_every_endpoint_has_a_final_analysis():
    only_os = [look | {"analyse": ["os"]} for look in GOOD["looks"]]
    said = refusal(put(GOOD, "looks", only_os))
    assert "looks: none analyses 'pfs'; every endpoint needs a final analysis, add it" in said


def test_information_of_looks_by_another_endpoint_need_not_be_given():
    """A trial of one endpoint needs it; one of several counts events in a pilot."""
    by_months = [{"months": 18}, *GOOD["looks"][1:]]
    assert read_design(put(GOOD, "looks", by_months)).looks[0].months == 18
    assert "planned information of an interim look is unknown" in refusal(
        put(SINGLE, "looks.0", {"months": 18})
    )


def test_at_most_four_endpoints_share_alpha():
    """A design file has at most two; the rule itself is held to what its tables have room for."""
    with pytest.raises(ValueError, match="endpoints: 5 are given; a trial tests from 1 to 4"):
        check_multiplicity(Hierarchical(order=tuple("abcde")), tuple("abcde"))


@pytest.mark.parametrize(
    ("looks", "most"),
    [
        ([{"months": 30}], 30),
        ([{"months": 30, "events": 290, "endpoint": "os", "combine": "any"}], 30),
        ([{"min_follow_up": 12}], 32),
        ([{"endpoint": "os", "events": 390, "max_wait": 25}], 25),
        ([{"months": 9}, {"endpoint": "os", "events": 390, "max_wait": 8}], 17),
    ],
)
def test_the_longest_follow_up_is_that_of_the_last_look(looks, most):
    """400 patients within 20 months; the data cut comes a month after its triggers."""
    content = put(put(GOOD, "looks", looks), "data_cut_delay", 1.0)
    assert longest_follow_up(read_design(content)) == most + len(looks)


def test_scans_after_the_last_look_are_refused_and_those_before_it_are_not():
    content = put(GOOD, "looks", [{"months": 30}])
    late = [{"start": 0, "every": 2}, {"start": 29, "every": 3}]
    read_design(put(content, "scans", {"schedule": late}))
    late[1]["start"] = 30
    said = refusal(put(content, "scans", {"schedule": late}))
    assert "starts at month 30 and nobody is followed for more than 30 months; drop" in said


def test_looks_by_events_come_before_the_bound_of_follow_up():
    """The bound is sure but not idle: beyond the mean month of the last look, below ten years."""
    bound = longest_follow_up(read_design(GOOD))
    assert 36 < bound < 120
    lost = {"control": {"per_12_months": 0.05}, "rt": {"per_12_months": 0.05}}
    unsure = put(put(GOOD, "truths.0.drop_out", lost), "looks.2.events", 375)
    assert longest_follow_up(read_design(unsure)) == 1200
