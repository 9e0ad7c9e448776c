"""The one kind of error that the helpers raise for input they cannot use."""


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
    is_whole = isinstance(value, int) or hasattr(value, "__index__")
    if isinstance(value, bool) or not is_whole or value < lowest:
        raise InputError(f"{name} is {value!r}: it must be a whole number, {lowest} or more")
