"""The counter-based generator: known answers, uniformity, and no dependence along any axis.

Numbers are laid out as trials use them. The seeds are fixed, so a test holds or fails for ever;
bounds are 4.5 standard errors, or p above 7e-6, the same of a normal.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulate.random_numbers import (
    ARM,
    ARRIVAL,
    BLOCK,
    DEATH,
    DROP_OUT,
    EVENT,
    GOLDEN,
    PROGRESSION,
    SCAN,
    STRATUM,
    SWITCH,
    Key,
    fill_exponential,
    mixed,
    numbered_uniform,
    random_bits,
    trial_key,
    uniform,
)

PURPOSES = (ARRIVAL, STRATUM, ARM, BLOCK, EVENT, DROP_OUT, PROGRESSION, DEATH, SWITCH, SCAN)
SEED, SEEDS, REPLICATES, PATIENTS = 20_260, 400, 400, 400
FARTHEST, RAREST = 4.5, 7e-6
WORD = 2**64


def key_of(seed, replicate):
    return Key(*map(np.uint64, trial_key(np.uint64(seed), np.uint64(replicate))))


def bits_of(key, purpose, patients):
    bits, values = np.empty(patients, np.uint64), np.empty(patients)
    fill_exponential(key, purpose, patients, bits, values)
    return bits


def unit(bits):
    return ((bits >> np.uint64(12)).astype(float) + 0.5) * 2.0**-52


@pytest.fixture(scope="module")
def trials():
    """Bits by replicate, purpose and patient, of one seed."""
    keys = [key_of(SEED, replicate) for replicate in range(REPLICATES)]
    return np.array([[bits_of(k, purpose, PATIENTS) for purpose in PURPOSES] for k in keys])


@pytest.fixture(scope="module")
def seeds():
    """Bits of the same replicate by seed, purpose and patient."""
    keys = [key_of(seed, 3) for seed in range(SEEDS)]
    return np.array([[bits_of(k, purpose, PATIENTS) for purpose in PURPOSES] for k in keys])


def test_known_answers_of_splitmix64():
    """The published sequence from state 1234567; a second key of 0 changes nothing."""
    known = (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431)
    for place, answer in enumerate(known, 1):
        state = np.uint64((1234567 + place * int(GOLDEN)) % WORD)
        assert int(mixed(state, np.uint64(0))) == answer


def plain_mixed(counter, middle):
    bits = ((counter ^ counter >> 30) * 0xBF58476D1CE4E5B9 + middle) % WORD
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB % WORD
    return bits ^ bits >> 31


def plain_bits(seed, replicate, patient, purpose):
    golden, step = 0x9E3779B97F4A7C15, 0xD1342543DE82EF95
    trial = plain_mixed((seed + 1) * golden % WORD, step) + replicate * step
    start, middle = plain_mixed(trial % WORD, golden), plain_mixed((trial + golden) % WORD, seed)
    return plain_mixed((start + (16 * patient + purpose) * golden) % WORD, middle)


@given(
    st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1), st.integers(0, 2**31), st.integers(0, 15)
)
def test_numbers_are_those_of_whole_number_arithmetic(seed, replicate, patient, purpose):
    found = random_bits(key_of(seed, replicate), np.uint64(patient), np.uint64(purpose))
    assert int(found) == plain_bits(seed, replicate, patient, purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_vector_is_the_scalar_to_the_bit(purpose):
    key = key_of(SEED, 17)
    bits, values = np.empty(300, np.uint64), np.empty(300)
    fill_exponential(key, purpose, 300, bits, values)
    assert bits.tolist() == [int(random_bits(key, np.uint64(i), purpose)) for i in range(300)]
    numbers = np.array([uniform(key, i, purpose) for i in range(300)])
    np.testing.assert_array_equal(unit(bits), numbers)
    np.testing.assert_allclose(values, -np.log(numbers), rtol=1e-13)


@given(st.integers(0, 2**31), st.integers(0, 15), st.integers(0, 2**20))
def test_numbered_uniforms_are_one_more_hash_of_the_patients_bits(patient, purpose, number):
    key = key_of(SEED, 9)
    bits = (plain_bits(SEED, 9, patient, purpose) + number * int(GOLDEN)) % WORD
    expected = plain_mixed(bits, int(key.middle))
    found = numbered_uniform(key, patient, np.uint64(purpose), number)
    assert found == ((expected >> 12) + 0.5) * 2.0**-52


def test_numbered_uniforms_are_uniform_and_independent_from_number_to_number():
    """120,000 numbers: 20 scans of 300 patients in 20 trials."""
    keys = [key_of(SEED, replicate) for replicate in range(20)]
    numbers = np.array(
        [[[numbered_uniform(k, i, SCAN, n) for n in range(20)] for i in range(300)] for k in keys]
    )
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > RAREST
    for axis in range(3):
        first, second = neighbours(numbers, axis, 1)
        assert abs(correlation_in_errors(first, second)) < FARTHEST
        assert pair_p(first, second) > RAREST


def test_a_smaller_trial_is_the_first_part_of_a_larger_one():
    key = key_of(SEED, 5)
    whole = bits_of(key, EVENT, 1000)
    np.testing.assert_array_equal(bits_of(key, EVENT, 137), whole[:137])


def test_only_the_asked_numbers_are_written():
    bits, values = np.full(10, 7, np.uint64), np.full(10, -1.0)
    fill_exponential(key_of(1, 1), ARM, 4, bits, values)
    assert np.all(bits[4:] == 7)
    assert np.all(values[4:] == -1.0)


def chi_square_p(counts):
    return stats.chisquare(counts.ravel()).pvalue


@pytest.mark.parametrize("purpose", range(10))
def test_every_byte_is_uniform(trials, purpose):
    """160,000 numbers a purpose, 8 bytes each."""
    octets = np.ascontiguousarray(trials[:, purpose]).view(np.uint8).reshape(-1, 8)
    for place in range(8):
        assert chi_square_p(np.bincount(octets[:, place], minlength=256)) > RAREST


@pytest.mark.parametrize("purpose", range(10))
def test_numbers_are_uniform(trials, purpose):
    """Kolmogorov–Smirnov, over 160,000 numbers of all trials and over the first patients."""
    numbers = unit(trials[:, purpose])
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > RAREST
    assert stats.kstest(numbers[:, 0], "uniform").pvalue > RAREST


def test_each_trial_is_as_uniform_as_it_should_be(trials):
    """p-values of one chi-square test a trial are uniform themselves: neither uneven nor too even.

    400 trials of 4,000 numbers in 64 cells.
    """
    cells = (trials >> np.uint64(58)).astype(np.int64).reshape(REPLICATES, -1)
    counts = np.array([np.bincount(trial, minlength=64) for trial in cells])
    assert stats.kstest(stats.chisquare(counts, axis=1).pvalue, "uniform").pvalue > RAREST


def neighbours(numbers, axis, lag):
    ahead = np.moveaxis(numbers, axis, 0)
    return ahead[:-lag].ravel(), ahead[lag:].ravel()


def correlation_in_errors(first, second):
    return np.corrcoef(first, second)[0, 1] * np.sqrt(first.size)


def pair_p(first, second):
    """Chi-square p of pairs in 32 by 32 cells."""
    return chi_square_p(np.histogram2d(first, second, bins=32, range=[[0, 1], [0, 1]])[0])


@pytest.mark.parametrize("lag", [1, 2, 3, 16])
@pytest.mark.parametrize("axis", ["replicate", "purpose", "patient"])
def test_no_dependence_along_an_axis_of_the_trials(trials, axis, lag):
    """Up to 1,600,000 pairs: correlation 0 and pairs uniform over the square."""
    place = ("replicate", "purpose", "patient").index(axis)
    if lag >= trials.shape[place]:
        lag = 5
    first, second = neighbours(unit(trials), place, lag)
    assert abs(correlation_in_errors(first, second)) < FARTHEST
    assert pair_p(first, second) > RAREST


@pytest.mark.parametrize("lag", [1, 2, 16, 256])
def test_no_dependence_between_seeds(seeds, lag):
    """At least 576,000 pairs of the same replicate, patient and purpose."""
    first, second = neighbours(unit(seeds), 0, lag)
    assert abs(correlation_in_errors(first, second)) < FARTHEST
    assert pair_p(first, second) > RAREST


def test_no_dependence_when_seed_and_replicate_trade_places():
    first = np.array([bits_of(key_of(s, s + 1), EVENT, 100) for s in range(500)])
    second = np.array([bits_of(key_of(s + 1, s), EVENT, 100) for s in range(500)])
    assert abs(correlation_in_errors(unit(first).ravel(), unit(second).ravel())) < FARTHEST


@pytest.mark.parametrize("low", [1, 8, 20, 40])
def test_low_bits_of_neighbours_are_as_independent_as_high_ones(trials, low):
    """Bits `low` of neighbouring replicates, patients and purposes differ half of the time."""
    bit = ((trials >> np.uint64(low)) & np.uint64(1)).astype(float)
    for axis in range(3):
        first, second = neighbours(bit, axis, 1)
        assert abs(correlation_in_errors(first, second)) < FARTHEST


def test_sums_of_trials_vary_as_sums_of_independent_numbers(trials):
    """Sums over 4,000 numbers of 400 trials: variance in 4.5 errors, and no serial correlation."""
    sums = unit(trials).reshape(REPLICATES, -1).sum(axis=1)
    size = trials[0].size
    ratio = sums.var(ddof=1) / (size / 12)
    assert abs(ratio - 1) < FARTHEST * np.sqrt(2 / REPLICATES)
    for lag in (1, 2, 7):
        assert abs(correlation_in_errors(sums[:-lag], sums[lag:])) < FARTHEST


def test_no_number_comes_twice(trials, seeds):
    """About 3.2 million numbers; a coincidence of 64 bits has probability 3e-7.

    Replicate 3 of seed 20,260 is not among the seeds here.
    """
    every = np.concatenate([trials.ravel(), seeds.ravel()])
    assert np.unique(every).size == every.size


def flipped_shares(changed, plain):
    """Share of the cases in which each output bit changed."""
    places = np.arange(64, dtype=np.uint64)
    return (((changed ^ plain)[:, np.newaxis] >> places) & np.uint64(1)).mean(axis=0)


@pytest.mark.parametrize("which", ["seed", "replicate", "patient", "purpose"])
def test_one_changed_bit_of_the_input_changes_half_of_the_output(which):
    """1,000 inputs per input bit and output bit: each share 0.5 within 6 errors, one in 1e9."""
    rng = np.random.default_rng(8)
    base = rng.integers(0, [2**63, 2**40, 2**20, 16], (1_000, 4))
    column = ("seed", "replicate", "patient", "purpose").index(which)
    plain = np.array([one_number(*row) for row in base], np.uint64)
    for bit in {"seed": (0, 1, 31, 62), "replicate": (0, 1, 17, 39), "patient": (0, 9)}.get(
        which, (0, 3)
    ):
        other = base.copy()
        other[:, column] ^= 1 << bit
        changed = np.array([one_number(*row) for row in other], np.uint64)
        share = flipped_shares(changed, plain)
        assert np.abs(share - 0.5).max() < 6 * 0.5 / np.sqrt(1_000)
        assert abs(share.mean() - 0.5) < FARTHEST * 0.5 / np.sqrt(64_000)


def one_number(seed, replicate, patient, purpose):
    return int(random_bits(key_of(seed, replicate), np.uint64(patient), np.uint64(purpose)))
