import math
import tracemalloc
from collections import Counter, defaultdict

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.sequences import inputs_and_targets, pad
from rnn_helpers.vocabulary import Vocabulary, tokenize

IDS = st.integers(min_value=1, max_value=2**31 - 1)
ID_LISTS = st.lists(st.lists(IDS, max_size=12), min_size=1).filter(lambda lines: max(map(len, lines)) > 1)


@given(ID_LISTS, st.none() | st.integers(1, 15))
def test_rows_are_those_of_the_loop_over_prefixes_and_keras_pad_sequences(id_lists, num_steps):
    prefixes = [ids[:end] for ids in id_lists for end in range(2, len(ids) + 1)]
    longest = max(map(len, prefixes))
    rows = keras.utils.pad_sequences(prefixes, maxlen=1 + (num_steps or longest - 1), padding="pre")
    inputs, targets = inputs_and_targets(id_lists, num_steps)
    np.testing.assert_array_equal(inputs, rows[:, :-1], strict=True)
    np.testing.assert_array_equal(targets, rows[:, -1], strict=True)


@given(st.lists(IDS), st.integers(1, 9))
def test_pad_equals_keras_pad_sequences(ids, num_steps):
    assert pad(ids, num_steps) == keras.utils.pad_sequences([ids], maxlen=num_steps, padding="pre")[0].tolist()


@given(st.lists(st.text(), min_size=1))
def test_any_text_becomes_rows_that_read_the_text_again(lines):
    token_lists = [["a", "b"], *map(tokenize, lines)]
    vocabulary = Vocabulary.build(token_lists)
    inputs, targets = inputs_and_targets([vocabulary.encode(tokens) for tokens in token_lists])
    read = [[*vocabulary.decode(row), vocabulary.words[target]] for row, target in zip(inputs, targets, strict=True)]
    assert read == [tokens[:end] for tokens in token_lists for end in range(2, len(tokens) + 1)]


def test_the_seed_gives_fifteen_rows_and_the_first_is_hello_then_how(seed):
    assert seed.inputs.shape == (15, 4)
    assert seed.targets.shape == (15,)
    assert seed.inputs[:3].tolist() == [[0, 0, 0, 1], [0, 0, 1, 2], [0, 1, 2, 5]]
    assert seed.targets[:3].tolist() == [2, 5, 6]


def test_no_model_can_get_more_than_12_of_the_15_right_nor_lose_less_than_4_ln_4_nats_over_them(seed):
    next_ids = defaultdict(Counter)
    for row, target in zip(seed.inputs.tolist(), seed.targets.tolist(), strict=True):
        next_ids[tuple(row)][target] += 1
    assert sum(max(counts.values()) for counts in next_ids.values()) == 12
    lost = [
        -count * math.log(count / counts.total()) for counts in next_ids.values() for count in counts.values()
    ]  # at best, a model gives each word its share of the prefix's rows
    assert sum(lost) == pytest.approx(4 * math.log(4))


@pytest.mark.parametrize("kind", [tuple, np.array])
def test_tuples_and_arrays_of_ids_do_as_well_as_lists(kind):
    inputs, targets = inputs_and_targets([kind([1, 2, 3]), kind([1])])
    assert (inputs.tolist(), targets.tolist()) == ([[0, 1], [1, 2]], [2, 3])


@pytest.mark.parametrize("id_lists", [[], [[]], [[1]], [[1], [2], []]])
def test_a_text_of_one_word_lines_is_refused(id_lists):
    with pytest.raises(InputError, match=r"^no line of the text has two words: a row needs a word, and "):
        inputs_and_targets(id_lists)


@pytest.mark.parametrize("lines", [[1, 2, 3], ["hello how"], [["hello", "how"]], [[1, 2], None]])
def test_lines_that_are_not_lists_of_ids_are_refused(lines):
    with pytest.raises(InputError, match=r"^the lines are not lists of ids: give \[vocabulary.encode\("):
        inputs_and_targets(lines)


@pytest.mark.parametrize("num_steps", [0, -1, 2.0, True, "4", math.nan])
def test_num_steps_that_are_no_whole_number_above_0_are_refused(num_steps):
    with pytest.raises(InputError, match=r"^num_steps is .*: it must be a whole number, 1 or more$"):
        inputs_and_targets([[1, 2, 3]], num_steps)


@pytest.mark.parametrize(
    ("id_lists", "num_steps", "size"),
    [
        ([[1] * 50_001, [1, 2]], None, "50,001 rows of 50,000 steps would take 9.3 GiB: the longest line has 50,001"),
        ([[1, 2]], 10**12, "1 rows of 1,000,000,000,000 steps would take 3,725.3 GiB: the longest line has 2"),
    ],
)
def test_rows_too_large_for_memory_are_refused_before_any_is_made(id_lists, num_steps, size):
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=rf"^{size} words; split it, or give a smaller num_steps such as 20$"):
            inputs_and_targets(id_lists, num_steps)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_many_one_word_lines_take_no_memory_for_their_padding():
    id_lists = [[1]] * 10_000 + [[1, 2]]
    tracemalloc.start()
    try:
        inputs, _ = inputs_and_targets(id_lists, num_steps=1_000)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert inputs.shape == (1, 1_000)
