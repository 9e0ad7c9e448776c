"""What larger texts, larger models and more workers cost and gain. Taught in lesson 8."""

import numpy as np

from rnn_helpers.errors import InputError, require_whole


def require_costs(sizes, costs):
    """Raise InputError unless there are two or more different sizes, each with its cost, and all above 0."""
    for name, values in {"sizes": sizes, "costs": costs}.items():
        values = np.asarray(values)
        if values.ndim != 1 or values.dtype.kind not in "iuf" or not (np.isfinite(values) & (values > 0)).all():
            raise InputError(f"the {name} are {values.tolist()}: give a list of numbers above 0")
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise InputError(f"{len(sizes)} sizes and {len(costs)} costs: give two or more sizes, and a cost for each")


def fit_power(sizes, costs):
    """How a cost grows with a size: the best factor and exponent for cost = factor * size ** exponent.

    It is the straight line through the logarithms.

    Args:
        sizes: two or more numbers above 0, such as units.
        costs: what each size cost, such as seconds.

    Returns:
        factor, exponent.

    Raises:
        InputError: a size or cost is not above 0, or there are too few.

    Example:
        >>> [round(number, 6) for number in fit_power([1, 2, 4], [3, 12, 48])]
        [3.0, 2.0]
    """
    require_costs(sizes, costs)
    exponent, height = np.polyfit(np.log(sizes), np.log(costs), 1)
    return float(np.exp(height)), float(exponent)


def require_share(name, value):
    """Raise InputError unless `value` is a share, from 0 to 1."""
    if not 0 <= value <= 1:
        raise InputError(f"{name} is {value!r}: it must be a share, from 0 to 1")


def speed_up(serial_share, workers):
    """How many times as fast so many workers are as one: Amdahl's law.

    Args:
        serial_share: the part of the work, from 0 to 1, that has to be done by one alone.
        workers: how many share the rest.

    Returns:
        A float, at most `workers`.

    Raises:
        InputError: the share is none, or there is no worker.

    Example:
        >>> speed_up(0.5, workers=4)
        1.6
    """
    require_share("serial_share", serial_share)
    require_whole("workers", workers, lowest=1)
    return 1 / (serial_share + (1 - serial_share) / workers)
