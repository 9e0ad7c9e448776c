"""Training, at the speed of its updates. Taught in lesson 3."""

import os
from time import perf_counter

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from rnn_helpers.errors import InputError, require_above_zero, require_whole


def train(model, inputs, targets, epochs=200, batch_size=32, seed=0, max_seconds=None):
    """Train a compiled model; the same updates as `model.fit`, without the set-up that `fit` does at each epoch.

    A progress bar with the time to go is shown; the environment variable TQDM_DISABLE=1 hides it.

    Args:
        model: a compiled keras.Model from ids to probabilities. It is changed in place.
        inputs: whole numbers, shape (num_rows, num_steps).
        targets: whole numbers, shape (num_rows,); for a model that predicts at every step, shape
            (num_rows, num_steps), where a 0 is padding and does not count.
        epochs: how often every row is seen.
        batch_size: rows per update.
        seed: fixes the order of the rows.
        max_seconds: ends the training after the epoch in which this time is used up; no limit if None.

    Returns:
        A dict of two lists, one number per epoch: "loss" (cross-entropy, in nats per word) and "accuracy"
        (a share of the words to predict). Both are means over the epoch's batches, each taken before its update.

    Raises:
        InputError: `epochs` or `batch_size` is less than 1, `max_seconds` is not above 0, the model is not compiled,
            the rows do not fit together or do not fit the model, or the loss is no longer a number.

    Example:
        >>> from rnn_helpers.models import build_model
        >>> model = build_model(vocabulary_size=3, num_steps=1)
        >>> history = train(model, np.array([[1], [2]]), np.array([2, 1]), epochs=60)
        >>> history["accuracy"][-1]
        1.0
    """
    require_whole("epochs", epochs, lowest=1)
    require_whole("batch_size", batch_size, lowest=1)
    if max_seconds is not None:
        require_above_zero("max_seconds", max_seconds)
    inputs, targets = _require_rows(model, np.asarray(inputs), np.asarray(targets))
    update = compile_update(model)
    random = np.random.default_rng(seed)
    num_words = np.ones(len(targets), int) if targets.ndim == 1 else np.count_nonzero(targets, axis=1)  # in each row
    history, start = {"loss": [], "accuracy": []}, perf_counter()
    # tqdm heeds the variable by itself in a terminal, but not in a notebook.
    for epoch in tqdm(range(epochs), desc="training", unit="epoch", disable="TQDM_DISABLE" in os.environ):
        rows = random.permutation(len(targets))
        batches = [rows[first : first + batch_size] for first in range(0, len(rows), batch_size)]
        sums = sum(int(num_words[batch].sum()) * np.array(update(inputs[batch], targets[batch])) for batch in batches)
        loss, accuracy = sums / int(num_words.sum())
        if not np.isfinite(loss):
            raise InputError(
                f"the loss is {loss} in epoch {epoch + 1}: build the model anew, with a lower learning rate"
            )
        history["loss"].append(float(loss))
        history["accuracy"].append(float(accuracy))
        if max_seconds is not None and perf_counter() - start >= max_seconds:
            break
    return history


def _require_rows(model, inputs, targets):
    """The rows as int32, for a model that is ready for them; InputError where either is not."""
    if getattr(model, "optimizer", None) is None:
        raise InputError(f"this {type(model).__name__} is not a compiled model: make it with build_model")
    shapes = f"inputs of shape {inputs.shape} and targets of shape {targets.shape}"
    if inputs.ndim != 2 or not targets.ndim or not len(inputs) == len(targets) > 0:
        raise InputError(f"{shapes} are not rows with one target each: give both results of inputs_and_targets")
    if not model.built:  # a model without a keras.Input learns its shapes here, as in `fit`
        model.build((None, inputs.shape[1]))
    if len(model.output_shape) == 2 and targets.ndim != 1:
        raise InputError(f"{shapes} are not rows with one target each: give both results of inputs_and_targets")
    if len(model.output_shape) == 3 and targets.shape != inputs.shape:
        raise InputError(f"{shapes} are not rows with a target for each step: give the words moved by one")
    if targets.ndim == 2 and not targets.any():
        raise InputError(f"{shapes} have no word to predict: every target is 0, the padding")
    num_steps, vocabulary_size = model.input_shape[-1], model.output_shape[-1]
    if num_steps not in (None, inputs.shape[1]):
        raise InputError(
            f"the inputs have {inputs.shape[1]} steps and the model reads {num_steps}: "
            f"build it with num_steps={inputs.shape[1]}"
        )
    return _require_ids("inputs", inputs, vocabulary_size), _require_ids("targets", targets, vocabulary_size)


def _require_ids(name, ids, vocabulary_size):
    if ids.dtype.kind not in "iu":
        raise InputError(f"the {name} are {ids.dtype}, not whole numbers: give the ids of vocabulary.encode")
    if ids.min() < 0 or ids.max() >= vocabulary_size:
        raise InputError(
            f"the {name} hold ids from {ids.min()} to {ids.max()} and the model knows 0 to {vocabulary_size - 1}: "
            "build it with vocabulary_size=len(vocabulary)"
        )
    return ids.astype("int32")


def compile_update(model, jit_compile=False):
    """One update of the model's weights, compiled.

    Args:
        model: a compiled keras.Model.
        jit_compile: compile with XLA: a second longer, then up to twice as fast on long rows. Batches should then
            have one shape, for each new one is compiled anew.

    Returns:
        A function of a batch of inputs, shape (batch_size, num_steps), and targets, shape (batch_size,) or
        (batch_size, num_steps). It changes the weights, and returns the loss and the accuracy from before the change.
    """
    model.optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True, jit_compile=jit_compile)
    def update(inputs, targets):
        shares = None if targets.shape.rank == 1 else _shares(targets)
        with tf.GradientTape() as tape:
            probabilities = model(inputs, training=True)
            loss = model.compute_loss(y=targets, y_pred=probabilities, sample_weight=shares)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        is_right = tf.cast(tf.argmax(probabilities, axis=-1, output_type=targets.dtype) == targets, tf.float32)
        return loss, tf.reduce_mean(is_right if shares is None else is_right * shares)

    return update


def _shares(targets):
    """The weight of each target: 0 for padding, and equal for all words, such that the mean weight is 1."""
    is_word = tf.cast(targets != 0, tf.float32)
    return tf.math.divide_no_nan(is_word, tf.reduce_mean(is_word))
