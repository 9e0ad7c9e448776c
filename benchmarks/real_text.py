"""Lesson 7's speeds beside PyTorch's and beside `model.predict`, and what a long text costs: `make bench`.

Two ways do the same work in turn (A B A B ...), in one process on one machine: read the ratios, not the speeds. Both
start from the same weights, and their results are compared. Prints rows of the table, and keeps them in
benchmarks/results.json.

PyTorch is not among the course's packages. Where it is missing, its rows are left out.
"""

import importlib.util
import os
from functools import partial

import rnn_helpers  # noqa: F401  (before Keras: it keeps TensorFlow quiet)

# isort: split
import numpy as np
from timing import MILLION, describe_run, in_turn, keep, peak_megabytes, seconds, tell, zipf_lines

from rnn_helpers.generation import continue_ids
from rnn_helpers.models import CELLS, build_sequence_model
from rnn_helpers.sequences import text_ids, text_windows
from rnn_helpers.training import compile_update
from rnn_helpers.vocabulary import Vocabulary

NO_TORCH = "PyTorch is not installed, so its rows are left out: pip install torch==2.13.0, in a copy of .venv"

NUM_STEPS, BATCH_SIZE, NUM_UNITS, EMBEDDING_SIZE = 32, 256, 128, 64
SIZES = {"the plays' 3,003 words": 3003, "40 characters": 40}  # of the vocabulary: with words, the output layer counts
WANTED = {"SimpleRNN": 1.3, "GRU": 1, "LSTM": 1}
WRITER = {"cell": "GRU", "vocabulary_size": 5000, "embedding_size": 64, "num_units": 256}
WINDOW, NUM_WORDS, NUM_PREDICTED = 20, 5000, 40  # words that `predict` reads again; to write; to write with `predict`

# ruff: noqa: D103 - what a function of these times or tells stands in the table's first column


# ---- PyTorch's way, with the Keras model's weights. ----


def torch_copy(model):
    """A network of PyTorch that computes the same as a model of `build_sequence_model`."""
    import torch

    embedding, recurrent, output = (layer.get_weights() for layer in model.layers)
    kind = type(model.layers[1]).__name__
    W_x, W_h, *b = (array.reshape(-1, array.shape[-1]) for array in recurrent)
    b_x, b_h = (b[0][0], b[0][-1]) if kind == "GRU" else (b[0][0], np.zeros_like(b[0][0]))
    if kind == "GRU":  # Keras has the gates z, r, h, and PyTorch r, z, n
        z, r, h = np.split(np.arange(W_x.shape[1]), 3)
        W_x, W_h, b_x, b_h = (array[..., np.concatenate([r, z, h])] for array in (W_x, W_h, b_x, b_h))
    vocabulary_size, embedding_size = embedding[0].shape
    layers = [
        torch.nn.Embedding(vocabulary_size, embedding_size),
        getattr(torch.nn, kind.removeprefix("Simple"))(embedding_size, len(W_h), batch_first=True),
        torch.nn.Linear(len(W_h), vocabulary_size),
    ]
    arrays = [*embedding, W_x.T, W_h.T, b_x, b_h, output[0].T, output[1]]
    network = torch.nn.ModuleList(layers)
    with torch.no_grad():
        for parameter, array in zip(network.parameters(), arrays, strict=True):
            parameter.copy_(torch.tensor(np.ascontiguousarray(array)))
    return network


def torch_update(network):
    """One update, as `compile_update` makes it of a model of `build_sequence_model`."""
    import torch

    embedding, recurrent, output = network
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-7)  # as in Keras

    def update(inputs, targets):
        optimizer.zero_grad()
        logits = output(recurrent(embedding(inputs))[0])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            accuracy = (logits.argmax(dim=-1) == targets).float().mean()
        return loss.item(), accuracy.item()

    return update


def torch_write(network, prompt, num_words):
    """Words one after another, with the state kept, drawn from the network's probabilities."""
    import torch

    embedding, recurrent, output = network
    ids, state = [prompt], None
    torch.set_num_threads(1)  # as ours; with two, PyTorch is no faster: a step is too small to share
    with torch.inference_mode():
        for _ in range(num_words):
            hidden, state = recurrent(embedding(torch.tensor([ids[-1:]])), state)
            logits = output(hidden[0, -1])
            logits[0] = -torch.inf  # the padding
            ids.append(torch.multinomial(torch.softmax(logits, dim=0), 1).item())
    torch.set_num_threads(os.cpu_count())
    return ids[1:]


# ---- The plain Keras way to write. ----


def predict_write(model, prompt, num_words):
    """Words one after another, each after reading the window again with `model.predict`."""
    random, ids = np.random.default_rng(0), [prompt] * WINDOW
    for _ in range(num_words):
        probabilities = model.predict(np.array([ids[-WINDOW:]]), verbose=0)[0, -1].astype("float64")
        probabilities[0] = 0  # the padding
        ids.append(random.choice(len(probabilities), p=probabilities / probabilities.sum()))
    return ids[WINDOW:]


# ---- The subjects; each gives rows of a table, and notes in `checks` whether the two ways agree. ----


def compare(what, beside, per_round, rounds, wanted):
    """A row of the table, from the seconds of both ways, shape (rounds, 2), and the words they covered in them."""
    speeds = (per_round / np.median(rounds, axis=0)).round()
    speeds = dict(zip(["their_words_a_second", "our_words_a_second"], speeds, strict=True))
    return tell(what, f"times as fast as {beside}", rounds[:, 0] / rounds[:, 1], wanted, **speeds)


def run_update(update, inputs, targets):
    return [float(part) for part in update(inputs, targets)]


def bench_training(checks):
    """Tokens a second of a whole update: forth, back, clipping, Adam, and the share of words that were right."""
    import torch

    random = np.random.default_rng(0)
    for text, size in SIZES.items():
        shares = 1 / np.arange(1, size)
        ids = random.choice(np.arange(1, size), (BATCH_SIZE, NUM_STEPS + 1), p=shares / shares.sum()).astype("int32")
        ours_read = ids[:, :-1].copy(), ids[:, 1:].copy()
        theirs_read = [torch.tensor(part).long() for part in ours_read]
        for cell in CELLS:
            model = build_sequence_model(cell, size, EMBEDDING_SIZE, NUM_UNITS)
            update = compile_update(model, jit_compile=cell == "SimpleRNN", unroll=True)  # XLA slows gates down
            theirs = partial(torch_update(torch_copy(model)), *theirs_read)
            ours = partial(run_update, update, *ours_read)
            gaps = np.abs([np.subtract(theirs(), ours())[0] for _ in range(5)])
            checks[f"{cell}, {text}: difference of the losses before the first update"] = float(gaps[0])
            checks[f"{cell}, {text}: largest difference of five"] = float(gaps.max())  # Adam's epsilon, and clipping
            rounds = in_turn(theirs, ours, 6, 6, warm_up=2)
            yield compare(f"training, {cell}, {text}", "PyTorch", BATCH_SIZE * NUM_STEPS, rounds, WANTED[cell])


def bench_writing(has_torch, checks):
    """Words a second with GRU 256, a vocabulary of 5,000 words, one text of 5,000 words."""
    model = build_sequence_model(**WRITER)
    ours = partial(continue_ids, model, [1], NUM_WORDS)
    predict_write(model, 1, 2)  # compiles
    ours()
    rounds = in_turn(lambda: predict_write(model, 1, NUM_PREDICTED), ours) / [NUM_PREDICTED, NUM_WORDS]
    yield compare("writing", "`model.predict` for each word", 1, rounds, 150)
    if has_torch:
        import torch

        network = torch_copy(model)
        embedding, recurrent, output = network
        with torch.inference_mode():
            theirs = torch.softmax(output(recurrent(embedding(torch.tensor([[1, 2, 3]])))[0]), dim=-1).numpy()
        gap = np.abs(theirs - model(np.array([[1, 2, 3]])).numpy()).max()
        checks["writing: largest difference of PyTorch's and Keras's probabilities"] = float(gap)
        rounds = in_turn(lambda: torch_write(network, 1, NUM_WORDS), ours) / NUM_WORDS
        yield compare("writing, the state kept", "PyTorch", 1, rounds, 3)


def bench_preparation():
    """Time, and the most memory beyond the text's own, where it grows linearly the share of the ids stays the same."""
    print(f"\n{'words':<20}{'vocabulary, s':>15}{'ids, s':>10}{'peak, MB':>10}{'ids, MB':>10}{'peak / ids':>12}")
    for num_words in (MILLION, 10 * MILLION):
        lines = zipf_lines(num_words, 5, 15)
        times = [[seconds(partial(Vocabulary.of_text, lines), 1)] for _ in range(3)]
        vocabulary = Vocabulary.of_text(lines)
        for time in times:
            time.append(seconds(partial(text_ids, lines, vocabulary), 1))
        peak = peak_megabytes(prepare, lines)
        own = text_ids(lines, vocabulary).nbytes / 1e6
        counting, looking_up = np.median(times, axis=0).round(2).tolist()
        print(
            f"{num_words:<20,}{counting:>15.2f}{looking_up:>10.2f}{peak:>10.1f}{own:>10.1f}{peak / own:>12.2f}",
            flush=True,
        )
        row = {"words": num_words, "vocabulary_s": counting, "ids_s": looking_up, "peak_mb": peak}
        yield row | {"ids_mb": round(own, 1), "peak_over_ids": round(peak / own, 2)}


def prepare(lines):
    return text_windows(text_ids(lines, Vocabulary.of_text(lines)), batch_size=16, num_steps=NUM_STEPS)


def main():
    has_torch = importlib.util.find_spec("torch") is not None
    how, checks, rows = describe_run(), {}, []
    how["sizes"] = {"num_steps": NUM_STEPS, "batch_size": BATCH_SIZE, "num_units": NUM_UNITS}
    if has_torch:
        import torch

        how["versions"]["torch"] = torch.__version__
        rows += bench_training(checks)
    else:
        print(NO_TORCH)
    rows += bench_writing(has_torch, checks)
    preparation = list(bench_preparation())
    print("", *(f"{what}: {found:.1e}" for what, found in checks.items()), sep="\n")
    keep("real_text", how, rows, preparation=preparation, checks=checks)


if __name__ == "__main__":
    main()
