"""The checks behind the exercises: one module per lesson, one function per exercise.

A check prints one line: `○` the exercise is still blank, `✓` it is right, `✗` with a hint. It never raises.
"""

import functools
import inspect
import textwrap

from rnn_helpers.checks.guard import Guard
from rnn_helpers.checks.hints import HintError, NotTriedError
from rnn_helpers.checks.limits import run


def check(number, takes=None, helpers=()):
    """Turn a function that finds what is wrong with an answer into a check that prints its verdict.

    The check's own `judge(answer, seconds=3, seed=None)` returns the verdict instead, with a time limit of your
    choice (None: no limit). With a seed, a function must be right for random arguments, too: a classroom's hidden test.

    Args:
        number: the exercise, such as "1.2".
        takes: the arguments of the function that is asked for, such as "x, h"; None if a value is asked for.
        helpers: pairs of a helper that the answer may call and arguments to try it with, in case it was redefined.

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
        asked_for = next(iter(inspect.signature(find_hint).parameters))
        head = f"{asked_for}({takes})" if takes else None

        def judge(answer, seconds=3, seed=None):
            if answer is ...:
                return f"○ {number} not tried yet"
            return _verdict(number, lambda: _find(find_hint, answer, head, helpers, seed), seconds)

        @functools.wraps(find_hint)
        def checked(answer):
            print(judge(answer))

        checked.judge, checked.asked_for, checked.head, checked.helpers = judge, asked_for, head, helpers
        return checked

    return decorate


def _find(find_hint, answer, head, helpers, seed):
    """The hint of an exercise's own check first, for it says most; then what else is wrong with the function."""
    if head is None:
        return find_hint(answer)
    guard = answer if isinstance(answer, Guard) else Guard(answer, head)
    guard.seed = seed
    try:
        hint = find_hint(guard)
    except HintError as error:
        hint = str(error)
    if hint is not None and (name := guard.changed_helper(helpers)):
        return f"{name} was redefined in your notebook: run the cell that brings it again, then this one"
    if hint is None and guard.changed:
        return f"the result is right, but {guard.changed}, which was given to you, is changed: work on a copy"
    return hint


def _verdict(number, find, seconds):
    """One line, whatever happens; what the answer printed is quoted at its end."""
    hint, error, printed = run(find, seconds)
    if isinstance(error, NotTriedError):
        return f"○ {number} not tried yet"
    if isinstance(error, HintError):
        hint = str(error)
    elif error is not None:
        hint = f"the check cannot read your answer ({type(error).__name__}: {error}): is it of the kind asked for?"
    line = f"✓ {number}" if hint is None else f"✗ {number} {textwrap.shorten(hint, 240, placeholder=' …')}"
    if printed.strip():
        line += f' (it also printed "{textwrap.shorten(printed, 60, placeholder=" …")}"; only what it returns counts)'
    return line
