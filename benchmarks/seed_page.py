"""The seed tutorial's own way against the course's helpers, side by side: `make bench`.

Both do the same work in turn (A B A B ...), in one process on one machine: read the ratios, not the seconds. Results
that must be equal are compared. Prints rows of the table, and keeps them in
benchmarks/results.json.
"""

import os
from functools import partial

import rnn_helpers  # noqa: F401  (before Keras: it keeps TensorFlow quiet)

# isort: split
import keras
import numpy as np
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer
from timing import MILLION, ROUNDS, describe_run, in_turn, keep, peak_megabytes, tell, zipf_lines

from rnn_helpers.corpus import SEED_SENTENCES
from rnn_helpers.models import build_model
from rnn_helpers.prediction import next_word_probabilities, predict_next_word
from rnn_helpers.sequences import inputs_and_targets
from rnn_helpers.training import train
from rnn_helpers.vocabulary import Vocabulary, tokenize

SHORT, LONG = (5, 15), (50, 150)  # words in a line: of a play, and of a text that has one paragraph in a line

# ruff: noqa: D103 - what a function of these times or tells stands in the table's first column

# ---- The seed page's way, written as such a page writes it. ----


def page_rows(id_lists):
    sequences = []
    for tokens in id_lists:
        for i in range(1, len(tokens)):
            sequences.append(tokens[: i + 1])
    longest = max(len(sequence) for sequence in sequences)
    sequences = pad_sequences(sequences, maxlen=longest, padding="pre")
    return sequences[:, :-1], sequences[:, -1]


def page_prepare(lines):
    tokenizer = Tokenizer()
    tokenizer.fit_on_texts(lines)
    return tokenizer, *page_rows(tokenizer.texts_to_sequences([line])[0] for line in lines)


def page_model(vocabulary_size, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential()
    model.add(keras.layers.Embedding(vocabulary_size, 10))
    model.add(keras.layers.SimpleRNN(50, activation="relu"))
    model.add(keras.layers.Dense(vocabulary_size, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def page_next_word(model, tokenizer, num_steps, prompt):
    ids = pad_sequences([tokenizer.texts_to_sequences([prompt])[0]], maxlen=num_steps, padding="pre")
    predicted = np.argmax(model.predict(ids, verbose=0))
    for word, index in tokenizer.word_index.items():
        if index == predicted:
            return word


# ---- The course's way. ----


def our_prepare(lines):
    token_lists = [tokenize(line) for line in lines]
    vocabulary = Vocabulary.build(token_lists)
    return vocabulary, *inputs_and_targets([vocabulary.encode(tokens) for tokens in token_lists])


# ---- Measuring. ----


def compare(what, page_work, our_work, page_repeats=1, our_repeats=1, wanted=None, beside="plain Keras"):
    """Time two ways in turn, ROUNDS times, and tell one row of the table."""
    rounds = in_turn(page_work, our_work, page_repeats, our_repeats)
    milliseconds = dict(zip(["their_ms", "our_ms"], (1000 * np.median(rounds, axis=0)).round(3), strict=True))
    return tell(what, f"times as fast as {beside}", rounds[:, 0] / rounds[:, 1], wanted, **milliseconds)


def same_arrays(page, ours):
    return all(map(np.array_equal, page, ours))


# ---- The subjects; each gives rows of the table, and notes in `checks` whether the two ways agree. ----


def bench_training(inputs, targets, size, checks):
    """Each round trains fresh models of equal weights, made before the clock starts. Gives a trained one back, too."""
    page_models = iter([page_model(size, seed) for seed in range(ROUNDS)])
    our_models = [build_model(size, inputs.shape[1], seed=seed) for seed in range(ROUNDS)]
    page, ours = [], []
    row = compare(
        "200 epochs on the four sentences",
        lambda: page.append(next(page_models).fit(inputs, targets, epochs=200, verbose=0).history),
        lambda: ours.append(train(our_models[len(ours)], inputs, targets, epochs=200)),
        wanted=10,
    )
    for name in ("loss", "accuracy"):
        gaps = np.abs([np.subtract(a[name], b[name]) for a, b in zip(page, ours, strict=True)])
        checks[f"{name}, largest difference at the end"] = float(gaps[:, -1].max())
        checks[f"{name}, largest difference in any epoch"] = float(gaps.max())
    return our_models[0], row


def bench_prediction(model, tokenizer, vocabulary, checks):
    """Every prompt is answered once before the clock starts, so that what either way compiles is compiled."""
    steps = model.input_shape[1]
    prompts = [" ".join(words[:end]) for words in map(str.split, SEED_SENTENCES) for end in range(1, len(words))]
    page_words = [page_next_word(model, tokenizer, steps, prompt) for prompt in prompts]
    checks["same next words"] = page_words == [predict_next_word(model, vocabulary, prompt) for prompt in prompts]
    thousand = (prompts * 100)[:1000]
    page = partial(page_next_word, model, tokenizer, steps, prompts[2])
    ours = partial(predict_next_word, model, vocabulary, prompts[2])
    answer = partial(next_word_probabilities, model, vocabulary)
    return [
        compare("one next word", page, ours, page_repeats=20, our_repeats=500, wanted=100),
        compare(
            "1,000 next words in one call",
            lambda: [answer(prompt) for prompt in thousand],
            lambda: answer(thousand),
            our_repeats=10,
            beside="our 1,000 calls",
        ),
    ]


def bench_rows(lines, size, checks):
    """The page's loop and its padding, from lines of ids to X and y."""
    vocabulary, *ours = our_prepare(lines)
    checks[f"{size}: same X and y"] = same_arrays(page_prepare(lines)[1:], ours)
    id_lists = [vocabulary.encode(tokenize(line)) for line in lines]
    return compare(
        f"{size}: ids to rows", partial(page_rows, id_lists), partial(inputs_and_targets, id_lists), wanted=20
    )


def bench_memory():
    """Peaks from text to X and y: where they grow linearly, the bytes a word stay the same."""
    print(f"\n{'words':<50}{'page, MB':>10}{'ours, MB':>10}{'ours, bytes a word':>20}")
    for num_words in (MILLION // 4, MILLION // 2, MILLION, 2 * MILLION):
        lines = zipf_lines(num_words, *SHORT)
        page, ours = peak_megabytes(page_prepare, lines), peak_megabytes(our_prepare, lines)
        print(f"{num_words:<50,}{page:>10,.0f}{ours:>10,.0f}{1e6 * ours / num_words:>20,.0f}", flush=True)
        yield {"words": num_words, "page_mb": page, "ours_mb": ours}


def main():
    os.environ["TQDM_DISABLE"] = "1"  # no progress bar, as with verbose=0
    how = describe_run()
    tokenizer, *arrays = page_prepare(SEED_SENTENCES)
    vocabulary, *our_arrays = our_prepare(SEED_SENTENCES)
    checks = {"four sentences: same X and y": same_arrays(arrays, our_arrays)}
    model, row = bench_training(*arrays, len(vocabulary), checks)
    rows = [row, *bench_prediction(model, tokenizer, vocabulary, checks)]
    for shortest, longest in (SHORT, LONG):
        lines, size = zipf_lines(MILLION, shortest, longest), f"1,000,000 words, {shortest}-{longest} a line"
        rows.append(bench_rows(lines, size, checks))
        rows.append(compare(f"{size}: text to rows", partial(page_prepare, lines), partial(our_prepare, lines)))
    memory = list(bench_memory())
    print("", *(f"{what}: {found}" for what, found in checks.items()), sep="\n")
    keep("seed_page", how, rows, memory=memory, checks=checks)


if __name__ == "__main__":
    main()
