"""The recurrent cell in bare NumPy. Taught in lesson 1."""

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
