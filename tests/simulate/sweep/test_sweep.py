"""Sweep files: the points they make, and one sentence for each that is broken."""

import pytest

from simulate.sweep.sweep import load_sweep, read_sweep

N = {"field": "patients", "values": [100, 200]}
HR = {"field": "truth.effect.hr", "start": 0.6, "stop": 0.7, "step": 0.05}


@pytest.mark.parametrize(
    ("dim", "values"),
    [
        ({"start": 0.6, "stop": 0.9, "step": 0.1}, (0.6, 0.7, 0.8, 0.9)),
        ({"start": 200, "stop": 330, "step": 50}, (200, 250, 300)),
        ({"start": 3, "stop": 1, "step": -1}, (3, 2, 1)),
        ({"start": 0, "stop": 1, "count": 5}, (0, 0.25, 0.5, 0.75, 1)),
        ({"start": 0.1, "stop": 0.3, "count": 3}, (0.1, 0.2, 0.3)),
        ({"values": ["a", "b"]}, ("a", "b")),
    ],
)
def test_values_of_a_dim(sweep_of, dim, values):
    taken = sweep_of({"x": {"field": "patients", **dim}}).grid["x"].taken()
    assert taken == values
    assert [type(value) for value in taken] == [type(value) for value in values]


def test_product_zip_and_listed_points(sweep_of):
    grid = {"n": N, "hr": HR | {"stop": 0.65}}
    assert [tuple(point.values()) for point in sweep_of(grid).all_points()] == [
        (100, 0.6),
        (100, 0.65),
        (200, 0.6),
        (200, 0.65),
    ]
    zipped = sweep_of(grid, combine="zip")
    assert [tuple(point.values()) for point in zipped.all_points()] == [(100, 0.6), (200, 0.65)]
    listed = sweep_of(
        {"n": {"field": "patients"}, "hr": {"field": "truth.effect.hr"}},
        points=[{"hr": 0.8, "n": 100}, {"n": 70, "hr": 0.5}],
    )
    assert listed.all_points() == [{"n": 100, "hr": 0.8}, {"n": 70, "hr": 0.5}]
    assert [one.size() for one in (sweep_of(grid), zipped, listed)] == [4, 2, 2]


BROKEN = [
    ({"grid": {}}, "`grid`"),
    ({"grid": {"n": N}, "trials": 0}, "`trials` is 0"),
    ({"grid": {"n": N}, "tirals": 10}, "did you mean `trials`"),
    ({"grid": {"n": N | {"feild": 1}}}, "did you mean `field`"),
    ({"grid": {"n": {"field": "patients", "values": []}}}, "has no values"),
    ({"grid": {"n": {"field": "patients"}}}, "grid.n has no values"),
    ({"grid": {"n": {"field": "patients", "start": 1, "stop": 2}}}, "neither is given"),
    ({"grid": {"n": {"field": "patients", "start": 1, "count": 2}}}, "not both given"),
    ({"grid": {"n": N | {"start": 1, "stop": 2, "step": 1}}}, "both given"),
    ({"grid": {"n": {"field": "p", "start": 1, "stop": 2, "step": -1}}}, "change the step's sign"),
    ({"grid": {"n": {"field": "p", "start": 0, "stop": 2, "step": 0}}}, "change the step's sign"),
    ({"grid": {"n": {"field": "p", "start": 0, "stop": 1, "step": 1e-9}}}, "more than 10000"),
    ({"grid": {"n": {"choices": {"a": {"x": 1}}, "field": "p"}}}, "beside choices"),
    ({"grid": {"n": {"values": [1, 2]}}}, "'n' changes nothing"),
    ({"grid": {"n": N, "m": N}}, "both set `patients`"),
    ({"grid": {"my n": N}}, "'my n' is no name"),
    ({"grid": {"look": N}}, "functions and results have"),
    ({"grid": {"sqrt": N}}, "functions and results have"),
    ({"grid": {"n": N}, "derived": {"n": {"value": "1"}}}, "both a dim and derived"),
    ({"grid": {"n": N}, "derived": {"e": {"field": "x", "value": "m + 1"}}}, "names 'm'"),
    ({"grid": {"n": N}, "derived": {"e": {"field": "x", "value": "2 *"}}}, "derived.e.value"),
    ({"grid": {"n": N}, "derived": {"e": {"value": "n"}}}, "'e' changes nothing"),
    (
        {"grid": {"t": {"field": "truth", "values": ["a"]}}, "derived": {"e": {"value": "t"}}},
        "computes with 't', which is 'a'",
    ),
    ({"grid": {"n": N, "hr": HR}, "combine": "zip"}, r"n 2, hr 3"),
    ({"grid": {"n": N}, "combine": "zipp"}, "did you mean 'zip'"),
    ({"grid": {"n": N}, "points": [{"n": 1}]}, "values beside points"),
    ({"grid": {"n": {"field": "p"}}, "points": []}, "points is empty"),
    ({"grid": {"n": {"field": "p"}}, "points": [{}]}, "points.1 leaves out 'n'"),
    ({"grid": {"n": {"field": "p"}}, "points": [{"n": 1, "m": 2}]}, "points.1 names 'm'"),
    (
        {"grid": {"n": {"choices": {"a": {"x": 1}}}}, "points": [{"n": "b"}]},
        "must be one of the choices a",
    ),
]


@pytest.mark.parametrize(("content", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_broken_sweeps_are_one_sentence(content, words):
    with pytest.raises(ValueError, match=words) as caught:
        read_sweep({"design": "small.toml", **content})
    assert "\n" not in str(caught.value)


def test_a_file_is_named(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text('design = "d.toml"\n[grid]\nn = { field = "patients", values = [1, 2] }\n')
    assert load_sweep(path).size() == 2
    path.write_text("trials = 1\n")
    with pytest.raises(ValueError, match=f"{path}: `design` is missing"):
        load_sweep(path)


@pytest.mark.parametrize(
    "dim", [{"start": 0, "stop": 10**400, "step": 1}, {"values": [1, 10**400]}, {"start": 1,
            "stop": 2, "step": 10**400}],
)  # fmt: skip
def test_numbers_beyond_all_floats_are_refused(dim):
    with pytest.raises(ValueError, match="a value has 401 digits; whole numbers must be at most"):
        read_sweep({"design": "d.toml", "grid": {"n": {"field": "patients"} | dim}})
