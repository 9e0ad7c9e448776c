"""Finding the hint for a wrong answer: what it is, and which typical slip would have given it."""

import numpy as np

FIXED = "right for one example of this check, wrong for another: is a number, a size or a name fixed in your code?"
NOT_A_NUMBER = "your result is nan, not a number: a logarithm of what is below 0, or 0 divided by 0?"
SOMETIMES_NONE = "your function returns None for some arguments: does each way through it end with return?"
ROUNDED = "almost right: return the number as it is, without rounding"


class NotTriedError(Exception):
    """The answer is still the blank `...`."""


class HintError(Exception):
    """What is wrong with an answer, found before its check could look at it."""


class NothingReturnedError(HintError):
    """The function returned None."""


def kind_of(value):
    """What a value is, in words.

    Example:
        >>> kind_of("27"), kind_of([27]), kind_of(np.zeros((2, 3)))
        ('a text', 'a list of 1', 'an array of shape (2, 3)')
    """
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.shape else f"the number {value}"
    if isinstance(value, list | tuple | set | dict):
        return f"a {type(value).__name__} of {len(value)}"
    names = {str: "a text", type(None): "None", bool: "a yes or no"}
    return names.get(type(value), "a function" if callable(value) else f"of type {type(value).__name__}")


def as_number(answer, wanted="one number"):
    """An answer as a float, whichever kind of number it is: Python's, NumPy's or Keras's."""
    value = as_array(answer, wanted)
    if value.shape:
        raise HintError(f"{wanted} is wanted, and yours is {kind_of(answer)}")
    return float(value)


def as_array(answer, wanted="an array of numbers"):
    """An answer as an array of floats: from a list, a tuple, an array of any type."""
    try:
        if answer is None or any(isinstance(part, str) for part in np.ravel(np.asarray(answer))):
            raise TypeError
        return np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise HintError(f"{wanted} is wanted, and yours is {kind_of(answer)}") from None


def as_list(answer):
    """An answer as a list: from a tuple, an array, a generator."""
    if isinstance(answer, str | set | dict) or not np.iterable(answer):
        raise HintError(f"a list is wanted, and yours is {kind_of(answer)}")
    return answer.tolist() if isinstance(answer, np.ndarray) else list(answer)


def same(first, second, tolerance=1e-5):
    """Whether two values agree: numbers nearly (float32 is exact enough), all else exactly.

    Example:
        >>> same([0.1 + 0.2, 1], np.array([0.3, 1])), same([3, 5], [3]), same(["how"], ["how"])
        (True, False, True)
    """
    if isinstance(first, dict) and isinstance(second, dict):
        return list(first) == list(second) and all(same(first[key], second[key], tolerance) for key in first)
    try:
        if all(np.asarray(value).dtype.kind in "biuf" for value in (first, second)):
            alike = np.shape(first) == np.shape(second)
            return alike and np.allclose(first, second, rtol=tolerance, atol=tolerance / 20, equal_nan=True)
    except ValueError:  # lists of arrays of several shapes
        pass
    first, second = (value.tolist() if isinstance(value, np.ndarray) else value for value in (first, second))
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(same(a, b, tolerance) for a, b in zip(first, second, strict=True))
    return bool(np.all(first == second))


def hint_for_number(answer, right, hints, otherwise):
    """The hint for an answer that is one number: `hints` has those of typical wrong ones."""
    number = as_number(answer)
    return None if number == right else hints.get(number, otherwise)


def hint_for_function(
    function, right, slips, examples, otherwise, edges=(), read=as_number, if_none=SOMETIMES_NONE, vary=None
):
    """The hint for an answer that is a function, from what it returns for several examples.

    Args:
        function: the learner's.
        right: a function that does it right.
        slips: pairs of a function that does it wrong in a typical way, and its hint. The first one that agrees with
            the learner's in every example is taken.
        examples: at least two lists of arguments, so that fixed numbers do not pass.
        otherwise: the hint if no slip fits; or a function that makes it from the first result and the right one.
        edges: triples of arguments, the right result and a hint; they are tried when the examples are right.
        read: turns a result into what can be compared, or raises a HintError.
        if_none: the hint if it returns None, but not for the first example.
        vary: makes one more list of arguments from a NumPy random generator. These are tried last, and only if the
            function, a `Guard`, has a seed.

    Returns:
        The hint, or None if all is right.
    """
    results = []
    for example in examples:
        try:
            results.append(read(function(*example)))
        except NothingReturnedError:
            if results:
                return if_none
            raise

    def agrees(other, tolerance=1e-5):
        return [same(result, other(*example), tolerance) for result, example in zip(results, examples, strict=True)]

    is_right = agrees(right)
    if all(is_right):
        return _edge_hint(function, edges, read) or _varied_hint(function, right, vary, read)
    for slip, hint in slips:
        if all(agrees(slip)):
            return hint
    if isinstance(results[0], float | np.ndarray) and np.isnan(results[0]).any():
        return NOT_A_NUMBER
    if all(agrees(right, 0.01)):
        return ROUNDED
    if any(is_right):
        return FIXED
    return otherwise(results[0], right(*examples[0])) if callable(otherwise) else otherwise


def _edge_hint(function, edges, read):
    for arguments, expected, hint in edges:
        try:
            if not same(read(function(*arguments)), expected):
                return hint
        except HintError:  # it raised, or returned None: the hint says for what
            return hint
    return None


def _varied_hint(function, right, vary, read, num_examples=5):
    if vary is None or function.seed is None:
        return None
    random = np.random.default_rng(function.seed)
    for _ in range(num_examples):
        arguments = vary(random)
        try:
            if not same(read(function(*arguments)), right(*arguments)):
                return FIXED
        except NothingReturnedError:
            return SOMETIMES_NONE
    return None
