"""The ladder of models on the plays, and the lab of paddings: one split, sizes alike, and stored numbers made again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers import ladder
from rnn_helpers.baselines import NgramModel
from rnn_helpers.corpus import TEST_PLAY, TRAINING_PLAYS, VALIDATION_PLAY, read_play
from rnn_helpers.errors import InputError
from rnn_helpers.evaluation import score
from rnn_helpers.ladder import build_rung, load_plays, move_padding_behind, pad_once, short_speeches, window_sizes
from rnn_helpers.results import stored_results
from rnn_helpers.sequences import ngram_overlap, prefix_rows, text_ids
from rnn_helpers.vocabulary import Vocabulary


def test_the_three_parts_are_whole_plays_and_the_vocabulary_is_of_the_training_plays():
    plays = load_plays()
    assert len(plays.vocabulary) == 3003
    for part, name in ((plays.validation, VALIDATION_PLAY), (plays.test, TEST_PLAY)):
        np.testing.assert_array_equal(part, text_ids(read_play(name), plays.vocabulary))
    assert len(plays.training) > 9 * len(plays.test) > 9 * 15_000


def test_the_split_of_the_plays_has_no_leak():
    plays = load_plays()
    honest = ngram_overlap([plays.test], [plays.training], order=6)
    among_themselves = ngram_overlap([plays.training[:20_000]], [plays.training[10_000:]], order=6)
    assert honest < 0.02 and among_themselves > 0.4


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM", "Transformer"])
def test_every_rung_has_as_many_parameters_and_reads_as_many_words_at_once(kind):
    model = build_rung(kind, 3003)
    assert model.count_params() == pytest.approx(250_000, rel=0.02)
    batch_size, num_steps = window_sizes(kind)
    assert batch_size * num_steps == 512
    assert model.input_shape[-1] in (None, num_steps)


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"^kind is 'RNN': it must be one of SimpleRNN, GRU, LSTM, Transformer$"):
        build_rung("RNN", 3003)


@pytest.mark.parametrize("order", [0, 1])
def test_counting_gives_the_stored_losses_again(order):
    [stored] = stored_results("plays_counted", "order", order=order)[order]
    assert ladder.count(order, 0.75) == pytest.approx(stored, abs=1e-4)


def test_a_network_on_the_ladder_is_judged_by_the_play_that_it_never_saw(monkeypatch):
    plays = load_plays()
    few = plays._replace(training=plays.training[:1500], validation=plays.validation[:400], test=plays.test[:300])
    monkeypatch.setattr(ladder, "load_plays", lambda: few)
    judged = []
    monkeypatch.setattr(ladder, "judge_model", lambda model, ids: judged.append(ids) or {"test_loss": 1.0})
    found = ladder.climb("GRU", seed=0, epochs=2, num_parameters=200_000)
    assert set(found) == {"num_parameters", "test_loss", "loss", "validation_loss"}
    assert len(found["loss"]) == len(found["validation_loss"]) == 2
    np.testing.assert_array_equal(judged, [few.test])


def test_judging_a_model_gives_its_mean_loss_and_the_shares_of_its_guesses():
    model = NgramModel(1, [[1, 2, 2, 3]], vocabulary_size=8)
    found = score(model, np.array([1, 2, 3, 2, 4]))
    expected = {"test_loss": found["loss"].mean(), "top_1": 0.5, "top_5": 1.0}
    assert ladder.judge_model(model, np.array([1, 2, 3, 2, 4])) == pytest.approx(expected, abs=1e-4)


# --- Paddings ---


@given(st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=7), min_size=1))
def test_padding_goes_behind_and_the_words_keep_their_order(lines):
    inputs, _ = prefix_rows(lines, num_steps=5)
    moved = move_padding_behind(inputs)
    for row, before in zip(moved.tolist(), inputs.tolist(), strict=True):
        words = [id for id in before if id]
        assert row == words + [0] * (5 - len(words))


def test_short_speeches_have_2_to_20_words():
    vocabulary = Vocabulary(["the"], has_unknown=True)
    speeches = short_speeches([TEST_PLAY], vocabulary, most=50)
    assert len(speeches) == 50 and min(map(len, speeches)) >= 2 and max(map(len, speeches)) <= 20
    assert {id for ids in speeches for id in ids} == {1, 2}


@pytest.mark.parametrize(("side", "is_masked"), [("front", True), ("behind", False)])
def test_the_lab_of_paddings_gives_losses_beside_that_of_frequencies(side, is_masked, monkeypatch):
    monkeypatch.setattr(ladder, "TRAINING_PLAYS", TRAINING_PLAYS[:1])
    monkeypatch.setattr(ladder, "short_speeches", lambda *arguments: short_speeches(*arguments[:2], 40))
    found = pad_once(side, is_masked, "SimpleRNN", epochs=1)
    assert set(found) == {"training_loss", "validation_loss", "unigram_loss"}
    assert all(3 < loss < 8 for loss in found.values())


def test_try_size_does_what_the_command_line_does_on_a_piece_of_the_plays(monkeypatch):
    trained = []

    def train_text(model, training, validation, **options):
        trained.append((len(training), len(validation), options))
        return {"loss": [1.0, 1.0], "validation_loss": [3.0, 2.0]}

    monkeypatch.setattr(ladder, "train_text", train_text)
    found = ladder.try_size("word", 3000)
    assert found["perplexity"] == pytest.approx(np.exp(2.0), abs=1e-3) and found["epochs"] == 2
    [(num_training, num_validation, options)] = trained
    assert 3000 <= num_training < 3300 and 300 <= num_validation < 500
    assert options == {"epochs": 30, "seed": 0, "patience": 3}
    assert 1 < found["counted"] < 3000
