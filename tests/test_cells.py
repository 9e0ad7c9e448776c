import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_helpers.cells import gru_step, lstm_step, rnn_step, sigmoid, unroll
from rnn_helpers.gradients import numerical_gradient

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


# --- LSTM and GRU, beside Keras's layers ---

GATED = {"LSTM": keras.layers.LSTM, "GRU": keras.layers.GRU}


def gated_layer(name, num_steps, input_size, num_units, seed, dtype="float32"):
    """A Keras layer with random weights, biases too, and inputs for it."""
    layer = GATED[name](num_units, dtype=dtype)
    layer.build((None, num_steps, input_size))
    random = np.random.default_rng(seed)
    shapes = [weight.shape for weight in layer.get_weights()]
    layer.set_weights([random.normal(scale=num_units**-0.5, size=shape).astype(dtype) for shape in shapes])
    return layer, random.normal(size=(num_steps, input_size)).astype(dtype)


def last_state(name, inputs, W_x, W_h, bias):
    h = c = np.zeros(len(W_h))
    for x in inputs:
        if name == "LSTM":
            h, c = lstm_step(x, h, c, W_x, W_h, bias)
        else:
            h = gru_step(x, h, W_x, W_h, *bias)
    return h


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize(("num_steps", "input_size", "num_units"), SIZES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gated_steps_end_in_the_state_of_keras(name, num_steps, input_size, num_units, seed):
    layer, inputs = gated_layer(name, num_steps, input_size, num_units, seed)
    ours = last_state(name, inputs, *layer.get_weights())
    assert ours.shape == (num_units,)
    np.testing.assert_allclose(ours, layer(inputs[None])[0], atol=1e-6)


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("num_steps", [1, 12])
def test_in_float64_hardly_a_difference_is_left(name, num_steps):
    layer, inputs = gated_layer(name, num_steps, 3, 5, seed=0, dtype="float64")
    np.testing.assert_allclose(last_state(name, inputs, *layer.get_weights()), layer(inputs[None])[0], atol=1e-14)


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize(("num_steps", "input_size", "num_units"), [(1, 1, 1), (4, 3, 2), (6, 1, 4), (9, 2, 3)])
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-5), ("float64", 1e-8)])
def test_the_gradients_of_gated_steps_are_those_of_keras(name, num_steps, input_size, num_units, seed, dtype, error):
    # Ours by central differences of the NumPy step in float64, Keras's by its tape.
    layer, inputs = gated_layer(name, num_steps, input_size, num_units, seed, dtype)
    projection = np.random.default_rng(seed).normal(size=num_units).astype(dtype)
    rows = tf.constant(inputs[None])
    with tf.GradientTape() as tape:
        tape.watch(rows)
        loss = tf.reduce_sum(layer(rows)[0] * projection)
    by_keras = tape.gradient(loss, [rows, *layer.trainable_variables])
    arguments = [array.astype("float64") for array in [inputs, *layer.get_weights()]]
    for place, expected in enumerate(by_keras):

        def projected(array, place=place):
            return projection @ last_state(name, *arguments[:place], array, *arguments[place + 1 :])

        ours = numerical_gradient(projected, arguments[place])
        np.testing.assert_allclose(ours.reshape(expected.shape), expected, atol=error)


def test_the_reset_gate_acts_after_the_product_as_keras_does_by_default():
    layer, inputs = gated_layer("GRU", 5, 3, 4, seed=0)
    assert layer.reset_after
    before = keras.layers.GRU(4, reset_after=False)
    before.build((None, 5, 3))
    W_x, W_h, _ = layer.get_weights()
    before.set_weights([W_x, W_h, np.zeros(12, "float32")])
    ours = last_state("GRU", inputs, W_x, W_h, np.zeros((2, 12)))
    assert np.abs(ours - before(inputs[None])[0]).max() > 1e-3


def test_open_gates_keep_and_shut_gates_drop():
    nothing, x = np.zeros((1, 4)), np.ones(1)
    for forget, left in [(50.0, 0.7), (-50.0, 0.0)]:
        bias = np.array([-50.0, forget, 1.0, 50.0])
        h, c = lstm_step(x, np.zeros(1), np.array([0.7]), nothing, nothing, bias)
        np.testing.assert_allclose([c, h], [[left], [np.tanh(left)]], atol=1e-12)
    for update, state in [(50.0, 0.7), (-50.0, np.tanh(1.0))]:
        bias = np.array([update, 0.0, 1.0])
        new = gru_step(x, np.array([0.7]), nothing[:, :3], nothing[:, :3], bias, np.zeros(3))
        np.testing.assert_allclose(new, [state], atol=1e-12)


def test_sigmoid_is_the_logistic_curve_and_overflows_nowhere():
    z = np.linspace(-30, 30, 61)
    np.testing.assert_allclose(sigmoid(z), 1 / (1 + np.exp(-z)), atol=1e-15)
    assert sigmoid(np.array([-1e308, 1e308])).tolist() == [0, 1]
