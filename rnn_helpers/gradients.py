"""Gradients through time: back-propagation in bare NumPy, its check, clipping, and how fast they fade.

Taught in lesson 5.
"""

import numpy as np

from rnn_helpers.errors import InputError, require_above_zero, require_whole


def backward_step(x, h, h_new, gradient, W_h):
    """One step back through `rnn_step`: from the gradient of the new state to those of all that made it.

    Args:
        x: the input of the step, shape (input_size,).
        h: the state before it, shape (num_units,).
        h_new: the state after it, shape (num_units,).
        gradient: the loss's gradient with respect to `h_new`, shape (num_units,).
        W_h: shape (num_units, num_units).

    Returns:
        What the step adds to the gradients of W_x, W_h and b (a list of three arrays of their shapes), and the
        gradient with respect to `h`, shape (num_units,).

    Example:
        >>> weights, gradient = backward_step(
        ...     np.array([1.0]), np.array([0.8]), np.array([0.5]), np.array([1.0]), np.array([[0.5]])
        ... )
        >>> [part.round(4).tolist() for part in weights], gradient.tolist()
        ([[[0.75]], [[0.6]], [0.75]], [0.375])
    """
    inside = gradient * (1 - h_new**2)
    return [np.outer(x, inside), np.outer(h, inside), inside], inside @ W_h.T


def backward_through_time(inputs, states, gradient_of_last, W_h, num_steps_back=None):
    """Back-propagation through time for `unroll`, from a loss that looks at the last state.

    Args:
        inputs: shape (num_steps, input_size).
        states: what `unroll` returned for them, shape (num_steps + 1, num_units).
        gradient_of_last: the loss's gradient with respect to the last state, shape (num_units,).
        W_h: shape (num_units, num_units).
        num_steps_back: how many steps to go back (truncated back-propagation); all of them if None.

    Returns:
        The gradients of W_x, W_h and b (a list of three arrays, in the order of Keras's weights), and the gradient
        with respect to each state, shape (num_steps + 1, num_units); before the cut it is 0.

    Raises:
        InputError: the shapes do not fit together, a number is not finite, or `num_steps_back` is less than 1.

    Example:
        >>> states = np.array([[0.0], [0.6], [0.8], [0.5]])
        >>> gradients, of_states = backward_through_time(np.ones((3, 1)), states, np.array([1.0]), np.array([[0.5]]))
        >>> of_states.round(4).tolist()
        [[0.0216], [0.0675], [0.375], [1.0]]
    """
    require_run(inputs, states, gradient_of_last, W_h, num_steps_back)
    first = max(0, len(inputs) - num_steps_back) if num_steps_back else 0
    of_states = np.zeros(states.shape)
    of_states[-1] = gradient_of_last
    of_weights = [0, 0, 0]
    for step in reversed(range(first, len(inputs))):
        parts, of_states[step] = backward_step(inputs[step], states[step], states[step + 1], of_states[step + 1], W_h)
        of_weights = [total + part for total, part in zip(of_weights, parts, strict=True)]
    return of_weights, of_states


def require_run(inputs, states, gradient_of_last, W_h, num_steps_back=None):
    """Raise InputError unless these can be of one run of `unroll`, with steps to go back.

    Example:
        >>> require_run(np.ones((3, 4)), np.ones((4, 2)), np.ones(2), np.eye(2), num_steps_back=1)
    """
    shapes = [np.shape(inputs), np.shape(states), np.shape(gradient_of_last), np.shape(W_h)]
    num_units = shapes[2][0] if len(shapes[2]) == 1 else None
    if len(shapes[0]) != 2 or shapes[0][0] == 0:
        raise InputError(f"inputs of shape {shapes[0]} are no sequence: give one row for each step, 1 or more")
    if shapes[1] != (shapes[0][0] + 1, num_units) or shapes[3] != (num_units, num_units):
        raise InputError(
            f"inputs {shapes[0]}, states {shapes[1]}, gradient_of_last {shapes[2]} and W_h {shapes[3]} do not fit "
            "together: give the states that unroll returned for these inputs and this W_h, one number per unit"
        )
    names = ["inputs", "states", "gradient_of_last", "W_h"]
    for name, array in zip(names, [inputs, states, gradient_of_last, W_h], strict=True):
        require_finite(name, array)
    if num_steps_back is not None:
        require_whole("num_steps_back", num_steps_back, lowest=1)


def require_finite(name, array):
    """Raise InputError unless every number of `array` is finite.

    Example:
        >>> require_finite("W_h", np.eye(2))
    """
    if not np.isfinite(array).all():
        raise InputError(f"{name} holds NaN or infinity: every number must be finite")


def numerical_gradient(function, array, width=1e-5):
    """The gradient by central differences: nudge each number a little up and down, and see what the function does.

    With float64 and the given width, it agrees with the true gradient to about 10 digits.

    Args:
        function: from an array of the shape of `array` to one number.
        array: where to take the gradient, any shape; it is not changed.
        width: how far to nudge.

    Returns:
        The gradient, the shape of `array`.

    Raises:
        InputError: `width` is not above 0, or `array` is not finite.

    Example:
        >>> numerical_gradient(lambda a: (a**2).sum(), np.array([1.0, -3.0])).round(6).tolist()
        [2.0, -6.0]
    """
    require_above_zero("width", width)
    require_finite("array", array)
    gradient = np.zeros(np.shape(array))
    for place in np.ndindex(gradient.shape):
        nudge = np.zeros(gradient.shape)
        nudge[place] = width
        gradient[place] = (function(array + nudge) - function(array - nudge)) / (2 * width)
    return gradient


def clip_by_norm(gradients, limit):
    """Gradients shortened, all by one factor, so that their norm together is at most `limit`.

    The same as Keras's `global_clipnorm`. Shorter ones come back as they are.

    Args:
        gradients: a list of arrays of any shapes.
        limit: the longest norm, above 0.

    Returns:
        A list of arrays of the same shapes.

    Raises:
        InputError: `limit` is not above 0, or the norm is not finite.

    Example:
        >>> [part.tolist() for part in clip_by_norm([np.array([6.0]), np.array([0.0, 8.0])], limit=5)]
        [[3.0], [0.0, 4.0]]
    """
    require_above_zero("limit", limit)
    norm = total_norm(gradients)
    return [gradient * (limit / max(norm, limit)) for gradient in gradients]


def total_norm(gradients):
    """The length of several gradients taken together, as if their numbers stood in one list.

    Args:
        gradients: a list of arrays of any shapes.

    Returns:
        One number, 0 or more.

    Raises:
        InputError: the norm is not finite.

    Example:
        >>> total_norm([np.array([3.0]), np.array([0.0, 4.0])])
        5.0
    """
    with np.errstate(over="ignore"):  # a norm too large for a number is told below
        norm = float(np.linalg.norm([np.linalg.norm(gradient) for gradient in gradients]))
    if not np.isfinite(norm):
        raise InputError(f"the gradients' norm is {norm}: clip at each update, before the numbers overflow")
    return norm


def spectral_radius(W):
    """The largest absolute value among a matrix's eigenvalues: the factor per step in the long run.

    Args:
        W: shape (num_units, num_units).

    Returns:
        One number, 0 or more.

    Raises:
        InputError: `W` is not square, or holds a number that is not finite.

    Example:
        >>> round(spectral_radius(np.array([[0.5, -0.5], [0.5, 0.5]])), 4)
        0.7071
    """
    return float(np.abs(np.linalg.eigvals(_require_square(W))).max())


def largest_singular_value(W):
    """How much a matrix can stretch a vector at most: the bound on the factor of one step.

    Args:
        W: shape (num_units, num_units).

    Returns:
        One number, 0 or more, at least the spectral radius.

    Raises:
        InputError: `W` is not square, or holds a number that is not finite.

    Example:
        >>> largest_singular_value(np.array([[0.0, 2.0], [0.0, 0.0]]))
        2.0
    """
    return float(np.linalg.norm(_require_square(W), ord=2))


def _require_square(W):
    shape = np.shape(W)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] == 0:
        raise InputError(f"W has the shape {shape}: W_h is square, one row and one column for each unit")
    require_finite("W", W)
    return W


def gradient_norms(layer, inputs):
    """How strongly the last state of a Keras recurrent layer depends on the input of each step back.

    Exactly: for each sequence and each step t, the Frobenius norm of the Jacobian of the last hidden state by the
    input at t, which is sqrt(sum over i, j of (d h_last[i] / d x_t[j])^2); then the mean over the sequences. This is
    the same for SimpleRNN, GRU and LSTM, whatever else they carry, and it draws no random numbers.

    Args:
        layer: a keras SimpleRNN, GRU or LSTM, built or not.
        inputs: the embedded words, shape (num_sequences, num_steps, input_size).

    Returns:
        Shape (num_steps,): entry k belongs to the input k steps before the last one.

    Raises:
        InputError: `layer` is no recurrent layer that starts anew and reads forward, or `inputs` do not fit.

    Example:
        >>> import keras
        >>> layer = keras.layers.SimpleRNN(1, activation="linear")
        >>> layer.build((None, 3, 1))
        >>> layer.set_weights([np.array([[1.0]]), np.array([[0.5]]), np.array([0.0])])
        >>> gradient_norms(layer, np.ones((1, 3, 1))).tolist()
        [1.0, 0.5, 0.25]
    """
    import keras  # here, for the rest of this module needs NumPy alone
    import tensorflow as tf

    if not isinstance(layer, keras.layers.RNN):
        raise InputError(f"{_name(layer)} is not a recurrent layer: give a keras SimpleRNN, GRU or LSTM")
    if layer.stateful or layer.go_backwards:
        raise InputError(f"this {_name(layer)} is stateful or goes backwards: build it without")
    if np.ndim(inputs) != 3 or 0 in np.shape(inputs):
        raise InputError(
            f"inputs have the shape {np.shape(inputs)}: give embedded words, (num_sequences, num_steps, input_size)"
        )
    inputs = np.asarray(inputs, dtype="float32")
    require_finite("inputs", inputs)
    if layer.built and layer.get_weights()[0].shape[0] != inputs.shape[2]:
        raise InputError(
            f"inputs have {inputs.shape[2]} numbers a word and the layer was built for "
            f"{layer.get_weights()[0].shape[0]}: give the vectors of its own Embedding"
        )
    # Each sequence is read once for each unit, so that one backward pass finds the gradients of all units apart.
    units = tf.tile(tf.eye(layer.units), [len(inputs), 1])
    rows = tf.constant(np.repeat(inputs, layer.units, axis=0))
    with tf.GradientTape() as tape:
        tape.watch(rows)
        last = _last_state(layer(rows))
        chosen = tf.reduce_sum(last * units)
    jacobian = tape.gradient(chosen, rows).numpy().reshape(len(inputs), layer.units, *inputs.shape[1:])
    return np.sqrt((jacobian.astype("float64") ** 2).sum(axis=(1, 3))).mean(axis=0)[::-1]


def _last_state(output):
    output = output[0] if isinstance(output, list | tuple) else output  # return_state=True adds the states
    return output[:, -1] if len(output.shape) == 3 else output  # return_sequences=True gives all steps


def _name(layer):
    return type(layer).__name__
