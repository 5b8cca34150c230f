"""Random numbers by seed, replicate, patient and purpose: the same in every scenario (compiled).

A counter-based generator: the number of (patient, purpose) within a trial is a hash of its counter
under the trial's keys. The hash is SplitMix64 (Steele, Lea & Flood 2014, doi
10.1145/2660193.2660195), with a second key added between its two multiplications, so that trials
whose counters happen to overlap do not share numbers.
"""

from typing import NamedTuple

import numpy as np

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import minus_log, unit_interval

ARRIVAL, STRATUM, ARM, BLOCK, EVENT, DROP_OUT, PROGRESSION, DEATH, SWITCH, SCAN = (
    np.uint64(purpose) for purpose in range(10)
)
PURPOSES = np.uint64(16)

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
REPLICATE_STEP = np.uint64(0xD1342543DE82EF95)
PATIENT_STEP = np.uint64(int(PURPOSES) * int(GOLDEN) % 2**64)
S30, S27, S31 = np.uint64(30), np.uint64(27), np.uint64(31)


class Key(NamedTuple):
    """Two keys of a trial."""

    start: np.uint64
    middle: np.uint64


@lean_inlined
def mixed(counter: np.uint64, middle: np.uint64) -> np.uint64:
    """64 random bits of a counter."""
    bits = (counter ^ (counter >> S30)) * FIRST_FACTOR + middle
    bits = (bits ^ (bits >> S27)) * SECOND_FACTOR
    return bits ^ (bits >> S31)


@lean_inlined
def trial_key(seed: np.uint64, replicate: np.uint64) -> Key:
    """Keys of one trial of a simulation."""
    trial = mixed(seed * GOLDEN + GOLDEN, REPLICATE_STEP) + replicate * REPLICATE_STEP
    return Key(mixed(trial, GOLDEN), mixed(trial + GOLDEN, seed))


@lean_inlined
def random_bits(key: Key, patient: np.uint64, purpose: np.uint64) -> np.uint64:
    """64 random bits for a patient (numbered from 0) and a purpose."""
    return mixed(key.start + patient * PATIENT_STEP + purpose * GOLDEN, key.middle)


@lean_inlined
def uniform(key: Key, patient: int, purpose: np.uint64) -> float:
    """Uniform number for a patient and a purpose, strictly between 0 and 1 (52 bits).

    Parameters
    ----------
    key : Key
        From `trial_key`.
    patient : int
        In order of enrolment, from 0.
    purpose : uint64
        One of this module's constants.
    """
    return unit_interval(random_bits(key, np.uint64(patient), purpose))


@lean_inlined
def numbered_uniform(key: Key, patient: int, purpose: np.uint64, number: int) -> float:
    """Uniform number for one of many like things of a patient, such as the patient's scans.

    Parameters
    ----------
    key : Key
        From `trial_key`.
    patient : int
        In order of enrolment, from 0.
    purpose : uint64
        One of this module's constants.
    number : int
        From 0; the patient's bits for the purpose and this number are hashed once more.
    """
    bits = random_bits(key, np.uint64(patient), purpose)
    return unit_interval(mixed(bits + np.uint64(number) * GOLDEN, key.middle))


@lean_kernel
def fill_exponential(
    key: Key, purpose: np.uint64, count: int, bits: np.ndarray, values: np.ndarray
) -> None:
    """Fill `values` with -log of the uniform numbers of the first `count` patients.

    Parameters
    ----------
    key : Key
    purpose : uint64
    count : int
    bits : array of uint64, shape (at least count,)
        Work space.
    values : array of float, shape (at least count,)
    """
    counter = key.start + purpose * GOLDEN
    for i in range(count):
        bits[i] = mixed(counter, key.middle)
        counter += PATIENT_STEP
    for i in range(count):
        values[i] = minus_log(unit_interval(bits[i]))
