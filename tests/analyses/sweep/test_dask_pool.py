"""A Dask cluster of separate processes gives the same results, one of its workers killed."""

import os
import signal
import threading
import time

import pytest

from analyses.sweep.dask_pool import DaskPool

pytest.importorskip("distributed")


def test_the_same_results_when_a_worker_is_killed_midway(sweep, fake, cluster, tmp_path):
    address, workers, _ = cluster
    cells = [fake.FakeCell("a" * length, seconds=0.01) for length in range(1, 9)]
    pool = DaskPool(fake.simulate, address=address, code=fake.code)
    while pool.client.nthreads() == {} or len(pool.client.nthreads()) < 2:
        time.sleep(0.05)
    killer = threading.Timer(0.3, os.kill, (workers[0].pid, signal.SIGKILL))
    killer.start()
    ran = sweep(cells, trials=20_000, pool=pool, folder=tmp_path / "out")
    killer.join()
    assert workers[0].wait(5) == -signal.SIGKILL
    assert ran.failures == [""] * 8
    assert ran.results == [fake.expected(cell.name, 20_000) for cell in cells]


def test_a_worker_of_another_version_is_refused(sweep, fake, cluster, tmp_path):
    address, _, _ = cluster
    pool = DaskPool(fake.simulate, address=address, code=fake.code)
    pool.version = "another"
    with pytest.raises(ValueError, match="another version of replan"):
        sweep([fake.FakeCell("a")], pool=pool, folder=tmp_path / "out")


def test_a_scheduler_that_does_not_answer_gets_one_sentence(fake, monkeypatch):
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", "300ms")
    for address in ("tcp://127.0.0.1:9", "nonsense", "127.0.0.1"):
        with pytest.raises(ValueError, match="no Dask scheduler answers there") as refused:
            DaskPool(fake.simulate, address=address, code=fake.code)
        assert "\n" not in str(refused.value)


def test_a_scheduler_that_goes_away_gets_one_sentence(sweep, fake, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", "3s")
    address, _, scheduler = cluster
    pool = DaskPool(fake.simulate, address=address, code=fake.code)
    cells = [fake.FakeCell("a" * length, seconds=0.05) for length in range(1, 9)]
    killer = threading.Timer(0.7, scheduler.kill)
    killer.start()
    with pytest.raises(ValueError, match=r"scheduler is gone.*goes on"):
        sweep(cells, trials=50_000, pool=pool, folder=tmp_path / "out")
    killer.join()
