"""A Dask cluster of separate processes gives the same results, one of its workers killed."""

import itertools
import os
import signal
import threading
import time

import pytest

from analyses.sweep.dask_pool import DaskPool
from analyses.sweep.pool import Request

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
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", 0.3)
    for address in ("tcp://127.0.0.1:9", "nonsense", "127.0.0.1"):
        with pytest.raises(ValueError, match="no Dask scheduler answers there") as refused:
            DaskPool(fake.simulate, address=address, code=fake.code)
        assert "\n" not in str(refused.value)


def test_a_scheduler_that_goes_away_gets_one_sentence(sweep, fake, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", 3.0)
    address, _, scheduler = cluster
    pool = DaskPool(fake.simulate, address=address, code=fake.code)
    cells = [fake.FakeCell("a" * length, seconds=0.05) for length in range(1, 9)]
    killer = threading.Timer(0.7, scheduler.kill)
    killer.start()
    with pytest.raises(ValueError, match=r"scheduler is gone.*goes on"):
        sweep(cells, trials=50_000, pool=pool, folder=tmp_path / "out")
    killer.join()


def test_a_scheduler_that_says_nothing_gets_one_sentence(
    sweep, fake, cluster, tmp_path, monkeypatch
):
    monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", 3.0)
    address, _, scheduler = cluster
    pool = DaskPool(fake.simulate, address=address, code=fake.code)
    monkeypatch.setattr("analyses.sweep.dask_pool.SILENCE", 1.0)
    cells = [fake.FakeCell("a", seconds=60.0)]
    stopper = threading.Timer(0.7, scheduler.send_signal, (signal.SIGSTOP,))
    stopper.start()
    with pytest.raises(ValueError, match=r"scheduler is gone.*goes on"):
        sweep(cells, pool=pool, folder=tmp_path / "out")
    stopper.join()


class Promised:
    """A future of the lost client."""

    def __init__(self, status):
        self.status = status

    def result(self, timeout):
        return [], "", timeout


class LostClient:
    """A client that has lost its connection; what it was asked is cancelled, as Dask does."""

    def __init__(self, statuses):
        self.statuses, self.asked = iter(statuses), []

    @property
    def status(self):
        return next(self.statuses)

    def nthreads(self, **_):
        return {"tcp://worker": 1}

    def submit(self, _function, *arguments, **_):
        self.asked.append(arguments[-1])
        return Promised("finished" if len(self.asked) > 1 else "cancelled")

    def close(self, **_):
        raise RuntimeError("IOLoop is closed")


@pytest.fixture
def lost(fake, monkeypatch):
    """A pool on a client whose status is first this, then that."""

    def make(*statuses):
        client = LostClient(itertools.chain(statuses, itertools.repeat(statuses[-1])))
        monkeypatch.setattr("analyses.sweep.dask_pool.PATIENCE", 0.1)
        monkeypatch.setattr("analyses.sweep.dask_pool._connect", lambda _: client)
        return DaskPool(fake.simulate, address="", code=fake.code)

    return make


@pytest.mark.parametrize("status", ["connecting", "closing", "closed"])
def test_nobody_waits_for_a_client_that_stays_so(lost, status):
    pool = lost(status)
    for ask in (lambda: pool.free, lambda: pool.ask(None), lambda: pool.answers(0.0)):
        with pytest.raises(ValueError, match="scheduler is gone"):
            ask()
    pool.close()


def test_what_a_lost_connection_took_is_asked_again(lost):
    pool = lost("running", "running", "connecting", "connecting", "running")
    request = Request(number=7, cells=(), first=0, trials=1000)
    pool.ask(request)
    assert pool.answers(0.0) == []
    assert pool.client.asked == [request, request]
    (again,) = pool.answers(0.0)
    assert (again.number, again.died, again.results) == (7, False, [])
    assert pool.free == 3
