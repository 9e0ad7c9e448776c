"""Checks for the exercises of lesson 7."""

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import as_array, as_number, hint_for_function

PERPLEXITY_SLIPS = [
    (
        lambda p: np.exp(np.log(p).mean()),
        "below 1: logarithms of probabilities are negative, so a minus sign is missing",
    ),
    (lambda p: -np.log(p).mean(), "that is the mean loss: what undoes the logarithm?"),
    (lambda p: np.exp(-np.log2(p).mean()), "the logarithm has base 2 and the power has base e: take one base"),
    (lambda p: 2 ** -np.log(p).mean(), "the logarithm has base e and the power has base 2: take one base"),
    (lambda p: -np.log2(p).mean(), "that is the mean loss in bits: what undoes the logarithm?"),
    (lambda p: 1 / p.mean(), "that is 1 over the mean probability: take the mean of the logarithms"),
    (lambda p: np.exp(-np.log(p).sum()), "that is for all words together: take the mean of the losses, not their sum"),
    (lambda p: (1 / p).mean(), "that is the mean of 1 / p: take the mean of the logarithms"),
    (lambda p: np.exp(-p.mean()), "these are probabilities, and no losses: take their logarithm first"),
    (lambda p: np.exp(-(p * np.log(p)).sum()), "each word counts once: do not weigh it by its probability"),
]


@check("7.1", takes="probabilities")
def check_7_1(perplexity_of):
    """The perplexity of a model that gave these probabilities to the true words."""
    examples = [[0.5, 0.125, 0.125, 0.5], [0.3, 0.9, 0.02, 0.4]]  # of the first, the mean of log2 is -2
    return hint_for_function(
        perplexity_of,
        lambda p: np.exp(-np.log(p).mean()),
        PERPLEXITY_SLIPS,
        [(np.array(example),) for example in examples],
        "0.5, 0.125, 0.125 and 0.5 are as unsure as four equal words: the loss of each, their mean, then back",
        [
            (
                (np.full(7, 0.01),),
                100,
                "seven words of probability 0.01 should give 100: does it depend on how many there are?",
            )
        ],
        lambda answer: as_number(answer, "one number for all words together, from the mean of the losses,"),
        vary=lambda random: (random.uniform(0.01, 1, size=random.integers(2, 9)),),
    )


def _kept(probabilities, share, extra=1, order=-1):
    """The probabilities of the nucleus, not yet divided; `extra` words after those that fall short of the share."""
    ids = np.argsort(order * probabilities)
    before = np.cumsum(probabilities[ids]) - probabilities[ids]
    kept = ids[: np.count_nonzero(before < share) - 1 + extra]
    result = np.zeros(len(probabilities))
    result[kept] = probabilities[kept]
    return result


def _normal(weights):
    return weights / weights.sum()


NOTHING_KEPT = "nothing is kept: the share is of all words together, so add up from the likeliest on"
BY_ID = "you go through the words by id: begin with the likeliest"
NUCLEUS_SLIPS = [
    (_kept, "the right words, but their sum is not 1 any more: divide by it"),
    (lambda p, share: _kept(p, share) > 0, "these only tell which words stay: return their probabilities"),
    (
        lambda *args: _normal(_kept(*args, extra=0)),
        "less than the share is kept: the word that steps over it belongs in",
    ),
    (
        lambda *args: _kept(*args, extra=0),
        "less than the share is kept: one more word belongs in; then the sum must be 1",
    ),
    (lambda *args: _normal(_kept(*args, extra=2)), "one word too many: stop as soon as the share is reached"),
    (
        lambda *args: -np.sort(-_normal(_kept(*args))),
        "the words have changed places: put each probability back at its id",
    ),
    (lambda p, share: _normal(np.where(np.cumsum(p) - p < share, p, 0)), BY_ID),
    (lambda p, share: _normal(np.where(np.cumsum(p) <= share, p, 0)), BY_ID),
    (lambda *args: _normal(_kept(*args, order=1)), "you begin with the least likely: sort the other way"),
    (lambda p, share: p, "nothing was left out: the unlikeliest words go"),
    (lambda p, share: 0 * p, NOTHING_KEPT),
    (lambda p, share: np.full(len(p), np.nan), NOTHING_KEPT),  # nothing, divided by its sum
    (lambda p, _: _normal(np.where(p >= np.sort(p)[-3], p, 0)), "three words each time: how many depends on the share"),
]


NUCLEUS_EXAMPLES = [
    ([0.05, 0.4, 0.1, 0.3, 0.15], 0.8),
    ([0.1, 0.22, 0.08, 0.2, 0.17, 0.23], 0.75),
    ([0.3, 0.1, 0.45, 0.15], 0.6),
]
NUCLEUS_EDGES = [
    ((np.array([0.6, 0.4]), 0.5), [1, 0], "where one word alone makes up the share, it stays alone"),
    ((np.array([0.05, 0.9, 0.05]), 1.0), [0.05, 0.9, 0.05], "with a share of 1, all words stay"),
    # Halves and quarters have no rounding error: their sum is just the share.
    (
        (np.array([0.25, 0.125, 0.5, 0.125]), 0.75),
        [1 / 3, 0, 2 / 3, 0],
        "where the sum is just the share, it is reached",
    ),
]


@check("7.2", takes="probabilities, share")
def check_7_2(keep_nucleus):
    """The fewest likeliest words that make up a share; the others 0, and the sum 1 again."""

    def otherwise(result, expected):
        if result.shape != expected.shape:
            return f"five probabilities went in and the shape {result.shape} came out: the words left out stay, as 0"
        return "of 0.05, 0.4, 0.1, 0.3, 0.15 and a share of 0.8, the words with 0.4, 0.3 and 0.15 are kept"

    return hint_for_function(
        keep_nucleus,
        lambda p, share: _normal(_kept(p, share)),
        NUCLEUS_SLIPS,
        [(np.array(numbers), share) for numbers, share in NUCLEUS_EXAMPLES],
        otherwise,
        NUCLEUS_EDGES,
        as_array,
        vary=lambda random: (random.dirichlet(np.ones(random.integers(3, 9))), random.uniform(0.3, 0.95)),
    )


def _mixed(first, second, weight):
    return weight * np.exp(-first) + (1 - weight) * np.exp(-second)


MINUS = "a probability is e to the power of minus the loss: a minus sign is missing"
MIX_SLIPS = [
    (lambda a, b, w: w * a + (1 - w) * b, "you mixed the losses: mix the probabilities that they come from"),
    (_mixed, "these are the mixed probabilities: return their losses"),
    (
        lambda a, b, w: -np.log(w * a + (1 - w) * b),
        "this is the logarithm of mixed losses: mix the probabilities first",
    ),
    (lambda *args: np.log(_mixed(*args)), "a loss is not negative: a minus sign is missing"),
    (lambda a, b, w: -np.log(_mixed(b, a, w)), "the weight went to the second model: it belongs to the first"),
    (lambda a, b, w: -np.log(_mixed(a, b, 0.5)), "both models have the same weight here: use the one that is given"),
    (lambda a, b, _: -np.log(np.exp(-a) + np.exp(-b)), "the weights are missing: the probabilities are just added"),
    (lambda a, b, w: -np.log(_mixed(-a, -b, w)), MINUS),
    (lambda a, b, w: np.log(_mixed(-a, -b, w)), MINUS),
    (lambda *args: -np.log2(_mixed(*args)), "that is the logarithm to base 2: the losses that came in are in nats"),
    (lambda *args: -np.log10(_mixed(*args)), "that is the logarithm to base 10: the losses that came in are in nats"),
]


@check("7.3", takes="first, second, weight")
def check_7_3(mix_losses):
    """The losses of two models that are asked together."""

    def otherwise(result, expected):
        if result.shape != expected.shape:
            return f"three words give three losses, and the shape {result.shape} came back: no mean yet"
        return "from both losses to probabilities, mix them with the weight, and back to losses"

    first, second = -np.log([0.5, 0.1, 0.2]), -np.log([0.1, 0.3, 0.2])
    others = -np.log([0.6, 0.01, 0.3, 0.05]), -np.log([0.2, 0.04, 0.9, 0.5]), 0.3
    return hint_for_function(
        mix_losses,
        lambda *args: -np.log(_mixed(*args)),
        MIX_SLIPS,
        [(first, second, 0.75), others],
        otherwise,
        read=as_array,
        vary=lambda random: (*random.exponential(size=(2, 5)), random.uniform()),
    )
