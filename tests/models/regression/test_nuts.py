from contextlib import nullcontext

import numpy as np
import nutpie
import pytest
from numba import njit

from models.regression.nuts import few_words, run_nuts


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


def test_shapes_that_do_not_fit_are_refused_in_few_words_only_while_a_model_is_compiled():
    def assign(to, values):
        to[...] = values

    told = []
    for words in (few_words(), nullcontext()):
        with words, pytest.raises(ValueError) as refusal:
            njit(assign)(np.empty(2), np.empty(3))
        told.append(str(refusal.value))
    assert told[0] == "shapes do not fit"
    assert "(3,)" in told[1]
