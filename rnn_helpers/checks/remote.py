"""The far side of a check: in a classroom, answers live in a sandbox, and their judge lives outside.

The judge (`classroom/judge.py`) asks, and `reply` answers, both in JSON, which can carry values but no code. So an
answer can spoil what it says about itself, and nothing else.
"""

import importlib
import json

import numpy as np

from rnn_helpers.checks.guard import Guard
from rnn_helpers.checks.hints import HintError, NothingReturnedError, NotTriedError
from rnn_helpers.checks.limits import run

MOST_NESTED = 20


class AskedError(BaseException):
    """A function that was given to the answer was called, and only the judge has it. No `except Exception` stops it."""


def encode(value, functions=None, depth=0):
    """A value as JSON can carry it.

    Args:
        value: a number, text, list, tuple, set, dictionary, array; of anything else only its type arrives.
        functions: a list that collects the functions found inside; they arrive as stand-ins.

    Example:
        >>> decode(encode({"a": (1, np.array([2.5, 3.5]))}))
        {'a': (1, array([2.5, 3.5]))}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return encode(value.item(), functions, depth)
    if depth < MOST_NESTED:
        if isinstance(value, list | tuple | set | frozenset):
            kind = next(kind.__name__ for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
            return {kind: [encode(part, functions, depth + 1) for part in value]}
        if isinstance(value, dict):
            return {"dict": [[encode(part, functions, depth + 1) for part in pair] for pair in value.items()]}
    if value is ...:
        return {"blank": True}
    if callable(value):
        if functions is None:
            return {"function": -1}
        functions.append(value)
        return {"function": len(functions) - 1}
    return _encode_array(value)


def _encode_array(value):
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biufU":
            return {"array": array.tolist(), "dtype": array.dtype.str, "shape": array.shape}
    except Exception:  # a value may do anything when it is looked at
        pass
    return {"other": type(value).__name__}


def decode(data, known=None):
    """The value again. A function calls up what is in `known`, and is asked for what is not."""
    if not isinstance(data, dict):
        return data
    (kind, content), *_ = data.items()
    if kind == "array":
        return np.array(content, dtype=np.dtype(data["dtype"])).reshape(data["shape"])
    if kind in ("list", "tuple", "set", "frozenset"):
        return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind](
            decode(part, known) for part in content
        )
    if kind == "dict":
        return {decode(key, known): decode(value, known) for key, value in content}
    if kind == "function":
        return _stand_in(content, known or {})
    return ... if kind == "blank" else type(str(content), (), {})()


def _stand_in(number, known):
    def ask(*args):
        call = json.dumps([number, encode(args)])
        if call not in known:
            raise AskedError(call)
        return decode(known[call])

    return ask


def reply(answer, request, seconds=3):
    """What the judge wants to know about an answer, as JSON.

    Args:
        answer: the learner's value or function.
        request: JSON. `{}` asks for the value itself. With `head`, `args` and `known`, the function is called; with
            `helpers`, it is asked which of these helpers was redefined.

    Example:
        >>> reply(lambda x: x + 1, '{"head": "more(x)", "args": {"tuple": [2]}, "known": {}}')
        '{"printed": "", "changed": null, "result": 3}'
    """
    request = json.loads(request)
    if "helpers" in request:
        helpers = [
            (getattr(importlib.import_module(module), name), decode(args)) for module, name, args in request["helpers"]
        ]
        return json.dumps({"redefined": Guard(answer, request["head"]).changed_helper(helpers)})
    if "args" not in request:
        return json.dumps({"result": encode(answer)})
    guard = Guard(answer, request["head"])
    args = decode(request["args"], request["known"])
    result, error, printed = run(lambda: guard(*args), seconds)
    told = {"printed": printed, "changed": guard.changed}
    if error is None:
        told["result"] = encode(result)
    elif isinstance(error, AskedError):
        told["asked"] = str(error)
    else:
        kinds = [(NotTriedError, "not_tried"), (NothingReturnedError, "nothing"), (HintError, "hint")]
        told[next((name for kind, name in kinds if isinstance(error, kind)), "hint")] = str(error)
    return json.dumps(told)
