"""The stored result of `make faults`: enough of every fault, and the same bytes after each."""

import json
from collections import Counter
from pathlib import Path

STORED = Path(__file__).parents[1] / "fixtures" / "faults" / "sweeps.json"


def test_sweeps_survived_every_fault():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    kills = Counter(kill["killed"] for event in stored["events"] for kill in event.get("kills", []))
    assert sum(kills.values()) >= 50
    assert min(kills[target] for target in ("sweep", "worker", "all")) >= 5
    assert dict(kills) == stored["kills"]
    faults = Counter(event["fault"] for event in stored["events"])
    assert faults["disk full"] >= 3
    assert faults["two on one folder"] >= 3
    assert {"folder unwritable", "folder unwritable amid the sweep", "interrupted"} <= set(faults)
    assert sum(fault.startswith("damaged") for fault in faults) >= 5
    assert all(event["identical"] for event in stored["events"])
    assert stored["passed"] is True
    assert stored["differing"] == stored["untold"] == []


def test_kills_came_at_every_stage():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    cells = stored["settings"]["cells"]
    found = [kill["stored"] for event in stored["events"] for kill in event.get("kills", [])]
    for low, high in ((0, 0), (1, cells - 1), (cells, cells)):
        assert any(low <= stored <= high for stored in found), (low, high, sorted(found))
