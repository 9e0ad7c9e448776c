"""The results that the course's experiments stored, and tables of them. Taught in lesson 6."""

from collections import defaultdict

import numpy as np

from rnn_helpers.errors import InputError
from rnn_helpers.experiments import RESULTS, interval, load_results


def stored_results(name, *keys, **wanted):
    """What an experiment found, grouped by its settings.

    Args:
        name: of the experiment: "sunspots" for rnn_helpers/measured/sunspots.json.
        keys: the entries of a setting to group by; None stands where a setting lacks the entry.
        wanted: entries that a setting must have; the others are left out.

    Returns:
        A dict from the values of the keys, a tuple (the value alone, if there is one key), to the list of results, one
        for each seed.

    Raises:
        InputError: there is no such file, or no setting has what is wanted.

    Example:
        >>> found = stored_results("digits", "kind", pixels="in place")
        >>> list(found), len(found["CNN"])
        (['SimpleRNN', 'GRU', 'CNN', 'Dense'], 10)
    """
    found = defaultdict(list)
    for done in load_results(RESULTS / f"{name}.json"):
        setting = done["setting"]
        if wanted.items() <= setting.items():
            values = tuple(setting.get(key) for key in keys)
            found[values[0] if len(values) == 1 else values].append(done["result"])
    if not found:
        raise InputError(f"no setting of {name!r} has {wanted}: look into {f'{name}.json'!r} for what there is")
    return dict(found)


def print_table(rows, digits=2, ends="interval"):
    """Print measurements, a row for each name: each as the mean with two ends.

    Args:
        rows: a dict from a name, or a tuple of its parts, to a list of measurements, each a list of numbers.
        digits: after the point.
        ends: "interval" (where the true mean lies with 95 % confidence) or "range" (the least and the most).

    Raises:
        InputError: `ends` is neither of the two; or a measurement is too small for `interval`.

    Example:
        >>> print_table({"GRU": [[1.0, 2.0, 3.0], [5.0, 5.5, 6.0]], "CNN": [[2.0, 2.0], [4.0, 5.0]]}, 1, ends="range")
        GRU  2.0 (1.0 to 3.0)  5.5 (5.0 to 6.0)
        CNN  2.0 (2.0 to 2.0)  4.5 (4.0 to 5.0)
    """
    if ends not in ("interval", "range"):
        raise InputError(f"ends is {ends!r}: it must be 'interval' or 'range'")
    table = []
    for name, measurements in rows.items():
        parts = [str(part) for part in (name if isinstance(name, tuple) else [name]) if part is not None]
        numbers = [interval(row) if ends == "interval" else (np.mean(row), min(row), max(row)) for row in measurements]
        shown = [f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})" for mean, low, high in numbers]
        table.append([" ".join(parts), *shown])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *others in table:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print(first.ljust(widths[0]), *cells, sep="  ")
