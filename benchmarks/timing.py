"""What the benchmarks share: two ways timed in turn, rows of one table in results.json, memory, and made-up text."""

import gc
import json
import os
import tracemalloc
from pathlib import Path
from time import perf_counter

import numpy as np

from rnn_helpers.experiments import describe_how

ROUNDS = 5
MILLION = 1_000_000
RESULTS = Path(__file__).with_name("results.json")


def seconds(work, repeats):
    """How long one call of `work` takes, as the mean of `repeats` calls."""
    gc.collect()
    start = perf_counter()
    for _ in range(repeats):
        work()
    return (perf_counter() - start) / max(repeats, 1)


def in_turn(their_work, our_work, their_repeats=1, our_repeats=1, rounds=ROUNDS, warm_up=0):
    """Seconds of a call of either, A B A B: a slow moment of the machine hits both; shape (rounds, 2).

    Before the clock starts, each is called `warm_up` times: the other's threads may still be awake, and wait for work.
    """
    times = []
    for _ in range(rounds):
        for work, repeats in ((their_work, their_repeats), (our_work, our_repeats)):
            seconds(work, warm_up)
            times.append(seconds(work, repeats))
    return np.reshape(times, (rounds, 2))


def tell(what, measure, values, wanted=None, **more):
    """Print a row of the table: the median of the rounds, the least and the most; and give it back.

    Args:
        what: what was measured.
        measure: what the numbers count, such as "MB" or "times as fast as PyTorch".
        values: a number for each round.
        wanted: the least that the course wants, if it wants something.
        more: kept in the row, and not shown.
    """
    found = {"median": np.median(values), "least": np.min(values), "most": np.max(values)}
    found = {name: float(f"{value:.3g}") for name, value in found.items()}
    shown = "{median:>9g} ({least:g} to {most:g})".format(**found)
    print(f"{what:<58}{shown} {measure}{f', wanted: {wanted}' if wanted else ''}", flush=True)
    return {"what": what, "measure": measure} | found | {"wanted": wanted} | more


def describe_run():
    """The versions, the machine, and the rounds; to be called before the work starts.

    "others" says how many processes kept the machine busy in the minute before, None where the system does not tell:
    PyTorch's threads wait for each other at each small step, and beside other work a ratio says nothing.
    """
    others = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    if others and others > 0.5:
        print(
            f"{others} processes were at work in the last minute. Unless it was the benchmark before this one: start "
            "again when the machine is quiet"
        )
    how = describe_how(describe_run)
    return {"versions": how["versions"], "machine": how["machine"], "rounds": ROUNDS, "others": others}


def keep(name, how, rows, **more):
    """Write what a benchmark found into results.json; what the others found stays."""
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    found[name] = {"how": how, "rows": rows} | more
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def peak_megabytes(work, *arguments):
    """The most memory that Python and NumPy hold at once during `work`, beyond what was there before."""
    tracemalloc.start()
    work(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(peak / 1e6, 1)


def zipf_lines(num_words, shortest, longest, vocabulary_size=20_000, seed=0):
    """Lines of made-up words; the word of rank r is drawn in proportion to 1 / r."""
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, vocabulary_size + 1)
    ranks = random.choice(vocabulary_size, size=num_words, p=shares / shares.sum())
    ends = np.cumsum(random.integers(shortest, longest + 1, size=num_words // shortest))
    return [" ".join(f"w{rank:x}" for rank in line) for line in np.split(ranks, ends[ends < num_words])]
