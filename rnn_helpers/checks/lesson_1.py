"""Checks for the exercises of lesson 1."""

import numpy as np

from rnn_helpers.cells import rnn_step, unroll
from rnn_helpers.checks import check
from rnn_helpers.checks.hints import as_array, hint_for_function, hint_for_number


@check("1.1")
def check_1_1(num_weights):
    """How many numbers a recurrent network with 3 units and 5 one-hot words has."""
    hints = {
        27 - 3: "the bias is missing: one number for each unit",
        27 - 9: "W_h is missing: from each old number to each new one",
        27 - 15: "W_x is missing: a row for each word, a column for each unit",
        15 + 25 + 5: "W_h and b belong to the state: count units there, not words",
        15 + 9 + 5: "the bias has one number for each unit, not for each word",
        15 * 9 * 3: "add the three sizes; do not multiply them",
        15: "that is W_x alone: W_h and b have numbers to learn, too",
    }
    return hint_for_number(num_weights, 27, hints, "write down the shapes of W_x, W_h and b; then add up")


def _example(seed, input_size=3, num_units=2, num_steps=3):
    random = np.random.default_rng(seed)
    sizes = [(num_steps, input_size), num_units, (input_size, num_units), (num_units, num_units), num_units]
    return [random.normal(size=size) for size in sizes]


def _steps(seed, **sizes):
    """Arguments for single steps: each input with a state."""
    inputs, *others = _example(seed, **sizes)
    return [(x, *others) for x in inputs]


def _sequence(seed, **sizes):
    inputs, h, *weights = _example(seed, **sizes)
    return h, inputs, *weights


def _sizes(random):
    return dict(zip(["input_size", "num_units", "num_steps"], random.integers(2, 7, size=3), strict=True))


HELPERS = [(rnn_step, _steps(1)[0]), (unroll, [_example(1)[place] for place in (0, 2, 3, 4)])]

STEP_SLIPS = [
    (rnn_step, "this is still tanh: relu keeps positive numbers as they are"),
    (lambda x, h, W_x, W_h, b: x @ W_x + h @ W_h + b, "numbers below zero must become 0"),
    (lambda *args: np.minimum(0, _sum(*args)), "this keeps the numbers below zero: relu keeps the others"),
    (lambda *args: abs(_sum(*args)), "this turns the sign round: below zero, relu gives 0"),
    (lambda x, h, W_x, W_h, b: _relu(x @ W_x + h @ W_h), "the bias is missing"),
    (lambda x, h, W_x, W_h, b: _relu(x @ W_x + b), "the old state is missing"),
    (lambda x, h, W_x, W_h, b: _relu(h @ W_h + b), "the input is missing"),
    (
        lambda x, h, W_x, W_h, b: _relu(x @ W_x + W_h @ h + b),
        "W_h is turned round: a column belongs to each new number",
    ),
    (lambda x, h, W_x, W_h, b: _relu(x @ W_x) + _relu(h @ W_h) + b, "add everything first; then apply relu once"),
    (lambda x, h, W_x, W_h, b: _relu(x @ W_x + h @ W_h) + b, "the bias goes inside relu, too"),
    (lambda *args: np.where(_sum(*args) > 0, 1, 0), "above zero, relu gives the number itself, not 1"),
]


def _sum(x, h, W_x, W_h, b):
    return x @ W_x + h @ W_h + b


def _relu(z):
    return np.maximum(0, z)


@check("1.2", takes="x, h, W_x, W_h, b", helpers=HELPERS)
def check_1_2(relu_step):
    """The recurrent step with relu, on numbers that the lesson did not show."""

    def otherwise(result, expected):
        if result.shape != expected.shape:
            return "the new state needs one number for each unit: the shape of h"
        return "compare with rnn_step: only the curve around the sum changes"

    examples = [*_steps(1), *_steps(2, input_size=4, num_units=3)]
    return hint_for_function(
        relu_step,
        lambda *args: _relu(_sum(*args)),
        STEP_SLIPS,
        examples,
        otherwise,
        read=as_array,
        vary=lambda random: _steps(random, **_sizes(random))[0],
    )


def _states(h, inputs, *weights):
    states = [h]
    for x in inputs:
        states.append(rnn_step(x, states[-1], *weights))
    return np.array(states)


READING_SLIPS = [
    (_states, "return the last state alone, not all of them"),
    (lambda *args: _states(*args)[1:], "return the last state alone, not all of them"),
    (
        lambda h, inputs, *weights: unroll(inputs, *weights)[-1],
        "you start from zero: start from the state h that is given",
    ),
    (lambda h, inputs, *weights: unroll(inputs, *weights), "you start from zero: start from the state h that is given"),
    (lambda *args: _states(*args)[1], "you return after the first input: does return stand inside the loop?"),
    (
        lambda h, inputs, *weights: rnn_step(inputs[-1], h, *weights),
        "the state is not carried on: each step needs the state that the step before made",
    ),
    (lambda *args: _states(*args)[-2], "the last input is missing"),
    (lambda h, inputs, *weights: _states(h, inputs[1:], *weights)[-1], "the first input is missing"),
    (
        lambda h, inputs, *weights: _states(h, inputs[::-1], *weights)[-1],
        "the inputs are read from the end: read in order",
    ),
    (lambda h, *_: h, "the state comes back as it was given: is the new one stored in h?"),
]


@check("1.3", takes="h, inputs, W_x, W_h, b", helpers=HELPERS)
def check_1_3(read_on):
    """Reading a sequence from a given state on."""
    h, inputs, *weights = _sequence(1)
    return hint_for_function(
        read_on,
        lambda *args: _states(*args)[-1],
        READING_SLIPS,
        [(h, inputs, *weights), _sequence(2, input_size=4, num_units=3, num_steps=5)],
        "go through the inputs in order, and let each step replace the state",
        [((h, inputs[:0], *weights), h, "with no inputs at all, the state should come back as it was")],
        as_array,
        vary=lambda random: _sequence(random, **_sizes(random)),
    )
