import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.baselines import NgramModel
from rnn_helpers.errors import InputError

LINES = st.lists(st.lists(st.integers(1, 6), min_size=2, max_size=8), min_size=1, max_size=8)


def test_order_0_holds_every_word_equally_likely_and_the_padding_impossible():
    model = NgramModel(0, [[1, 2]], vocabulary_size=5)
    assert model.probabilities([2]).tolist() == [0, 0.25, 0.25, 0.25, 0.25]
    assert model.loss([[1, 2, 3]]) == pytest.approx(math.log(4))


def test_order_1_counts_the_words_to_predict():
    # to predict: 2, 3, 2, 2, so 3 of 4 and 1 of 4; half a count is taken from both, and shared by 3 words
    model = NgramModel(1, [[1, 2, 3], [1, 2, 2]], vocabulary_size=4, discount=0.5)
    assert model.probabilities([1]) == pytest.approx([0, 1 / 12, 2.5 / 4 + 1 / 12, 0.5 / 4 + 1 / 12])
    assert model.probabilities([3, 2]) == pytest.approx(model.probabilities([]))


def test_order_2_by_hand():
    # 1 is followed twice by 2; 2 by 3 and by 2. As a word that follows, 2 comes after two words, and 3 after one.
    model = NgramModel(2, [[1, 2, 3], [1, 2, 2]], vocabulary_size=4, discount=0.5)
    share = 0.5 * 2 / 3 / 3  # what the shortest context gives to each of the three words
    shortest = np.array([0, share, 1.5 / 3 + share, 0.5 / 3 + share])
    assert model.probabilities([1]) == pytest.approx((np.array([0, 0, 1.5, 0]) + 0.5 * shortest) / 2)
    assert model.probabilities([2]) == pytest.approx((np.array([0, 0, 0.5, 0.5]) + 1.0 * shortest) / 2)
    assert model.probabilities([3]) == pytest.approx(shortest)  # nothing has followed 3


def test_a_word_that_follows_one_word_only_counts_little_elsewhere():
    # 4 is the most frequent word to predict, but always after 3; 5 is rarer, and follows three different words
    lines = [[3, 4]] * 10 + [[1, 5], [2, 5], [3, 5]]
    bigram, unigram = NgramModel(2, lines, 7), NgramModel(1, lines, 7)
    assert unigram.probabilities([6])[4] > unigram.probabilities([6])[5]
    assert bigram.probabilities([6])[4] < bigram.probabilities([6])[5]


def test_a_lines_start_keeps_its_true_counts():
    # order 3: the start of a line is a word; after (start, 1) comes 2 nine times in ten
    lines = [[1, 2, 4]] * 9 + [[1, 3, 4]]
    model = NgramModel(4, lines, 6)
    assert model.probabilities([1])[2] > 0.8
    assert model.probabilities([0, 0, 1]) == pytest.approx(model.probabilities([1]))


def test_a_longer_context_sees_what_a_shorter_one_cannot():
    lines = [[1, 3, 4], [2, 3, 5]] * 5
    assert NgramModel(2, lines, 6).probabilities([1, 3])[4] == pytest.approx(0.5, abs=0.1)
    assert NgramModel(3, lines, 6).probabilities([1, 3])[4] > 0.8
    losses = [NgramModel(order, lines, 6).loss(lines) for order in range(4)]
    assert losses == sorted(losses, reverse=True)


@given(LINES, st.integers(0, 5), st.lists(st.integers(1, 9), max_size=6), st.floats(0.1, 0.9))
def test_probabilities_sum_to_1_and_leave_no_word_out(lines, order, prefix, discount):
    probabilities = NgramModel(order, lines, vocabulary_size=10, discount=discount).probabilities(prefix)
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities[0] == 0 and probabilities[1:].min() > 0


@given(LINES, st.integers(0, 4))
def test_losses_and_predictions_are_those_of_the_probabilities(lines, order):
    model = NgramModel(order, lines, vocabulary_size=7)
    prefixes = [(ids[:end], ids[end]) for ids in lines for end in range(1, len(ids))]
    expected = [-math.log(model.probabilities(prefix)[word]) for prefix, word in prefixes]
    assert model.word_losses(lines) == pytest.approx(expected)
    assert model.loss(lines) == pytest.approx(np.mean(expected))
    predicted = model.predict([lines[0]])
    assert predicted.shape == (1, len(lines[0]), 7)
    for end in range(1, len(lines[0]) + 1):
        assert predicted[0, end - 1] == pytest.approx(model.probabilities(lines[0][:end]))


def test_what_is_given_back_can_be_changed_without_harm():
    model = NgramModel(2, [[1, 2]], vocabulary_size=3)
    model.probabilities([1])[:] = 7
    assert model.probabilities([1]).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, [[1, 2]], 3), r"^order is -1: it must be a whole number, 0 or more$"),
        ((2.0, [[1, 2]], 3), r"^order is 2.0"),
        ((2, [[1, 2]], 3, 0), r"^discount is 0: it must be a number above 0 and below 1$"),
        ((2, [[1, 3]], 3), r"^the ids go from 1 to 3: they must be 1 to 2$"),
        ((2, [[0, 1]], 3), r"^the ids go from 0 to 1"),
        ((2, [[1], []], 3), r"^no line of the text has two words"),
        ((2, [], 3), r"^no line of the text has two words"),
    ],
)
def test_what_cannot_be_counted_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        NgramModel(*arguments)
