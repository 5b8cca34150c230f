"""Commands under an audit hook: what they start, reach, unpickle, execute; hostile files, too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
WATCHED = Path(__file__).with_name("watched.py")
STUDY, PLAN, VETERAN = (ROOT / "analyses" / name for name in ("sohaib2025", "phase3", "veteran"))
CANARY = "canary_7f3a"
SWEEP = 'design = "design.toml"\n[grid]\nn = { field = "patients", values = [420] }\n'
# Compiled kernels of the user's own cache folder, and answers of a sweep's own workers.
OWN_PICKLES = ("numba/core/caching.py", "numba/core/serialize.py", "multiprocessing/connection.py")
# What libraries ask of the machine, with words of their own.
PROBES = ("uname", "g++", "clang++", "gcc", "cc", "lscpu", "ldconfig")
ATTACKS = (
    f"__import__('os').system('touch {CANARY}')",
    f"(lambda: {CANARY})()",
    f"open('{CANARY}', 'w')",
    f"n.__class__.__mro__[1].{CANARY}",
    f"[{CANARY} for x in (1,)]",
    f"`{CANARY}`",
    f"$({CANARY})",
)


def watched(folder: Path, *words: object) -> tuple[int, list[dict[str, object]], str]:
    """Exit code, events and standard error of a command run in a folder."""
    path = folder / "events.json"
    ended = subprocess.run(
        [sys.executable, str(WATCHED), str(path), CANARY, *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert path.exists(), ended.stderr[-2000:]
    return ended.returncode, json.loads(path.read_text(encoding="utf-8")), ended.stderr


def unwanted(events: list[dict[str, object]]) -> list[str]:
    """Events that no command may have."""
    found = []
    for event in events:
        name, what, by = event["event"], str(event["what"]), " ".join(event.get("by", []))
        if name == "subprocess.Popen":
            own = what == sys.executable and event["words"][1:2] == ["-m"]
            allowed = own or Path(what).name in PROBES
        elif name == "os.posix_spawn":
            known = any(f"/{probe}'" in what for probe in PROBES)
            own = what.startswith(f"({sys.executable!r}, [{sys.executable!r}, '-m', ")
            allowed = "subprocess.py" in by and (known or own)
        elif name == "pickle.find_class":
            allowed = any(place in by for place in OWN_PICKLES)
        elif name in ("marshal.load", "marshal.loads"):
            allowed = "site-packages" in by and CANARY not in what
        else:
            allowed = False
        if not allowed or CANARY in json.dumps(event.get("words", "")):
            found.append(f"{name}: {what} by {by[:300]}")
    return found


@pytest.mark.parametrize(
    "words",
    [
        ["audit", STUDY / "published.toml"],
        ["boundaries", PLAN / "os_alone.toml"],
        ["replay", PLAN / "os_alone.toml", "--replicate", 3, "--out", "out"],
    ],
    ids=lambda words: str(words[0]),
)
def test_commands_start_and_reach_nothing(tmp_path, words):
    code, events, said = watched(tmp_path, *words)
    assert code == 0, said
    assert not unwanted(events)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["power", PLAN / "os_alone.toml", "--trials", 50, "--out", "out"],
        ["priors", ROOT / "analyses" / "priors" / "evidence.toml", "--out", "out"],
        ["reconstruct", VETERAN / "curves.csv", "--at-risk", VETERAN / "at_risk.csv", "--sets", 2,
         "--out", "out"],
    ],
    ids=lambda words: str(words[0]),
)  # fmt: skip
def test_commands_that_compute_and_write_start_and_reach_nothing_else(tmp_path, words):
    code, events, said = watched(tmp_path, *words)
    assert code == 0, said
    assert not unwanted(events)


@pytest.mark.slow
def test_a_sweep_starts_its_own_workers_and_nothing_else(tmp_path):
    design = (PLAN / "os_alone.toml").read_text(encoding="utf-8")
    (tmp_path / "design.toml").write_text(design, encoding="utf-8")
    sweep = SWEEP.replace("\n", "\ntrials = 1000\n", 1)
    (tmp_path / "sweep.toml").write_text(sweep, encoding="utf-8")
    code, events, said = watched(tmp_path, "sweep", "sweep.toml", "--out", "out", "--workers", 1)
    assert code == 0, said
    assert not unwanted(events)
    started = [event["words"] for event in events if event["event"] == "subprocess.Popen"]
    assert any("analyses.sweep.worker" in words for words in started)


def test_programs_in_the_expressions_of_a_sweep_are_refused_unread(tmp_path):
    design = (PLAN / "os_alone.toml").read_text(encoding="utf-8")
    (tmp_path / "design.toml").write_text(design, encoding="utf-8")
    for attack in ATTACKS:
        sweep = (
            'design = "design.toml"\n[grid]\nn = { field = "patients", values = [420] }\n'
            f'[derived]\nx = {{ field = "looks.1.events", value = {json.dumps(attack)} }}\n'
        )
        (tmp_path / "sweep.toml").write_text(sweep, encoding="utf-8")
        code, events, said = watched(tmp_path, "sweep", "sweep.toml", "--out", "out")
        assert code == 2, attack
        assert said.startswith("Error: "), said
        assert not unwanted(events), attack
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "design.toml",
            "events.json",
            "sweep.toml",
        ]


def test_programs_in_a_record_are_words(tmp_path):
    text = (ROOT / "tests" / "data" / "records" / "consistent.toml").read_text(encoding="utf-8")
    for attack in ATTACKS[:2]:
        lines = [
            f"title = {json.dumps(attack)}" if line.startswith("title = ") else line
            for line in text.splitlines()
        ]
        (tmp_path / "record.toml").write_text("\n".join(lines), encoding="utf-8")
        code, events, said = watched(tmp_path, "audit", "record.toml")
        assert code == 0, said
        assert not unwanted(events)


def test_pickles_in_a_parquet_file_stay_bytes(tmp_path):
    """An extension type whose description is a pickle, and cells that are pickles."""
    program = f"cos\nsystem\n(S'touch {CANARY}'\ntR.".encode()
    times = pd.DataFrame(
        {"time": [1.0, 2.0, 3.0], "event": [1, 1, 0], "arm": ["control", "rt", "rt"]}
    )
    table = pa.Table.from_pandas(times).append_column("age", pa.array([program] * 3))
    field = table.schema.field("time").with_metadata(
        {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": program}
    )
    schema = table.schema.set(0, field)
    pq.write_table(table.cast(schema), tmp_path / "patients.parquet")
    code, events, said = watched(
        tmp_path, "python", "from pathlib import Path; from models.patients import read_patients; "
        "read_patients(Path('patients.parquet'), covariates=('age',))"
    )  # fmt: skip
    assert code == 0, said
    assert not [event for event in events if "pickle" in str(event["event"])]
    assert not (tmp_path / CANARY).exists()


@pytest.mark.parametrize(
    ("program", "event"),
    [
        ("import os; os.system('true')", "os.system"),
        ("import subprocess; subprocess.run('true', shell=True)", "subprocess.Popen"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import socket; s = socket.socket(); s.settimeout(0.01); s.connect_ex(('127.0.0.1', 9))",
         "socket.connect"),
        ("import pickle; pickle.loads(b'cbuiltins\\nlen\\n.')", "pickle.find_class"),
        (f"eval('{CANARY} if False else 1')", "compile"),
        (f"exec('{CANARY} = 1')", "exec"),
    ],
    ids=["system", "shell", "process", "network", "pickle", "eval", "exec"],
)  # fmt: skip
def test_the_hook_sees_what_it_is_for(tmp_path, program, event):
    _, events, _ = watched(tmp_path, "python", program)
    assert any(found.startswith(event) for found in unwanted(events)), events
