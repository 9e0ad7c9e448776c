"""Gradients through time: beside Keras, beside finite differences, and at their edges."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_helpers.cells import unroll
from rnn_helpers.errors import InputError
from rnn_helpers.gradients import (
    backward_step,
    backward_through_time,
    clip_by_norm,
    gradient_norms,
    largest_singular_value,
    numerical_gradient,
    require_finite,
    require_run,
    spectral_radius,
    total_norm,
)

SIZES = [(1, 1, 1), (4, 3, 2), (2, 1, 9), (20, 8, 16), (50, 10, 50)]  # num_steps, input_size, num_units


def random_run(num_steps, input_size, num_units, seed, dtype="float64"):
    """Inputs, weights and a gradient of the last state."""
    random = np.random.default_rng(seed)
    shapes = [(input_size, num_units), (num_units, num_units), (num_units,)]
    weights = [random.normal(scale=num_units**-0.5, size=shape).astype(dtype) for shape in shapes]
    return random.normal(size=(num_steps, input_size)).astype(dtype), weights, random.normal(size=num_units)


def backward(inputs, weights, gradient, num_steps_back=None):
    return backward_through_time(inputs, unroll(inputs, *weights), gradient, weights[1], num_steps_back)


def flat(gradients):
    return np.concatenate([part.ravel() for part in gradients])


# --- Back-propagation through time ---


@pytest.mark.parametrize(("num_steps", "input_size", "num_units"), SIZES)
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-5), ("float64", 1e-13)])
def test_the_gradients_are_those_of_keras(num_steps, input_size, num_units, seed, dtype, error):
    inputs, weights, gradient = random_run(num_steps, input_size, num_units, seed, dtype)
    layer = keras.layers.SimpleRNN(num_units, dtype=dtype)
    layer.build((None, num_steps, input_size))
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        last = layer(inputs[None])[0]
        loss = tf.reduce_sum(last * gradient.astype(dtype))
    by_keras = tape.gradient(loss, layer.trainable_variables)
    states = unroll(inputs, *weights)
    np.testing.assert_allclose(states[-1], last, atol=1e-6)
    ours, _ = backward_through_time(inputs, states, gradient, weights[1])
    for mine, theirs in zip(ours, by_keras, strict=True):
        assert mine.shape == theirs.shape
        np.testing.assert_allclose(mine, theirs, atol=error)


@pytest.mark.parametrize(("num_steps", "input_size", "num_units"), SIZES[:4])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradients_agree_with_nudging_to_nine_digits(num_steps, input_size, num_units, seed):
    inputs, weights, gradient = random_run(num_steps, input_size, num_units, seed)
    ours, _ = backward(inputs, weights, gradient)
    for place, mine in enumerate(ours):

        def loss(array, place=place):
            return gradient @ unroll(inputs, *weights[:place], array, *weights[place + 1 :])[-1]

        nudged = numerical_gradient(loss, weights[place])
        assert np.linalg.norm(mine - nudged) < 1e-9 * max(1, np.linalg.norm(nudged))


def test_a_softmax_cross_entropy_on_top_needs_only_the_gradient_of_the_last_state():
    inputs, weights, _ = random_run(6, 3, 4, seed=0)
    W_y, target = np.random.default_rng(1).normal(size=(4, 5)), 2

    def loss(W_h):
        logits = unroll(inputs, weights[0], W_h, weights[2])[-1] @ W_y
        return np.log(np.exp(logits).sum()) - logits[target]

    logits = unroll(inputs, *weights)[-1] @ W_y
    of_logits = np.exp(logits) / np.exp(logits).sum() - np.eye(5)[target]
    ours, _ = backward(inputs, weights, W_y @ of_logits)
    np.testing.assert_allclose(ours[1], numerical_gradient(loss, weights[1]), atol=1e-9)


def test_the_gradient_of_each_state_is_what_a_run_from_that_state_on_says():
    inputs, weights, gradient = random_run(5, 2, 3, seed=0)
    states = unroll(inputs, *weights)
    _, of_states = backward(inputs, weights, gradient)
    for step in range(5):

        def loss(h, step=step):
            for x in inputs[step:]:
                h = np.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            return gradient @ h

        np.testing.assert_allclose(of_states[step], numerical_gradient(loss, states[step]), atol=1e-9)
    np.testing.assert_array_equal(of_states[-1], gradient)


def test_three_steps_of_one_unit_by_hand():
    states = np.array([[0.0], [0.6], [0.8], [0.5]])
    gradients, of_states = backward_through_time(np.ones((3, 1)), states, np.ones(1), np.array([[0.5]]))
    np.testing.assert_allclose(of_states.ravel(), [0.0216, 0.0675, 0.375, 1.0])
    W_x, W_h, b = (part.item() for part in gradients)
    np.testing.assert_allclose([W_x, W_h, b], [0.75 + 0.135 + 0.0432, 0.75 * 0.8 + 0.135 * 0.6, 0.9282])


def test_lists_of_inputs_are_read_as_unroll_reads_them():
    inputs, weights, gradient = random_run(4, 3, 2, seed=0)
    ours, _ = backward_through_time(list(inputs), unroll(list(inputs), *weights), list(gradient), weights[1])
    np.testing.assert_array_equal(flat(ours), flat(backward(inputs, weights, gradient)[0]))


# --- Truncated ---


def test_truncated_is_the_full_gradient_of_the_last_steps_alone():
    inputs, weights, gradient = random_run(12, 3, 4, seed=0)
    states = unroll(inputs, *weights)
    cut, of_states = backward(inputs, weights, gradient, num_steps_back=5)
    tail, _ = backward_through_time(inputs[-5:], states[-6:], gradient, weights[1])
    np.testing.assert_allclose(flat(cut), flat(tail), atol=1e-15)
    assert not of_states[:7].any() and of_states[7:].all()


@pytest.mark.parametrize("num_steps_back", [12, 13, 1000, None])
def test_going_back_all_steps_or_more_cuts_nothing(num_steps_back):
    inputs, weights, gradient = random_run(12, 3, 4, seed=0)
    full, _ = backward(inputs, weights, gradient)
    np.testing.assert_array_equal(flat(backward(inputs, weights, gradient, num_steps_back)[0]), flat(full))


@pytest.mark.parametrize("seed", range(5))
def test_where_gradients_fade_a_short_way_back_keeps_direction_and_length(seed):
    inputs, weights, gradient = random_run(40, 8, 16, seed)
    weights[1] *= 0.5 / spectral_radius(weights[1])
    full = flat(backward(inputs, weights, gradient)[0])
    cosines = []
    for num_steps_back in [1, 3, 10]:
        cut = flat(backward(inputs, weights, gradient, num_steps_back)[0])
        cosines.append(full @ cut / np.linalg.norm(full) / np.linalg.norm(cut))
    assert cosines == sorted(cosines)
    assert cosines[-1] > 0.9999 and abs(np.linalg.norm(cut) / np.linalg.norm(full) - 1) < 1e-3


# --- How fast gradients fade ---


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.5])
def test_in_silence_the_long_run_factor_is_the_spectral_radius_and_no_step_beats_the_singular_value(radius):
    W_h = np.random.default_rng(0).normal(size=(16, 16))
    W_h *= radius / spectral_radius(W_h)
    weights = [np.eye(16), W_h, np.zeros(16)]
    gradient = np.random.default_rng(1).normal(size=16)
    _, of_states = backward(np.zeros((400, 16)), weights, gradient)
    norms = np.linalg.norm(of_states, axis=1)
    assert abs((norms[0] / norms[300]) ** (1 / 300) / radius - 1) < 0.01
    assert (norms[:-1] <= largest_singular_value(W_h) * norms[1:] * (1 + 1e-12)).all()


def test_the_two_numbers_of_known_matrices():
    shear = np.array([[0.0, 2.0], [0.0, 0.0]])
    assert spectral_radius(shear) == 0 and largest_singular_value(shear) == 2
    turn = np.array([[0.0, -3.0], [3.0, 0.0]])
    np.testing.assert_allclose([spectral_radius(turn), largest_singular_value(turn)], 3)
    assert isinstance(spectral_radius(turn), float) and isinstance(largest_singular_value(turn), float)


LAYERS = [keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM]


@pytest.mark.parametrize("make", LAYERS)
def test_gradient_norms_are_the_norms_of_the_whole_jacobian(make):
    keras.utils.set_random_seed(0)
    layer = make(3)
    inputs = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    norms = gradient_norms(layer, inputs)
    expected = []
    for sequence in inputs:
        rows = tf.constant(sequence[None])
        with tf.GradientTape() as tape:
            tape.watch(rows)
            last = layer(rows)[0]
        jacobian = tape.jacobian(last, rows)[:, 0].numpy()  # (units, steps, input_size)
        expected.append([np.linalg.norm(jacobian[:, step]) for step in reversed(range(5))])
    np.testing.assert_allclose(norms, np.mean(expected, axis=0), rtol=1e-5)


def test_gradient_norms_of_a_simple_rnn_are_those_of_our_own_way_back():
    inputs, weights, _ = random_run(6, 3, 4, seed=0, dtype="float32")
    layer = keras.layers.SimpleRNN(4)
    layer.build((None, 6, 3))
    layer.set_weights(weights)
    states, squares = unroll(inputs, *weights), np.zeros(6)
    for unit in range(4):
        _, of_states = backward(inputs, weights, np.eye(4)[unit])
        inside = of_states[1:] * (1 - states[1:] ** 2)
        squares += ((inside @ weights[0].T) ** 2).sum(axis=1)
    np.testing.assert_allclose(gradient_norms(layer, inputs[None]), np.sqrt(squares)[::-1], rtol=1e-5)


@pytest.mark.parametrize("make", LAYERS)
@pytest.mark.parametrize("option", ["return_sequences", "return_state", "unroll"])
def test_what_else_a_layer_returns_does_not_matter(make, option):
    inputs = np.random.default_rng(0).normal(size=(2, 5, 4))
    plain, other = make(3), make(3, **{option: True})
    expected = gradient_norms(plain, inputs)
    other.build((None, 5, 4))
    other.set_weights(plain.get_weights())
    np.testing.assert_allclose(gradient_norms(other, inputs), expected, rtol=1e-5)


def test_an_open_forget_gate_keeps_what_a_half_open_one_drops():
    keras.utils.set_random_seed(0)
    layer = keras.layers.LSTM(8)
    inputs = np.random.default_rng(0).normal(scale=0.1, size=(3, 31, 4))
    fresh = gradient_norms(layer, inputs)
    W_x, W_h, b = layer.get_weights()
    b[8:16] = 5
    layer.set_weights([W_x, W_h, b])
    assert gradient_norms(layer, inputs)[30] > 30 * fresh[30]


# --- Nudging and clipping ---


def test_the_error_of_nudging_falls_with_the_width_and_then_rounding_takes_over():
    inputs, weights, gradient = random_run(5, 3, 4, seed=0)
    exact = backward(inputs, weights, gradient)[0][1]

    def error(width):
        def loss(W_h):
            return gradient @ unroll(inputs, weights[0], W_h, weights[2])[-1]

        return np.abs(numerical_gradient(loss, weights[1], width) - exact).max()

    assert error(1e-1) > 50 * error(1e-2) > 2500 * error(1e-3)  # a hundredth with each tenth
    assert error(1e-5) < 1e-9 < error(1e-11)


def test_nudging_changes_nothing_and_takes_any_shape():
    array = np.arange(6, dtype="float32").reshape(1, 2, 3)
    before = array.copy()
    gradient = numerical_gradient(lambda a: (a**3).sum(), array)
    np.testing.assert_allclose(gradient, 3.0 * array**2, atol=1e-8)
    np.testing.assert_array_equal(array, before)
    np.testing.assert_allclose(numerical_gradient(lambda a: a**2, 3), 6)
    np.testing.assert_allclose(numerical_gradient(lambda a: a @ a, [1, 2]), [2, 4])


@pytest.mark.parametrize("limit", [0.1, 1, 1e6])
def test_clipping_is_that_of_tensorflow_and_keeps_the_direction(limit):
    random = np.random.default_rng(0)
    gradients = [random.normal(size=size) for size in [(3, 4), (4,), (2, 2)]]
    clipped = clip_by_norm(gradients, limit)
    expected, norm = tf.clip_by_global_norm(gradients, limit)
    for ours, theirs in zip(clipped, expected, strict=True):
        np.testing.assert_allclose(ours, theirs)
    np.testing.assert_allclose(total_norm(gradients), norm)
    np.testing.assert_allclose(total_norm(clipped), min(limit, norm))


def test_clipping_is_keras_global_clipnorm():
    optimizer = keras.optimizers.SGD(learning_rate=1.0, global_clipnorm=1.0)
    gradients = [np.array([3.0, 0.0], "float32"), np.array([4.0], "float32")]
    variables = [keras.Variable(np.zeros_like(part)) for part in gradients]
    optimizer.apply([tf.constant(part) for part in gradients], variables)
    for variable, clipped in zip(variables, clip_by_norm(gradients, 1.0), strict=True):
        np.testing.assert_allclose(variable.numpy(), -clipped, rtol=1e-6)


def test_short_and_zero_gradients_come_back_as_they_are():
    for part in [np.array([0.3, 0.4]), np.zeros(2)]:
        np.testing.assert_array_equal(clip_by_norm([part], limit=0.5)[0], part)


# --- What cannot be used ---

RUN = {"inputs": np.ones((3, 4)), "states": np.ones((4, 2)), "gradient_of_last": np.ones(2), "W_h": np.eye(2)}


def holding(shape, value):
    array = np.ones(shape)
    array.flat[-1] = value
    return array


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("inputs", np.ones(3), "no sequence"),
        ("inputs", np.ones((0, 4)), "no sequence"),
        ("inputs", np.ones((2, 4)), "do not fit together"),
        ("states", np.ones((3, 2)), "the states that unroll returned"),
        ("states", np.ones((4, 3)), "do not fit together"),
        ("gradient_of_last", np.ones(3), "do not fit together"),
        ("gradient_of_last", np.ones((1, 2)), "do not fit together"),
        ("gradient_of_last", 1.0, "do not fit together"),
        ("W_h", np.ones((2, 3)), "do not fit together"),
        ("inputs", holding((3, 4), np.nan), "inputs holds NaN or infinity"),
        ("states", holding((4, 2), np.inf), "states holds NaN or infinity"),
        ("gradient_of_last", holding(2, np.nan), "gradient_of_last holds NaN"),
        ("W_h", holding((2, 2), -np.inf), "W_h holds NaN"),
        ("num_steps_back", 0, "num_steps_back is 0: it must be a whole number, 1 or more"),
        ("num_steps_back", -3, "num_steps_back is -3"),
        ("num_steps_back", 2.5, "num_steps_back is 2.5"),
        ("num_steps_back", True, "num_steps_back is True"),
    ],
)
def test_a_run_that_does_not_fit_is_told_in_one_line(name, value, told):
    for function in [backward_through_time, require_run]:
        with pytest.raises(InputError, match=told) as error:
            function(**{**RUN, name: value})
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: clip_by_norm([np.ones(2)], 0), "limit is 0: it must be a number above 0"),
        (lambda: clip_by_norm([np.ones(2)], -1.0), "limit is -1.0"),
        (lambda: clip_by_norm([np.ones(2)], np.inf), "limit is inf"),
        (lambda: clip_by_norm([np.ones(2)], "1"), "limit is '1'"),
        (lambda: clip_by_norm([np.array([1.0, np.nan])], 1), "the gradients' norm is nan"),
        (lambda: clip_by_norm([np.ones(2), np.array([np.inf])], 1), "the gradients' norm is inf"),
        (lambda: clip_by_norm([np.full(2, 1e200)], 1), "the gradients' norm is inf"),
        (lambda: numerical_gradient(np.sum, np.ones(2), width=0), "width is 0"),
        (lambda: numerical_gradient(np.sum, np.array([np.nan])), "array holds NaN"),
        (lambda: spectral_radius(np.ones((2, 3))), "W_h is square"),
        (lambda: largest_singular_value(np.ones(3)), "W_h is square"),
        (lambda: largest_singular_value(np.ones((0, 0))), "W_h is square"),
        (lambda: spectral_radius(holding((2, 2), np.nan)), "W holds NaN"),
        (lambda: require_finite("speed", [np.inf]), "speed holds NaN or infinity"),
        (lambda: gradient_norms(keras.layers.Dense(2), np.ones((1, 2, 3))), "Dense is not a recurrent layer"),
        (lambda: gradient_norms("GRU", np.ones((1, 2, 3))), "str is not a recurrent layer: give a keras SimpleRNN"),
        (lambda: gradient_norms(keras.layers.GRU(2), np.ones((2, 3))), "give embedded words"),
        (lambda: gradient_norms(keras.layers.GRU(2), np.ones((1, 0, 3))), "give embedded words"),
        (lambda: gradient_norms(keras.layers.GRU(2), holding((1, 2, 3), np.nan)), "inputs holds NaN"),
        (lambda: gradient_norms(keras.layers.GRU(2, stateful=True), np.ones((1, 2, 3))), "stateful or goes backwards"),
        (lambda: gradient_norms(keras.layers.LSTM(2, go_backwards=True), np.ones((1, 2, 3))), "or goes backwards"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(call, told):
    with pytest.raises(InputError, match=told) as error:
        call()
    assert "\n" not in str(error.value)


def test_a_layer_built_for_other_inputs_is_told():
    layer = keras.layers.GRU(2)
    layer.build((None, 4, 3))
    with pytest.raises(InputError, match="5 numbers a word and the layer was built for 3"):
        gradient_norms(layer, np.ones((1, 4, 5)))


def test_one_step_back_does_not_change_what_it_is_given():
    arguments = [np.ones(3), np.ones(2) / 2, np.ones(2) / 3, np.ones(2), np.ones((2, 2))]
    before = [array.copy() for array in arguments]
    backward_step(*arguments)
    for array, old in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_the_numpy_part_needs_neither_keras_nor_tensorflow():
    program = "import sys, rnn_helpers.gradients; print({'keras', 'tensorflow'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
