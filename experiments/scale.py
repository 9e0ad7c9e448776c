"""What workers gain, and what grows with text, vocabulary, width, length and depth: for lesson 8. About 15 minutes.

Everything computes with one thread. What is compared is measured in turn, round after round, so that a slow moment of
the machine hits all alike. Writes rnn_helpers/measured/scale_*.json, and goes on where it was
stopped. Memory is read from Linux's /proc.
"""
# ruff: noqa: E402

from rnn_helpers.cluster import limit_threads

limit_threads()  # before NumPy and Keras

# isort: split
import math
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import psutil

from rnn_helpers.cluster import local_cluster
from rnn_helpers.corpus import TRAINING_PLAYS, VALIDATION_PLAY, read_play
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.sequences import prepare_text

TRAINING = {"model": "GRU", "lag": 3, "num_sentences": 2000, "epochs": 20}  # a shorter one of short_sentences.py
BASE = {"batch_size": 16, "num_steps": 32, "vocabulary_size": 1000, "num_units": 128, "num_layers": 1}
SWEEPS = {
    "vocabulary_size": (125, 250, 500, 1000, 2000, 4000, 8000, 16_000),
    "num_units": (16, 32, 64, 128, 256, 512, 1024),
    "num_steps": (4, 8, 16, 32, 64, 128, 256),
    "num_layers": (1, 2, 4, 8),
    "batch_size": (1, 4, 16, 64, 256),
}
TEXT_SIZES = (1000, 4000, 16_000, 64_000, 128_000)  # words
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
ROUNDS = 7
NOTE = "One thread. Other programs were at work on the machine: the processor's seconds count, all sizes in turn."
SWEEP_NOTE = "One thread, the processor's seconds. A new process for each sweep, all sweeps in turn in each round."
WALL_NOTE = "One thread a process. What other programs disturbed was done again, up to twice."


# --- What workers gain ---


def do_nothing(number):
    """The smallest setting: what is left is the cost of sending it."""
    return number


def import_keras(number):
    """What a worker's first training waits for."""
    start = perf_counter()
    import rnn_helpers.trials  # noqa: F401

    return perf_counter() - start


def train_once(**setting):
    """One training of lesson 6's kind: the processor's seconds that it took."""
    from rnn_helpers.trials import short_once

    return own_seconds(lambda: short_once(**setting))


def give_numbers(number):
    """A result as large as that of a longer training."""
    return [number + 0.1234] * 160


def measure_workers(round, num_trainings, counts):
    """The seconds that a number of trainings take here, one by one, and on clusters; and the parts of those.

    Args:
        round: tells one measurement from another.
        num_trainings: how many seeds.
        counts: numbers of workers to try.

    Returns:
        A dict: "here", the wall seconds of all trainings one by one; "store", the seconds of keeping one of 1,000
        results; and for each count a dict: "start" of the cluster; "import" of Keras, one number a worker; "send", the
        seconds per setting of 200 that do nothing; "trainings", the wall seconds of all; "each", the processor's
        seconds of single ones. "here each" are those here; "others" is the share of the machine that others took.
    """
    settings = [TRAINING | {"seed": seed} for seed in range(num_trainings)]
    run(train_once, [TRAINING | {"seed": 100}])  # warm: imports Keras, and compiles
    (seconds, each), others = undisturbed(lambda: run_timed(settings))
    found = {"here": seconds, "here each": each, "others": [others], "store": seconds_to_store(1000)}
    for count in counts:
        start = perf_counter()
        with local_cluster(count) as client:
            part = {"start": perf_counter() - start}
            part["import"] = list(client.run(import_keras, 0).values())
            numbers = [{"number": number} for number in range(200)]
            part["send"] = seconds_of(lambda numbers=numbers, client=client: run(do_nothing, numbers, client=client))
            part["send"] /= len(numbers)
            run(train_once, [TRAINING | {"seed": 100 + number} for number in range(count)], client=client)
            (seconds, each), others = undisturbed(lambda client=client: run_timed(settings, client))
            part |= {"trainings": seconds, "each": each}
        found[f"{count} workers"] = part
        found["others"].append(others)
    return found


def run_timed(settings, client=None):
    """The wall seconds of all trainings, and the processor's of single ones."""
    start = perf_counter()
    done = run(train_once, settings, client=client)
    return perf_counter() - start, [one["result"] for one in done]


def undisturbed(work, allowed=0.1, tries=3):
    """What a piece of work returns, done again until other programs took hardly any of the machine in the meantime.

    Returns:
        The result of the least disturbed try, and the share of the machine that others took.
    """
    found = []
    for _ in range(tries):
        wait_until_quiet()
        start, own, busy = perf_counter(), own_processes_seconds(), busy_seconds()
        result = work()
        others = (busy_seconds() - busy) - (own_processes_seconds() - own)
        found.append((others / (perf_counter() - start) / os.cpu_count(), result))
        if found[-1][0] <= allowed:
            break
    others, result = min(found, key=lambda one: one[0])
    return result, round(others, 3)


def busy_seconds():
    """The seconds that all cores together were at work since the machine started."""
    times = psutil.cpu_times()
    return times.user + times.system


def own_processes_seconds():
    """The processor's seconds of this process and of those that it started and that still run."""
    me = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in [me, *me.children(recursive=True)])


def wait_until_quiet(patience=20):
    """Wait until other programs leave four fifths of the machine alone, or the patience, in seconds, is at its end."""
    start = perf_counter()
    while psutil.cpu_percent(interval=2) > 20 and perf_counter() - start < patience:
        pass


def seconds_of(work, clock=perf_counter):
    """The seconds of a piece of work, by the clock on the wall or another one."""
    start = clock()
    work()
    return clock() - start


def own_seconds(work):
    """The processor's seconds: with one thread and nothing else on the machine, the same as the wall's."""
    return seconds_of(work, process_time)


def seconds_to_store(num_results):
    """The seconds of keeping a result, the mean while a file grows to so many."""
    settings = [{"number": number} for number in range(num_results)]
    with tempfile.TemporaryDirectory() as folder:
        return seconds_of(lambda: run(give_numbers, settings, Path(folder, "results.json"))) / num_results


# --- What grows ---


def in_new_processes():
    """For `run`: one setting after another, each in a process of its own."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1)


def build_stack(vocabulary_size, num_units, num_layers):
    """`build_sequence_model("GRU", ...)`, but with any number of recurrent layers."""
    import keras

    layers = [keras.Input(shape=(None,), dtype="int32"), keras.layers.Embedding(vocabulary_size, 64)]
    layers += [keras.layers.GRU(num_units, return_sequences=True) for _ in range(num_layers)]
    model = keras.Sequential([*layers, keras.layers.Dense(vocabulary_size, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(global_clipnorm=1.0))
    return model


def make_update(batch_size, num_steps, vocabulary_size, num_units, num_layers):
    """A function that makes so many updates, compiled and warm; and the model's number of parameters."""
    from rnn_helpers.training import compile_update

    model = build_stack(vocabulary_size, num_units, num_layers)
    ids = np.random.default_rng(0).integers(1, vocabulary_size, size=(2, batch_size, num_steps), dtype="int32")
    update = compile_update(model)

    def make(num_updates):
        for _ in range(num_updates):
            loss, _ = update(*ids)
        loss.numpy()  # waits for the last one

    make(2)
    return make, model.count_params()


def time_updates(name, sizes, round, turns=3):
    """The processor's seconds per update, for each size of a sweep.

    Args:
        name: which of BASE is replaced.
        sizes: by what.
        round: tells one measurement from another. Where the models lie in memory, and what else the machine does, stays
            the same for a while: rounds in new processes, a minute apart, show what that makes of the numbers.
        turns: how often all sizes are measured in turn; the median counts.

    Returns:
        A dict: "sizes"; "num_parameters" and "seconds", one number a size.
    """
    made = [make_update(**BASE | {name: size}) for size in sizes]
    once = [max(own_seconds(lambda make=make: make(1)), 1e-4) for make, _ in made]
    repeats = [math.ceil(0.15 / seconds) for seconds in once]
    seconds = [
        [own_seconds(lambda make=make, n=n: make(n)) / n for (make, _), n in zip(made, repeats, strict=True)]
        for _ in range(turns)
    ]
    counts = [count for _, count in made]
    return {"sizes": sizes, "num_parameters": counts, "seconds": np.median(seconds, axis=0).round(6).tolist()}


def sweeps(rounds):
    """The settings of `time_updates`, round after round."""
    return [{"name": name, "sizes": sizes, "round": round} for round in range(rounds) for name, sizes in SWEEPS.items()]


def lines_of(num_words):
    """So many words of the plays, as lines."""
    lines, count = [], 0
    for name in TRAINING_PLAYS:
        for line in read_play(name):
            if count >= num_words:
                return lines
            lines.append(line)
            count += len(line.split())
    return lines


def time_preparation(sizes, rounds):
    """The processor's seconds to prepare texts of so many words, all sizes in turn in each round.

    Returns:
        A dict: "sizes"; "seconds", shape (rounds, sizes).
    """
    texts, validation = [lines_of(size) for size in sizes], read_play(VALIDATION_PLAY)[:5]

    def prepare(text):  # the best of three, for Python now and then stops to look for what can be thrown away
        return min(own_seconds(lambda: prepare_text(text, validation)) for _ in range(3))

    seconds = [[prepare(text) for text in texts] for _ in range(rounds)]
    return {"sizes": sizes, "seconds": np.round(seconds, 6).tolist()}


# --- Memory: each setting in a process of its own ---


def peak_megabytes():
    """The most memory that this process ever took (VmHWM; `ru_maxrss` would count its parent's, too)."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure_update_memory(**sizes):
    """The process's peak in MB before a model is built, and after three updates; its number of parameters."""
    import rnn_helpers.training  # noqa: F401

    before = peak_megabytes()
    _, count = make_update(**sizes)
    return {"before": before, "after": peak_megabytes(), "num_parameters": count}


def measure_text_memory(num_words):
    """The process's peak in MB before a text is prepared, its lines read already, and after."""
    lines = lines_of(num_words)
    before = peak_megabytes()
    text = prepare_text(lines, lines[:5])
    return {"before": before, "after": peak_megabytes(), "num_tokens": len(text.training)}


# --- Two claims about other machines, as far as this one can tell ---


def time_products(num_units, num_steps, batch_sizes, rounds):
    """The processor's seconds of an RNN's chain of products, and of one product with as many multiplications, in turn.

    Returns:
        A dict: "batch_sizes"; "chain" and "at once", shape (rounds, batch_sizes).
    """
    random = np.random.default_rng(0)
    weights = random.normal(size=(num_units, num_units)).astype("float32")
    steps = {size: random.normal(size=(num_steps, size, num_units)).astype("float32") for size in batch_sizes}

    def chain(inputs):
        for step in inputs:
            step @ weights

    def at_once(inputs):
        inputs.reshape(-1, num_units) @ weights

    seconds = {"chain": [], "at once": []}
    for _ in range(rounds):
        for name, multiply in (("chain", chain), ("at once", at_once)):
            row = [min(own_seconds(lambda x=x, m=multiply: m(x)) for _ in range(5)) for x in steps.values()]
            seconds[name].append(row)
    return seconds | {"batch_sizes": batch_sizes}


def train_in_precision(precision, seed, num_updates):
    """Train a small GRU on the plays by Keras's own `fit`, which scales the loss where 16 bits need it.

    Returns:
        A dict: "seconds" of the processor per update, without the first twenty, which compile; "loss", the mean of the
        last 50 updates.
    """
    import keras

    from rnn_helpers.ladder import load_plays
    from rnn_helpers.sequences import text_windows

    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)
    plays = load_plays()
    inputs, targets = (part[: num_updates + 20] for part in text_windows(plays.training, 16, 32))
    model = build_stack(len(plays.vocabulary), 128, 1)
    losses, start = [], 0.0
    for update, batch in enumerate(zip(inputs, targets, strict=True)):
        if update == 20:
            start = process_time()
        losses.append(float(model.train_on_batch(*batch)))
        model.reset_metrics()
    return {"seconds": (process_time() - start) / num_updates, "loss": float(np.mean(losses[-50:]))}


def main():
    """Everything that is missing, one thing at a time."""
    os.environ["TQDM_DISABLE"] = "1"
    store = lambda name: RESULTS / f"scale_{name}.json"  # noqa: E731
    run(time_preparation, [{"sizes": TEXT_SIZES, "rounds": ROUNDS}], store("text"), NOTE)
    products = {"num_units": 256, "num_steps": 64, "batch_sizes": [1, 4, 16, 64, 256], "rounds": ROUNDS}
    run(time_products, [products], store("products"), NOTE)
    with in_new_processes() as client:
        run(time_updates, sweeps(ROUNDS), store("seconds"), f"{SWEEP_NOTE} {BASE}", client)
        sizes = [BASE | {name: size} for name, values in SWEEPS.items() for size in values]
        run(measure_update_memory, sizes, store("memory"), "A new process for each.", client)
        texts = [{"num_words": size} for size in TEXT_SIZES]
        run(measure_text_memory, texts, store("text_memory"), "A new process for each.", client)
        tries = [{"precision": name, "seed": seed, "num_updates": 200} for seed in range(3) for name in PRECISIONS]
        run(train_in_precision, tries, store("precision"), NOTE, client)
    workers = [{"round": number, "num_trainings": 4, "counts": [1, 2]} for number in range(7)]
    run(measure_workers, workers, store("workers"), WALL_NOTE)


if __name__ == "__main__":
    main()
