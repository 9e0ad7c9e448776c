import numpy as np
import pytest

from rnn_helpers.introductions import Introductions
from rnn_helpers.models import build_sequence_model
from rnn_helpers.trials import judge_sentences, recall, recall_once, short_once, write_sentences


def test_recall_is_the_share_of_last_words_that_are_held_likeliest():
    language = Introductions(0)
    inputs, targets = language.rows(language.sentences())
    ana = language.vocabulary.ids["ana"]

    def always_ana(inputs, training):
        return np.tile(np.eye(len(language.vocabulary))[ana], (*inputs.shape, 1))

    assert recall(always_ana, inputs, targets) == pytest.approx(1 / 16)  # ana is one of 8 names, and half are rooms


def test_a_simple_rnn_learns_to_recall_over_a_short_lag_and_says_when():
    result = recall_once("SimpleRNN", lag=0, num_updates=300)
    assert result["updates"] == [100, 200, 300]
    assert len(result["recall"]) == len(result["seconds"]) == len(result["loss"]) == 3
    assert result["seconds"] == sorted(result["seconds"])
    assert result["recall"][-1] > 0.5 > 0.2 > result["recall"][0]


def test_training_goes_on_until_the_seconds_are_used_up():
    result = recall_once("SimpleRNN", lag=0, num_updates=1, num_seconds=0.5)
    assert result["seconds"][-1] >= 0.5
    assert all(seconds <= 0.5 for seconds in result["seconds"][:-1])  # rounded: 0.499 shows as 0.5


def test_the_seed_fixes_a_trial():
    first, again, other = (recall_once("GRU", lag=0, seed=seed, num_updates=100) for seed in (1, 1, 2))
    assert first["num_parameters"] == pytest.approx(12_000, rel=0.02)
    assert first["loss"] == pytest.approx(again["loss"], abs=1e-3)
    assert first["loss"] != pytest.approx(other["loss"], abs=1e-3)


def test_an_n_gram_that_cannot_see_the_value_pays_for_it_and_one_that_can_does_not():
    short, long = short_once(5, lag=0), short_once(6, lag=0)
    assert short["excess"] == pytest.approx(8 ** (1 / 9) - 1, abs=0.02)  # one choice among 8, in nine words
    assert 0 < long["excess"] < 0.01
    assert short["accepted"] == pytest.approx(1 / 8, abs=0.04)
    assert long["accepted"] > 0.95 and long["seen"] == pytest.approx(1)


def test_a_network_is_judged_on_the_whole_language():
    result = short_once("SimpleRNN", lag=0, num_sentences=1000, epochs=20, learning_rate=0.01)
    assert result["perplexity"] == pytest.approx((1 + result["excess"]) * Introductions(0).best_perplexity())
    assert 0 < result["excess"] < 0.1
    assert result["accepted"] == pytest.approx(result["memorised"] + result["new"])


def test_words_are_drawn_as_often_as_they_are_likely():
    written = write_sentences(lambda ids: np.tile([0, 0.2, 0.8], (len(ids), 1)), [1] * 4000, num_words=3, seed=1)
    assert written.shape == (4000, 3)
    assert (written[:, 1:] == 2).mean() == pytest.approx(0.8, abs=0.02)


def test_sentences_are_accepted_memorised_or_new():
    language = Introductions(1)
    sentences = language.sentences()
    judged = judge_sentences(language, [*sentences[:4], "no sentence"], known=set(sentences[:3]))
    assert judged == pytest.approx({"accepted": 0.8, "memorised": 0.6, "new": 0.2})


def test_a_models_first_guess_is_no_better_than_chance():
    language = Introductions(3)
    model = build_sequence_model("LSTM", len(language.vocabulary))
    assert recall(model, *language.rows(language.sample(200, seed=0))) < 0.2
