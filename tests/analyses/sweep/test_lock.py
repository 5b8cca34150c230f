"""Two sweeps never write to one folder, and a killed one leaves no lock behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from analyses.sweep.lock import alone, is_held

HOLD = """
import sys, time
from pathlib import Path
from analyses.sweep.lock import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_refused_and_told_who_holds_it(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    try:
        assert child.stdout.readline() == b"held\n"
        assert is_held(tmp_path)
        refused = rf"in use by another sweep \(process {child.pid} on .*\); wait until it has ended"
        with pytest.raises(ValueError, match=refused), alone(tmp_path):
            pass
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        time.sleep(0.01)
        with alone(tmp_path):
            assert is_held(tmp_path)
        assert not is_held(tmp_path)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_a_folder_is_made_and_one_that_cannot_be_gets_one_sentence(tmp_path):
    with alone(tmp_path / "new" / "folder"):
        assert (tmp_path / "new" / "folder" / "lock").exists()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="cannot be written"), alone(tmp_path / "file"):
        pass
    assert not is_held(tmp_path / "nowhere")
