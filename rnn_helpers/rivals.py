"""The networks that an RNN is compared with, and how long they take. Taught in lessons 6 and 7."""

from time import perf_counter

import keras
import numpy as np

from rnn_helpers.errors import InputError, require_whole
from rnn_helpers.training import compile_update

LAYERS = keras.layers


def choose(what, name, known):
    """`known[name]`; InputError naming the known ones if there is none.

    Example:
        >>> choose("layer", "GRU", {"GRU": 3})
        3
    """
    if name not in known:
        raise InputError(f"{what} is {name!r}: it must be one of {', '.join(known)}")
    return known[name]


def build_forecaster(num_steps, layer="GRU", num_units=16, seed=0):
    """A compiled network that forecasts the next number of a series, not yet trained.

    Args:
        num_steps: how many numbers it sees.
        layer: "SimpleRNN", "GRU" or "LSTM".
        num_units: numbers in the hidden state.
        seed: fixes the starting weights.

    Returns:
        A keras.Sequential from shape (batch_size, num_steps, 1) to shape (batch_size, 1).

    Raises:
        InputError: the layer is not known, or a size is less than 1.

    Example:
        >>> build_forecaster(num_steps=11).count_params()
        929
    """
    require_whole("num_steps", num_steps, lowest=1)
    require_whole("num_units", num_units, lowest=1)
    recurrent = choose("layer", layer, {name: getattr(LAYERS, name) for name in ("SimpleRNN", "GRU", "LSTM")})
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(shape=(num_steps, 1)), recurrent(num_units), LAYERS.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.003))
    return model


def build_transformer(
    vocabulary_size, num_steps, embedding_size=96, num_heads=4, seed=0, learning_rate=0.001, dropout=0.0
):
    """A compiled Transformer of one block that predicts a next word at every step, not yet trained.

    Each word looks at itself and all words before it in the window (attention), then passes a Dense layer of
    `4 * embedding_size` units. The output layer uses the embedding's own numbers. Gradients are clipped to a joint
    norm of 1.

    Args:
        vocabulary_size: the number of ids, padding included.
        num_steps: the length of the window; it sees nothing before it.
        embedding_size: numbers per word.
        num_heads: how many looks are taken at once, each with `embedding_size / num_heads` numbers.
        seed: fixes the starting weights, and what dropout leaves out.
        learning_rate: of Adam; a number, or a schedule of keras.optimizers.schedules.
        dropout: the share of numbers left out in training, after the embedding and in front of the output.

    Returns:
        A keras.Model from ids of shape (batch_size, num_steps) to probabilities of shape
        (batch_size, num_steps, vocabulary_size).

    Example:
        >>> build_transformer(vocabulary_size=12, num_steps=8, embedding_size=16).count_params()
        3632
    """
    require_whole("num_steps", num_steps, lowest=2)
    keras.utils.set_random_seed(seed)
    ids = keras.Input(shape=(num_steps,), dtype="int32")
    embedding = LAYERS.ReversibleEmbedding(vocabulary_size, embedding_size)
    places = keras.ops.cumsum(keras.ops.ones_like(ids), axis=1) - 1
    values = embedding(ids) + LAYERS.Embedding(num_steps, embedding_size)(places)
    values = LAYERS.Dropout(dropout, seed=seed)(values)
    look = LAYERS.MultiHeadAttention(num_heads, embedding_size // num_heads)
    normal = LAYERS.LayerNormalization()(values)
    values = values + look(normal, normal, use_causal_mask=True)
    wide = LAYERS.Dense(4 * embedding_size, activation="gelu")(LAYERS.LayerNormalization()(values))
    values = LAYERS.LayerNormalization()(values + LAYERS.Dense(embedding_size)(wide))
    logits = embedding(LAYERS.Dropout(dropout, seed=seed + 1)(values), reverse=True)
    model = keras.Model(ids, LAYERS.Activation("softmax")(logits))
    optimizer = keras.optimizers.Adam(learning_rate, global_clipnorm=1.0)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def build_image_reader(kind, seed=0):
    """A compiled network that tells digits of 8 x 8 pixels apart, not yet trained. All have 2,860 to 2,890 numbers.

    Args:
        kind: "SimpleRNN" or "GRU" (one row of pixels a step), "CNN" (two layers of 3 x 3 convolutions) or "Dense"
            (all pixels side by side).
        seed: fixes the starting weights.

    Returns:
        A keras.Sequential from images of shape (batch_size, 8, 8) to probabilities of shape (batch_size, 10).

    Raises:
        InputError: the kind is not known.

    Example:
        >>> [build_image_reader(kind).count_params() for kind in ("SimpleRNN", "GRU", "CNN", "Dense")]
        [2890, 2885, 2886, 2860]
    """
    keras.utils.set_random_seed(seed)
    convolution = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    build = {
        "SimpleRNN": lambda: [LAYERS.SimpleRNN(45)],
        "GRU": lambda: [LAYERS.GRU(25)],
        "CNN": lambda: [
            LAYERS.Reshape((8, 8, 1)),
            LAYERS.Conv2D(8, **convolution),
            LAYERS.MaxPooling2D(),
            LAYERS.Conv2D(12, **convolution),
            LAYERS.Flatten(),
        ],
        "Dense": lambda: [LAYERS.Flatten(), LAYERS.Dense(38, activation="relu")],
    }
    layers = choose("kind", kind, build)()
    model = keras.Sequential([keras.Input(shape=(8, 8)), *layers, LAYERS.Dense(10, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.002), metrics=["accuracy"])
    return model


def fit_passes(model, inputs, targets, passes):
    """`model.fit` over every row `passes` times as one long epoch, for `fit` prepares anew at each epoch.

    Args:
        model: a compiled keras.Model. It is changed in place.
        inputs: shape (num_rows, ...).
        targets: shape (num_rows, ...).
        passes: how often each row is seen, in batches of 32 rows.

    Returns:
        The model.

    Raises:
        InputError: `passes` is less than 1.

    Example:
        >>> model = build_forecaster(num_steps=1, num_units=2)
        >>> fit_passes(model, np.ones((4, 1, 1)), np.ones(4), passes=8) is model
        True
    """
    require_whole("passes", passes, lowest=1)
    rows = np.tile(np.arange(len(targets)), passes)
    model.fit(np.asarray(inputs)[rows], np.asarray(targets)[rows], verbose=0)
    return model


def build_mixer(kind, num_steps, seed=0):
    """A compiled network around one layer that mixes the steps of a sequence; each has 4,400 to 4,700 numbers.

    Args:
        kind: "SimpleRNN", "GRU", "convolution" (it sees 4 steps at a time) or "attention" (it sees all).
        num_steps: the length of a sequence; each step is 32 numbers.
        seed: fixes the starting weights.

    Returns:
        A keras.Model from shape (batch_size, num_steps, 32) to probabilities of shape (batch_size, 10).

    Raises:
        InputError: the kind is not known, or `num_steps` is less than 1.

    Example:
        >>> [build_mixer(kind, 8).count_params() for kind in ("SimpleRNN", "GRU", "convolution", "attention")]
        [4660, 4426, 4458, 4554]
    """
    require_whole("num_steps", num_steps, lowest=1)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(num_steps, 32))
    mean = LAYERS.GlobalAveragePooling1D()
    build = {
        "SimpleRNN": lambda: LAYERS.SimpleRNN(50)(inputs),
        "GRU": lambda: LAYERS.GRU(24)(inputs),
        "convolution": lambda: mean(LAYERS.Conv1D(32, 4, padding="causal", activation="relu")(inputs)),
        "attention": lambda: mean(LAYERS.MultiHeadAttention(num_heads=4, key_dim=8)(inputs, inputs)),
    }
    outputs = LAYERS.Dense(10, activation="softmax")(choose("kind", kind, build)())
    model = keras.Model(inputs, outputs)
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    return model


def update_timer(kind, num_steps, batch_size=32):
    """A stopwatch for one update of a mixer, compiled and warm.

    Args:
        kind, num_steps: as in `build_mixer`.
        batch_size: sequences per update.

    Returns:
        A function of a number of updates that returns how long one of them took, in seconds.

    Example:
        >>> update_timer("convolution", num_steps=8)(3) > 0
        True
    """
    update = compile_update(build_mixer(kind, num_steps))
    inputs = np.random.default_rng(0).normal(size=(batch_size, num_steps, 32)).astype("float32")
    targets = np.zeros(batch_size, dtype="int32")

    def seconds(num_updates):
        start = perf_counter()
        for _ in range(num_updates):
            loss, _ = update(inputs, targets)
        loss.numpy()  # waits for the last update
        return (perf_counter() - start) / num_updates

    seconds(2)
    return seconds
