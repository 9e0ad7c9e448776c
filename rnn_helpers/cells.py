"""Recurrent cells in bare NumPy: the simple one is taught in lesson 1, LSTM and GRU in lesson 5."""

import numpy as np


def rnn_step(x, h, W_x, W_h, b):
    """One step of a simple RNN: the new hidden state, from one input and the old state.

    h_new = tanh(x W_x + h W_h + b)

    Args:
        x: the input, shape (input_size,).
        h: the old state, shape (num_units,).
        W_x: shape (input_size, num_units).
        W_h: shape (num_units, num_units).
        b: shape (num_units,).

    Returns:
        The new state, shape (num_units,), each number between -1 and 1.

    Example:
        >>> rnn_step(np.array([1.0]), np.array([0.0]), np.array([[0.5]]), np.array([[2.0]]), np.array([0.0])).round(3)
        array([0.462])
    """
    return np.tanh(x @ W_x + h @ W_h + b)


def unroll(inputs, W_x, W_h, b):
    """Every hidden state of a simple RNN that reads a sequence, the zero state before the first input included.

    Args:
        inputs: shape (num_steps, input_size).
        W_x, W_h, b: as in `rnn_step`; the same at every step.

    Returns:
        The states h0 ... h_num_steps, shape (num_steps + 1, num_units).

    Example:
        >>> unroll(np.ones((2, 1)), np.array([[0.5]]), np.array([[2.0]]), np.array([0.0])).round(3).tolist()
        [[0.0], [0.462], [0.89]]
    """
    states = [np.zeros(len(b))]
    for x in inputs:
        states.append(rnn_step(x, states[-1], W_x, W_h, b))
    return np.array(states)


def sigmoid(z):
    """A number between 0 and 1 for each number: how far a gate stands open.

    It is tanh, moved and halved, so that no input overflows: 1 / (1 + e^-z) = (1 + tanh(z / 2)) / 2.

    Args:
        z: any shape.

    Returns:
        The same shape.

    Example:
        >>> sigmoid(np.array([-5.0, 0.0, 5.0])).round(2).tolist()
        [0.01, 0.5, 0.99]
    """
    return (1 + np.tanh(z / 2)) / 2


def lstm_step(x, h, c, W_x, W_h, b):
    """One step of an LSTM: the new hidden state and the new cell, from one input and the old two.

    The tables hold four blocks side by side, in Keras's order: input gate i, forget gate f, candidate, output gate o.

    Args:
        x: the input, shape (input_size,).
        h: the old hidden state, shape (num_units,).
        c: the old cell, shape (num_units,).
        W_x: shape (input_size, 4 * num_units).
        W_h: shape (num_units, 4 * num_units).
        b: shape (4 * num_units,).

    Returns:
        The new hidden state and the new cell, each of shape (num_units,).

    Example:
        >>> keeps = np.array([-9.0, 9.0, 0.0, 9.0])  # input gate shut, forget and output gates open
        >>> zeros = np.zeros((1, 4))
        >>> h, c = lstm_step(np.array([1.0]), np.array([0.0]), np.array([0.5]), zeros, zeros, keeps)
        >>> h.round(2).tolist(), c.round(2).tolist()
        ([0.46], [0.5])
    """
    i, f, candidate, o = np.split(x @ W_x + h @ W_h + b, 4, axis=-1)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(candidate)
    h_new = sigmoid(o) * np.tanh(c_new)
    return h_new, c_new


def gru_step(x, h, W_x, W_h, b_x, b_h):
    """One step of a GRU: the new hidden state, from one input and the old state.

    The tables hold three blocks side by side, in Keras's order: update gate z, reset gate r, candidate. The reset gate
    acts after the product with W_h: Keras's `reset_after=True`, its default. Keras keeps both biases in one array:
    `b_x, b_h = bias`.

    Args:
        x: the input, shape (input_size,).
        h: the old state, shape (num_units,).
        W_x: shape (input_size, 3 * num_units).
        W_h: shape (num_units, 3 * num_units).
        b_x, b_h: shape (3 * num_units,).

    Returns:
        The new state, shape (num_units,).

    Example:
        >>> keeps = np.array([9.0, 0.0, 0.0])  # update gate open: the old state stays
        >>> zeros = np.zeros((1, 3))
        >>> gru_step(np.array([1.0]), np.array([0.5]), zeros, zeros, keeps, np.zeros(3)).round(2).tolist()
        [0.5]
    """
    x_z, x_r, x_candidate = np.split(x @ W_x + b_x, 3, axis=-1)
    h_z, h_r, h_candidate = np.split(h @ W_h + b_h, 3, axis=-1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    candidate = np.tanh(x_candidate + r * h_candidate)
    return z * h + (1 - z) * candidate
