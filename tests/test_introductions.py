import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.introductions import FILLER, NUM_VALUES, OPENINGS, VALUES, Introductions

LANGUAGES = {lag: Introductions(lag) for lag in (0, 1, 2, 3, 7, 32)}
SMALL = [0, 1, 2, 3]


def blind_chance(filler):
    """The probability that phrases drawn blindly say exactly these words, by trying all ways to cut them."""
    if not filler:
        return 1.0
    starts = [phrase.split() for phrase in FILLER]
    return sum(blind_chance(filler[len(start) :]) for start in starts if filler[: len(start)] == start) / len(FILLER)


def test_the_grammar_is_one_that_can_be_read_in_one_way():
    for phrases in [OPENINGS, FILLER, *VALUES.values()]:
        assert len({phrase.split()[0] for phrase in phrases}) == len(phrases)
    assert "so" not in {phrase.split()[0] for phrase in FILLER}
    assert {len(values) for values in VALUES.values()} == {NUM_VALUES}
    assert {len(opening.split()) for opening in OPENINGS} == {4}
    assert Counter(len(phrase.split()) for phrase in FILLER) == {length: 3 for length in range(1, 6)}


def test_without_filler_the_numbers_can_be_counted_by_hand():
    language = LANGUAGES[0]
    assert language.accepts("Hello, my name is Ana: so please call me Ana.")
    assert language.num_sentences == len(language.sentences()) == 6 * 8
    assert language.sentence_probability("hello my name is ana so please call me ana") == pytest.approx(1 / 48)
    assert language.best_loss() == pytest.approx(math.log(8) / 9)  # one free choice among 8, in nine words
    assert language.best_perplexity() == pytest.approx(8 ** (1 / 9))


def test_one_filler_word_is_one_of_the_three_phrases_of_one_word():
    language = LANGUAGES[1]
    after = language.next_word_probabilities("hi i am called ben")
    assert after == pytest.approx({"well": 1 / 3, "look": 1 / 3, "listen": 1 / 3})
    assert language.best_loss() == pytest.approx((math.log(8) + math.log(3)) / 10)


def test_two_filler_words_are_a_pair_of_phrases_or_one_phrase():
    # drawn blindly: two single words (3/15)^2, one pair 3/15; so a pair is 5 times as likely
    after = LANGUAGES[2].next_word_probabilities("hi i am called ben")
    assert sum(after[word] for word in ("how", "good", "nice")) == pytest.approx(5 / 6)
    assert sum(after[word] for word in ("well", "look", "listen")) == pytest.approx(1 / 6)


@pytest.mark.parametrize("lag", SMALL)
def test_the_best_loss_equals_that_of_all_sentences_enumerated(lag):
    language = LANGUAGES[lag]
    sentences = language.sentences()
    assert len(set(sentences)) == len(sentences) == language.num_sentences
    weights = {sentence: blind_chance(sentence.split()[5:-5]) for sentence in sentences}
    total = sum(weights.values())
    for sentence in sentences[:: max(1, len(sentences) // 50)]:
        assert language.sentence_probability(sentence) == pytest.approx(weights[sentence] / total)
    entropy = -sum(weight / total * math.log(weight / total) for weight in weights.values())
    first_word = math.log(len(OPENINGS))
    assert language.best_loss() == pytest.approx((entropy - first_word) / (language.num_words - 1))


@pytest.mark.parametrize("lag", LANGUAGES)
def test_every_sampled_sentence_repeats_its_value_and_has_exactly_the_filler_asked_for(lag):
    language = LANGUAGES[lag]
    for sentence in language.sample(50, seed=lag):
        words = sentence.split()
        assert len(words) == language.num_words == lag + 10
        assert words[4] == words[-1] and words[-5:-3] == ["so", "please"]
        assert language.accepts(sentence)
        assert blind_chance(words[5 : 5 + lag]) > 0


@given(st.sampled_from(list(LANGUAGES)), st.integers(0, 10**6), st.data())
def test_probabilities_sum_to_1_at_every_beginning_and_multiply_to_the_sentences(lag, seed, data):
    language = LANGUAGES[lag]
    words = language.sample(1, seed=seed)[0].split()
    product = 1.0
    for end, word in enumerate(words):
        following = language.next_word_probabilities(" ".join(words[:end]))
        assert sum(following.values()) == pytest.approx(1)
        assert min(following.values()) > 0
        product *= following[word]
    assert product == pytest.approx(language.sentence_probability(" ".join(words)))
    assert language.next_word_probabilities(" ".join(words)) == {}
    cut = data.draw(st.integers(0, len(words) - 1))
    assert not language.accepts(" ".join(words[:cut]))
    assert not language.accepts(" ".join([*words, words[cut]]))
    swapped = data.draw(st.sampled_from(language.vocabulary.words[1:]))
    changed = [*words[:-1], swapped]
    assert language.accepts(" ".join(changed)) == (changed == words)


def test_sampled_frequencies_are_near_the_exact_probabilities():
    language = LANGUAGES[3]
    sentences, number = language.sentences(), 20_000
    counts = Counter(language.sample(number, seed=1))
    assert set(counts) <= set(sentences)
    expected = np.array([number * language.sentence_probability(sentence) for sentence in sentences])
    found = np.array([counts[sentence] for sentence in sentences])
    statistic = ((found - expected) ** 2 / expected).sum()  # chi-squared: mean n - 1, variance 2 (n - 1)
    assert abs(statistic - (len(sentences) - 1)) < 4 * math.sqrt(2 * len(sentences))


def test_the_mean_loss_of_samples_is_near_the_best_loss_at_a_lag_too_long_to_enumerate():
    language = LANGUAGES[32]
    sentences = language.sample(500, seed=2)
    losses = [-math.log(6 * language.sentence_probability(sentence)) / 41 for sentence in sentences]
    error = np.std(losses) / math.sqrt(500)
    assert np.mean(losses) == pytest.approx(language.best_loss(), abs=4 * error)


def test_the_seed_fixes_the_sample():
    language = LANGUAGES[7]
    assert language.sample(20, seed=3) == Introductions(7).sample(20, seed=3)
    assert language.sample(20, seed=3) != language.sample(20, seed=4)


def test_rows_are_all_words_but_the_last_and_all_but_the_first():
    language = LANGUAGES[1]
    sentence = "hello my name is ana well so please call me ana"
    inputs, targets = language.rows([sentence])
    assert inputs.shape == targets.shape == (1, 10) and inputs.dtype == targets.dtype == "int32"
    assert language.vocabulary.decode(inputs[0]) == sentence.split()[:-1]
    assert language.vocabulary.decode(targets[0]) == sentence.split()[1:]


def test_every_lag_has_the_same_vocabulary_and_uses_no_other_word():
    words = LANGUAGES[0].vocabulary.words
    assert all(language.vocabulary.words == words for language in LANGUAGES.values())
    assert {word for sentence in LANGUAGES[32].sample(300, seed=0) for word in sentence.split()} == set(words[1:])


@pytest.mark.parametrize("lag", [-1, 1.5, "2", None, True])
def test_an_impossible_lag_is_refused(lag):
    with pytest.raises(InputError, match=r"^lag is .*: it must be a whole number, 0 or more$"):
        Introductions(lag)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("hello my cat", r"^word 3, 'cat', does not follow: only name can stand there$"),
        ("hello my name is ana so please call me ben", r"^word 10, 'ben', does not follow: only ana can stand there$"),
        ("hello my name is ana so please call me ana today", r"^word 11, 'today', .*: the sentence has ended$"),
    ],
)
def test_a_prompt_that_begins_no_sentence_is_told_which_word_cannot_come(prompt, message):
    with pytest.raises(InputError, match=message):
        LANGUAGES[0].next_word_probabilities(prompt)


def test_too_many_sentences_are_not_listed():
    with pytest.raises(InputError, match=r"^lag 32 has .* sentences, too many to list: use sample$"):
        LANGUAGES[32].sentences()


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(InputError, match=r"^num_sentences is 0"):
        LANGUAGES[0].sample(0, seed=0)
