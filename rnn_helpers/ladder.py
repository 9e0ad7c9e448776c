"""Models of Shakespeare's plays, from the simplest to a Transformer, all on one split. Taught in lesson 7."""

from functools import lru_cache

import keras
import numpy as np

from rnn_helpers.baselines import NgramModel
from rnn_helpers.corpus import TEST_PLAY, TRAINING_PLAYS, VALIDATION_PLAY, read_play
from rnn_helpers.errors import InputError
from rnn_helpers.evaluation import best_counting, perplexity, score, top_k_accuracy
from rnn_helpers.models import CELLS, build_sequence_model, units_for_parameters
from rnn_helpers.rivals import build_transformer
from rnn_helpers.sequences import prefix_rows, prepare_text
from rnn_helpers.training import train, train_text
from rnn_helpers.vocabulary import Vocabulary, tokenize

EMBEDDING_SIZE, NUM_STEPS = 64, 32


@lru_cache(maxsize=1)
def load_plays(level="word", max_words=3000):
    """Ten plays to learn from, one to choose by, one to judge by in the end.

    Returns:
        A Text.

    Example:
        >>> len(load_plays().vocabulary)
        3003
    """
    training = [speech for name in TRAINING_PLAYS for speech in read_play(name)]
    return prepare_text(training, read_play(VALIDATION_PLAY), read_play(TEST_PLAY), level, max_words)


def build_rung(kind, vocabulary_size, num_parameters=250_000, seed=0, dropout=0.4, tie_weights=True, **options):
    """A network of the ladder: whatever its kind, it has as many parameters, within 2 %.

    Args:
        kind: "SimpleRNN", "GRU", "LSTM" or "Transformer".
        vocabulary_size: the number of ids, padding included.
        num_parameters: wanted; the Transformer has the size that fits 250,000 and 3,003 words, and no other.
        seed, dropout: as in `build_sequence_model`.
        tie_weights: as in `build_sequence_model`; a Transformer's are tied always.
        options: others of `build_sequence_model`.

    Raises:
        InputError: the kind is none of the four.
    """
    if kind == "Transformer":
        return build_transformer(vocabulary_size, 2 * NUM_STEPS, EMBEDDING_SIZE, seed=seed, dropout=dropout, **options)
    if kind not in CELLS:
        raise InputError(f"kind is {kind!r}: it must be one of {', '.join(CELLS)}, Transformer")
    sizes = {"vocabulary_size": vocabulary_size, "embedding_size": EMBEDDING_SIZE, "tie_weights": tie_weights}
    num_units = units_for_parameters(kind, num_parameters, **sizes)
    return build_sequence_model(kind, num_units=num_units, seed=seed, dropout=dropout, **sizes, **options)


def window_sizes(kind):
    """How many windows are in a batch, and how many steps in a window.

    A Transformer sees no further than its window: it gets windows twice as long, in batches of as many words.
    """
    return (8, 2 * NUM_STEPS) if kind == "Transformer" else (16, NUM_STEPS)


def climb(kind, seed, epochs=10, num_parameters=250_000, dropout=0.4, tie_weights=True, learning_rate=0.002):
    """Train one network of the ladder on the plays, and judge it.

    Returns:
        A dict: "num_parameters"; "loss" and "validation_loss" after each epoch, in nats per word; and of the weights
        that were best in validation, on the test play: "test_loss", "top_1", "top_5".
    """
    plays = load_plays()
    options = {"dropout": dropout, "tie_weights": tie_weights, "learning_rate": learning_rate}
    model = build_rung(kind, len(plays.vocabulary), num_parameters, seed, **options)
    history = train_text(model, plays.training, plays.validation, epochs, *window_sizes(kind), seed=seed)
    found = {"num_parameters": model.count_params()} | judge_model(model, plays.test)
    return found | {name: np.round(history[name], 4).tolist() for name in ("loss", "validation_loss")}


def count(order, discount):
    """An n-gram model of the plays, judged on the validation and the test play."""
    plays = load_plays()
    model = NgramModel(order, [plays.training.tolist()], len(plays.vocabulary), discount)
    validation_loss = float(score(model, plays.validation)["loss"].mean())
    return {"validation_loss": round(validation_loss, 4)} | judge_model(model, plays.test)


def judge_model(model, ids):
    """Loss and accuracies on a text.

    Returns:
        A dict: "test_loss" in nats per word, and the shares "top_1" and "top_5".
    """
    found = score(model, ids)
    tops = {f"top_{k}": round(top_k_accuracy(found["rank"], k), 4) for k in (1, 5)}
    return {"test_loss": round(float(np.log(perplexity(found["loss"]))), 4)} | tops


PADDED_STEPS = 20  # of the rows in `pad_once`


def short_speeches(names, vocabulary, most):
    """The first speeches of plays that have 2 to 20 words, as lists of ids.

    Args:
        names: of the plays.
        vocabulary: a Vocabulary with an id for unknown words.
        most: how many speeches.
    """
    token_lists = (tokenize(speech) for name in names for speech in read_play(name))
    return [vocabulary.encode(tokens) for tokens in token_lists if 2 <= len(tokens) <= PADDED_STEPS][:most]


def move_padding_behind(rows):
    """Rows with the padding behind the words, not in front.

    Example:
        >>> move_padding_behind([[0, 0, 1, 2], [0, 3, 4, 5]]).tolist()
        [[1, 2, 0, 0], [3, 4, 5, 0]]
    """
    rows = np.asarray(rows)
    return np.take_along_axis(rows, np.argsort(rows == 0, axis=1, kind="stable"), axis=1)


def pad_once(side, is_masked, cell, seed=0, epochs=6):
    """Train a small network on the prefixes of short speeches, padded to 20 steps, and judge it on another play.

    Args:
        side: "front" or "behind": where the padding is.
        is_masked: whether the layers are told to pass over the padding (Keras's `mask_zero`).
        cell: "SimpleRNN", "GRU" or "LSTM".
        seed: fixes the starting weights and the order of the rows.
        epochs: how often each row is seen.

    Returns:
        A dict: "training_loss" and "validation_loss", in nats per word; "unigram_loss", of a model that knows only
        how frequent each word is.
    """
    training = [tokenize(speech) for name in TRAINING_PLAYS for speech in read_play(name)]
    vocabulary = Vocabulary.build(training, max_words=1000)
    parts = short_speeches(TRAINING_PLAYS, vocabulary, 2000), short_speeches([VALIDATION_PLAY], vocabulary, 400)
    (inputs, targets), (validation_inputs, validation_targets) = (prefix_rows(part, PADDED_STEPS) for part in parts)
    if side == "behind":
        inputs, validation_inputs = move_padding_behind(inputs), move_padding_behind(validation_inputs)
    keras.utils.set_random_seed(seed)
    layers = [
        keras.Input(shape=(PADDED_STEPS,), dtype="int32"),
        keras.layers.Embedding(len(vocabulary), 32, mask_zero=is_masked),
        getattr(keras.layers, cell)(64),
        keras.layers.Dense(len(vocabulary), activation="softmax"),
    ]
    model = keras.Sequential(layers)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.003, global_clipnorm=1.0))
    history = train(model, inputs, targets, epochs=epochs, seed=seed)
    counts = np.bincount(targets, minlength=len(vocabulary)) + 1
    losses = {
        "training_loss": history["loss"][-1],
        "validation_loss": model.evaluate(validation_inputs, validation_targets, verbose=0),
        "unigram_loss": -np.log((counts / counts.sum())[validation_targets]).mean(),
    }
    return {name: round(float(loss), 4) for name, loss in losses.items()}


def try_size(level, num_tokens, seed=0):
    """A GRU and counting on a piece of the plays, as `python -m rnn_helpers train` does it with a text of that size.

    Args:
        level: "word" or "character".
        num_tokens: how much of the training plays is learned from; the validation play is cut to a tenth of it.
        seed: fixes the starting weights.

    Returns:
        A dict of perplexities on the validation play: "perplexity" of the network, "counted" of counting; "epochs".
    """
    vocabulary = Vocabulary(["-"], level=level)  # to count tokens alone
    pieces = []
    for names, size in ((TRAINING_PLAYS, num_tokens), ([VALIDATION_PLAY], num_tokens // 10)):
        speeches = [speech for name in names for speech in read_play(name)]
        ends = np.cumsum([len(vocabulary.tokenize(speech)) + 1 for speech in speeches])
        pieces.append(speeches[: np.searchsorted(ends, size) + 1])
    text = prepare_text(*pieces, level=level)
    model = build_sequence_model("GRU", len(text.vocabulary), 64, 128, seed, 0.004, dropout=0.2, tie_weights=True)
    history = train_text(model, text.training, text.validation, epochs=30, seed=seed, patience=3)
    found = {"perplexity": float(np.exp(min(history["validation_loss"]))), "counted": best_counting(text)}
    return {name: round(number, 3) for name, number in found.items()} | {"epochs": len(history["loss"])}
