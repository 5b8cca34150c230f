"""Running: the same results for any division of the work, whatever happens to the workers."""

import pytest

from analyses.sweep.local_pool import LocalPool
from analyses.sweep.store import load_cells
from simulate.sweep.groups import Group


def test_every_cell_gets_its_trials_and_is_stored(sweep, fake, tmp_path):
    cells = [fake.FakeCell("a" * length) for length in range(1, 6)]
    ran = sweep(cells, trials=7000)
    assert ran.results == [fake.expected(cell.name, 7000) for cell in cells]
    stored = load_cells(tmp_path, [f"{place:064x}" for place in range(5)])
    assert [fake.FakeResult.from_arrays(c.arrays) for c in stored.cells.values()] == ran.results
    last = ran.told[-1]
    assert (last.finished, last.failed, last.cells, last.trials) == (5, 0, 5, 35_000)
    assert last.worst == pytest.approx(0.5 / 7000**0.5)


def test_nothing_is_computed_again_and_more_trials_are_added(sweep, fake):
    cells = [fake.FakeCell("a"), fake.FakeCell("bb")]
    sweep(cells, trials=3000)
    poisoned = [fake.FakeCell("a", raises=True), fake.FakeCell("bb", raises=True)]
    assert sweep(poisoned, trials=3000).failures == ["", ""]
    topped = sweep(cells, trials=8000)
    assert topped.results == [fake.expected(cell.name, 8000) for cell in cells]
    assert topped.told[0].trials == 6000


def test_several_workers_at_one_cell(sweep, fake):
    cell = fake.FakeCell("alone", seconds=0.02)
    assert sweep([cell], trials=12_000, workers=3).results == [fake.expected("alone", 12_000)]


def test_cells_of_a_group_share_their_trials_even_when_one_is_ahead(sweep, fake):
    cells = [fake.FakeCell("a"), fake.FakeCell("bb"), fake.FakeCell("ccc")]
    sweep(cells[:1], trials=4000)
    together = [Group(members=(0, 1, 2), key="k", patients=100)]
    ran = sweep(cells, trials=9000, groups=together)
    assert ran.results == [fake.expected(cell.name, 9000) for cell in cells]


def test_a_standard_error_is_reached_at_powers_of_two_of_thousands(sweep, fake):
    cell = fake.FakeCell("a")
    assert sweep([cell], trials=10**6, mcse=0.006).results == [fake.expected("a", 8000)]
    assert sweep([cell], trials=10**6, mcse=0.005).results == [fake.expected("a", 16_000)]


def test_one_that_raises_is_told_apart_from_those_it_shares_trials_with(sweep, fake):
    cells = [fake.FakeCell("a"), fake.FakeCell("bad", raises=True), fake.FakeCell("ccc")]
    ran = sweep(cells, trials=2000, groups=[Group(members=(0, 1, 2), key="k", patients=10)])
    assert ran.results == [fake.expected("a", 2000), None, fake.expected("ccc", 2000)]
    assert ran.failures[1].startswith("ValueError: bad cannot be recruited (replicates ")
    assert ran.failures[0] == ran.failures[2] == ""


def test_one_that_raises_leaves_the_others_their_standard_error(sweep, fake):
    cells = [fake.FakeCell("a"), fake.FakeCell("bad", raises=True)]
    group = [Group(members=(0, 1), key="k", patients=10)]
    ran = sweep(cells, trials=10**6, mcse=0.006, groups=group)
    assert ran.results == [fake.expected("a", 8000), None]
    assert ran.told[-1].trials == 8000


def test_a_worker_that_dies_is_replaced(sweep, fake, tmp_path):
    cells = [fake.FakeCell("a"), fake.FakeCell("bb", kills=2, marks=str(tmp_path))]
    ran = sweep(cells, trials=2000, folder=tmp_path / "out")
    assert ran.results == [fake.expected(cell.name, 2000) for cell in cells]
    assert ran.failures == ["", ""]


def test_a_cell_that_kills_every_worker_is_given_up(sweep, fake, tmp_path):
    cells = [fake.FakeCell("bb", kills=99, marks=str(tmp_path)), fake.FakeCell("a")]
    ran = sweep(cells, trials=1000, folder=tmp_path / "out")
    assert ran.failures[0] == "its worker died 3 times (replicates 0 to 999)"
    assert ran.results == [None, fake.expected("a", 1000)]


def test_an_interrupt_keeps_what_was_computed(sweep, fake, tmp_path, monkeypatch):
    from analyses.sweep import run

    cells = [fake.FakeCell("slow", seconds=0.02)]

    class Interrupting(run._Teller):
        def tell(self):
            if self.schedule.states[0].trials >= 4000:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "_Teller", Interrupting)
        with pytest.raises(KeyboardInterrupt):
            sweep(cells, trials=50_000)
    (stored,) = load_cells(tmp_path, [f"{0:064x}"]).cells.values()
    trials = int(stored.arrays["trials"])
    assert 4000 <= trials < 50_000
    assert fake.FakeResult.from_arrays(stored.arrays) == fake.expected("slow", trials)
    assert sweep(cells, trials=20_000).results == [fake.expected("slow", 20_000)]


def test_workers_of_changed_code_are_refused(sweep, fake):
    pool = LocalPool(fake.simulate, workers=1, code=fake.code)
    pool.close()
    pool.first = (fake.simulate, fake.code, "another")
    with pytest.raises(ValueError, match="the code of replan has changed"):
        sweep([fake.FakeCell("a")], pool=pool)
