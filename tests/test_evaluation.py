"""Scores of a model of text: a plain loop, with Keras where a network is asked, is the oracle."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers import evaluation
from rnn_helpers.baselines import NgramModel
from rnn_helpers.errors import InputError
from rnn_helpers.evaluation import (
    calibration,
    calibration_error,
    expect_perplexity,
    judge,
    perplexity,
    score,
    top_k_accuracy,
)
from rnn_helpers.models import CELLS, build_sequence_model
from rnn_helpers.rivals import build_transformer
from rnn_helpers.sequences import prepare_text

SIZE = 7
TEXT = np.random.default_rng(0).integers(1, SIZE, 2000).astype("int32")


def enlarged(model):
    model.set_weights([3 * weights for weights in model.get_weights()])  # so that its probabilities differ
    return model


@pytest.fixture(scope="module")
def networks():
    networks = {cell: build_sequence_model(cell, SIZE, 4, 5, seed=1, dropout=0.2, tie_weights=True) for cell in CELLS}
    networks |= {steps: build_transformer(SIZE, steps, 8, seed=1, dropout=0.2) for steps in (6, 7)}
    return {name: enlarged(model) for name, model in networks.items()}


def assert_judged(found, probabilities, targets):
    """`found` is what a loop finds, word by word, in these probabilities."""
    assert {name: array.shape for name, array in found.items()} == dict.fromkeys(
        ("loss", "rank", "confidence"), targets.shape
    )
    for place, (row, target) in enumerate(zip(np.asarray(probabilities), targets.tolist(), strict=True)):
        assert found["loss"][place] == pytest.approx(-math.log(row[target]), abs=1e-4)
        assert found["confidence"][place] == pytest.approx(max(row), abs=1e-5)
        likelier = [id for id in range(len(row)) if (row[id], -id) > (row[target], -target)]
        assert found["rank"][place] == len(likelier)


@pytest.mark.parametrize("num_words", [1, 5, 8, 9, 47, 48, 49])
@pytest.mark.parametrize("cell", CELLS)
def test_of_a_recurrent_network_each_piece_of_the_text_is_read_by_itself_from_its_start(networks, cell, num_words):
    # up to 3 pieces in windows of 4; less where a piece would have no whole window
    ids, num_steps = TEXT[: num_words + 1], 4
    num_pieces = max(1, min(3, num_words // num_steps))
    length = math.ceil(num_words / (num_pieces * num_steps)) * num_steps
    starts = range(0, num_words, length)
    pieces = [networks[cell](ids[None, start : min(start + length, num_words)])[0] for start in starts]
    found = score(networks[cell], ids, batch_size=3, num_steps=num_steps)
    assert_judged(found, np.concatenate(pieces), ids[1:])


def test_in_one_piece_the_state_goes_through_the_whole_text(networks):
    found = score(networks["GRU"], TEXT[:101], batch_size=1, num_steps=8)
    assert_judged(found, networks["GRU"](TEXT[None, :100])[0], TEXT[1:101])


@pytest.mark.parametrize("num_words", [1, 3, 6, 7, 40, 41])
@pytest.mark.parametrize("num_steps", [6, 7], ids=["even window", "odd window"])
def test_a_transformer_has_at_least_half_a_window_before_each_word(networks, num_steps, num_words):
    ids, half = TEXT[: num_words + 1], num_steps // 2
    places = np.arange(num_words)  # the word to predict stands one further
    rows = np.where(places < num_steps, 0, (places - num_steps) // half + 1)
    within = places - half * rows  # of its window
    assert ((within >= half) | (places < num_steps)).all()
    windows = np.pad(ids, (0, num_steps))[half * np.arange(rows.max() + 1)[:, None] + np.arange(num_steps)]
    expected = networks[num_steps](windows).numpy()[rows, within]
    assert_judged(score(networks[num_steps], ids, batch_size=4), expected, ids[1:])


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("num_words", [1, 2, 511, 512, 513, 1100])
def test_of_an_ngram_model_each_word_is_judged_after_all_words_before_it(order, num_words):
    model, ids = NgramModel(order, [TEXT[1000:]], SIZE), TEXT[: num_words + 1]
    expected = [model.probabilities(ids[: place + 1]) for place in range(num_words)]
    found = score(model, ids)
    assert_judged(found, expected, ids[1:])
    assert found["loss"] == pytest.approx(model.word_losses([ids.tolist()]))


def test_of_equally_likely_words_the_one_with_the_lower_id_ranks_first():
    probabilities = np.array([[0.0, 0.25, 0.25, 0.25, 0.25]] * 4)
    loss, rank, confidence = judge(probabilities, np.array([1, 2, 3, 4]))
    assert rank.tolist() == [0, 1, 2, 3] and confidence.tolist() == [0.25] * 4
    assert loss == pytest.approx(math.log(4))


def test_an_impossible_word_costs_much_but_not_infinitely_much():
    loss, rank, _ = judge(np.array([[0.0, 1.0, 0.0]]), np.array([2]))
    assert 80 < loss[0] < 90 and rank[0] == 2  # the padding, equally impossible, has a lower id


@pytest.mark.parametrize("num_tokens", [0, 1])
def test_a_text_in_which_no_word_follows_is_refused(networks, num_tokens):
    for model in (networks["GRU"], networks[6], NgramModel(1, [[1, 2]], SIZE)):
        with pytest.raises(InputError, match=rf"^the text has {num_tokens} tokens: give one of at least two"):
            score(model, TEXT[:num_tokens])


@pytest.mark.parametrize("ids", [[[1, 2], [2, 3]], 5])
def test_what_is_no_row_of_ids_is_refused(networks, ids):
    with pytest.raises(InputError, match=r"^the ids have the shape .*: give one row, as text_ids makes it"):
        score(networks["GRU"], ids)


@pytest.mark.parametrize("ids", [[1, 7], [-1, 2]])
def test_ids_that_the_model_does_not_know_are_refused(networks, ids):
    for model in (networks["GRU"], networks[6], NgramModel(1, [[1, 2]], SIZE)):
        with pytest.raises(InputError, match=rf"^the ids go from {min(ids)} to {max(ids)} and the model knows 0 to 6"):
            score(model, ids)


@pytest.mark.parametrize("name", ["batch_size", "num_steps"])
@pytest.mark.parametrize("value", [0, -1, 2.5, None])
def test_bad_sizes_are_refused_by_name(networks, name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be a whole number, 1 or more$"):
        score(networks["GRU"], TEXT[:9], **{name: value})


def test_a_model_in_training_is_scored_with_its_weights_of_the_moment(networks):
    model = keras.models.clone_model(networks["SimpleRNN"])
    before = score(model, TEXT[:50])["loss"]
    model.set_weights(networks["SimpleRNN"].get_weights())
    assert score(model, TEXT[:50])["loss"] == pytest.approx(score(networks["SimpleRNN"], TEXT[:50])["loss"], abs=1e-5)
    assert np.abs(before - score(model, TEXT[:50])["loss"]).max() > 0.01


# --- What follows from the scores ---


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=20))
def test_perplexity_is_one_over_the_geometric_mean_of_the_probabilities(probabilities):
    assert perplexity(-np.log(probabilities)) == pytest.approx(math.prod(probabilities) ** (-1 / len(probabilities)))


def test_the_perplexity_of_a_model_without_knowledge_is_the_number_of_words():
    assert perplexity(score(NgramModel(0, [[1, 2]], SIZE), TEXT)["loss"]) == pytest.approx(SIZE - 1)


def test_top_k_accuracy_grows_with_k_to_1():
    ranks = [0, 0, 1, 3, 6]
    assert [top_k_accuracy(ranks, k) for k in (1, 2, 3, 4, 7)] == [0.4, 0.6, 0.6, 0.8, 1.0]


@pytest.mark.parametrize("value", [0, -1, 1.5, True, None])
def test_bad_numbers_of_words_and_bins_are_refused_by_name(value):
    with pytest.raises(InputError, match=r"^k is .*: it must be a whole number, 1 or more$"):
        top_k_accuracy([0], value)
    for function in (calibration, calibration_error):
        with pytest.raises(InputError, match=r"^num_bins is .*: it must be a whole number, 1 or more$"):
            function([0.5], [True], value)


def test_calibration_by_hand():
    # bins of a quarter: 0.25 and 0.3 are in the second, 0.9 and 1 in the last, none in the others
    said, came, counts = calibration([0.25, 0.3, 0.9, 1.0, 0.98], [True, False, True, True, False], num_bins=4)
    assert said == pytest.approx([0.275, 0.96]) and came == pytest.approx([0.5, 2 / 3])
    assert counts.tolist() == [2, 3]
    expected = 0.4 * (0.5 - 0.275) + 0.6 * (0.96 - 2 / 3)
    assert calibration_error([0.25, 0.3, 0.9, 1.0, 0.98], [1, 0, 1, 1, 0], num_bins=4) == pytest.approx(expected)


def test_a_model_that_tells_the_truth_is_calibrated_and_a_boaster_is_not():
    random = np.random.default_rng(0)
    confidences = random.random(20_000)
    is_right = random.random(20_000) < confidences
    assert calibration_error(confidences, is_right) < 0.015
    assert calibration_error(confidences / 2 + 0.5, is_right) == pytest.approx(0.25, abs=0.015)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_the_bins_hold_every_prediction_once(predictions, num_bins):
    confidences, is_right = zip(*predictions, strict=True)
    said, came, counts = calibration(confidences, is_right, num_bins)
    assert counts.sum() == len(predictions) and counts.min() > 0
    assert said @ counts == pytest.approx(sum(confidences)) and came @ counts == pytest.approx(sum(is_right))
    assert 0 <= calibration_error(confidences, is_right, num_bins) <= 1


# --- What to expect ---

LINES = ["the sun is warm today", "the moon is cold", "the sun is cold tonight", "a warm moon is the sun"] * 5


def test_what_to_expect_is_countings_perplexity_times_the_ratios_of_the_two_sizes_nearest(monkeypatch):
    def stored(name, *keys, **wanted):
        assert (name, keys, wanted) == ("own_text", ("num_tokens",), {"level": "word"})
        ratios = {60: [0.8, 1.2], 200: [0.9], 9000: [0.1, 7.0]}
        return {size: [{"perplexity": 10 * ratio, "counted": 10} for ratio in row] for size, row in ratios.items()}

    monkeypatch.setattr(evaluation, "stored_results", stored)
    text = prepare_text(LINES, LINES[:3])
    assert 60 < len(text.training) < 200
    models = [NgramModel(n, [text.training], len(text.vocabulary), d) for n, d in ((2, 0.75), (3, 0.9), (5, 0.75))]
    counted, low, high = expect_perplexity(text)
    assert counted == pytest.approx(min(perplexity(score(model, text.validation)["loss"]) for model in models))
    assert (low, high) == pytest.approx((0.8 * counted, 1.2 * counted))


@pytest.mark.parametrize("level", ["word", "character"])
def test_the_stored_results_tell_what_to_expect_at_each_level(level):
    counted, low, high = expect_perplexity(prepare_text(LINES, LINES[:3], level=level))
    assert 1 < low <= high < 100 * counted
