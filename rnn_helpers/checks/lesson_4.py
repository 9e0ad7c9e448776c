"""Checks for the exercises of lesson 4."""

import math

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import HintError, as_list, as_number, hint_for_function, hint_for_number


@check("4.1")
def check_4_1(temperature_used):
    """The temperature that turned one belief into another."""
    hints = {
        0.5: "T = 0.5 squares the probabilities: the favourite would win more, and here it wins less",
        1: "T = 1 leaves the probabilities as they are",
        4: "T = 4 takes the fourth root: that goes too far, to a ratio of 1.41",
        0: "T = 0 would divide by zero: a temperature is above it",
    }
    if as_number(temperature_used) < 0:
        return "a temperature is above 0"
    hints |= dict.fromkeys([0.25, 1.5, 3, 8, 16], "it is one of the four that the question names")
    otherwise = "the ratio of the two was 4 and is now half of that: which power, 1/T, does that?"
    return hint_for_number(temperature_used, 2, hints, otherwise)


def _ranked(probabilities, words):
    return [words[id] for id in np.argsort(-probabilities)]


WORDS_SLIPS = [
    (lambda p, words, k: _ranked(p, words)[::-1][:k], "these are the least likely: start from the largest"),
    (lambda p, words, k: _ranked(p, words)[:k][::-1], "the right words, but the likeliest must come first"),
    (lambda p, words, k: words[:k], "these are the first words of the vocabulary: sort by probability"),
    (lambda p, words, k: np.argsort(-p)[:k], "these are the ids: look up their words"),
    (lambda p, words, k: -np.sort(-p)[:k], "these are the probabilities: return their words"),
    (lambda p, words, k: list(zip(_ranked(p, words), -np.sort(-p)))[:k], "return the words alone, without a number"),  # noqa: B905
    (lambda p, words, k: list(zip(-np.sort(-p), _ranked(p, words)))[:k], "return the words alone, without a number"),  # noqa: B905
    (lambda p, words, k: _ranked(p, words), "return k words, not all"),
    (lambda p, words, k: _ranked(p, words)[:1], "return k words, not one"),
    (lambda p, words, k: _ranked(p, words)[1 : k + 1], "the likeliest word is missing: places count from 0"),
    (lambda p, words, k: _ranked(p, words)[: k - 1], "one word is missing: your slice stops too early"),
    (lambda p, words, k: _ranked(p, words)[: k + 1], "one word too many: your slice stops too late"),
    (lambda p, words, k: sorted(words)[:k], "the words are sorted by their letters: sort by probability"),
]


def _belief(random):
    words = ["", "hello", "how", "is", "your", "day", "today"]
    return random.dirichlet(np.ones(len(words))), words, int(random.integers(1, len(words)))


@check("4.2", takes="probabilities, words, k")
def check_4_2(likeliest_words):
    """The k likeliest words, the likeliest first."""
    words = ["", "hello", "how", "is", "your"]
    first, second = np.array([0.0, 0.1, 0.4, 0.15, 0.35]), np.array([0.02, 0.3, 0.18, 0.4, 0.06, 0.04])
    return hint_for_function(
        likeliest_words,
        lambda p, words, k: _ranked(p, words)[:k],
        WORDS_SLIPS,
        [(first, words, 3), (second, [*words, "day"], 2), (second, [*words, "day"], 4)],
        "sort the places by falling probability, keep the first k, and look up their words",
        [((first, words, 1), ["how"], "with k = 1, a list of just the likeliest word should come back")],
        as_list,
        vary=_belief,
    )


WORDS = ["hello", "how", "is", "your", "day"]


def _belief_after(prompt):
    """A belief that depends on the whole prompt, so that a prompt too short or too long shows."""
    if not isinstance(prompt, str) or not prompt or prompt != " ".join(prompt.split()):
        raise HintError(f"belief_after was asked for {prompt!r}: ask for the words before each place, joined by spaces")
    chances = np.random.default_rng(list(prompt.encode())).dirichlet([2.0] * len(WORDS))
    return dict(zip(WORDS, chances.tolist(), strict=True))


def _chances(sentence, first=1, start=0, stop=0):
    """What the word at each place got, from the place `first` on; `start` and `stop` move the ends of its prompt."""
    tokens = sentence.split()
    prompts = {place: " ".join(tokens[: place + stop][start:]) for place in range(first, len(tokens))}
    return [_belief_after(prompt)[tokens[place]] for place, prompt in prompts.items()]


SENTENCE_SLIPS = [
    (lambda _, sentence: sum(_chances(sentence)), "the chances are multiplied, not added"),
    (lambda _, sentence: np.mean(_chances(sentence)), "the chances are multiplied; this is their mean"),
    (lambda _, sentence: np.log(_chances(sentence)).sum(), "that is the logarithm: return the probability"),
    (lambda _, sentence: -np.log(_chances(sentence)).sum(), "that is the surprise: return the probability"),
    (
        lambda _, sentence: math.prod(_chances(sentence, start=-1)),
        "the prompt is all words before the place, not the last one alone",
    ),
    (
        lambda _, sentence: math.prod(_chances(sentence)[:-1]),
        "the last word is missing: go through all places from 1 on",
    ),
    (
        lambda _, sentence: math.prod(_chances(sentence)[1:]),
        "the second word is missing: go through all places from 1 on",
    ),
    (lambda _, sentence: _chances(sentence)[0], "you return after the first place: does return stand inside the loop?"),
    (
        lambda _, sentence: _chances(sentence)[-1],
        "only the last place is left: is each chance multiplied with those before?",
    ),
    *[
        (
            lambda _, sentence, first=first: math.prod(_chances(sentence, first, stop=1)),
            "the prompt holds the word that it should predict: end it one word before",
        )
        for first in (0, 1)
    ],
    (lambda *_: 0, "a product starts from 1, not from 0"),
]


@check("4.3", takes="belief_after, sentence")
def check_4_3(sentence_probability):
    """The product of each word's probability after the words before it."""
    return hint_for_function(
        sentence_probability,
        lambda _, sentence: math.prod(_chances(sentence)),
        SENTENCE_SLIPS,
        [(_belief_after, "hello how is"), (_belief_after, "how is your day"), (_belief_after, "is your hello how day")],
        "multiply what each next word got after all the words before it",
        [((_belief_after, "hello"), 1, "a sentence of one word leaves nothing to predict: its probability is 1")],
        vary=lambda random: (_belief_after, " ".join(random.choice(WORDS, size=random.integers(2, 6)))),
    )
