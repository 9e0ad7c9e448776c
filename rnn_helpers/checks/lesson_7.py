"""Checks for the exercises of lesson 7."""

import numpy as np

from rnn_helpers.checks import check


@check("7.1")
def check_7_1(perplexity_of):
    """The perplexity of a model that gave these probabilities to the true words."""
    probabilities = np.array([0.5, 0.125, 0.125, 0.5])  # the mean of log2 is -2: four words to choose among
    answer = perplexity_of(probabilities)
    if np.shape(answer):
        return "one number is wanted for all words together: the mean of the losses is missing"
    answer = float(answer)
    wrong = [
        (0.25, "below 1: the logarithm of a probability is negative, so a minus sign is missing"),
        (np.log(4), "that is the mean loss: what undoes the logarithm?"),
        (np.exp(2), "the logarithm has base 2 and the power has base e: take the same for both"),
        (2 ** np.log(4), "the logarithm has base e and the power has base 2: take the same for both"),
        (2.0, "that is the mean loss in bits: what undoes the logarithm?"),
        (3.2, "that is 1 over the mean probability: take the mean of the logarithms"),
        (256.0, "that is for all four words together: take the mean of the losses, not their sum"),
        (5.0, "that is the mean of 1 / p: take the mean of the logarithms"),
    ]
    for value, hint in wrong:
        if np.isclose(answer, value):
            return hint
    if not np.isclose(answer, 4):
        return "for the probabilities 0.5, 0.125, 0.125, 0.5 it should be 4: loss of each, mean, then e to that power"
    if not np.isclose(float(perplexity_of(np.full(7, 0.01))), 100):
        return "seven words of probability 0.01 should give 100: does your function look at what it is given?"
    return None


@check("7.2")
def check_7_2(keep_nucleus):
    """The fewest likeliest words that make up a share; the others 0, and the sum 1 again."""
    probabilities = np.array([0.05, 0.4, 0.1, 0.3, 0.15])
    answer = np.asarray(keep_nucleus(probabilities, 0.8), dtype=float)
    if np.isnan(answer).all() or not answer.any():
        return "nothing is kept: the share is of all words together, so add up from the likeliest on"
    if answer.shape != (5,):
        return f"five probabilities went in and the shape {answer.shape} came out: the words left out stay, as 0"
    kept = np.array([0, 0.4, 0, 0.3, 0.15])
    wrong = [
        (kept, "the right words, but their sum is not 1 any more: divide by it"),
        (np.array([0, 0.4, 0, 0.3, 0]) / 0.7, "0.4 and 0.3 are less than 0.8: the word that steps over it belongs in"),
        (
            np.array([0, 0.4, 0, 0.3, 0]),
            "0.4 and 0.3 are less than 0.8: one more word belongs in; then divide by the sum",
        ),
        (np.array([0.4, 0.3, 0.15, 0, 0]) / 0.85, "the words have changed places: put each probability back at its id"),
        (np.array([0.05, 0.4, 0.1, 0.3, 0]) / 0.85, "you go through the words by id: begin with the likeliest"),
        (np.array([0.05, 0, 0.1, 0.3, 0.15]) / 0.6, "you begin with the least likely: sort the other way"),
        (probabilities, "nothing was left out: the unlikeliest words go"),
    ]
    for value, hint in wrong:
        if np.allclose(answer, value):
            return hint
    if not np.allclose(answer, kept / 0.85):
        return "of 0.05, 0.4, 0.1, 0.3, 0.15 and a share of 0.8, the words with 0.4, 0.3 and 0.15 are kept"
    tests = [
        (np.array([0.6, 0.4]), 0.5, [1, 0], "where one word alone makes up the share, it stays alone"),
        (np.array([0.05, 0.9, 0.05]), 1.0, [0.05, 0.9, 0.05], "with a share of 1, all words stay"),
    ]
    for given, share, expected, hint in tests:
        if not np.allclose(keep_nucleus(given, share), expected):
            return hint
    return None


@check("7.3")
def check_7_3(mix_losses):
    """The losses of two models that are asked together."""
    first, second = -np.log([0.5, 0.1, 0.2]), -np.log([0.1, 0.3, 0.2])
    answer = np.asarray(mix_losses(first, second, 0.75), dtype=float)
    if answer.shape != (3,):
        return f"three words give three losses, and the shape {answer.shape} came back: no mean yet"
    mixed = np.array([0.4, 0.15, 0.2])
    wrong = [
        (0.75 * first + 0.25 * second, "you mixed the losses: mix the probabilities, e to the power of minus the loss"),
        (mixed, "these are the mixed probabilities: return their losses"),
        (-np.log(0.75 * first + 0.25 * second), "you took the logarithm of mixed losses: mix the probabilities first"),
        (np.log(mixed), "a loss is not negative: a minus sign is missing"),
        (-np.log([0.2, 0.25, 0.2]), "the weight went to the second model: it belongs to the first"),
        (-np.log([0.3, 0.2, 0.2]), "both models have the same weight here: use the one that is given"),
    ]
    for value, hint in wrong:
        if np.allclose(answer, value):
            return hint
    if not np.allclose(answer, -np.log(mixed)):
        return "0.5 and 0.1, mixed with the weight 0.75, give 0.75 * 0.5 + 0.25 * 0.1 = 0.4, whose loss is 0.916"
    return None
