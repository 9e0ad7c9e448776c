"""The course's networks: Embedding, a recurrent layer, Dense. Taught in lessons 3 and 5."""

import keras
import numpy as np

from rnn_helpers.errors import InputError, require_whole

CELLS = ("SimpleRNN", "GRU", "LSTM")


def build_model(vocabulary_size, num_steps, embedding_size=10, num_units=50, seed=0):
    """A compiled next-word model, not yet trained.

    Args:
        vocabulary_size: the number of ids, padding included.
        num_steps: the length of an input row.
        embedding_size: numbers per word.
        num_units: numbers in the hidden state.
        seed: fixes the starting weights.

    Returns:
        A keras.Sequential from ids of shape (batch_size, num_steps) to probabilities of shape
        (batch_size, vocabulary_size).

    Example:
        >>> build_model(vocabulary_size=12, num_steps=4).count_params()
        3782
    """
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(num_steps,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, embedding_size),
            keras.layers.SimpleRNN(num_units, activation="relu"),
            keras.layers.Dense(vocabulary_size, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def build_sequence_model(cell, vocabulary_size, embedding_size=16, num_units=50, seed=0, learning_rate=0.001):
    """A compiled model that predicts a next word at every step, not yet trained.

    One pass over a sentence learns from all of its prefixes. Gradients are clipped to a joint norm of 1.

    Args:
        cell: "SimpleRNN" (with tanh), "GRU" or "LSTM".
        vocabulary_size: the number of ids, padding included.
        embedding_size: numbers per word.
        num_units: numbers in the hidden state.
        seed: fixes the starting weights.
        learning_rate: of Adam.

    Returns:
        A keras.Sequential from ids of shape (batch_size, num_steps), for any number of steps, to probabilities of
        shape (batch_size, num_steps, vocabulary_size).

    Raises:
        InputError: the cell is none of the three.

    Example:
        >>> build_sequence_model("SimpleRNN", vocabulary_size=12, embedding_size=10).count_params()
        3782
    """
    if cell not in CELLS:
        raise InputError(f"cell is {cell!r}: it must be one of {', '.join(CELLS)}")
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(None,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, embedding_size),
            getattr(keras.layers, cell)(num_units, return_sequences=True),
            keras.layers.Dense(vocabulary_size, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(learning_rate, global_clipnorm=1.0)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def open_memory(model, bias=4.0):
    """Start a GRU or LSTM with its memory open: the gate that keeps the old state begins near 1, by its bias.

    Keras starts a GRU's gate at 1 / (1 + e^0) = 0.5 and an LSTM's at 1 / (1 + e^-1) = 0.73, so that after 20 steps
    little is left: 0.5^20 is one part in a million. A bias of 4 starts it at 0.98.

    Args:
        model: a model of `build_sequence_model`, changed in place.
        bias: what the gate's bias starts with, for every unit.

    Raises:
        InputError: the model has no such gate.
    """
    layer = model.layers[1]
    gates = {"GRU": 0, "LSTM": 1}  # the gate's place among the others in Keras's arrays: z, r, h and i, f, c, o
    if type(layer).__name__ not in gates:
        raise InputError(f"a {type(layer).__name__} has no gate that keeps its state: give a GRU or an LSTM")
    first = gates[type(layer).__name__] * layer.units
    weights = layer.get_weights()
    biases = np.atleast_2d(weights[2])[0]  # of a GRU's two rows, the one for the input; a view into `weights`
    biases[first : first + layer.units] = bias
    layer.set_weights(weights)


def count_parameters(cell, vocabulary_size, embedding_size, num_units):
    """How many numbers `build_sequence_model` learns.

    Raises:
        InputError: the cell is none of the three.

    Example:
        >>> count_parameters("LSTM", vocabulary_size=12, embedding_size=10, num_units=50)
        12932
    """
    if cell not in CELLS:
        raise InputError(f"cell is {cell!r}: it must be one of {', '.join(CELLS)}")
    gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell]
    biases = 2 if cell == "GRU" else 1  # Keras's GRU (reset_after) has one for the input and one for the state
    recurrent = gates * num_units * (embedding_size + num_units + biases)
    return vocabulary_size * embedding_size + recurrent + (num_units + 1) * vocabulary_size


def units_for_parameters(cell, wanted, vocabulary_size, embedding_size):
    """The size of the hidden state that brings a model nearest to a number of parameters.

    Args:
        cell: "SimpleRNN", "GRU" or "LSTM".
        wanted: how many parameters the model should have. From 8,000 on, one of 100 words meets it within 2 %.
        vocabulary_size, embedding_size: as in `build_sequence_model`.

    Returns:
        num_units, an int of at least 1.

    Raises:
        InputError: the cell is none of the three, or `wanted` is too small for a single unit.

    Example:
        >>> [units_for_parameters(cell, 12_000, vocabulary_size=74, embedding_size=16) for cell in CELLS]
        [68, 42, 37]
    """
    require_whole("wanted", wanted, lowest=1)
    least = count_parameters(cell, vocabulary_size, embedding_size, 1)
    if wanted < least:
        raise InputError(f"wanted is {wanted}: one unit alone makes {least} parameters; want more")
    units = 1
    while count_parameters(cell, vocabulary_size, embedding_size, units + 1) <= wanted:
        units += 1
    below, above = (count_parameters(cell, vocabulary_size, embedding_size, n) for n in (units, units + 1))
    return units if wanted - below <= above - wanted else units + 1
