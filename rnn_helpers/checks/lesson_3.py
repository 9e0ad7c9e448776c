"""Checks for the exercises of lesson 3."""

import math
from collections import Counter

import numpy as np

from rnn_helpers.checks import check


@check("3.1")
def check_3_1(num_parameters):
    """The parameters of a model with 100 ids, embeddings of 8 and 16 units: 800 + 400 + 1,700."""
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
    }
    if num_parameters == 2900:
        return None
    return hints.get(
        num_parameters, "count the three layers as in the lesson, with 100, 8 and 16 in place of 12, 10 and 50"
    )


@check("3.2")
def check_3_2(cross_entropy):
    """The mean of -ln p over the right answers."""
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.25, 0.7, 0.05]])
    right = np.array([0.5, 0.8, 0.7])
    answer = cross_entropy(probabilities, np.array([0, 2, 1]))
    if np.shape(answer) != ():
        return "return one number: the mean over the rows"
    wrong = [
        (np.log(right).mean(), "the sign is turned round: a surprise is never negative"),
        (-np.log(right).sum(), "that is the sum over the rows: take the mean"),
        (-np.log10(right).mean(), "that is the logarithm to base 10: nats need np.log"),
        (-np.log2(right).mean(), "that is the logarithm to base 2: nats need np.log"),
        (-np.log(right.mean()), "take the logarithm of each row first, then the mean"),
        (-np.log(probabilities).mean(), "only the right answer of each row counts, not the whole row"),
        ((1 - right).mean(), "take the logarithm: the surprise is -ln p, not 1 - p"),
        (right.mean(), "that is the mean probability: take minus its logarithm, row by row"),
    ]
    for value, hint in wrong:
        if math.isclose(answer, value, rel_tol=1e-6):
            return hint
    if not math.isclose(answer, -np.log(right).mean(), rel_tol=1e-6):
        return "for each row, look up the probability of its target; then the mean of -ln p"
    return None


@check("3.3")
def check_3_3(best_accuracy):
    """The share of rows that a perfect learner gets right."""
    inputs = np.array([[0, 1], [0, 1], [0, 1], [1, 2], [2, 1], [2, 1], [0, 1], [0, 3], [0, 1]])
    targets = np.array([2, 3, 2, 2, 1, 4, 5, 2, 2])
    answer = best_accuracy(inputs, targets)
    wrong = [
        (6, "that is the number of rows: divide it by how many there are"),
        (
            Counter(targets.tolist()).most_common(1)[0][1] / 9,
            "that is one answer for all: group the rows by their inputs",
        ),
        (4 / 9, "this counts the different questions: a question's best answer may be right in several rows"),
        (1.0, "equal inputs with different targets cannot all be right"),
        (3 / 9, "these are the rows that go wrong: count the others"),
    ]
    if math.isclose(answer, 6 / 9):
        order_counts = not math.isclose(best_accuracy(inputs[::-1], targets[::-1]), 6 / 9)
        return "the order of the rows must not matter" if order_counts else None
    for value, hint in wrong:
        if math.isclose(answer, value):
            return hint
    return "collect the targets of each question, then count the most frequent one of each"
