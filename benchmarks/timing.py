"""What the benchmarks share: two ways timed in turn, their ratio, memory, and made-up text."""

import gc
import os
import tracemalloc
from time import perf_counter

import numpy as np

ROUNDS = 5
MILLION = 1_000_000


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


def describe_ratios(rounds):
    """How many times faster ours is, from `in_turn`: the median of the rounds, the least, the most."""
    ratios = rounds[:, 0] / rounds[:, 1]
    found = {"ratio": np.median(ratios), "ratio_min": ratios.min(), "ratio_max": ratios.max()}
    return {name: round(float(value), 3) for name, value in found.items()}


def load_of_others():
    """How many processes kept the machine busy in the last minute; None where the system does not tell.

    PyTorch's threads wait for each other at each small step: beside other work it is many times slower, and a ratio
    says nothing.
    """
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    if load and load > 0.5:
        print(f"{load} processes were at work in the last minute: wait until the machine is quiet, and run this again")
    return load


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
