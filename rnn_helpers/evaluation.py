"""How good a model of text is: its losses word by word, and what follows from them. Taught in lesson 7."""

import numpy as np
import tensorflow as tf

from rnn_helpers.baselines import NgramModel
from rnn_helpers.errors import InputError, require_whole
from rnn_helpers.recurrence import read, zero_states
from rnn_helpers.results import stored_results


def score(model, ids, batch_size=16, num_steps=32):
    """How a model does on every word of a text but the first.

    A recurrent model carries its state through the text, which is cut into `batch_size` pieces. A model that sees a
    window only (a Transformer) is asked for the second half of each window: it always has half a window before.

    Args:
        model: an NgramModel, or a keras.Model from ids to probabilities at every step.
        ids: int32, shape (num_tokens,), at least two.
        batch_size, num_steps: how many pieces are read side by side, and how many words at once.

    Returns:
        A dict of arrays of shape (num_tokens - 1,): "loss" (minus the logarithm of the true word's probability, in
        nats), "rank" (how many words were held likelier; of equals, those with a lower id count), "confidence" (the
        likeliest word's probability).

    Raises:
        InputError: the ids are not one row of at least two, or not the model's; a size is less than 1.

    Example:
        >>> found = score(NgramModel(1, [[1, 2, 2, 2, 3]], vocabulary_size=4), [1, 2, 3])
        >>> found["rank"].tolist(), found["confidence"].round(2).tolist()
        ([0, 1], [0.69, 0.69])
    """
    require_whole("batch_size", batch_size, lowest=1)
    require_whole("num_steps", num_steps, lowest=1)
    ids = _require_text(model, np.asarray(ids, dtype="int32"))
    if isinstance(model, NgramModel):
        judged = _score_ngrams(model, ids)
    elif zero_states(model, 1):
        judged = _score_pieces(model, ids, batch_size, num_steps)
    else:
        judged = _score_windows(model, ids, batch_size)
    loss, rank, confidence = judged
    return {"loss": loss, "rank": rank.astype(int), "confidence": confidence}


def _require_text(model, ids):
    """The ids; InputError if they are no text that the model can be asked for."""
    if ids.ndim != 1:
        raise InputError(f"the ids have the shape {ids.shape}: give one row, as text_ids makes it")
    if len(ids) < 2:
        raise InputError(f"the text has {len(ids)} tokens: give one of at least two, for the first is not predicted")
    vocabulary_size = model.vocabulary_size if isinstance(model, NgramModel) else model.output_shape[-1]
    if ids.min() < 0 or ids.max() >= vocabulary_size:
        raise InputError(
            f"the ids go from {ids.min()} to {ids.max()} and the model knows 0 to {vocabulary_size - 1}: "
            "make them with its own vocabulary"
        )
    return ids


def judge(probabilities, targets):
    """Loss, rank and confidence, as `score` tells them, of each prediction.

    Args:
        probabilities: shape (..., vocabulary_size).
        targets: the ids that came, shape (...).

    Returns:
        Three arrays, shape (3, ...).
    """
    of_target = np.take_along_axis(probabilities, targets[..., None], axis=-1)
    loss = -np.log(np.maximum(of_target[..., 0], np.finfo("float32").tiny))
    is_lower = np.arange(probabilities.shape[-1]) < targets[..., None]
    rank = ((probabilities > of_target) | (probabilities == of_target) & is_lower).sum(axis=-1)
    return np.stack([loss, rank, probabilities.max(axis=-1)])


def _score_ngrams(model, ids, size=512):
    before = max(model.order - 1, 0)
    judged = []
    for start in range(0, len(ids) - 1, size):
        first, end = max(start - before, 0), min(start + size, len(ids) - 1)
        [probabilities] = model.predict(ids[None, first:end])
        judged.append(judge(probabilities[start - first :], ids[start + 1 : end + 1]))
    return np.concatenate(judged, axis=-1)


def _score_pieces(model, ids, batch_size, num_steps):
    num_words = len(ids) - 1
    batch_size = max(1, min(batch_size, num_words // num_steps))
    length = -(-num_words // (batch_size * num_steps)) * num_steps
    padded = np.pad(ids, (0, batch_size * length + 1 - len(ids)))
    inputs, targets = (part.reshape(batch_size, length) for part in (padded[:-1], padded[1:]))
    states, judged = zero_states(model, batch_size), []
    for step in range(0, length, num_steps):
        window = slice(step, step + num_steps)
        probabilities, states = compiled_read(model)(inputs[:, window], states)
        judged.append(judge(probabilities.numpy(), targets[:, window]))
    return np.concatenate(judged, axis=-1).reshape(3, -1)[:, :num_words]


def _score_windows(model, ids, batch_size):
    num_steps, num_words = model.input_shape[-1], len(ids) - 1
    half = num_steps // 2
    padded = np.pad(ids, (0, -num_words % half + num_steps))
    rows = np.lib.stride_tricks.sliding_window_view(padded, num_steps + 1)[::half]
    judged = []
    for first in range(0, len(rows), batch_size):
        batch = rows[first : first + batch_size]
        probabilities, _ = compiled_read(model)(batch[:, :-1], [])
        judged.append(judge(probabilities.numpy(), batch[:, 1:]))
    judged = np.concatenate(judged, axis=1)
    second_halves = judged[:, 1:, -half:].reshape(3, -1)
    return np.concatenate([judged[:, 0], second_halves], axis=-1)[:, :num_words]


def compiled_read(model):
    """`read` for this model as a compiled function, made at its first use and kept with the model."""
    if not hasattr(model, "_compiled_read"):
        # autograph=False: there is no Python loop to translate, and its cache would keep the model alive.
        model._compiled_read = tf.function(
            lambda ids, states: read(model, ids, states), reduce_retracing=True, autograph=False
        )
    return model._compiled_read


def perplexity(losses):
    """Among how many equally likely words a model seems to choose: e to the power of the mean loss.

    Example:
        >>> round(perplexity([np.log(2), np.log(8)]), 6)
        4.0
    """
    return float(np.exp(np.mean(losses)))


def top_k_accuracy(ranks, k):
    """The share of words that were among the k likeliest.

    Args:
        ranks: of `score`.
        k: 1 for the likeliest alone.

    Example:
        >>> top_k_accuracy([0, 4, 5, 0], k=5)
        0.75
    """
    require_whole("k", k, lowest=1)
    return float((np.asarray(ranks) < k).mean())


def calibration(confidences, is_right, num_bins=10):
    """Is a model right as often as it says? The predictions are put in bins by their confidence.

    Args:
        confidences: probabilities, shape (num_words,).
        is_right: whether each prediction came true, shape (num_words,).
        num_bins: bins of equal width from 0 to 1; those without a prediction are left out.

    Returns:
        Three arrays, a number for each bin: the mean confidence, the share that came true, the number of predictions.

    Example:
        >>> for row in calibration([0.1, 0.3, 0.9, 0.8], [False, True, True, True], num_bins=2):
        ...     print(row.round(2).tolist())
        [0.2, 0.85]
        [0.5, 1.0]
        [2, 2]
    """
    require_whole("num_bins", num_bins, lowest=1)
    confidences, is_right = np.asarray(confidences, dtype="float64"), np.asarray(is_right, dtype="float64")
    bins = np.minimum((confidences * num_bins).astype(int), num_bins - 1)
    counts = np.bincount(bins, minlength=num_bins)
    is_used = counts > 0
    said, came = (
        np.bincount(bins, weights, num_bins)[is_used] / counts[is_used] for weights in (confidences, is_right)
    )
    return said, came, counts[is_used]


def calibration_error(confidences, is_right, num_bins=10):
    """How far confidence and truth lie apart: the mean distance of `calibration`'s bins, each by its predictions.

    Example:
        >>> calibration_error([0.1, 0.3, 0.9, 0.8], [False, True, True, True], num_bins=2).__round__(3)
        0.225
    """
    said, came, counts = calibration(confidences, is_right, num_bins)
    return float(np.average(np.abs(said - came), weights=counts))


# The n-gram models that a network is compared with, each an order and a discount: for texts that are free, and for
# texts that often say the same.
COUNTED = {"word": ((2, 0.75), (3, 0.9), (5, 0.75)), "character": ((4, 0.75), (6, 0.9), (9, 0.75))}
NUM_COUNTED, NUM_JUDGED = 1_000_000, 100_000  # tokens to count and to judge by; more would take minutes
NUM_NEAREST = 2  # measured sizes of a text that `expect_perplexity` looks at


def best_counting(text):
    """The lowest perplexity that counting reaches on a text's validation part, with short or with long n-grams.

    Args:
        text: a Text. Of a long one, the end of the training part and the start of the validation part serve.
    """
    training, validation, losses = text.training[-NUM_COUNTED:], text.validation[:NUM_JUDGED], []
    for order, discount in COUNTED[text.vocabulary.level]:
        model = NgramModel(order, [training], len(text.vocabulary), discount)
        losses.append(score(model, validation)["loss"].mean())
    return float(np.exp(min(losses)))


def expect_perplexity(text):
    """What to expect of a network before it is trained: counting's perplexity, times what plays of like size gave.

    Args:
        text: a Text.

    Returns:
        Three floats, perplexities on the text's validation part: of counting; the least and the most to expect of a
        GRU of 128 units, by the ratios of "own_text" in the stored results.
    """
    counted, measured = best_counting(text), stored_results("own_text", "num_tokens", level=text.vocabulary.level)
    nearest = sorted(measured, key=lambda size: abs(np.log(size / len(text.training))))[:NUM_NEAREST]
    ratios = [found["perplexity"] / found["counted"] for size in nearest for found in measured[size]]
    return counted, counted * min(ratios), counted * max(ratios)
