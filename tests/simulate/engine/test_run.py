"""The same numbers for any number of workers, any split, any part of a design."""

import numpy as np
import pytest

from simulate.engine.fields import FIELDS
from simulate.engine.one_trial import follow_replicate
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, simulate_block, simulate_blocks

SEED, TRIALS = 5, 2 * BLOCK + 345


def scenario_of(design, **how):
    return pack_scenario(design, design.truths[0], **how)


@pytest.fixture(scope="module")
def scenario(designs):
    return scenario_of(designs["six strata, effects differ"])


@pytest.fixture(scope="module")
def whole(scenario):
    return simulate_block(scenario, seed=SEED, first=0, trials=TRIALS).found


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_same_bits(scenario, whole, workers):
    blocks = list(simulate_blocks(scenario, seed=SEED, trials=TRIALS, workers=workers))
    assert [block.first for block in blocks] == [0, BLOCK, 2 * BLOCK]
    found = np.concatenate([block.found for block in blocks])
    np.testing.assert_array_equal(found, whole)


@pytest.mark.parametrize("cuts", [(1,), (7, 8, 500), (BLOCK,), (BLOCK + 1, 2_000)])
def test_any_split_gives_the_same_bits(scenario, whole, cuts):
    starts, stops = (0, *cuts), (*cuts, TRIALS)
    parts = [
        simulate_block(scenario, seed=SEED, first=start, trials=stop - start).found
        for start, stop in zip(starts, stops, strict=True)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_simulation_goes_on_where_it_stopped(scenario, whole):
    later = simulate_blocks(scenario, seed=SEED, trials=TRIALS - BLOCK, first=BLOCK, workers=2)
    np.testing.assert_array_equal(np.concatenate([b.found for b in later]), whole[BLOCK:])


def test_an_abandoned_simulation_can_be_begun_again(scenario, whole):
    blocks = simulate_blocks(scenario, seed=SEED, trials=TRIALS, workers=2)
    np.testing.assert_array_equal(next(blocks).found, whole[:BLOCK])
    blocks.close()
    again = next(simulate_blocks(scenario, seed=SEED, trials=BLOCK, workers=1))
    np.testing.assert_array_equal(again.found, whole[:BLOCK])


def test_another_seed_gives_other_trials(scenario, whole):
    other = simulate_block(scenario, seed=SEED + 1, first=0, trials=100).found
    months = other[:, 0, FIELDS.index("month")]
    assert not np.isin(months, whole[:, 0, FIELDS.index("month")]).any()


def test_wanting_less_changes_nothing_that_is_computed(designs, whole):
    design = designs["six strata, effects differ"]
    few = simulate_block(scenario_of(design, every_test=False), seed=SEED, first=0, trials=200)
    same = ~np.isnan(few.found)
    known = [name for name, kept in zip(FIELDS, same.any(axis=(0, 1)), strict=True) if kept]
    assert known == [*FIELDS[: FIELDS.index("person_months")], "score", "variance"]
    np.testing.assert_array_equal(few.found[same], whole[:200][same])


def followed(design, replicate):
    scenario = scenario_of(design, every_test=False)
    work = scenario.work_space()
    return follow_replicate(scenario, seed=SEED, replicate=replicate, work=work)[0]


@pytest.mark.parametrize(
    "name", ["Poisson, simple", "sites", "minimised two to one", "evenly in turns"]
)
def test_a_smaller_trial_is_the_first_part_of_a_larger_one(designs, name):
    """But for uniform arrivals, which are sorted and promise nothing."""
    large = designs[name]
    looks = tuple(look.model_copy(update={"events": 40}) for look in large.looks)
    small = large.model_copy(update={"patients": 131, "looks": looks})
    for replicate in range(20):
        part, every = followed(small, replicate), followed(large, replicate)
        assert part.entry.size < every.entry.size
        for field in ("entry", "end", "arm", "stratum", "status", "label", "months"):
            whole_column = getattr(every, field)
            np.testing.assert_array_equal(getattr(part, field), whole_column[: part.entry.size])


def test_another_truth_keeps_everyone_but_those_it_concerns(designs):
    """No effect against HR 0.7 without other changes: same entries and arms, same control."""
    design = designs["Poisson, simple"]
    truth = design.truths[0]
    null = truth.model_copy(update={"effect": truth.effect.model_copy(update={"hr": 1.0})})
    other = design.model_copy(update={"truths": (null,)})
    for replicate in range(20):
        with_effect, without = followed(design, replicate), followed(other, replicate)
        for field in ("entry", "arm"):
            np.testing.assert_array_equal(getattr(with_effect, field), getattr(without, field))
        control = with_effect.arm == 0
        np.testing.assert_array_equal(with_effect.months[control], without.months[control])
        assert np.all(with_effect.months >= without.months)
