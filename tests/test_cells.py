import keras
import numpy as np
import pytest

from rnn_helpers.cells import rnn_step, unroll

SIZES = [(1, 1, 1), (4, 3, 2), (2, 1, 9), (20, 8, 16), (50, 10, 50)]  # num_steps, input_size, num_units


def random_weights(input_size, num_units, seed):
    random = np.random.default_rng(seed)
    shapes = [(input_size, num_units), (num_units, num_units), (num_units,)]
    return [random.normal(scale=num_units**-0.5, size=shape).astype("float32") for shape in shapes]


@pytest.mark.parametrize(("num_steps", "input_size", "num_units"), SIZES)
@pytest.mark.parametrize("seed", [0, 1])
def test_unroll_gives_the_states_of_keras_simple_rnn(num_steps, input_size, num_units, seed):
    weights = random_weights(input_size, num_units, seed)
    inputs = np.random.default_rng(seed + 2).normal(size=(num_steps, input_size)).astype("float32")
    layer = keras.layers.SimpleRNN(num_units, return_sequences=True)
    layer.build((None, num_steps, input_size))
    layer.set_weights(weights)
    states = unroll(inputs, *weights)
    assert states.shape == (num_steps + 1, num_units)
    assert not states[0].any()  # the memory is empty before the first word
    np.testing.assert_allclose(states[1:], layer(inputs[None]).numpy()[0], atol=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_rnn_step_from_any_state_is_one_step_of_keras_simple_rnn_cell(seed):
    weights = random_weights(input_size=3, num_units=5, seed=seed)
    random = np.random.default_rng(seed + 2)
    x, h = random.normal(size=3).astype("float32"), random.normal(size=5).astype("float32")
    cell = keras.layers.SimpleRNNCell(5)
    cell.build((None, 3))
    cell.set_weights(weights)
    _, [expected] = cell(x[None], [h[None]])
    np.testing.assert_allclose(rnn_step(x, h, *weights), expected.numpy()[0], atol=1e-6)


def test_a_step_by_hand():
    W_x, W_h, b = np.array([[2.0, 0.0]]), np.array([[0.0, 1.0], [3.0, 0.0]]), np.array([0.5, -1.0])
    h_new = rnn_step(np.array([10.0]), np.array([4.0, 5.0]), W_x, W_h, b)
    np.testing.assert_array_equal(h_new, np.tanh([2 * 10 + 3 * 5 + 0.5, 1 * 4 - 1.0]))


def test_the_same_inputs_in_another_order_give_another_last_state():
    weights = random_weights(input_size=3, num_units=5, seed=0)
    words = np.eye(3)
    assert np.abs(unroll(words, *weights)[-1] - unroll(words[::-1], *weights)[-1]).max() > 0.1


def test_of_no_input_only_the_zero_state_remains():
    assert unroll(np.zeros((0, 3)), *random_weights(input_size=3, num_units=5, seed=0)).tolist() == [[0] * 5]
