"""Checks for the exercises of lesson 5."""

import math

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import HintError, as_array, as_number, hint_for_function, hint_for_number, same
from rnn_helpers.gradients import backward_step


@check("5.1")
def check_5_1(num_steps_to_a_tenth):
    """The first whole number of steps after which 0.9 per step is below a tenth."""
    hints = {
        21: "after 21 steps a little more than a tenth is left",
        23: "a tenth is passed one step earlier already",
        10: "each step takes a tenth of what is left, not of the start",
        9: "each step takes a tenth of what is left, not of the start",
        7: "after 7 steps about a half is left, not a tenth",
        6: "after 6 steps about a half is left, not a tenth",
        44: "that is the step below a hundredth: a tenth comes earlier",
        0: "the singular value bounds a single step: in the long run, the spectral radius counts",
        math.inf: "the singular value bounds a single step: in the long run, the spectral radius counts",
    }
    number = as_number(num_steps_to_a_tenth)
    if 0 < number < 1:
        return "that is what is left of the gradient: how many steps does it take?"
    if number != 22 and math.isclose(number, math.log(0.1) / math.log(0.9), abs_tol=0.06):
        return "steps are whole: which whole number is the first that is enough?"
    return hint_for_number(number, 22, hints, "multiply by 0.9 again and again, and count until you are below 0.1")


def _example(seed, input_size=3, num_units=4):
    random = np.random.default_rng(seed)
    sizes = [input_size, num_units, (input_size, num_units), (num_units, num_units)]
    x, h, W_x, W_h = (random.normal(size=size) for size in sizes)
    return x, h, np.maximum(0, x @ W_x + h @ W_h), random.normal(size=num_units), W_h


def _back(inside, x, h, W_h):
    """The four gradients, given what went back through the curve."""
    return [np.outer(x, inside), np.outer(h, inside), inside, inside @ W_h.T]


def _relu_back(x, h, h_new, gradient, W_h):
    return _back(gradient * (h_new > 0), x, h, W_h)


def _gradients(answer):
    shape_of_answer = "return the three gradients as a list, then the gradient of the old state, as backward_step does"
    if not isinstance(answer, tuple | list) or len(answer) != 2 or not isinstance(answer[0], tuple | list):
        raise HintError(shape_of_answer)
    if len(answer[0]) != 3:
        raise HintError(f"{shape_of_answer}: yours has {len(answer[0])} in the list")
    return [as_array(part) for part in (*answer[0], answer[1])]


BACK_SLIPS = [
    (
        lambda *args: [*backward_step(*args)[0], backward_step(*args)[1]],
        "this is still the slope of tanh: relu's is 1 where h_new is above 0, and 0 elsewhere",
    ),
    (
        lambda x, h, new, g, W_h: _back(g, x, h, W_h),
        "where relu gave 0, its slope is 0: nothing goes back through that unit",
    ),
    (
        lambda x, h, new, g, W_h: _back(g * (new <= 0), x, h, W_h),
        "the slope is 1 where h_new is above 0, not where it is 0",
    ),
    (
        lambda x, h, new, g, W_h: _back(g * new, x, h, W_h),
        "multiply by relu's slope, which is 0 or 1, not by its value",
    ),
    (
        lambda x, h, new, g, W_h: _back(np.maximum(0, g), x, h, W_h),
        "the slope depends on h_new: a gradient may be below zero",
    ),
    (lambda x, h, new, g, W_h: _back(g * (h > 0), x, h, W_h), "the slope depends on the new state, not on the old one"),
    (
        lambda x, h, new, g, W_h: _back(1.0 * (new > 0), x, h, W_h),
        "that is the slope alone: the gradient that came in is missing",
    ),
    (lambda x, h, new, g, W_h: _back(g * (new > 0), x, h, W_h.T), "on the way back, W_h is turned round"),
    (
        lambda x, h, new, g, W_h: [*_relu_back(x, h, new, g, W_h)[:3], g @ W_h.T],
        "the gradient of the old state goes through relu, too, before it goes through W_h",
    ),
    (
        lambda x, h, new, g, W_h: [*_relu_back(x, new, new, g, W_h)[:2], *_relu_back(x, h, new, g, W_h)[2:]],
        "W_h was multiplied by the old state: its gradient needs h, not h_new",
    ),
]


def _part_that_is_wrong(answer, expected):
    shapes, wanted = ([np.shape(part) for part in parts[:3]] for parts in (answer, expected))
    if shapes != wanted:
        return f"the gradients of W_x, W_h and b need the shapes of W_x, W_h and b: yours have {shapes}"
    if not same(answer[3], expected[3]):
        return "compare with backward_step: only the slope changes"
    wrong = [name for name, *parts in zip(["W_x", "W_h", "b"], answer, expected, strict=False) if not same(*parts)]
    return f"the gradient of the old state is right; that of {wrong[0]} is not"


@check("5.2", takes="x, h, h_new, gradient, W_h", helpers=[(backward_step, _example(1))])
def check_5_2(relu_backward_step):
    """One step back through relu, on numbers that the lesson did not show."""
    examples = [_example(1), _example(2, input_size=5, num_units=6)]
    return hint_for_function(
        relu_backward_step,
        _relu_back,
        BACK_SLIPS,
        examples,
        _part_that_is_wrong,
        read=_gradients,
        vary=lambda random: _example(random, *random.integers(2, 7, size=2)),
    )


def _passed(lags, recalls, threshold):
    """The lags before the first failure."""
    low = [place for place, recall in enumerate(recalls) if recall < threshold]
    return lags[: low[0]] if low else lags


LAG_SLIPS = [
    (
        lambda lags, r, t: max(lag for lag, recall in zip(lags, r, strict=True) if recall >= t),
        "after the first failure, a later success does not count",
    ),
    (
        lambda lags, r, t: lags[len(_passed(lags, r, t))],
        "that is the first lag at which it fails: return the one before",
    ),
    (lambda lags, r, t: _passed(lags, r, t + 1e-9)[-1], "a recall of just the threshold is not below it"),
    (lambda lags, r, t: len(_passed(lags, r, t)), "that is how many lags it passes: return the lag itself"),
    (lambda lags, r, t: len(_passed(lags, r, t)) - 1, "that is a place in the list: return the lag itself"),
    (lambda lags, r, t: r[len(_passed(lags, r, t)) - 1], "that is a recall: return the lag at which it stands"),
    (lambda lags, r, t: lags[-1], "that is the last lag: stop where the recall falls below the threshold"),
    (lambda lags, r, t: lags[0], "you stop after the first lag: does return stand inside the loop?"),
    (lambda lags, r, t: _passed(lags, r, t)[-2], "one lag too early: the last one before the failure counts"),
]


def _lags_and_recalls(random):
    lags = np.cumsum(random.integers(1, 5, size=6)).tolist()
    return lags, [1.0, *random.uniform(0.3, 1, size=5).tolist()], random.uniform(0.4, 0.9)


@check("5.3", takes="lags, recalls, threshold")
def check_5_3(longest_lag):
    """The longest lag before recall first falls below a threshold."""
    lags, recalls = [1, 2, 4, 8, 16, 32], [1.0, 0.95, 0.9, 0.7, 0.92, 0.2]
    edges = [
        ((lags, recalls, 0.1), 32, "if no recall is below the threshold, the longest lag of all is the answer"),
        (([1, 2], [0.3, 0.2], 0.5), 0, "if it fails at the first lag already, return 0"),
    ]
    return hint_for_function(
        longest_lag,
        lambda *args: _passed(*args)[-1],
        LAG_SLIPS,
        [(lags, recalls, 0.9), ([3, 5, 6, 9, 20], [0.9, 0.8, 0.78, 0.3, 0.6], 0.75)],
        "go through the lags in order, and keep the last one before a recall is below the threshold",
        edges,
        vary=_lags_and_recalls,
    )
