"""Levels of a graph against the published update, and of rules that have a name."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulate.design.multiplicity import (
    CoPrimary,
    Graph,
    Hierarchical,
    Multiplicity,
    Split,
    check_multiplicity,
)
from simulate.multiplicity.levels import levels

NAMES = ["pfs", "os", "orr", "qol"]
SHARES = st.lists(st.integers(0, 4), min_size=4, max_size=4)


@st.composite
def graphs(draw):
    """Any graph of 1 to 4 endpoints, arrows of weight 0 and 1 and loops between two among them."""
    names = NAMES[: draw(st.integers(1, 4))]

    def shares(of, rest):
        parts = draw(SHARES)[: len(of)]
        total = sum(parts) + (draw(st.integers(0, 2)) if rest else 0)
        return {name: part / total for name, part in zip(of, parts, strict=True)} if total else {}

    weights = shares(names, rest=False) or {name: 1 / len(names) for name in names}
    rows = {name: shares([one for one in names if one != name], rest=True) for name in names}
    return Graph(weights=weights, transitions=rows), names


@given(graphs())
def test_levels_are_those_of_the_published_update_in_any_order(trials, given_graph):
    graph, names = given_graph
    found = levels(graph, names, trials.alpha)
    for mask in range(2 ** len(names)):
        rejected = [name for e, name in enumerate(names) if mask >> e & 1]
        for order in itertools.permutations(rejected):
            expected = trials.plain_levels(graph, names, order)
            np.testing.assert_allclose(found[mask], list(expected.values()), atol=1e-15)


@given(graphs())
def test_no_level_falls_and_alpha_is_never_exceeded(given_graph):
    graph, names = given_graph
    found = levels(graph, names, 0.025)
    assert (found.sum(axis=1) <= 0.025 + 1e-15).all()
    for mask, e in itertools.product(range(len(found)), range(len(names))):
        for other in range(len(names)):
            if other != e and not mask >> other & 1:
                assert found[mask | 1 << other, e] >= found[mask, e] - 1e-15 or mask >> e & 1


def test_rules_with_a_name():
    chain = levels(Hierarchical(order=("os", "pfs")), ["pfs", "os"], 0.025)
    assert chain.tolist() == [[0, 0.025], [0, 0.025], [0.025, 0], [0, 0]]
    split = levels(Split(weights={"pfs": 0.2, "os": 0.8}), ["pfs", "os"], 0.025)
    np.testing.assert_allclose(split, [[0.005, 0.02], [0, 0.02], [0.005, 0], [0, 0]])
    both = levels(CoPrimary(), ["pfs", "os"], 0.025)
    assert both.tolist() == [[0.025, 0.025], [0, 0.025], [0.025, 0], [0, 0]]


BROKEN = [
    ({"kind": "split", "weights": {"pfs": 0.5, "os": 0.4}}, "weights sum to 0.9"),
    ({"kind": "graph", "weights": {"pfs": 1.0, "os": 0.4}}, "weights sum to 1.4"),
    ({"kind": "hierarchical", "order": ["pfs", "pfs"]}, "order has 2 entries named 'pfs'"),
    (
        {"kind": "graph", "weights": {"pfs": 1.0}, "transitions": {"pfs": {"pfs": 1.0}}},
        "transitions.pfs names 'pfs' itself",
    ),
    (
        {
            "kind": "graph",
            "weights": {"a": 1.0, "b": 0, "c": 0},
            "transitions": {"a": {"b": 0.7, "c": 0.7}},
        },
        "transitions.a sum to 1.4",
    ),
    ({"kind": "split", "weights": {"pfs": 1.0, "os": 0.0}}, "greater than 0"),
]


@pytest.mark.parametrize(("content", "sentence"), BROKEN)
def test_rules_that_contradict_themselves_are_refused(content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        TypeAdapter(Multiplicity).validate_python(content)


UNFIT = [
    (Hierarchical(order=("pfs", "oss")), "order names 'oss'; .* did you mean 'os'?"),
    (Hierarchical(order=("pfs",)), "order leaves out 'os'"),
    (Split(weights={"pfs": 1.0}), "weights leaves out 'os'"),
    (Split(weights={"pfs": 0.5, "response": 0.5}), "use one of: 'pfs', 'os'"),
    (
        Graph(weights={"pfs": 1, "os": 0}, transitions={"pfs": {"orr": 1}}),
        "transitions.pfs names 'orr'",
    ),
    (Graph(weights={"pfs": 1, "os": 0}, transitions={"orr": {"os": 1}}), "transitions names 'orr'"),
]


@pytest.mark.parametrize(("rule", "sentence"), UNFIT)
def test_rules_for_other_endpoints_are_refused(rule, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_multiplicity(rule, ["pfs", "os"])


def test_a_trial_has_at_most_four_endpoints():
    with pytest.raises(ValueError, match="endpoints: 5 are given"):
        check_multiplicity(CoPrimary(), list("abcde"))
    with pytest.raises(ValueError, match="endpoints has 2 entries named 'os'"):
        check_multiplicity(CoPrimary(), ["os", "os"])
