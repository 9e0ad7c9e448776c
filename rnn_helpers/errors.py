"""What the helpers say about input that they cannot use, or use only in part."""

import math
import numbers
import operator
import sys
import warnings


class InputError(ValueError):
    """An input that cannot be used. Its message names the input, the problem and the mend, in one line.

    Example:
        >>> raise InputError("epochs is -1: it must be a whole number, 1 or more")
        Traceback (most recent call last):
            ...
        rnn_helpers.errors.InputError: epochs is -1: it must be a whole number, 1 or more
    """

    def _render_traceback_(self):
        """What Jupyter shows in place of the stack of calls: the line alone."""
        return [f"InputError: {self}"]


def require_whole(name, value, lowest):
    """Raise InputError unless `value` is a whole number of at least `lowest`.

    Example:
        >>> require_whole("epochs", 200, lowest=1)
    """
    try:
        is_right = not isinstance(value, bool) and operator.index(value) >= lowest
    except TypeError:  # a float, a text, None, an array
        is_right = False
    if not is_right:
        raise InputError(f"{name} is {value!r}: it must be a whole number, {lowest} or more")


def require_seed(value):
    """Raise InputError unless `value` can be a seed of NumPy, Keras and TensorFlow alike.

    Example:
        >>> require_seed(0)
    """
    require_whole("seed", value, lowest=0)
    if value >= 2**31:
        raise InputError(f"seed is {value!r}: it must be a whole number below {2**31}")


def require_above_zero(name, value):
    """Raise InputError unless `value` is a finite number above 0.

    Example:
        >>> require_above_zero("temperature", 0.5)
    """
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not 0 < value < math.inf:
        raise InputError(f"{name} is {value!r}: it must be a number above 0")


def warn(message):
    """Give a UserWarning that points at the line which called into the helpers, however deep it arose."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("rnn_helpers."):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
