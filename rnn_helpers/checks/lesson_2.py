"""Checks for the exercises of lesson 2."""

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import as_list, hint_for_function, hint_for_number


@check("2.1")
def check_2_1(num_rows):
    """How many rows lines of 7, 1 and 4 words give."""
    hints = {
        12: "that is the number of words: the first word of a line is never an answer",
        11: "each line loses one word, not the whole text",
        10: "a line of one word has no next word: it gives no row",
        8: "a line of one word gives no row, and takes none away",
        3: "that is the number of lines: a line gives several rows",
        28: "add the lines' rows; do not multiply",
        15: "a line has fewer rows than words, not more",
    }
    return hint_for_number(num_rows, 6 + 0 + 3, hints, "a line of n words gives n - 1 rows; add up the three lines")


def _padded(ids, num_steps):
    kept = ids[-num_steps:]
    return kept + [0] * (num_steps - len(kept))


PADDING_SLIPS = [
    (lambda ids, n: ([0] * n + ids)[-n:], "the zeros stand in front: put them after the ids"),
    (lambda ids, n: ([0] * (n - len(ids)) + ids)[:n], "the zeros stand in front: put them after the ids"),
    (lambda ids, n: (ids + [0] * n)[:n], "of too many ids you keep the first: keep the last"),
    (lambda ids, n: ids + [0] * (n - len(ids)), "of too many ids none goes: cut them to num_steps"),
    (lambda ids, n: ids[-n:], "of too few ids none is added: fill up with zeros"),
    (lambda ids, n: _padded(ids, n)[:-1], "the result is one id too short"),
    (lambda ids, n: [*_padded(ids, n), 0], "the result is one id too long"),
    (
        lambda ids, n: ids[-n:] + [0] * n,
        "this adds num_steps zeros, however many ids there are: add those that are missing",
    ),
    (lambda ids, n: _padded(ids[::-1], n), "the ids are turned round: keep their order"),
    (lambda ids, n: _padded(ids, n)[::-1], "all is turned round: keep the ids' order, the zeros after them"),
    (lambda ids, n: _padded(ids[-n:][::-1], n), "the ids are turned round: keep their order"),
]


def _ids_and_length(random):
    return random.integers(1, 30, size=random.integers(1, 9)).tolist(), int(random.integers(1, 9))


@check("2.2", takes="ids, num_steps")
def check_2_2(pad_behind):
    """Padding after the ids, the last ids kept."""

    def otherwise(result, expected):
        if len(result) != len(expected):
            return "the result needs num_steps ids, whether there were fewer or more"
        return "first the ids in their order, then the zeros that are missing"

    examples = [([3, 5], 4), ([3, 5, 7], 2), ([4, 6], 2), ([9], 3), ([8, 2, 6, 1, 7], 3)]
    edges = [(([], 2), [0, 0], "with no ids at all, every place is padding")]
    return hint_for_function(
        pad_behind, _padded, PADDING_SLIPS, examples, otherwise, edges, as_list, vary=_ids_and_length
    )


def _count(tokens, known):
    return sum(token not in known for token in tokens)


SHARE_SLIPS = [
    (
        lambda t, known: 1 - _count(t, known) / len(t),
        "that is the share of the known words: count those that are not known",
    ),
    (_count, "that is a count: divide it by the number of tokens"),
    (lambda t, known: 100 * _count(t, known) / len(t), "that is in percent: the share goes from 0 to 1"),
    (lambda t, known: len({*t} - {*known}) / len({*t}), "a word that comes twice counts twice"),
    (lambda t, known: len({*t} - {*known}) / len(t), "a word that comes twice counts twice"),
    (
        lambda t, known: _count(t, known) / len(known),
        "divide by the number of tokens, not by the number of known words",
    ),
    (lambda t, known: _count(known, t) / len(known), "you look up the known words among the tokens: turn it round"),
    (
        lambda t, known: _count(t, " ".join(known)) / len(t),
        "a part of a known word is not a known word: look in the list",
    ),
    (
        lambda t, known: int(t[0] not in known) / len(t),
        "you return after the first token: does return stand inside the loop?",
    ),
    (lambda t, known: 0, "nothing is counted: is each token looked up among the known words?"),
]


def _text_and_words(random):
    words = np.array(["how", "this", "is", "are", "yak", "gnu", "you", "day"])
    return random.choice(words, random.integers(2, 12)).tolist(), random.choice(words, 4, replace=False).tolist()


@check("2.3", takes="tokens, known_words")
def check_2_3(unknown_share):
    """The share of tokens outside a list of words."""
    return hint_for_function(
        unknown_share,
        lambda tokens, known: _count(tokens, known) / len(tokens),
        SHARE_SLIPS,
        [
            (["how", "is", "zebra", "zebra", "yak"], ["how", "this", "is", "are"]),
            (["yak", "is", "are", "are", "gnu", "gnu", "yak"], ["this", "are", "you"]),
        ],
        "of each token, ask whether it is among the known words; then divide by the number of all tokens",
        [(([], ["how"]), 0, "with no tokens at all, the share should be 0")],
        vary=_text_and_words,
    )
