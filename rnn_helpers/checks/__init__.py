"""The checks behind the exercises: one module per lesson, one function per exercise.

A check prints one line: `○` the exercise is still blank, `✓` it is right, `✗` with a hint. It never raises.
"""

import copy
import functools


class NotTriedError(Exception):
    """The answer is still the blank `...`."""


class HintError(Exception):
    """What is wrong with an answer, found before its check could look at it."""


def check(number):
    """Turn a function that finds what is wrong with an answer into a check that prints its verdict.

    Args:
        number: the exercise, such as "1.2".

    Returns:
        A decorator. The function below it takes the answer, and returns a hint, or None if the answer is right.

    Example:
        >>> @check("0.1")
        ... def check_0_1(answer):
        ...     return None if answer == 4 else "count the two and the two together"
        >>> check_0_1(...)
        ○ 0.1 not tried yet
        >>> check_0_1(5)
        ✗ 0.1 count the two and the two together
        >>> check_0_1(4)
        ✓ 0.1
    """

    def decorate(find_hint):
        @functools.wraps(find_hint)
        def checked(answer):
            print(_verdict(number, find_hint, answer))

        return checked

    return decorate


def _verdict(number, find_hint, answer):
    try:
        if answer is ...:
            raise NotTriedError
        hint = find_hint(_guarded(answer) if callable(answer) else answer)
    except NotTriedError:
        return f"○ {number} not tried yet"
    except HintError as error:
        hint = str(error)
    except Exception as error:  # whatever a learner's code raises, the notebook goes on
        hint = f"your answer stops with {type(error).__name__}: {error}"
    return f"✓ {number}" if hint is None else f"✗ {number} {hint}"


def _guarded(function):
    """The learner's function, kept from changing the check's data; a blank one says so."""

    @functools.wraps(function)
    def call(*args):
        result = function(*copy.deepcopy(args))
        if result is ...:
            raise NotTriedError
        if result is None:
            raise HintError("your function returns None: end it with a line that says return")
        return result

    return call
