"""Checks for the exercises of lesson 6."""

import numpy as np

from rnn_helpers.checks import check

PROBLEMS = {  # the answer, and hints for wrong ones; "" is for any other
    "greetings": (
        "RNN",
        {"": "greetings: short sentences are what an RNN did best, close to what is possible"},
    ),
    "harvests": (
        "autoregression",
        {
            "RNN": "harvests: on the sunspots the network had no clear lead; take the model that is simpler",
            "": "harvests: it is a series with one number a year, like the sunspots",
        },
    ),
    "figures": (
        "convolution",
        {
            "RNN": "figures: what lies above and below counts, and the RNN hardly used it",
            "": "figures: whose neighbour a pixel is counts; which network lost most when that was shuffled away?",
        },
    ),
    "books": (
        "attention",
        {
            "RNN": "books: the chain of an RNN is as long as the text, and recall falls with distance",
            "convolution": "books: one convolution sees four words at a time; the name is far away",
            "": "books: which layer sees every place at once, in a chain that does not grow?",
        },
    ),
}


@check("6.1")
def check_6_1(choices):
    """A model for each of four problems."""
    if not isinstance(choices, dict) or set(choices) != set(PROBLEMS):
        return f"give a dictionary with a model for each of {', '.join(PROBLEMS)}"
    models = [model for model, _ in PROBLEMS.values()]
    for problem, (right, hints) in PROBLEMS.items():
        if choices[problem] not in models:
            return f"{problem}: {choices[problem]!r} is not one of {', '.join(models)}"
        if choices[problem] != right:
            return hints.get(choices[problem], hints[""])
    return None


@check("6.2")
def check_6_2(seasonal_forecast):
    """The last numbers of a series, each as the one a season earlier."""
    series = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0])
    answer = np.asarray(seasonal_forecast(series, 3, 2), dtype=float)
    wrong = [
        ([5, 7, 3], "these are the numbers to be forecast: a forecast must not look at them"),
        ([8, 5, 7], "that is the naive forecast: go back by a whole season, not by one step"),
        ([2, 8, 5, 7, 3], "stop before the end: one forecast for each of the last numbers"),
        ([1, 4, 2], "these are the first numbers: start from the end of the series"),
        ([4, 2, 8], "you go back by num_forecasts: go back by a season from each number"),
        ([7, 3], "num_forecasts and season are mixed up, or you start from the end itself"),
    ]
    for value, hint in wrong:
        if answer.shape == (len(value),) and np.allclose(answer, value):
            return hint
    if answer.shape != (3,):
        return f"of 3 forecasts, {answer.size} came back: cut the series at both ends"
    if not np.allclose(answer, [2, 8, 5]):
        return "each forecast is the number that stands one season before the one to be forecast"
    long_season = np.asarray(seasonal_forecast(series, 2, 5), dtype=float)
    if long_season.shape != (2,) or not np.allclose(long_season, [1, 4]):
        return "with a season longer than the forecast it goes wrong: cut the series by both sizes"
    return None


def _errors(*rows):
    return dict(zip(("naive", "autoregression", "GRU", "large GRU"), map(np.array, rows), strict=True))


@check("6.3")
def check_6_3(simplest_that_suffices):
    """The first model, from the simplest on, that is not clearly worse than the best."""
    base = np.array([2.0, 14.0, 5.0, 21.0, 9.0, 3.0, 17.0, 11.0])
    noise = np.array([1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.0])
    # naive: far worse. autoregression: worse by 2 each year, though the years differ by more. GRU: worse by 0.2 on
    # average, up and down. large GRU: the best.
    errors = _errors(base + 30, base + 2, base + 0.2 + noise, base)
    answer = simplest_that_suffices(errors)
    if not isinstance(answer, str):
        return "return the name of one model"
    hints = {
        "large GRU": "that is the best on average: does a simpler one do as well, given the years?",
        "autoregression": "it is worse in every single year: take the differences year by year, then their interval",
        "naive": "it is far worse than the best: compare it before you take it",
    }
    if answer != "GRU":
        return hints.get(answer, f"{answer!r} is none of the models: return a key of the dictionary")
    tests = [
        (_errors(base, base + 5, base + 5, base + 5), "naive", "where the simplest model is the best, take it"),
        (
            _errors(base + 9, base + 5, base, base + 20),
            "GRU",
            "the best need not be the last one: find it first; a larger one after it is not needed",
        ),
    ]
    for errors, expected, hint in tests:
        if simplest_that_suffices(errors) != expected:
            return hint
    return None
