"""Compiling kernels on first use, on two cores: one process for trials, one for what decides them.

The compiler holds a lock within a process, and what it takes of memory is not given back; but what
it has compiled is kept on disk. So two child processes compile, one the trials and one bounds and
decisions, and this one leaves a mark in a folder that is another one for each state of the sources.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np

from models.compiled import cache_folder
from simulate.boundaries.power import operating
from simulate.design.load import read_design
from simulate.design.text import design_text
from simulate.design.trial import TrialDesign
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Block, simulate_block
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import planned_boundaries
from simulate.operating.simulate import Judge


def compile_kernels(design: TrialDesign) -> None:
    """Compile what a design needs, where this has not been done before.

    Parameters
    ----------
    design : TrialDesign

    Notes
    -----
    If a child fails, what it would have compiled is compiled here when it is needed. They are ended
    when this process is interrupted.
    """
    mark = compiled_mark(design)
    if mark.exists():
        return
    children = [_child(part, design_text(design)) for part in PARTS]
    try:
        codes = [child.wait() for child in children]
        if not any(codes):
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
    finally:
        for child in children:
            child.kill()
            child.wait()


def _child(part: str, design: str) -> subprocess.Popen[str]:
    """Start a process that compiles one part of what a design, given as text, needs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "analyses.power.first_use", part],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if child.stdin is not None:
        child.stdin.write(design)
        child.stdin.close()
    return child


def compiled_mark(design: TrialDesign) -> Path:
    """File that says that all that a kind of design needs has been compiled."""
    kind = "several" if design.endpoints else "one"
    return cache_folder(Path(__file__)) / f"{kind}-endpoint-compiled"


def compile_trials(design: TrialDesign) -> None:
    """Simulate one trial.

    Parameters
    ----------
    design : TrialDesign
    """
    simulate_block(pack_scenario(design, design.truths[0]), seed=0, first=0, trials=1)


def compile_decisions(design: TrialDesign) -> None:
    """Decide one trial in which nothing was found, and compute bounds.

    Parameters
    ----------
    design : TrialDesign
    """
    tested = design.tested()
    shape = (1, len(tested), len(design.looks), len(FIELDS))
    block = Block(first=0, endpoints=np.full(shape, np.nan))
    events = {one.name: np.arange(1.0, 1 + len(design.looks_at(one.name))) * 50.0 for one in tested}
    for one in tested:
        bounds = planned_boundaries(design.seen_by(one.name), events[one.name])
        operating(bounds, hazard_ratio=0.7)
    if design.endpoints:
        judge = SeveralJudge(design, {str(name): counts for name, counts in events.items()})
        judge.decide(judge.statistics(block))
    else:
        Judge(design, events[tested[0].name]).decide(block, design.analysis.test)


PARTS = {"trials": compile_trials, "decisions": compile_decisions}

if __name__ == "__main__":
    PARTS[sys.argv[1]](read_design(tomllib.loads(sys.stdin.read())))
