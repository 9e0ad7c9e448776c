"""Training, at the speed of its updates. Taught in lessons 3 and 7."""

import hashlib
import json
import os
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import perf_counter

import keras
import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from rnn_helpers.errors import InputError, require_above_zero, require_whole, warn
from rnn_helpers.evaluation import score
from rnn_helpers.recurrence import read, zero_states
from rnn_helpers.sequences import text_windows


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
            the rows do not fit together or do not fit the model.

    Warns:
        UserWarning: the loss is no longer a number. The training ends with the last good weights.

    Example:
        >>> from rnn_helpers.models import build_model
        >>> model = build_model(vocabulary_size=3, num_steps=1)
        >>> history = train(model, np.array([[1], [2]]), np.array([2, 1]), epochs=60)
        >>> history["accuracy"][-1]
        1.0
    """
    require_whole("batch_size", batch_size, lowest=1)
    inputs, targets = _require_rows(model, np.asarray(inputs), np.asarray(targets))
    update = compile_update(model)
    num_words = np.ones(len(targets), int) if targets.ndim == 1 else np.count_nonzero(targets, axis=1)  # in each row

    random = np.random.default_rng(seed)

    def run_epoch(epoch):
        rows = random.permutation(len(targets))
        for first in range(0, len(rows), batch_size):
            batch = rows[first : first + batch_size]
            yield int(num_words[batch].sum()), *update(inputs[batch], targets[batch])

    num_updates = -(-len(targets) // batch_size)
    return _repeat(model, run_epoch, epochs, num_updates, max_seconds)


def train_text(
    model,
    ids,
    validation_ids=None,
    epochs=10,
    batch_size=None,
    num_steps=32,
    seed=0,
    patience=None,
    max_seconds=None,
    checkpoint=None,
    jit_compile=False,
    unroll=False,
):
    """Train a model of `build_sequence_model` on a long text, its states carried from window to window.

    In each epoch the windows begin at another place. With `validation_ids`, the model ends with the weights of the
    epoch that was best on them.

    Args:
        model: a compiled keras.Model from ids to probabilities at every step. It is changed in place.
        ids: int32, shape (num_tokens,), from `text_ids`.
        validation_ids: likewise, of a text to choose by; none if None.
        epochs: how often the text is read.
        batch_size: how many pieces of the text are read side by side; if None up to 16, less where the text would
            give fewer than 50 updates an epoch.
        num_steps: tokens in a window; gradients go back no further.
        seed: fixes where the windows begin.
        patience: ends the training after so many epochs without a better validation loss; never if None.
        max_seconds: ends the training after the epoch in which this time is used up; no limit if None.
        checkpoint: a file, ending in .npz, that keeps all there is after each epoch. The same call goes on from it,
            to the same weights as without a stop; it may ask for more epochs.
        jit_compile, unroll: see `compile_update`.

    Returns:
        A dict of lists, one number per epoch: "loss" (cross-entropy, in nats per token) and "accuracy", both while
        training; with `validation_ids` also "validation_loss".

    Raises:
        InputError: a number is out of its range, the text is too short for one batch, an id does not fit the model,
            `patience` is given without `validation_ids`, or the checkpoint is of another training.

    Warns:
        UserWarning: the loss is no longer a number. The training ends with the last good weights.
    """
    if patience is not None:
        require_whole("patience", patience, lowest=1)
        if validation_ids is None:
            raise InputError("patience needs a text to judge by: give validation_ids")
    _require_compiled(model)
    ids = _require_ids("ids", np.asarray(ids), model.output_shape[-1])
    if ids.ndim != 1:
        raise InputError(f"the ids have the shape {ids.shape}: give one row, as text_ids makes it")
    require_whole("num_steps", num_steps, lowest=1)
    if batch_size is None:
        batch_size = min(max(len(ids) // (50 * num_steps), 1), 16)
    require_whole("batch_size", batch_size, lowest=1)
    needed = (batch_size + 1) * num_steps  # wherever the first window begins
    if len(ids) < needed:
        raise InputError(
            f"the text has {len(ids):,} tokens, and training with {batch_size} windows of {num_steps} needs "
            f"{needed:,}: give a longer text, or a smaller batch_size or num_steps"
        )
    num_updates = _updates_in_epoch(ids, batch_size, num_steps)
    update = compile_update(model, jit_compile, unroll)

    def run_epoch(epoch):
        first = np.random.default_rng([seed, epoch]).integers(num_steps)
        states = zero_states(model, batch_size)
        windows = zip(*text_windows(ids[first:], batch_size, num_steps), strict=True)
        for (inputs, targets), _ in zip(windows, range(num_updates), strict=False):
            loss, accuracy, states = update(inputs, targets, states)
            yield targets.size, loss, accuracy

    validate = None
    if validation_ids is not None:
        validation_ids = _require_ids("validation_ids", np.asarray(validation_ids), model.output_shape[-1])
        validate = lambda: float(score(model, validation_ids)["loss"].mean())  # noqa: E731
    file = checkpoint and _Checkpoint(checkpoint, model, ids, validation_ids, batch_size, num_steps, seed)
    return _repeat(model, run_epoch, epochs, num_updates, max_seconds, validate, patience, file)


def falling_rate(highest, num_tokens, epochs, batch_size=16, num_steps=32):
    """A learning rate for `train_text` that climbs in the first twentieth of the updates, and then falls to 0.

    Large steps come early, small ones late. Their mean is half the highest: it should be higher than a rate that stays.

    Args:
        highest: the rate at the top.
        num_tokens: the length of the text.
        epochs, batch_size, num_steps: as `train_text` is given them.

    Returns:
        A schedule, for the `learning_rate` of `build_sequence_model`.

    Raises:
        InputError: a number is out of its range, or the text is too short for one batch.

    Example:
        >>> rate = falling_rate(0.004, num_tokens=10_000, epochs=4, batch_size=10, num_steps=10)  # 396 updates
        >>> [round(float(rate(update)), 4) for update in (0, 19, 207, 396)]
        [0.0, 0.004, 0.002, 0.0]
    """
    require_above_zero("highest", highest)
    for name, number in {"num_tokens": num_tokens, "epochs": epochs, "num_steps": num_steps}.items():
        require_whole(name, number, lowest=1)
    num_updates = epochs * _updates_in_epoch(np.empty(num_tokens, "int8"), batch_size, num_steps)
    num_climbing = num_updates // 20
    falling = max(num_updates - num_climbing, 1)
    return keras.optimizers.schedules.CosineDecay(0.0, falling, warmup_target=highest, warmup_steps=num_climbing)


def _updates_in_epoch(ids, batch_size, num_steps):
    """How many updates an epoch has, wherever its windows begin."""
    return len(text_windows(ids[num_steps - 1 :], batch_size, num_steps)[0])


def _repeat(model, run_epoch, epochs, num_updates, max_seconds, validate=None, patience=None, checkpoint=None):
    """Epoch after epoch, with a progress bar; the history.

    `run_epoch` takes the epoch's number, and gives for each update its number of words, mean loss and accuracy.
    """
    require_whole("epochs", epochs, lowest=1)
    if max_seconds is not None:
        require_above_zero("max_seconds", max_seconds)
    history, best, start = {"loss": [], "accuracy": []}, None, perf_counter()
    if validate:
        history["validation_loss"] = []
    if checkpoint and checkpoint.exists():
        history, best = checkpoint.load()
    good = model.get_weights()
    # tqdm heeds the variable by itself in a terminal, but not in a notebook.
    is_hidden, first_epoch = "TQDM_DISABLE" in os.environ, len(history["loss"])
    done, total = first_epoch * num_updates, epochs * num_updates
    with tqdm(desc="training", unit="update", initial=done, total=total, disable=is_hidden) as bar:
        for epoch in range(first_epoch, epochs):
            if patience and _epochs_since_best(history) >= patience:
                break
            sums = np.zeros(3)
            for num_words, loss, accuracy in run_epoch(epoch):
                sums += num_words * np.array([1, loss, accuracy])
                bar.update()
            means = dict(zip(history, [*sums[1:] / sums[0], *([validate()] if validate else [])], strict=True))
            weights = model.get_weights()
            if not all(np.isfinite(numbers).all() for numbers in [*means.values(), *weights]):
                model.set_weights(good)
                warn(
                    f"the loss is no number any more in epoch {epoch + 1}: the training has ended, and the model has "
                    "its last good weights; lower the learning rate"
                )
                break
            good = weights
            for name, mean in means.items():
                history[name].append(float(mean))
            bar.set_postfix({name: f"{mean:.3f}" for name, mean in means.items()})
            if validate and _epochs_since_best(history) == 0:
                best = weights
            if checkpoint:
                checkpoint.save(history, best)
            if max_seconds is not None and perf_counter() - start >= max_seconds:
                break
    if best is not None:
        model.set_weights(best)
    return history


def _epochs_since_best(history):
    losses = history["validation_loss"]
    return len(losses) - 1 - int(np.argmin(losses)) if losses else 0


class _Checkpoint:
    """All that a training needs to go on, in one file: weights, optimizer, history, the best weights so far."""

    def __init__(self, path, model, *arguments):
        self.path, self.model = Path(path), model
        if self.path.suffix != ".npz":
            raise InputError(f"{str(path)!r} does not end in .npz: name it {str(self.path.with_suffix('.npz'))!r}")
        if not self.path.parent.is_dir():
            raise InputError(f"there is no folder {str(self.path.parent)!r}: make it first, or name another one")
        # A layer's name counts how many were built before it: a model built again has others.
        layers = [[type(layer).__name__, layer.get_config() | {"name": None}] for layer in model.layers]
        about = [layers, [np.asarray(argument).tobytes().hex() for argument in arguments]]
        self.about = hashlib.sha256(json.dumps(about).encode()).hexdigest()  # tells one training from another
        model.optimizer.build(model.trainable_variables)

    def exists(self):
        return self.path.exists()

    def _variables(self):
        """What is kept; not the learning rate, which may be lowered where the loss became NaN."""
        optimizer = [variable for variable in self.model.optimizer.variables if variable.name != "learning_rate"]
        return [*self.model.variables, *optimizer]

    def save(self, history, best):
        """Replace the file by one with the present state; a full disk leaves the old one as it was."""
        arrays = {f"variable_{place}": variable.numpy() for place, variable in enumerate(self._variables())}
        arrays |= {f"best_{place}": weights for place, weights in enumerate(best or [])}
        new = self.path.with_suffix(".new.npz")
        try:
            np.savez(new, about=self.about, history=json.dumps(history), **arrays)
            new.replace(self.path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise InputError(f"{str(self.path)!r} could not be saved ({error}): mend that and train again") from None

    def load(self):
        """Set the model and its optimizer to the file's state; the history, and the best weights."""
        try:
            with self.path.open("rb") as file, np.load(file) as archive:
                arrays = dict(archive)
        except Exception:  # a damaged archive fails in many ways, and each means the same to its owner
            raise InputError(f"{str(self.path)!r} is damaged or no checkpoint: delete it, to start anew") from None
        if str(arrays.get("about")) != self.about:
            raise InputError(
                f"{str(self.path)!r} is of another model, text or seed: delete it, or name another checkpoint"
            )
        for place, variable in enumerate(self._variables()):
            variable.assign(arrays[f"variable_{place}"])
        best = [arrays[f"best_{place}"] for place in range(sum(name.startswith("best_") for name in arrays))]
        return json.loads(str(arrays["history"])), best or None


def _require_compiled(model):
    if getattr(model, "optimizer", None) is None:
        raise InputError(f"this {type(model).__name__} is not a compiled model: make it with build_model")


def _require_rows(model, inputs, targets):
    """The rows as int32, for a model that is ready for them; InputError where either is not."""
    _require_compiled(model)
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
    if not ids.size:
        raise InputError(f"the {name} are empty: give a longer text")
    if ids.dtype.kind not in "iu":
        raise InputError(f"the {name} are {ids.dtype}, not whole numbers: give the ids of vocabulary.encode")
    if ids.min() < 0 or ids.max() >= vocabulary_size:
        raise InputError(
            f"the {name} hold ids from {ids.min()} to {ids.max()} and the model knows 0 to {vocabulary_size - 1}: "
            "build it with vocabulary_size=len(vocabulary)"
        )
    return ids.astype("int32")


def compile_update(model, jit_compile=False, unroll=False):
    """One update of the model's weights, compiled.

    Args:
        model: a compiled keras.Model.
        jit_compile: compile with XLA: a second longer, then up to twice as fast on long rows. Batches should then
            have one shape, for each new one is compiled anew.
        unroll: write the recurrent layer's steps one after another, in place of a loop: a second longer to compile.
            With a small vocabulary then up to a tenth faster, and a SimpleRNN with XLA by half; with thousands of
            words, where the output layer takes the time, hardly. All batches need one shape.

    Returns:
        A function of a batch of inputs, shape (batch_size, num_steps), and targets, shape (batch_size,) or
        (batch_size, num_steps). It changes the weights, and returns the loss and the accuracy from before the change.
        It may be given the states to start from, as `read` takes them; then it also returns the states at the end.
    """
    model.optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True, jit_compile=jit_compile)
    def update(inputs, targets, states=None):
        shares = None if targets.shape.rank == 1 else _shares(targets)
        with tf.GradientTape() as tape, _unrolled(model) if unroll else nullcontext():
            if states is None:
                probabilities, end = model(inputs, training=True), []
            else:
                probabilities, *end = read(model, inputs, states, training=True)
            loss = model.compute_loss(y=targets, y_pred=probabilities, sample_weight=shares)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        is_right = tf.cast(tf.argmax(probabilities, axis=-1, output_type=targets.dtype) == targets, tf.float32)
        return loss, tf.reduce_mean(is_right if shares is None else is_right * shares), *end

    return update


@contextmanager
def _unrolled(model):
    """While the update is compiled, the recurrent layers unroll; the model that is saved says nothing of it."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.RNN) and not layer.unroll]
    for layer in layers:
        layer.unroll = True
    try:
        yield
    finally:
        for layer in layers:
            layer.unroll = False


def _shares(targets):
    """The weight of each target: 0 for padding, and equal for all words, such that the mean weight is 1."""
    is_word = tf.cast(targets != 0, tf.float32)
    return tf.math.divide_no_nan(is_word, tf.reduce_mean(is_word))
