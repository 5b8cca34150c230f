"""Random numbers: the hash in plain Python, and its numbers against the uniform distribution."""

import numpy as np
from scipy import stats

from analyses.selftest.check import Check, Finding, Worst
from simulate.random_numbers import (
    DEATH,
    DROP_OUT,
    EVENT,
    Key,
    fill_exponential,
    random_bits,
    trial_key,
)

WORD = 2**64
GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
REPLICATE, PURPOSES = 0xD1342543DE82EF95, 16


def _mixed(counter: int, middle: int) -> int:
    bits = ((counter ^ (counter >> 30)) * FIRST + middle) % WORD
    bits = ((bits ^ (bits >> 27)) * SECOND) % WORD
    return bits ^ (bits >> 31)


def _plain_bits(seed: int, replicate: int, patient: int, purpose: int) -> int:
    """Bits of a patient and purpose in Python's whole numbers."""
    trial = (_mixed((seed * GOLDEN + GOLDEN) % WORD, REPLICATE) + replicate * REPLICATE) % WORD
    start, middle = _mixed(trial, GOLDEN), _mixed((trial + GOLDEN) % WORD, seed)
    return _mixed((start + patient * PURPOSES * GOLDEN + purpose * GOLDEN) % WORD, middle)


def _key(seed: int, replicate: int) -> Key:
    return Key(*map(np.uint64, trial_key(np.uint64(seed), np.uint64(replicate))))


def compare_hash() -> Finding:
    """Bits of many seeds, replicates, patients and purposes."""
    worst, rng = Worst(0.0, "bits that differ"), np.random.default_rng(3)
    for _ in range(500):
        seed, replicate = (int(rng.integers(2**63)) for _ in range(2))
        patient, purpose = int(rng.integers(10_000)), int(rng.integers(10))
        with np.errstate(over="ignore"):
            found = int(random_bits(_key(seed, replicate), np.uint64(patient), np.uint64(purpose)))
        different = bin(found ^ _plain_bits(seed, replicate, patient, purpose)).count("1")
        worst.add(different, f"seed {seed}, replicate {replicate}")
    return worst.finding()


def compare_exponential() -> Finding:
    """Kolmogorov's distance of exponential numbers over 1,000 trials, in its standard scale.

    4 would be seen by chance once in 4e13 looks, 2 once in 1,500.
    """
    worst, count = Worst(2.0, "Kolmogorov distance times the root of n"), 500
    bits, values = np.empty(count, np.uint64), np.empty(count)
    for purpose in (EVENT, DROP_OUT, DEATH):
        drawn = []
        for replicate in range(1000):
            fill_exponential(_key(2025, replicate), purpose, count, bits, values)
            drawn.append(values.copy())
        together = np.concatenate(drawn)
        distance = stats.kstest(together, "expon").statistic
        worst.add(distance * np.sqrt(together.size), f"purpose {purpose}")
    return worst.finding()


CHECKS = (
    Check(
        name="random numbers, bit by bit",
        requirement="simulate.random_numbers",
        grade="independent implementation",
        claim="A number depends on seed, replicate, patient and purpose as plain Python says.",
        source="the hash in whole numbers of Python, in the check",
        subject="simulate.random_numbers.random_bits",
        compare=compare_hash,
    ),
    Check(
        name="random numbers, distribution",
        requirement="simulate.random_numbers",
        grade="simulation",
        claim="Waiting times over 1,000 trials are exponential.",
        source="Kolmogorov–Smirnov distance, 500,000 numbers a purpose",
        subject="simulate.random_numbers.fill_exponential",
        compare=compare_exponential,
    ),
)
