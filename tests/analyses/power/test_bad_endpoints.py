"""Broken designs of two endpoints: one sentence on standard error, exit code 2, nothing written."""

import pytest

DESIGN = """
name = "two endpoints"
patients = 200

[recruitment]
kind = "poisson"
rates = [{ start = 0, per_month = 10 }]

[randomisation]
kind = "blocks"
block_sizes = [4]

[scans]
schedule = [{ start = 0, every = 2 }]

[[endpoints]]
name = "pfs"
efficacy = { kind = "obrien_fleming" }

[[endpoints]]
name = "os"
analysis = { also = ["max_combo"] }

[multiplicity]
kind = "graph"
weights = { pfs = 0.2, os = 0.8 }
transitions = { pfs = { os = 1.0 }, os = { pfs = 1.0 } }

[[looks]]
endpoint = "pfs"
events = 100
analyse = ["pfs"]

[[looks]]
endpoint = "os"
events = 120

[[truths]]
kind = "marginals"
name = "planning"
control = { pfs_median = 10.93, os_median = 13.73 }
rt = { pfs_hr = 0.7, os_hr = 0.75 }
deaths_without_progression = 0.1
"""


@pytest.mark.parametrize("command", ["power", "boundaries"])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("os_median = 13.73", "os_median = 9.5", "who has died is not free of progression"),
        ("pfs = 0.2,", "pfs = 0.3,", "weights sum to 1.1; they divide the whole of alpha"),
        ('name = "os"\n', 'name = "pfs"\n', "endpoints has 2 entries named 'pfs'"),
        ('analyse = ["pfs"]', 'analyse = ["ttp"]', "it must be 'pfs' or 'os'"),
        ('["max_combo"] }', '["max_combo"], max_combo = [] }', "max_combo has no components"),
        ("every = 2 }", "every = 500 }", "the first scan is at month 500 and nobody is followed"),
        ("{ os = 1.0 }, os", "{ os = 1.0, pfs = 0.1 }, os", "transitions.pfs names 'pfs' itself"),
        ("deaths_without_progression = 0.1", "", "neither of deaths_without_progression and"),
    ],
)
def test_a_broken_design_gets_one_sentence(tell, tmp_path, command, old, new, words):
    path = tmp_path / "design.toml"
    assert DESIGN.count(old) == 1
    path.write_text(DESIGN.replace(old, new), encoding="utf-8")
    told = tell(command, path)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("Error: ")
    assert len(told.err.strip().splitlines()) == 1
    assert words in told.err
    assert "Traceback" not in told.err
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_look_on_an_endpoint_that_the_design_lacks(tell, tmp_path):
    """A trial of survival alone whose look waits for progression."""
    _, rest = DESIGN.split("[[looks]]", 1)
    head = DESIGN[: DESIGN.index("[[endpoints]]")].replace("patients", 'endpoint = "os"\npatients')
    path = tmp_path / "design.toml"
    path.write_text(f"{head}[[looks]]{rest}", encoding="utf-8")
    told = tell("power", path)
    assert (told.code, told.out) == (2, "")
    assert "looks.0 is about 'pfs'; the design tests 'os', name one of these" in told.err


def test_the_unbroken_design_is_simulated(tell, tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    told = tell("power", path, "--trials", 100)
    assert told.code == 0, told.err
