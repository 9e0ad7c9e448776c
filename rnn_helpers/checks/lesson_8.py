"""Checks for the exercises of lesson 8."""

import math

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import as_number, hint_for_function


@check("8.1")
def check_8_1(times_as_fast):
    """The speed-up of nine workers where a tenth of the work is one's alone."""
    hints = {
        9: "that would be so if all of the work could be shared: a tenth of it cannot",
        10: "that is what no number of workers can pass: nine do not reach it",
        8.1: "nine tenths of nine: the law adds times, so begin with the time that is left",
        0.2: "that is the time that is left: how many times as fast is that?",
        0.1: "that is the serial share itself: add the time of the rest, which the workers share",
        1.8: "the tenth is the part that cannot be shared, and you shared it: which part is divided by nine?",
        0.9: "that is the part that can be shared: what is left of it, and of the rest, with nine workers?",
    }
    number = as_number(times_as_fast)
    if math.isclose(number, 5, rel_tol=1e-3):
        return None
    near = [hint for wrong, hint in hints.items() if math.isclose(number, wrong, rel_tol=0.01)]
    if near:
        return near[0]
    if math.isclose(number, 1 / (0.9 + 0.1 / 9), rel_tol=0.02):
        return hints[1.8]
    return "first the time: a tenth stays, the rest is divided by the workers; then one divided by that time"


def _law(sizes, seconds, size, first=-2, last=-1):
    """What the power law through two of the measurements says."""
    exponent = np.log(seconds[last] / seconds[first]) / np.log(sizes[last] / sizes[first])
    return float(seconds[last] * (size / sizes[last]) ** exponent)


def _exponent(sizes, seconds):
    return float(np.log(seconds[-1] / seconds[-2]) / np.log(sizes[-1] / sizes[-2]))


def _line(sizes, seconds, size):
    """What a straight line through the last two says."""
    slope = (seconds[-1] - seconds[-2]) / (sizes[-1] - sizes[-2])
    return seconds[-1] + slope * (size - sizes[-1])


def _all(sizes, seconds, size):
    exponent, height = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(np.exp(height) * size**exponent)


PREDICTION_SLIPS = [
    (_all, "all measurements went in, and the small ones are mostly floor: take the last two"),
    (_line, "that is a straight line through the last two: the law is straight only through the logarithms"),
    (
        lambda sizes, seconds, size: seconds[-1] * size / sizes[-1],
        "that takes the exponent to be 1: find it from the last two measurements",
    ),
    (
        lambda sizes, seconds, size: seconds[-1] * (size / sizes[-1]) ** 2,
        "that takes the exponent to be 2: find it from the last two measurements",
    ),
    (lambda *args: _law(*args, first=0), "the first measurement went in: it is mostly floor; take the last two"),
    (lambda *args: _law(*args, first=0, last=1), "these are the first two measurements: take the last two"),
    (lambda *args: math.log(_law(*args)), "that is the logarithm of the seconds: undo it"),
    (lambda sizes, seconds, size: _exponent(sizes, seconds), "that is the exponent: what does it say of the new size?"),
    (
        lambda sizes, seconds, size: float(seconds[-1] * (sizes[-1] / size) ** _exponent(sizes, seconds)),
        "it falls where it should rise: the new size is divided by the measured one, not the other way",
    ),
    (
        lambda sizes, seconds, size: float(size ** _exponent(sizes, seconds)),
        "the factor is missing: at a measured size, the law must give its measured seconds",
    ),
    (
        lambda sizes, seconds, size: float(seconds[-1] * (size / sizes[-1]) ** (1 / _exponent(sizes, seconds))),
        "the exponent is upside down: the logarithm of the seconds' ratio stands above that of the sizes'",
    ),
    (lambda sizes, seconds, size: seconds[-1], "that is the last measurement itself: the new size is another"),
]


def _vary_measurements(random):
    sizes, seconds = (np.cumsum(random.uniform(0.5, 2, size=4)).tolist() for _ in range(2))
    return sizes, seconds, float(random.uniform(5, 50))


@check("8.2", takes="sizes, seconds, size")
def check_8_2(predict_seconds):
    """What the last two measurements say of another size."""
    examples = [
        ([16, 64, 256, 512], [0.004, 0.006, 0.02, 0.06], 1024),
        ([10, 20, 40], [1.0, 1.2, 2.4], 160),
        ([100, 300, 900, 1800], [0.02, 0.03, 0.05, 0.11], 5000),
    ]
    return hint_for_function(
        predict_seconds,
        _law,
        PREDICTION_SLIPS,
        [(list(sizes), list(seconds), size) for sizes, seconds, size in examples],
        "through 256 units in 0.02 s and 512 in 0.06 s: twice the size is three times the seconds, so 1024 take 0.18 s",
        [(([5, 10, 20], [3.0, 1.0, 4.0], 20), 4.0, "at a size that was measured, return what was measured")],
        lambda answer: as_number(answer, "one number of seconds"),
        vary=_vary_measurements,
    )


def _end(seconds, start, workers):
    """When the last training ends, if each free worker takes the next one."""
    free_at = [start] * workers
    for training in seconds:
        free_at[free_at.index(min(free_at))] += training
    return max(free_at)


def _fewest(seconds, start, limit, end=_end, first=1):
    counts = range(first, len(seconds) + 1)
    return next((workers for workers in counts if end(seconds, start, workers) <= limit), 0)


def _in_turn(seconds, start, workers):
    """When the last one ends, if they are dealt out like cards."""
    return start + max(sum(seconds[place::workers]) for place in range(workers))


def _in_blocks(seconds, start, workers):
    return start + max(sum(part) for part in np.array_split(seconds, workers))


PLAN_SLIPS = [
    (
        lambda s, start, limit: _fewest(s, start, limit, lambda s, start, n: start + sum(s) / n),
        "a training cannot be cut in two: let each free worker take the next whole one",
    ),
    (
        lambda s, start, limit: _fewest(s, 0, limit),
        "the start is missing: no worker begins before it",
    ),
    (
        lambda s, start, limit: _fewest(s, start, limit, _in_turn),
        "dealt out like cards, a worker may wait while another is behind: the next one goes to whoever is free first",
    ),
    (
        lambda s, start, limit: _fewest(s, start, limit, _in_blocks),
        "cut in blocks, one worker may get all the long ones: the next one goes to whoever is free first",
    ),
    (
        lambda s, start, limit: _fewest(s, start, limit, lambda s, start, n: start + -(-len(s) // n) * max(s)),
        "not every training is as long as the longest: let each free worker take the next one",
    ),
    (
        lambda s, start, limit: _fewest(s, start, limit, lambda s, start, n: _end(sorted(s, reverse=True), start, n)),
        "the trainings are taken in the order of the list: do not sort them",
    ),
    (
        lambda s, start, limit: _fewest(s, start, limit - 1e-9),
        "to end just at the limit is in time",
    ),
    (
        lambda s, start, limit: _end(s, start, _fewest(s, start, limit)),
        "that is when they end: return how many workers there are",
    ),
    (lambda s, start, limit: _fewest(s, start, limit) - 1, "one worker less does not end in time"),
    (lambda s, start, limit: _fewest(s, start, limit) + 1, "one worker more than is needed"),
    (lambda s, start, limit: len(s), "one worker for each training: fewer may be enough"),
    (
        lambda s, start, limit: _fewest(s, 0, limit, lambda s, _, n: _end([start + one for one in s], 0, n)),
        "a worker starts once, not once for each training",
    ),
]


@check("8.3", takes="seconds, start, limit")
def check_8_3(fewest_workers):
    """The smallest number of workers that ends in time."""
    examples = [  # each slip gives other numbers for them
        ([6.0, 7.0, 1.0, 6.0], 2.0, 13.0),
        ([4.0, 4.0, 6.0, 7.0], 1.0, 11.0),
        ([7.0, 9.0, 4.0, 1.0, 3.0], 3.0, 12.0),
        ([7.0, 2.0, 2.0, 1.0], 1.0, 18.0),
    ]
    return hint_for_function(
        fewest_workers,
        _fewest,
        PLAN_SLIPS,
        examples,
        "note for each worker when it is free: all at the start; each training goes to the one that is free first",
        [
            (([4.0, 9.0], 2.0, 10.0), 0, "where even a worker for each training is too late, return 0"),
            (([4.0], 2.0, 60.0), 1, "where one worker is in time, one is enough"),
        ],
        lambda answer: as_number(answer, "one whole number"),
        vary=lambda random: (random.integers(1, 10, size=6).astype(float).tolist(), 2.0, float(random.integers(8, 30))),
    )
