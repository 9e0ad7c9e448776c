"""From lines of ids to the rows that a network learns from. Taught in lessons 2 and 7."""

from itertools import chain
from typing import NamedTuple

import numpy as np

from rnn_helpers.errors import InputError, require_whole
from rnn_helpers.vocabulary import LINE_END, Vocabulary

MAX_BYTES = 2**30  # 1 GiB of inputs: more would not fit beside a model on a small laptop


def prefix_rows(id_lists, num_steps):
    """Every prefix of every line, padded in front, with the id that comes next.

    Args:
        id_lists: a list of lists of int, one per line, ids from 1.
        num_steps: how many ids of a prefix are kept: the last ones.

    Returns:
        inputs: int32, shape (num_rows, num_steps); 0 is padding.
        targets: int32, shape (num_rows,).

    Example:
        >>> inputs, targets = prefix_rows([[1, 2, 3], [1, 4]], num_steps=2)
        >>> inputs.tolist()
        [[0, 1], [1, 2], [0, 1]]
        >>> targets.tolist()
        [2, 3, 4]
    """
    padding = [0] * num_steps
    padded_ids = chain.from_iterable([*padding, *ids] for ids in id_lists)
    flat = np.fromiter(padded_ids, dtype="int32")
    windows = np.lib.stride_tricks.sliding_window_view(flat, num_steps + 1)
    is_row = (windows[:, -1] > 0) & (windows[:, -2] > 0)  # a word to predict, and a word before it
    return windows[is_row, :-1], windows[is_row, -1]


def pad(ids, num_steps):
    """One prompt as the model's input: the last `num_steps` ids, with padding in front.

    Args:
        ids: a list of int.
        num_steps: the length wanted.

    Returns:
        A list of int, `num_steps` long.

    Example:
        >>> pad([1, 2], num_steps=4)
        [0, 0, 1, 2]
        >>> pad([1, 2, 3], num_steps=2)
        [2, 3]
    """
    return ([0] * num_steps + ids)[-num_steps:]


def inputs_and_targets(id_lists, num_steps=None):
    """`prefix_rows` for any text: chooses `num_steps`, and says in one line what cannot be done.

    Args:
        id_lists: a list of lists of int, one per line. A line of one word gives no row.
        num_steps: how many words the model may look back; the longest line's own length less one if None.

    Returns:
        inputs, targets: as `prefix_rows` returns them.

    Raises:
        InputError: the lines are not lists of ids, none has two words, `num_steps` is less than 1, or the rows would
            take over 1 GiB.

    Example:
        >>> inputs, targets = inputs_and_targets([[1, 2, 3], [1, 4]])
        >>> inputs.shape, targets.shape
        ((3, 2), (3,))
    """
    id_lists = list(id_lists)
    if not all(map(_is_id_list, id_lists)):
        raise InputError("the lines are not lists of ids: give [vocabulary.encode(tokenize(line)) for line in lines]")
    id_lists = [ids for ids in id_lists if len(ids) > 1]  # the others give no row, and their padding takes memory
    if not id_lists:
        raise InputError("no line of the text has two words: a row needs a word, and the word that comes next")
    longest = max(map(len, id_lists))
    if num_steps is None:
        num_steps = longest - 1
    require_whole("num_steps", num_steps, lowest=1)
    num_rows = sum(len(ids) - 1 for ids in id_lists)
    needed = 4 * num_rows * num_steps
    if needed > MAX_BYTES:
        raise InputError(
            f"{num_rows:,} rows of {num_steps:,} steps would take {needed / 2**30:,.1f} GiB: "
            f"the longest line has {longest:,} words; split it, or give a smaller num_steps such as 20"
        )
    return prefix_rows(id_lists, num_steps)


def _is_id_list(ids):
    return hasattr(ids, "__len__") and not isinstance(ids, str) and not (len(ids) and isinstance(ids[0], str))


def split_lines(lines, validation=0.1, test=0.1):
    """Cut a text into three: what a model learns from, what it is chosen by, and what it is judged by in the end.

    Each part is one piece of the text, the last ones for judging: no line is in two parts, and none that stood beside
    it. Cut *before* making rows.

    Args:
        lines: a list of str.
        validation, test: the shares of the lines; `test` may be 0.

    Returns:
        training, validation, test: lists of str.

    Raises:
        InputError: a share is not between 0 and 1, or leaves a part without a line.

    Example:
        >>> split_lines(list("abcdefghij"), validation=0.2)
        (['a', 'b', 'c', 'd', 'e', 'f', 'g'], ['h', 'i'], ['j'])
    """
    lines = list(lines)
    for name, share in {"validation": validation, "test": test}.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 1:
            raise InputError(f"{name} is {share!r}: it must be a share, 0 or more and below 1")
    num_validation, num_test = round(validation * len(lines)), round(test * len(lines))
    num_training = len(lines) - num_validation - num_test
    if num_training < 1 or num_validation < 1 or (test and num_test < 1):
        leave = "line leaves" if len(lines) == 1 else "lines leave"
        mend = f"or other shares than {validation} and {test}" if len(lines) > 1 else "or one with more line breaks"
        raise InputError(
            f"{len(lines)} {leave} {max(num_training, 0)} for training, {num_validation} for validation and "
            f"{num_test} for the test: give a longer text, {mend}"
        )
    ends = num_training, num_training + num_validation
    return lines[: ends[0]], lines[ends[0] : ends[1]], lines[ends[1] :]


def text_ids(lines, vocabulary):
    """A long text as one row of ids, with the id of the line's end after each line.

    Args:
        lines: an iterable of str, gone through once.
        vocabulary: a Vocabulary that `Vocabulary.of_text` gave.

    Returns:
        int32, shape (num_tokens,).

    Example:
        >>> lines = ["To be, or not to be", "Be not!"]
        >>> text_ids(lines, Vocabulary.of_text(lines)).tolist()
        [3, 1, 5, 4, 3, 1, 2, 1, 4, 2]
    """
    rows = (vocabulary.encode([*vocabulary.tokenize(line), LINE_END]) for line in lines)
    return np.fromiter(chain.from_iterable(rows), dtype="int32")


class Text(NamedTuple):
    """A text in three parts, each as `text_ids` gives it, and the vocabulary of the first part."""

    vocabulary: Vocabulary
    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def prepare_text(training, validation, test=(), level="word", max_words=5000):
    """The parts of a text as ids; the vocabulary is of the training part alone.

    Args:
        training, validation, test: lists of lines, as `split_lines` returns them.
        level, max_words: as in `Vocabulary.of_text`.

    Returns:
        A Text.

    Example:
        >>> text = prepare_text(["row row", "row your boat"], ["row gently"])
        >>> text.vocabulary.words, text.training.tolist(), text.validation.tolist()
        (['', 'row', '\\n', '<unknown>'], [1, 1, 2, 1, 3, 3, 2], [1, 3, 2])
    """
    vocabulary = Vocabulary.of_text(training, level, max_words)
    return Text(vocabulary, *(text_ids(part, vocabulary) for part in (training, validation, test)))


def text_windows(ids, batch_size, num_steps):
    """Cut a long text into batches of windows, each window going on where the one of the batch before ended.

    The text is cut into `batch_size` pieces that are read side by side. Nothing is copied: the windows are views of
    `ids`. What is left at the text's end, less than a batch of windows, is not read.

    Args:
        ids: shape (num_tokens,).
        batch_size: how many windows are read at once.
        num_steps: ids in a window.

    Returns:
        inputs, targets: views, shape (num_batches, batch_size, num_steps). A target is the id after its input.

    Raises:
        InputError: the text is too short for one batch.

    Example:
        >>> inputs, targets = text_windows(np.arange(1, 10), batch_size=2, num_steps=2)
        >>> inputs.tolist()
        [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]
        >>> targets.tolist()
        [[[2, 3], [6, 7]], [[4, 5], [8, 9]]]
    """
    require_whole("batch_size", batch_size, lowest=1)
    require_whole("num_steps", num_steps, lowest=1)
    num_batches = (len(ids) - 1) // (batch_size * num_steps)
    if num_batches < 1:
        raise InputError(
            f"the text has {len(ids):,} tokens, and one batch of {batch_size} windows of {num_steps} needs "
            f"{batch_size * num_steps + 1:,}: give a longer text, or a smaller batch_size or num_steps"
        )
    shape, length = (batch_size, num_batches, num_steps), batch_size * num_batches * num_steps
    inputs, targets = ids[:length].reshape(shape), ids[1 : length + 1].reshape(shape)
    return inputs.swapaxes(0, 1), targets.swapaxes(0, 1)


def ngram_overlap(id_lists, known, order):
    """How much of one text stands word for word in another: the detector of leaks, and of memorised text.

    Args:
        id_lists: a list of lists of ids, or an array of rows; runs across a 0, the padding, do not count.
        known: the other text, likewise.
        order: how many ids a run has.

    Returns:
        The share of the runs of `order` ids in `id_lists` that `known` holds too, a float from 0 to 1.

    Raises:
        InputError: `order` is less than 1, or no line is so long.

    Example:
        >>> ngram_overlap([[1, 2, 3, 4]], known=[[2, 3, 4], [5, 1, 2]], order=2)
        1.0
        >>> ngram_overlap([[1, 2, 3, 4]], known=[[2, 3, 4], [5, 1, 2]], order=3)
        0.5
    """
    require_whole("order", order, lowest=1)
    runs = _runs(id_lists, order)
    if not len(runs):
        raise InputError(f"no line has {order} words: give a smaller order")
    return float(np.isin(runs, _runs(known, order)).mean())


def _runs(id_lists, order):
    """Every run of ids, as one item that NumPy can compare; shape (num_runs,)."""
    flat = np.fromiter(chain.from_iterable([*ids, 0] for ids in id_lists), dtype="int32")
    windows = np.lib.stride_tricks.sliding_window_view(np.append(flat, [0] * order), order)
    runs = np.ascontiguousarray(windows[(windows != 0).all(axis=1)], dtype="int32")
    return runs.view(f"V{4 * order}").ravel()
