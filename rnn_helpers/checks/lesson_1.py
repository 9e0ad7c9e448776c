"""Checks for the exercises of lesson 1."""

import numpy as np

from rnn_helpers.cells import rnn_step, unroll
from rnn_helpers.checks import check


@check("1.1")
def check_1_1(num_weights):
    """How many numbers a recurrent network with 3 units and 5 one-hot words has: 15 + 9 + 3."""
    hints = {
        27 - 3: "the bias is missing: one number for each unit",
        27 - 9: "W_h is missing: from each old number to each new one",
        27 - 15: "W_x is missing: a row for each word, a column for each unit",
        15 + 25 + 5: "W_h and b belong to the state: count units there, not words",
        15 + 9 + 5: "the bias has one number for each unit, not for each word",
        15 * 9 * 3: "add the three sizes; do not multiply them",
    }
    return None if num_weights == 27 else hints.get(num_weights, "write down the shapes of W_x, W_h and b; then add up")


def _example():
    random = np.random.default_rng(1)
    return random.normal(size=(3, 3)), random.normal(size=2), *(random.normal(size=s) for s in [(3, 2), (2, 2), 2])


@check("1.2")
def check_1_2(relu_step):
    """The recurrent step with relu, on numbers that the lesson did not show."""
    inputs, h, W_x, W_h, b = _example()
    steps = [(relu_step(x, h, W_x, W_h, b), x @ W_x, h @ W_h) for x in inputs]
    if any(np.shape(answer) != (2,) for answer, _, _ in steps):
        return "the new state needs one number for each unit: the shape of h"

    def equals(expected):
        return all(np.allclose(answer, expected(from_x, from_h)) for answer, from_x, from_h in steps)

    wrong = [
        (lambda x, h: np.tanh(x + h + b), "this is still tanh: relu keeps positive numbers as they are"),
        (lambda x, h: x + h + b, "numbers below zero must become 0"),
        (lambda x, h: np.minimum(0, x + h + b), "this keeps the numbers below zero: relu keeps the others"),
        (lambda x, h: abs(x + h + b), "this turns the sign round: below zero, relu gives 0"),
        (lambda x, h: np.maximum(0, x + h), "the bias is missing"),
        (lambda x, h: np.maximum(0, x + b), "the old state is missing"),
        (lambda x, h: np.maximum(0, x) + np.maximum(0, h) + b, "add everything first; then apply relu once"),
        (lambda x, h: np.maximum(0, x + h) + b, "the bias goes inside relu, too"),
    ]
    if equals(lambda x, h: np.maximum(0, x + h + b)):
        return None
    found = [hint for expected, hint in wrong if equals(expected)]
    return found[0] if found else "compare with rnn_step: only the curve around the sum changes"


@check("1.3")
def check_1_3(read_on):
    """Reading a sequence from a given state on."""
    inputs, h, *weights = _example()
    answer = np.asarray(read_on(h, inputs, *weights))
    states = [h]
    for x in inputs:
        states.append(rnn_step(x, states[-1], *weights))
    if answer.shape == (2,) and np.allclose(answer, states[-1]):
        same_again = np.allclose(read_on(h, inputs[:0], *weights), h)
        return None if same_again else "with no inputs at all, the state should come back as it was"
    if answer.ndim == 2:
        return "return the last state alone, not all of them"
    if np.allclose(answer, unroll(inputs, *weights)[-1]):
        return "you start from zero: start from the state h that is given"
    if np.allclose(answer, states[1]):
        return "you return after the first input: does return stand inside the loop?"
    if np.allclose(answer, rnn_step(inputs[-1], h, *weights)):
        return "the state is not carried on: each step needs the state that the step before made"
    if np.allclose(answer, states[-2]):
        return "the last input is missing"
    return "go through the inputs in order, and let each step replace the state"
