"""Checks for the exercises of lesson 5."""

import math

import numpy as np

from rnn_helpers.checks import check


@check("5.1")
def check_5_1(num_steps):
    """The first whole number of steps after which 0.9 per step is below a tenth: 0.9^22 = 0.098."""
    hints = {
        21: "after 21 steps a little more than a tenth is left: one more",
        10: "each step takes a tenth of what is left, not of the start",
        9: "each step takes a tenth of what is left, not of the start",
        7: "after 7 steps about a half is left, not a tenth",
        6: "after 6 steps about a half is left, not a tenth",
        44: "that is the step below a hundredth: a tenth comes earlier",
        0: "the singular value bounds a single step: in the long run, the spectral radius counts",
        math.inf: "the singular value bounds a single step: in the long run, the spectral radius counts",
    }
    if num_steps == 22:
        return None
    if isinstance(num_steps, int | float) and 0 < num_steps < 1:
        return "that is what is left of the gradient: how many steps does it take?"
    if isinstance(num_steps, float) and math.isclose(num_steps, math.log(0.1) / math.log(0.9), abs_tol=0.06):
        return "steps are whole: round up"
    return hints.get(num_steps, "multiply by 0.9 again and again, and count until you are below 0.1")


def _example():
    random = np.random.default_rng(1)
    x, h, W_x, W_h = (random.normal(size=size) for size in [3, 4, (3, 4), (4, 4)])
    h_new = np.maximum(0, x @ W_x + h @ W_h)
    return x, h, h_new, random.normal(size=4), W_h


@check("5.2")
def check_5_2(relu_backward_step):
    """One step back through relu, on numbers that the lesson did not show."""
    x, h, h_new, gradient, W_h = _example()
    answer = relu_backward_step(x, h, h_new, gradient, W_h)
    if not isinstance(answer, tuple | list) or len(answer) != 2 or np.shape(answer[1]) != (4,) or len(answer[0]) != 3:
        return "return the three gradients as a list, then the gradient of the old state, as backward_step does"
    of_weights, of_state = answer
    inside = gradient * (h_new > 0)
    wrong = [
        (
            gradient * (1 - h_new**2),
            "this is still the slope of tanh: relu's is 1 where h_new is above 0, and 0 elsewhere",
        ),
        (gradient, "where relu gave 0, its slope is 0: nothing goes back through that unit"),
        (gradient * (h_new <= 0), "the slope is 1 where h_new is above 0, not where it is 0"),
        (gradient * h_new, "multiply by relu's slope, which is 0 or 1, not by its value"),
        (np.maximum(0, gradient), "the slope depends on h_new: a gradient may be below zero"),
        (gradient * (h > 0), "the slope depends on the new state, not on the old one"),
    ]
    for value, hint in wrong:
        if np.allclose(of_state, value @ W_h.T):
            return hint
    if np.allclose(of_state, inside @ W_h):
        return "on the way back, W_h is turned round: W_h.T"
    if not np.allclose(of_state, inside @ W_h.T):
        return "compare with backward_step: only the slope changes"
    shapes = [np.shape(part) for part in of_weights]
    if shapes != [(3, 4), (4, 4), (4,)]:
        return f"the gradients of W_x, W_h and b need the shapes of W_x, W_h and b: yours have {shapes}"
    right = [np.outer(x, inside), np.outer(h, inside), inside]
    names = [
        name
        for name, part, value in zip(["W_x", "W_h", "b"], of_weights, right, strict=True)
        if not np.allclose(part, value)
    ]
    return f"the gradient of the old state is right; that of {names[0]} is not" if names else None


@check("5.3")
def check_5_3(longest_lag):
    """The longest lag before recall first falls below a threshold."""
    lags, recalls = [1, 2, 4, 8, 16, 32], [1.0, 0.95, 0.9, 0.7, 0.92, 0.2]
    answer = longest_lag(lags, recalls, 0.9)
    wrong = [
        (16, "the network fails at lag 8 already: what comes after the first failure does not count"),
        (8, "that is the first lag at which it fails: return the one before"),
        (2, "a recall of just the threshold is not below it"),
        (3, "that is how many lags it passes: return the lag itself"),
        (0.9, "that is a recall: return the lag at which it stands"),
        (32, "that is the last lag: stop where the recall falls below the threshold"),
        (1, "you stop after the first lag: does return stand inside the loop?"),
    ]
    for value, hint in wrong:
        if answer == value:
            return hint
    if answer != 4:
        return "go through the lags in order, and keep the last one before a recall is below the threshold"
    if longest_lag(lags, recalls, 0.1) != 32:
        return "if no recall is below the threshold, the longest lag of all is the answer"
    return None if longest_lag([1, 2], [0.3, 0.2], 0.5) == 0 else "if it fails at the first lag already, return 0"
