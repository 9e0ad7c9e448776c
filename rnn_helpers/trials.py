"""One model, one lag, one seed: what it learns of the introductions. Taught in lessons 5 and 6."""

import math
from time import perf_counter

import keras
import numpy as np

from rnn_helpers.baselines import NgramModel
from rnn_helpers.errors import require_whole
from rnn_helpers.introductions import Introductions
from rnn_helpers.models import build_sequence_model, open_memory, units_for_parameters
from rnn_helpers.training import compile_update, train


def recall(model, inputs, targets):
    """The share of sentences whose last word the model holds likeliest: in introductions, the value of the start.

    Args:
        model: a model of `build_sequence_model`.
        inputs, targets: int32, shape (num_sentences, num_steps), as `Introductions.rows` returns them.

    Returns:
        A float from 0 to 1. A guess among the values of the right kind is right in 1 of 8 sentences.
    """
    probabilities = np.array(model(inputs, training=False)[:, -1])
    return float((probabilities.argmax(axis=-1) == targets[:, -1]).mean())


def recall_once(
    cell, lag, seed=0, num_updates=1000, num_seconds=0.0, learning_rate=0.003, keep_bias=None, num_parameters=12_000
):
    """Train one model on fresh introductions, and see every 100 updates how well it recalls the value of the start.

    Each update learns from 64 sentences that are drawn anew; recall is measured on 500 others.

    Args:
        cell: "SimpleRNN", "GRU" or "LSTM".
        lag: filler words between the value and the closing.
        seed: fixes the starting weights and all sentences.
        num_updates, num_seconds: training goes on until both are reached. The clock runs for updates only, and
            starts after a first one, not counted, which also compiles.
        learning_rate: of Adam.
        keep_bias: starts a GRU or LSTM with its memory open, see `open_memory`; as Keras does if None.
        num_parameters: of the model, whatever its cell; met within 2 %.

    Returns:
        A dict: "num_units", "num_parameters", and lists of one number per measurement: "updates", "seconds", "loss"
        (in training, nats per word, mean since the last measurement) and "recall".
    """
    require_whole("num_updates", num_updates, lowest=1)
    language = Introductions(lag)
    sizes = {"vocabulary_size": len(language.vocabulary), "embedding_size": 16}
    num_units = units_for_parameters(cell, num_parameters, **sizes)
    model = build_sequence_model(cell, num_units=num_units, seed=seed, learning_rate=learning_rate, **sizes)
    if keep_bias is not None:
        open_memory(model, keep_bias)
    result = {"num_units": num_units, "num_parameters": model.count_params()}
    result |= {"updates": [], "seconds": [], "loss": [], "recall": []}
    held_out = language.rows(language.sample(500, seed=f"{seed}, held out"))
    update, updates, seconds = compile_update(model, jit_compile=True), 0, 0.0
    update(*language.rows(language.sample(64, seed=f"{seed}, first update")))
    while updates < num_updates or seconds < num_seconds:
        inputs, targets = language.rows(language.sample(6400, seed=f"{seed}, after {updates} updates"))
        start = perf_counter()
        losses = [update(inputs[row : row + 64], targets[row : row + 64])[0] for row in range(0, 6400, 64)]
        loss = float(np.mean(losses))
        seconds += perf_counter() - start
        updates += 100
        found = {"updates": updates, "seconds": round(seconds, 2), "loss": round(loss, 4)}
        for name, number in (found | {"recall": recall(model, *held_out)}).items():
            result[name].append(number)
    return result


def write_sentences(next_probabilities, first_ids, num_words, seed=0):
    """Many sentences at once, each word drawn from a model's probabilities.

    Args:
        next_probabilities: a function from ids, shape (num_sentences, num_steps), to probabilities of the next word,
            shape (num_sentences, vocabulary_size).
        first_ids: each sentence's first word, shape (num_sentences,).
        num_words: the length of the sentences.
        seed: fixes the draws.

    Returns:
        ids: int32, shape (num_sentences, num_words).

    Example:
        >>> write_sentences(lambda ids: np.eye(4)[(ids[:, -1] + 1) % 4], [1, 3], num_words=3).tolist()
        [[1, 2, 3], [3, 0, 1]]
    """
    random = np.random.default_rng(seed)
    ids = np.array(first_ids, dtype="int32")[:, None]
    while ids.shape[1] < num_words:
        sums = np.cumsum(next_probabilities(ids), axis=1)
        draws = random.random((len(ids), 1)) * sums[:, -1:]
        ids = np.hstack([ids, (sums > draws).argmax(axis=1)[:, None].astype("int32")])
    return ids


def judge_sentences(language, sentences, known):
    """Which sentences the language accepts, and which of those are new.

    Args:
        language: an Introductions.
        sentences: a list of str.
        known: the sentences that the model learned from.

    Returns:
        A dict of shares of all sentences: "accepted" = "memorised" (learned from) + "new".

    Example:
        >>> one, other = Introductions(0).sample(2, seed=0)
        >>> judge_sentences(Introductions(0), [one, other, other, "hello hello"], known=[one])
        {'accepted': 0.75, 'memorised': 0.25, 'new': 0.5}
    """
    accepted = [sentence for sentence in sentences if language.accepts(sentence)]
    memorised = sum(sentence in known for sentence in accepted) / len(sentences)
    share = len(accepted) / len(sentences)
    return {"accepted": share, "memorised": memorised, "new": share - memorised}


def fit_network(cell, language, sentences, seed=0, epochs=60, learning_rate=0.003, num_parameters=12_000):
    """A network that has learned from sentences of the language.

    Args:
        cell: "SimpleRNN", "GRU" or "LSTM"; the gates of the last two start with their memory open.
        language: an Introductions.
        sentences: a list of str.
        seed: fixes the starting weights and the order of the sentences.
        epochs: how often each sentence is seen, in batches of 64.
        learning_rate: of Adam at the start; it falls to 0 along half a cosine.
        num_parameters: of the model, whatever its cell; met within 2 %.

    Returns:
        A model of `build_sequence_model`.
    """
    size = len(language.vocabulary)
    num_units = units_for_parameters(cell, num_parameters, size, embedding_size=16)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * math.ceil(len(sentences) / 64))
    model = build_sequence_model(cell, size, num_units=num_units, seed=seed, learning_rate=rate)
    if cell != "SimpleRNN":
        open_memory(model)
    train(model, *language.rows(sentences), epochs=epochs, batch_size=64, seed=seed)
    return model


def short_once(model, lag, seed=0, num_sentences=4000, epochs=60, learning_rate=0.003):
    """Teach short introductions to one model, and compare it with the best there can be.

    Args:
        model: "SimpleRNN", "GRU" or "LSTM", or an n-gram model's order, a whole number.
        lag: filler words between the value and the closing; few, for every sentence of the language is tried.
        seed: fixes the training sentences, the starting weights and what is written.
        num_sentences: how many training sentences are drawn; some come twice.
        epochs, learning_rate: of a network, see `fit_network`.

    Returns:
        A dict: "perplexity", exact, over the whole language; its "excess" over the best possible, as a share; "seen",
        the probability that a new sentence of the language is among the training sentences; and what
        `judge_sentences` says of 1,000 sentences that the model wrote, their first words taken from the language.
    """
    language = Introductions(lag)
    known = language.sample(num_sentences, seed=f"{seed}, training")
    if isinstance(model, str):
        network = fit_network(model, language, known, seed, epochs, learning_rate)
        predict = lambda ids: np.array(network(ids, training=False))  # noqa: E731
    else:
        id_lists = [language.vocabulary.encode(sentence.split()) for sentence in known]
        predict = NgramModel(model, id_lists, len(language.vocabulary)).predict
    sentences = language.sentences()
    chances = np.array([language.sentence_probability(sentence) for sentence in sentences])
    inputs, targets = language.rows(sentences)
    losses = -np.log(np.take_along_axis(predict(inputs), targets[:, :, None], axis=2)).mean(axis=(1, 2))
    perplexity = float(np.exp(chances @ losses))
    known = set(known)
    seen = float(chances[[sentence in known for sentence in sentences]].sum())
    first_ids = language.rows(language.sample(1000, seed=f"{seed}, first words"))[0][:, 0]
    written = write_sentences(lambda ids: predict(ids)[:, -1], first_ids, language.num_words, seed)
    judged = judge_sentences(language, [" ".join(language.vocabulary.decode(ids)) for ids in written], known)
    return {"perplexity": perplexity, "excess": perplexity / language.best_perplexity() - 1, "seen": seen} | judged
