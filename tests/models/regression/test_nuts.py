import nutpie
import pytest

from models.regression.nuts import run_nuts


class InterruptedSampler:
    cancelled = False

    def wait(self):
        raise KeyboardInterrupt

    def cancel(self):
        self.cancelled = True


def test_an_interrupt_cancels_the_chains_and_is_passed_on(monkeypatch):
    sampler = InterruptedSampler()
    monkeypatch.setattr(nutpie, "sample", lambda *_, **__: sampler)
    with pytest.raises(KeyboardInterrupt):
        run_nuts(None, seed=1, chains=1, draws=10, tune=10, cores=1, target_accept=0.8)
    assert sampler.cancelled
