"""The course's networks: Embedding, a recurrent layer, Dense. Taught in lessons 3 and 5."""

from functools import partial

import keras
import numpy as np

from rnn_helpers.errors import InputError, require_seed, require_whole

CELLS = ("SimpleRNN", "GRU", "LSTM")


def require_cell(cell):
    """Raise InputError unless this is the name of one of the three recurrent layers."""
    if cell not in CELLS:
        raise InputError(f"cell is {cell!r}: it must be one of {', '.join(CELLS)}")


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


def build_sequence_model(
    cell,
    vocabulary_size,
    embedding_size=16,
    num_units=50,
    seed=0,
    learning_rate=0.001,
    dropout=0.0,
    tie_weights=False,
):
    """A compiled model that predicts a next word at every step, not yet trained.

    One pass over a sentence learns from all of its prefixes. Gradients are clipped to a joint norm of 1.

    Args:
        cell: "SimpleRNN" (with tanh), "GRU" or "LSTM".
        vocabulary_size: the number of ids, padding included.
        embedding_size: numbers per word.
        num_units: numbers in the hidden state.
        seed: fixes the starting weights, and what dropout leaves out.
        learning_rate: of Adam; a number, or a schedule of keras.optimizers.schedules.
        dropout: the share of numbers left out in training, before and after the recurrent layer.
        tie_weights: the output layer uses the embedding's numbers, and has none of its own. Where `num_units` is not
            `embedding_size`, a Dense layer makes it so.

    Returns:
        A keras.Model from ids of shape (batch_size, num_steps), for any number of steps, to probabilities of
        shape (batch_size, num_steps, vocabulary_size).

    Raises:
        InputError: the cell is none of the three, a size is less than 1, or `dropout` is not a share.

    Example:
        >>> build_sequence_model("SimpleRNN", vocabulary_size=12, embedding_size=10).count_params()
        3782
        >>> build_sequence_model("GRU", 12, embedding_size=10, num_units=10, tie_weights=True).count_params()
        780
    """
    require_cell(cell)
    sizes = {"vocabulary_size": vocabulary_size, "embedding_size": embedding_size, "num_units": num_units}
    for name, size in sizes.items():
        require_whole(name, size, lowest=1)
    require_seed(seed)
    if not 0 <= dropout < 1:
        raise InputError(f"dropout is {dropout!r}: it must be a share, 0 or more and below 1")
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    embedding = (layers.ReversibleEmbedding if tie_weights else layers.Embedding)(vocabulary_size, embedding_size)
    drops = [layers.Dropout(dropout, seed=seed + place) for place in range(2)] if dropout else [None, None]
    recurrent = getattr(layers, cell)(num_units, return_sequences=True)
    resize = layers.Dense(embedding_size, use_bias=False) if tie_weights and num_units != embedding_size else None
    inner = [layer for layer in (embedding, drops[0], recurrent, resize, drops[1]) if layer]
    model = keras.Sequential([keras.Input(shape=(None,), dtype="int32"), *inner])
    if tie_weights:
        logits = embedding(model.outputs[0], reverse=True)
        model = keras.Model(model.inputs[0], layers.Activation("softmax")(logits))
    else:
        model.add(layers.Dense(vocabulary_size, activation="softmax"))
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
    layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.RNN))
    gates = {"GRU": 0, "LSTM": 1}  # the gate's place among the others in Keras's arrays: z, r, h and i, f, c, o
    if type(layer).__name__ not in gates:
        raise InputError(f"a {type(layer).__name__} has no gate that keeps its state: give a GRU or an LSTM")
    first = gates[type(layer).__name__] * layer.units
    weights = layer.get_weights()
    biases = np.atleast_2d(weights[2])[0]  # of a GRU's two rows, the one for the input; a view into `weights`
    biases[first : first + layer.units] = bias
    layer.set_weights(weights)


def count_parameters(cell, vocabulary_size, embedding_size, num_units, tie_weights=False):
    """How many numbers `build_sequence_model` learns.

    Raises:
        InputError: the cell is none of the three.

    Example:
        >>> count_parameters("LSTM", vocabulary_size=12, embedding_size=10, num_units=50)
        12932
    """
    require_cell(cell)
    gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell]
    biases = 2 if cell == "GRU" else 1  # Keras's GRU (reset_after) has one for the input and one for the state
    recurrent = gates * num_units * (embedding_size + num_units + biases)
    if tie_weights:
        output = num_units * embedding_size * (num_units != embedding_size)
    else:
        output = (num_units + 1) * vocabulary_size
    return vocabulary_size * embedding_size + recurrent + output


def units_for_parameters(cell, wanted, vocabulary_size, embedding_size, tie_weights=False):
    """The size of the hidden state that brings a model nearest to a number of parameters.

    Args:
        cell: "SimpleRNN", "GRU" or "LSTM".
        wanted: how many parameters the model should have. From 8,000 on, one of 100 words meets it within 2 %.
        vocabulary_size, embedding_size, tie_weights: as in `build_sequence_model`.

    Returns:
        num_units, an int of at least 1.

    Raises:
        InputError: the cell is none of the three, or `wanted` is too small for a single unit.

    Example:
        >>> [units_for_parameters(cell, 12_000, vocabulary_size=74, embedding_size=16) for cell in CELLS]
        [68, 42, 37]
    """
    require_whole("wanted", wanted, lowest=1)
    count = partial(count_parameters, cell, vocabulary_size, embedding_size, tie_weights=tie_weights)
    if wanted < count(1):
        raise InputError(f"wanted is {wanted}: one unit alone makes {count(1)} parameters; want more")
    units = 1
    while count(units + 1) <= wanted:
        units += 1
    return units if wanted - count(units) <= count(units + 1) - wanted else units + 1
