"""What the benchmarks share: two ways timed in turn, their ratio, memory, and made-up text."""

import gc
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
    return (perf_counter() - start) / repeats


def in_turn(their_work, our_work, their_repeats=1, our_repeats=1, rounds=ROUNDS):
    """Seconds of a call of either, A B A B: a slow moment of the machine hits both; shape (rounds, 2)."""
    return np.array([[seconds(their_work, their_repeats), seconds(our_work, our_repeats)] for _ in range(rounds)])


def describe_ratios(rounds):
    """How many times faster ours is, from `in_turn`: the median of the rounds, the least, the most."""
    ratios = rounds[:, 0] / rounds[:, 1]
    found = {"ratio": np.median(ratios), "ratio_min": ratios.min(), "ratio_max": ratios.max()}
    return {name: round(float(value), 3) for name, value in found.items()}


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
