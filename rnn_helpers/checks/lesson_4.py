"""Checks for the exercises of lesson 4."""

import math

import numpy as np

from rnn_helpers.checks import check


@check("4.1")
def check_4_1(temperature):
    """The temperature that turns (0.2, 0.8) into (1/3, 2/3): the ratio 4 becomes 2, its square root."""
    hints = {
        0.5: "T = 0.5 squares the probabilities: the favourite would win more, and here it wins less",
        1: "T = 1 leaves the probabilities as they are",
        4: "T = 4 takes the fourth root: the ratio of 4 would become 1.41, and here it is 2",
        -2: "a temperature is above 0",
    }
    if temperature == 2:
        return None
    return hints.get(temperature, "the ratio of the two was 4 and is now 2: which power, 1/T, does that?")


@check("4.2")
def check_4_2(likeliest_words):
    """The k likeliest words, the likeliest first."""
    words, probabilities = ["", "hello", "how", "is", "your"], np.array([0.0, 0.1, 0.4, 0.15, 0.35])
    answer = likeliest_words(probabilities, words, 3)
    if isinstance(answer, str):
        return "return a list of words, not one text"
    answer = list(answer)
    wrong = [
        (["how"], "return k words, not one"),
        (["", "hello", "is"], "these are the least likely: start from the largest"),
        (["is", "your", "how"], "the right words, but the likeliest must come first"),
        (["", "hello", "how"], "these are the first words of the vocabulary: sort by probability"),
        ([2, 4, 3], "these are the ids: look up their words"),
        ([0.4, 0.35, 0.15], "these are the probabilities: return their words"),
        (["how", "your", "is", "hello", ""], "return k words, not all"),
    ]
    for value, hint in wrong:
        if answer == value:
            return hint
    if answer != ["how", "your", "is"]:
        return "sort the places by falling probability, keep the first k, and look up their words"
    one = list(likeliest_words(probabilities, words, 1))
    return None if one == ["how"] else "with k = 1, a list of just the likeliest word should come back"


def _belief_after(prompt):
    """A belief that depends on the whole prompt, so that a prompt too short or too long shows."""
    return {
        "hello": {"hello": 0.1, "how": 0.8, "is": 0.1},
        "how": {"hello": 0.3, "how": 0.4, "is": 0.3},
        "hello how": {"hello": 0.2, "how": 0.3, "is": 0.5},
        "hello how is": {"hello": 0.7, "how": 0.2, "is": 0.1},
    }[prompt]


@check("4.3")
def check_4_3(sentence_probability):
    """The product of each word's probability after the words before it."""
    try:
        answer = sentence_probability(_belief_after, "hello how is")
    except KeyError as error:
        return f"belief_after was asked for {error}: ask for the words before each place, joined by spaces"
    wrong = [
        (0.8 + 0.5, "the chances are multiplied, not added"),
        ((0.8 + 0.5) / 2, "the chances are multiplied; this is their mean"),
        (math.log(0.8 * 0.5), "that is the logarithm: return the probability"),
        (0.8 * 0.3, "the prompt is all words before the place, not the last one alone"),
        (0.8, "the last word is missing: go through all places from 1 on"),
        (0.5, "the second word is missing: go through all places from 1 on"),
        (0.1 * 0.3 * 0.1, "each prompt ends before the word that it should predict"),
        (0.3 * 0.1, "each prompt ends before the word that it should predict"),
        (0, "a product starts from 1, not from 0"),
    ]
    for value, hint in wrong:
        if math.isclose(answer, value, abs_tol=1e-9):
            return hint
    if not math.isclose(answer, 0.8 * 0.5):
        return "multiply what each next word got after all the words before it"
    one_word = sentence_probability(_belief_after, "hello")
    return None if one_word == 1 else "a sentence of one word leaves nothing to predict: its probability is 1"
