"""Checks for the exercises of lesson 2."""

import math

from rnn_helpers.checks import check


@check("2.1")
def check_2_1(num_rows):
    """How many rows lines of 7, 1 and 4 words give: 6 + 0 + 3."""
    hints = {
        12: "that is the number of words: the first word of a line is never an answer",
        11: "each line loses one word, not the whole text",
        10: "a line of one word has no next word: it gives no row",
        8: "a line of one word gives no row, and takes none away",
        3: "that is the number of lines: a line gives several rows",
    }
    return None if num_rows == 9 else hints.get(num_rows, "a line of n words gives n - 1 rows; add up the three lines")


@check("2.2")
def check_2_2(pad_behind):
    """Padding after the ids, the last ids kept."""
    short, long = list(pad_behind([3, 5], 4)), list(pad_behind([3, 5, 7], 2))
    if len(short) != 4 or len(long) != 2:
        return "the result needs num_steps ids, whether there were fewer or more"
    if short == [0, 0, 3, 5]:
        return "the zeros stand in front: put them after the ids"
    if short == [5, 3, 0, 0]:
        return "the ids are turned round: keep their order"
    if short != [3, 5, 0, 0]:
        return "with ids 3 and 5 and four steps, the result should be 3, 5 and then two times id 0"
    if long == [3, 5]:
        return "of too many ids you keep the first: keep the last"
    if long != [5, 7]:
        return "of the ids 3, 5, 7 and two steps, the last two ids should stay"
    return None if list(pad_behind([4, 6], 2)) == [4, 6] else "ids that fit exactly should stay as they are"


@check("2.3")
def check_2_3(unknown_share):
    """The share of tokens outside a list of words."""
    answer = unknown_share(["how", "is", "zebra", "zebra", "yak"], ["how", "is", "are"])
    wrong = [
        (0.4, "that is the share of the known words: count those that are not known"),
        (3, "that is a count: divide it by the number of tokens"),
        (60, "that is in percent: the share goes from 0 to 1"),
        (0.5, "a word that comes twice counts twice"),
        (1.0, "divide by the number of tokens, not by the number of known words"),
        (0, "nothing is counted: is each token looked up among the known words?"),
    ]
    for value, hint in wrong:
        if math.isclose(answer, value):
            return hint
    if not math.isclose(answer, 0.6):
        return "of five tokens of which three are unknown, the share is three fifths"
    return None if unknown_share([], ["how"]) == 0 else "with no tokens at all, the share should be 0"
