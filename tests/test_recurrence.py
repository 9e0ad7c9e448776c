"""Reading piece by piece: the states go in and come out, and the whole text is the oracle."""

import keras
import numpy as np
import pytest

from rnn_helpers.models import CELLS, build_sequence_model
from rnn_helpers.recurrence import read, run_layer, zero_states
from rnn_helpers.rivals import build_transformer

IDS = np.random.default_rng(0).integers(1, 9, (2, 12)).astype("int32")


def new_model(cell, tie_weights=False, **options):
    return build_sequence_model(cell, 9, embedding_size=4, num_units=5, seed=1, tie_weights=tie_weights, **options)


@pytest.mark.parametrize("tie_weights", [False, True], ids=["own output weights", "tied"])
@pytest.mark.parametrize("cell", CELLS)
def test_reading_in_one_go_is_what_the_keras_model_does(cell, tie_weights):
    model = new_model(cell, tie_weights)
    probabilities, _ = read(model, IDS)
    np.testing.assert_allclose(probabilities, model(IDS), atol=1e-6)


@pytest.mark.parametrize("pieces", [[5], [1, 2, 11], list(range(1, 12))], ids=["two", "uneven", "single steps"])
@pytest.mark.parametrize("cell", CELLS)
def test_reading_piece_by_piece_is_reading_the_whole(cell, pieces):
    model = new_model(cell)
    whole, last_states = read(model, IDS)
    read_so_far, states = [], None
    for piece in np.split(IDS, pieces, axis=1):
        probabilities, states = read(model, piece, states)
        read_so_far.append(probabilities)
    np.testing.assert_allclose(np.concatenate(read_so_far, axis=1), whole, atol=1e-6)
    for ours, expected in zip(states, last_states, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_a_layers_outputs_and_last_states_are_those_of_keras(cell):
    layer = getattr(keras.layers, cell)(5, return_sequences=True, return_state=True)
    inputs = np.random.default_rng(1).normal(size=(2, 6, 3)).astype("float32")
    expected, *last_states = layer(inputs)
    outputs, states = run_layer(layer, inputs)
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    np.testing.assert_allclose(states, last_states, atol=1e-6)


def test_states_from_elsewhere_change_what_comes_next():
    model = new_model("GRU")
    _, states = read(model, IDS[:, :6])
    carried, fresh = (read(model, IDS[:, 6:], given)[0] for given in (states, zero_states(model, 2)))
    assert np.abs(carried - fresh).max() > 1e-3
    np.testing.assert_array_equal(fresh, read(model, IDS[:, 6:])[0])


def test_two_recurrent_layers_carry_the_states_of_both():
    layers = keras.layers
    inner = [layers.GRU(3, return_sequences=True), layers.LSTM(4, return_sequences=True)]
    model = keras.Sequential([keras.Input((None,), dtype="int32"), layers.Embedding(9, 4), *inner, layers.Dense(9)])
    assert [[tuple(state.shape) for state in states] for states in zero_states(model, 2)] == [[(2, 3)], [(2, 4)] * 2]
    _, states = read(model, IDS[:, :7])
    np.testing.assert_allclose(read(model, IDS[:, 7:], states)[0], model(IDS)[:, 7:], atol=1e-6)


def test_dropout_is_at_work_in_training_only():
    model = new_model("SimpleRNN", dropout=0.5)
    calm, again, training = (read(model, IDS, training=training)[0] for training in (False, False, True))
    np.testing.assert_array_equal(calm, again)
    assert np.abs(training - calm).max() > 1e-3


def test_a_transformer_has_no_states_to_carry():
    model = build_transformer(9, 12, 8)
    assert zero_states(model, 2) == []
    probabilities, states = read(model, IDS)
    assert states == []
    np.testing.assert_allclose(probabilities, model(IDS), atol=1e-6)
