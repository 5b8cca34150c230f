"""Carrying out `replan sweep`: take up what is stored, run the rest, write, tell."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from analyses.outputs.document import print_document
from analyses.outputs.progress import tell_progress
from analyses.sweep.dask_pool import DaskPool
from analyses.sweep.document import SweepRun
from analyses.sweep.local_pool import LocalPool
from analyses.sweep.lock import alone
from analyses.sweep.plan_file import write_plan
from analyses.sweep.pool import Pool, Simulate
from analyses.sweep.prepare import PreparedSweep, groups_of, prepare_sweep
from analyses.sweep.progress import told
from analyses.sweep.run import Spent, run_schedule
from analyses.sweep.schedule import Schedule
from analyses.sweep.screen import show_sweep
from analyses.sweep.store import load_cells, prepare_store
from analyses.sweep.write import written_results
from simulate.sweep.code_version import code_version
from simulate.sweep.result import CellResult
from simulate.sweep.sweep import Sweep

SMALL_TASK = 1.0


def carry_out(
    sweep: Sweep,
    *,
    file: Path,
    out: Path,
    workers: int,
    scheduler: str | None,
    trials: int | None,
    mcse: float | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Run what is not stored yet, write the results, and print them.

    Returns
    -------
    int
        0 done, 1 if cells failed.
    """
    prepared = prepare_sweep(sweep, file=file, trials=trials, mcse=mcse, yes=yes)
    # A scheduler is reached, or not, before anything is written.
    with _cluster(prepared, scheduler) as cluster, alone(out):
        run = run_sweep(prepared, out=out, workers=workers, cluster=cluster)
        document = written_results(run, out=out)
    if as_json:
        print_document(document)
    else:
        show_sweep(run, document, out=out)
    return 1 if any(run.failures) else 0


def run_sweep(
    prepared: PreparedSweep, *, out: Path, workers: int, cluster: DaskPool | None = None
) -> SweepRun:
    """Run the cells that are short of their aim.

    Parameters
    ----------
    prepared : PreparedSweep
    out : Path
        Of the sweep, whose lock is held.
    workers : int
        Processes on this machine.
    cluster : DaskPool, optional
        In place of these.

    Raises
    ------
    ValueError
        If the folder cannot be written or the cluster's scheduler is lost.
    """
    prepare_store(out)
    stored = _stored(prepared, out)
    write_plan(out, prepared.plan())
    left = [
        place
        for place, (result, former) in enumerate(stored)
        if prepared.aim.of(result, former) is not None
    ]
    schedule = Schedule(
        prepared.cells,
        groups_of(prepared.cells, left),
        stored,
        aim=prepared.aim,
        task_seconds=SMALL_TASK,
    )
    spent = _run(prepared, schedule, out, workers, cluster) if left else None
    return SweepRun(
        prepared=prepared,
        results=[state.result for state in schedule.states],
        failures=[state.failure for state in schedule.states],
        spent=spent,
        workers=workers,
        scheduler=None if cluster is None else cluster.address,
    )


@contextmanager
def _cluster(prepared: PreparedSweep, scheduler: str | None) -> Iterator[DaskPool | None]:
    """Connect to the scheduler that is named, if one is."""
    if scheduler is None:
        yield None
        return
    pool = DaskPool(_simulate(prepared), address=scheduler, code=code_version)
    try:
        yield pool
    finally:
        pool.close()


def _simulate(prepared: PreparedSweep) -> Simulate:
    from simulate.sweep.simulate import simulate_group

    return partial(simulate_group, seed=prepared.sweep.seed)


def _stored(prepared: PreparedSweep, out: Path) -> list[tuple[CellResult | None, int]]:
    """Read what is stored of each cell; damaged files are told and left out."""
    found = load_cells(out, prepared.addresses)
    if found.damaged:
        named = ", ".join(address[:12] for address in found.damaged[:3])
        _say(
            f"{len(found.damaged)} stored cells are damaged and are computed again ({named}"
            f"{', …' if len(found.damaged) > 3 else ''})"
        )
    return [
        (CellResult.from_arrays(cell.arrays), cell.aim)
        if (cell := found.cells.get(address)) is not None
        else (None, 0)
        for address in prepared.addresses
    ]


def _run(
    prepared: PreparedSweep,
    schedule: Schedule,
    out: Path,
    workers: int,
    cluster: DaskPool | None,
) -> Spent:
    most = min(workers, schedule.steps_left)
    pool: Pool = cluster or LocalPool(_simulate(prepared), workers=most, code=code_version)
    schedule.task_seconds = pool.task_seconds
    try:
        with tell_progress() as tell:
            return run_schedule(
                schedule,
                pool,
                folder=out,
                addresses=prepared.addresses,
                progress=told(tell, name=prepared.sweep.name),
            )
    except KeyboardInterrupt:
        _say(f"stopped; trials so far are kept in {out}, the same command goes on from there")
        raise


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
