"""From lines of ids to the rows that a network learns from. Taught in lesson 2."""

from itertools import chain

import numpy as np

from rnn_helpers.errors import InputError, require_whole

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
