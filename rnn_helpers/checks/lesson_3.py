"""Checks for the exercises of lesson 3."""

from collections import Counter, defaultdict
from itertools import groupby

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import as_number, hint_for_function, hint_for_number


@check("3.1")
def check_3_1(num_parameters):
    """The parameters of a model with 100 ids, embeddings of 8 and 16 units."""
    hints = {
        800 + 384 + 1700: "the bias of the SimpleRNN is missing: one number for each unit",
        800 + 400 + 1600: "the bias of the Dense layer is missing: one number for each id",
        800 + 384 + 1600: "both biases are missing: of the SimpleRNN and of the Dense layer",
        400 + 1700: "the Embedding is missing: a row for each id",
        800 + 400: "the Dense layer is missing",
        800 + 1700: "the SimpleRNN is missing",
        800 + (128 + 16) + 1700: "in the SimpleRNN, W_h is missing: from each old number to each new one",
        800 + (256 + 16) + 1700: "in the SimpleRNN, W_x is missing: from each embedding number to each unit",
        808 + 400 + 1717: "100 ids already count the padding",
        3782: "that is the lesson's model: here the sizes are 100, 8 and 16",
    }
    otherwise = "count the three layers as in the lesson, with 100, 8 and 16 in place of 12, 10 and 50"
    return hint_for_number(num_parameters, 2900, hints, otherwise)


def _of_the_right(p, targets):
    return p[np.arange(len(targets)), targets]


def _softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


ENTROPY_SLIPS = [
    (lambda p, t: np.log(_of_the_right(p, t)).mean(), "the sign is turned round: a surprise is never negative"),
    (lambda p, t: -np.log(_of_the_right(p, t)).sum(), "that is the sum over the rows: take the mean"),
    (lambda p, t: -np.log10(_of_the_right(p, t)).mean(), "that is the logarithm to base 10: nats need np.log"),
    (lambda p, t: -np.log2(_of_the_right(p, t)).mean(), "that is the logarithm to base 2: nats need np.log"),
    (lambda p, t: -np.log(_of_the_right(p, t).mean()), "take the logarithm of each row first, then the mean"),
    (lambda p, t: -np.log(p).mean(), "only the right answer of each row counts, not the whole row"),
    (lambda p, t: (1 - _of_the_right(p, t)).mean(), "take the logarithm: the surprise is -ln p, not 1 - p"),
    (lambda p, t: _of_the_right(p, t).mean(), "that is the mean probability: take minus its logarithm, row by row"),
    (lambda p, t: -np.log(p.max(axis=1)).mean(), "that is the surprise of the likeliest word: look up the right one"),
    (lambda p, t: -np.log(_of_the_right(p, t - 1)).mean(), "one column off: the ids start at 0, with the padding"),
    (
        lambda p, t: -np.log(_of_the_right(_softmax(p), t)).mean(),
        "these are probabilities already: no softmax before the log",
    ),
    (lambda p, t: -_of_the_right(p, t).mean(), "these are probabilities and no logits: take their logarithm"),
    (lambda p, t: np.exp(-np.log(_of_the_right(p, t)).mean()), "that is e to the power of the loss: stop before"),
    (lambda p, t: -np.log(p[t, np.arange(len(t))]).mean(), "row and column are mixed up: the row comes first"),
]


def _rows(random):
    num_rows, num_words = random.integers(2, 9, size=2)
    return random.dirichlet(np.ones(num_words), size=num_rows), random.integers(0, num_words, size=num_rows)


@check("3.2", takes="probabilities, targets")
def check_3_2(cross_entropy):
    """The mean of -ln p over the right answers."""
    # The likeliest word is not always the right one, and the sizes allow a mix-up of row and column.
    random = np.random.default_rng(3)
    examples = [
        (random.dirichlet([1.0] * n, size=n), targets) for n, targets in [(4, [1, 2, 3, 1]), (5, [4, 0, 2, 2, 1])]
    ]
    return hint_for_function(
        cross_entropy,
        lambda p, t: -np.log(_of_the_right(p, t)).mean(),
        ENTROPY_SLIPS,
        [(p, np.array(targets)) for p, targets in examples],
        "for each row, look up the probability of its target; then the mean of -ln p",
        read=lambda answer: as_number(answer, "one number, the mean over the rows,"),
        vary=_rows,
    )


def _counters(inputs, targets):
    answers = defaultdict(Counter)
    for row, target in zip(inputs.tolist(), targets.tolist(), strict=True):
        answers[str(row)][target] += 1
    return list(answers.values())


def _num_right(inputs, targets):
    return sum(max(counter.values()) for counter in _counters(inputs, targets))


def _by_runs(inputs, targets):
    """Rows counted as the same question only where they stand side by side."""
    rows = list(zip(inputs.tolist(), targets.tolist(), strict=True))
    runs = [Counter(target for _, target in run) for _, run in groupby(rows, key=lambda row: row[0])]
    return sum(max(run.values()) for run in runs) / len(rows)


ACCURACY_SLIPS = [
    (_num_right, "that is the number of rows: divide it by how many there are"),
    (lambda X, y: 100 * _num_right(X, y) / len(y), "that is in percent: the share goes from 0 to 1"),
    (lambda X, y: max(Counter(y).values()) / len(y), "that is one answer for all: group the rows by their inputs"),
    (
        lambda X, y: len(_counters(X, y)) / len(y),
        "this counts the different questions: a question's best answer may be right in several rows",
    ),
    (lambda X, y: 1.0, "equal inputs with different targets cannot all be right"),
    (lambda X, y: 1 - _num_right(X, y) / len(y), "these are the rows that go wrong: count the others"),
    (
        lambda X, y: _num_right(X[:, -1], y) / len(y),
        "two questions may end with the same word: compare all their inputs",
    ),
    (
        lambda X, y: sum(next(iter(c.values())) for c in _counters(X, y)) / len(y),
        "the best answer is the most frequent one, not the one that comes first",
    ),
    (
        lambda X, y: np.mean([max(c.values()) / c.total() for c in _counters(X, y)]),
        "that is the mean over the questions: each row counts the same, so add up rows",
    ),
    (_by_runs, "the order of the rows must not matter"),
]


@check("3.3", takes="inputs, targets")
def check_3_3(best_accuracy):
    """The share of rows that a perfect learner gets right."""
    inputs = np.array([[0, 1], [0, 1], [0, 1], [1, 2], [2, 1], [2, 1], [0, 1], [0, 3], [0, 1]])
    targets = np.array([3, 2, 2, 2, 1, 4, 5, 2, 2])
    others = np.array([[1, 4, 2], [1, 4, 2], [3, 4, 2], [1, 4, 2], [3, 4, 2], [3, 4, 2], [0, 0, 7]])
    return hint_for_function(
        best_accuracy,
        lambda X, y: _num_right(X, y) / len(y),
        ACCURACY_SLIPS,
        [(inputs, targets), (others, np.array([5, 6, 8, 6, 9, 8, 9]))],
        "collect the targets of each question, then count the most frequent one of each",
        vary=lambda random: (random.integers(0, 3, size=(20, 2)), random.integers(1, 5, size=20)),
    )
