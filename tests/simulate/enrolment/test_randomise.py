"""Randomisation against its definitions; chi-square p above 6e-5 is 4 SE of a normal."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from simulate.random_numbers import ARM, BLOCK

FACTORS = [(0.3, 0.7), (0.5, 0.3, 0.2)]
RATIOS = [(1, 1), (2, 1), (1, 3), (3, 2)]


def blocks(sizes, **more):
    return {"kind": "blocks", "block_sizes": sizes, **more}


def whole_blocks(key, sizes, positions, numbers):
    """Slices of `positions` that are complete blocks, from the numbers of their first patients."""
    first, found = 0, []
    number = numbers(key, BLOCK, positions[-1] + 1)
    while first < len(positions):
        size = sizes[int(number[positions[first]] * len(sizes))] if len(sizes) > 1 else sizes[0]
        if first + size <= len(positions):
            found.append(positions[first : first + size])
        first += size
    return found


@pytest.mark.parametrize(
    ("size", "ratio", "orders"), [(4, (1, 1), 6), (3, (2, 1), 3), (5, (3, 2), 10)]
)
def test_all_orders_of_a_block_are_equally_likely(design, enrolled, size, ratio, orders):
    """4,000 blocks."""
    chosen = design(patients=100 * size, allocation=ratio, randomisation=blocks((size,)))
    seen = np.concatenate([t.arm.reshape(-1, size) for t in enrolled(chosen, trials=40)])
    counts = np.unique(seen, axis=0, return_counts=True)[1]
    assert counts.size == orders
    assert stats.chisquare(counts).pvalue > 6e-5


def test_blocks_are_independent(design, enrolled):
    """4,000 pairs of neighbouring blocks of two: SE of the correlation 0.016."""
    trials = enrolled(design(patients=202, randomisation=blocks((2,))), trials=40)
    firsts = [t.arm[::2] for t in trials]
    pairs = np.stack(
        [np.concatenate([f[:-1] for f in firsts]), np.concatenate([f[1:] for f in firsts])]
    )
    assert abs(np.corrcoef(pairs)[0, 1]) < 4 * 0.016


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("factors", [(), FACTORS])
@pytest.mark.parametrize("several", [False, True])
def test_every_complete_block_keeps_the_ratio(design, enrolled, numbers, ratio, factors, several):
    cycle = sum(ratio)
    sizes = (cycle, 2 * cycle, 3 * cycle) if several else (2 * cycle,)
    random = blocks(sizes, stratified=bool(factors))
    chosen = design(patients=200, allocation=ratio, factors=factors, randomisation=random)
    for trial in enrolled(chosen, trials=5):
        for cell in np.unique(trial.stratum):
            for block in whole_blocks(
                trial.key, sizes, np.flatnonzero(trial.stratum == cell), numbers
            ):
                assert trial.arm[block].sum() * cycle == len(block) * ratio[1]


def test_block_sizes_are_equally_likely(design, enrolled, numbers):
    """About 1,900 blocks."""
    sizes, lengths = (2, 4, 6), []
    for trial in enrolled(design(patients=400, randomisation=blocks(sizes)), trials=20):
        lengths += [len(b) for b in whole_blocks(trial.key, sizes, np.arange(400), numbers)]
    assert stats.chisquare(np.unique(lengths, return_counts=True)[1]).pvalue > 6e-5


@pytest.mark.parametrize("stratified", [False, True])
def test_patients_draw_from_the_urn_of_their_block(design, enrolled, numbers, stratified):
    """A second implementation on the same numbers: RT if the ticket is not one of control's."""
    sizes = (3, 6)
    chosen = design(
        patients=150,
        allocation=(2, 1),
        factors=FACTORS,
        randomisation=blocks(sizes, stratified=stratified),
    )
    for trial in enrolled(chosen, trials=5):
        arm_number, block_number = (numbers(trial.key, p, 150) for p in (ARM, BLOCK))
        urns = {}
        for i in range(150):
            urn = urns.setdefault(trial.stratum[i] if stratified else 0, [])
            if not urn:
                size = sizes[int(block_number[i] * 2)]
                urn += [0] * (2 * size // 3) + [1] * (size // 3)
            assert trial.arm[i] == urn.pop(int(arm_number[i] * len(urn)))


@pytest.mark.parametrize("ratio", RATIOS)
def test_simple_randomisation_is_a_coin(design, enrolled, ratio):
    """20,000 patients: SE of the share at most 0.0035; of the correlation 0.007."""
    chosen = design(patients=500, allocation=ratio, randomisation={"kind": "simple"})
    arms = [t.arm for t in enrolled(chosen, trials=40)]
    assert abs(np.mean(arms) - ratio[1] / sum(ratio)) < 4 * 0.0035
    neighbours = np.corrcoef(np.ravel([a[:-1] for a in arms]), np.ravel([a[1:] for a in arms]))
    assert abs(neighbours[0, 1]) < 4 * 0.00708


@pytest.mark.parametrize(
    ("ratio", "order"),
    [
        ((1, 1), "010101"),
        ((2, 1), "001001"),
        ((1, 2), "011011"),
        ((3, 2), "0010100101"),
        ((4, 2), "001001"),
    ],
)
def test_alternating_arms_in_turn(design, enrolled, ratio, order):
    random = {"kind": "alternating"}
    (trial,) = enrolled(design(patients=len(order), allocation=ratio, randomisation=random))
    assert "".join(map(str, trial.arm)) == order


def imbalance(counts, ratio):
    """Range of an arm's patients per share of the ratio, summed over one patient's margins."""
    return sum(np.ptp(np.divide(pair, ratio)) for pair in counts)


def minimised(stratum, numbers, *, ratio, levels, probability):
    """Pocock and Simon's minimisation, patient by patient from tables of counts."""
    small = int(np.argmin(ratio))
    favoured = {small: probability, 1 - small: 1 - (1 - probability) * min(ratio) / max(ratio)}
    tables = [np.zeros((size, 2)) for size in levels]
    arms = []
    for cell, number in zip(stratum, numbers, strict=True):
        place = np.unravel_index(cell, levels) if levels else ()
        margins = [table[level] for table, level in zip(tables, place, strict=True)]
        after = [imbalance([m + np.eye(2)[arm] for m in margins], ratio) for arm in (0, 1)]
        if abs(after[0] - after[1]) < 1e-9:
            control = ratio[0] / sum(ratio)
        else:
            preferred = int(after[1] < after[0])
            control = favoured[0] if preferred == 0 else 1 - favoured[1]
        arms.append(int(number >= control))
        for margin in margins:
            margin[arms[-1]] += 1
    return arms


@pytest.mark.parametrize("ratio", [(1, 1), (2, 1), (1, 3), (3, 2), (2, 2)])
@pytest.mark.parametrize("probability", [0.6, 0.8, 0.999])
def test_minimisation_agrees_with_tables_of_counts(design, enrolled, numbers, ratio, probability):
    random = {"kind": "minimisation", "probability": probability}
    chosen = design(patients=150, allocation=ratio, factors=FACTORS, randomisation=random)
    for trial in enrolled(chosen, trials=3):
        direct = minimised(
            trial.stratum,
            numbers(trial.key, ARM, 150),
            ratio=ratio,
            levels=(2, 3),
            probability=probability,
        )
        assert trial.arm.tolist() == direct


def margin_range(trial, levels=(2, 3)):
    """Largest difference of the arms in any level."""
    places = np.unravel_index(trial.stratum, levels)
    return max(
        abs(np.sum(np.where(place == level, 2 * trial.arm - 1, 0)))
        for place, size in zip(places, levels, strict=True)
        for level in range(size)
    )


def test_minimisation_balances_every_margin(design, enrolled):
    """Largest difference of the arms in any level after 200 patients, mean over 60 trials."""
    worst = {}
    for kind in ("minimisation", "simple"):
        chosen = design(patients=200, factors=FACTORS, randomisation={"kind": kind})
        worst[kind] = np.mean([margin_range(t) for t in enrolled(chosen, trials=60)])
    assert worst["minimisation"] < 4
    assert worst["simple"] > 10


def test_one_factor_gets_efrons_biased_coin_in_each_level(design, enrolled):
    """After an even number of a level's patients the arms are equal with 1 − (1 − p) / p = 0.75.

    Level 1 after its patients 40, 50, … of 80 trials: about 1,000 values, nearly independent, SE
    0.014; tolerance doubled for what dependence remains.
    """
    random = {"kind": "minimisation", "probability": 0.8}
    chosen = design(patients=300, factors=[(0.5, 0.5)], randomisation=random)
    lead = [np.cumsum(2 * t.arm[t.stratum == 1] - 1)[39::10] for t in enrolled(chosen, trials=80)]
    assert abs((np.concatenate(lead) == 0).mean() - 0.75) < 4 * 2 * 0.014


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("method", ["minimisation", "blocks", "simple", "alternating"])
def test_the_ratio_is_kept(design, enrolled, ratio, method):
    """Share of RT over 100 trials of 120 patients, 4 standard errors taken from the trials."""
    random = blocks((sum(ratio) * 2,)) if method == "blocks" else {"kind": method}
    chosen = design(patients=120, allocation=ratio, factors=FACTORS, randomisation=random)
    shares = np.array([t.arm.mean() for t in enrolled(chosen, trials=100)])
    assert abs(shares.mean() - ratio[1] / sum(ratio)) <= 4 * shares.std(ddof=1) / 10 + 1e-12


@pytest.mark.parametrize(
    "random",
    [
        {"kind": "simple"},
        {"kind": "alternating"},
        blocks((4,)),
        blocks((2, 4, 6)),
        blocks((2, 4, 6), stratified=True),
        {"kind": "minimisation"},
    ],
)
def test_a_smaller_trial_is_the_first_part_of_a_larger_one(design, enrolled, random):
    large, small = (
        enrolled(design(patients=n, factors=FACTORS, randomisation=random), trials=3)
        for n in (200, 77)
    )
    for many, few in zip(large, small, strict=True):
        assert many.arm[:77].tolist() == few.arm.tolist()
        assert many.stratum[:77].tolist() == few.stratum.tolist()
        assert many.entry[:77].tolist() == few.entry.tolist()


def test_trials_of_one_worker_do_not_remember_each_other(design, enrolled):
    """Replicate 4 is the same after four others and, with fresh scratch space, on its own."""
    random = blocks((4, 6), stratified=True)
    chosen = design(patients=90, factors=FACTORS, randomisation=random)
    five, again = enrolled(chosen, trials=5), enrolled(chosen, trials=5)
    for before, after in pairwise([five[4], again[4]]):
        assert before.arm.tolist() == after.arm.tolist()
