"""The learner's function, as a check calls it: whatever it does becomes a hint."""

import builtins
import copy
import inspect
import types
from collections.abc import Iterator

from rnn_helpers.checks.hints import HintError, NothingReturnedError, NotTriedError, kind_of, same

NO_FIT = ["mismatch in its core dimension", "could not be broadcast", "not aligned"]  # as NumPy says it


class Guard:
    """A function that gets copies of its arguments, and whose slips are told in words.

    Args:
        function: the learner's.
        head: the first line of its stub, such as "relu_step(x, h)".

    Example:
        >>> Guard(lambda x: x.append(3), head="longer(x)")([1, 2])
        Traceback (most recent call last):
        rnn_helpers.checks.hints.NothingReturnedError: your function returns None: end it with a line that says return
    """

    def __init__(self, function, head):
        if not callable(function):
            raise HintError(f"a function is wanted, and yours is {kind_of(function)}: keep the line def {head}:")
        self.function, self.head = function, head
        self.changed = None  # the first argument that the function changed
        self.seed = None  # of random arguments beside a check's own

    def __call__(self, *args):
        """The function's result. A generator is read to its end, as its code runs only then."""
        self._require_arguments(args)
        given = copy.deepcopy(args)
        try:
            result = self.function(*given)
            result = list(result) if isinstance(result, Iterator) else result
        except (HintError, NotTriedError):
            raise
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            raise HintError(self._tell(error)) from error
        self._note_changes(args, given)
        if result is ...:
            raise NotTriedError
        if result is None:
            raise NothingReturnedError("your function returns None: end it with a line that says return")
        return result

    def _require_arguments(self, args):
        try:
            inspect.signature(self.function).bind(*args)
        except TypeError:
            raise HintError(f"your function takes other arguments: keep the line def {self.head}:") from None
        except ValueError:  # some built-in functions do not tell what they take
            pass

    def _note_changes(self, args, given):
        names = self.head.partition("(")[2].rstrip(")").split(", ")
        for name, before, after in zip(names, args, given, strict=True):
            if self.changed is None and not same(before, after, 0):
                self.changed = name

    def _tell(self, error):
        if isinstance(error, RecursionError):
            return "your function calls itself without end: when should it stop?"
        hidden = [name for name in names_in(self.function) if self._hides(name)]
        if isinstance(error, TypeError) and hidden and "not callable" in str(error):
            return (
                f"{hidden[0]} is no longer Python's own: you used the name for a value. Rename it, then del {hidden[0]}"
            )
        code, line = getattr(self.function, "__code__", None), ""
        trace = error.__traceback__
        while trace is not None:
            if code is not None and trace.tb_frame.f_code.co_filename == code.co_filename:
                line = f" in line {trace.tb_lineno}"
            trace = trace.tb_next
        if isinstance(error, ValueError) and any(words in str(error) for words in NO_FIT):
            return f"your answer stops{line}: the shapes of two arrays do not fit there; which axis goes with which?"
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return f"your answer stops{line} with {message}"

    def changed_helper(self, helpers):
        """The name of a course's helper that the function uses after the notebook has changed what it does, or None.

        Args:
            helpers: pairs of a helper and arguments to try it with.
        """
        for helper, args in helpers:
            name = helper.__name__
            own = getattr(self.function, "__globals__", {}).get(name, helper)
            if name in names_in(self.function) and own is not helper:
                try:
                    if not same(own(*copy.deepcopy(args)), helper(*args)):
                        return name
                except Exception:  # it does not even take what the helper takes
                    return name
        return None

    def _hides(self, name):
        own = getattr(self.function, "__globals__", {}).get(name, len)
        return hasattr(builtins, name) and not callable(own)


def names_in(function):
    """The names that a function's code looks up outside of it, in its inner functions, too."""
    names, codes = [], [getattr(function, "__code__", None)]
    for code in codes:
        if code is not None:
            names += code.co_names
            codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return names
