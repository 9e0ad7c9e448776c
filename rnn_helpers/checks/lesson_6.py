"""Checks for the exercises of lesson 6."""

import numpy as np

from rnn_helpers.checks import check
from rnn_helpers.checks.hints import HintError, as_array, hint_for_function, kind_of
from rnn_helpers.experiments import interval

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
        if choices[problem] is ...:
            return f"{problem}: this one is still blank"
        if choices[problem] not in models:
            return f"{problem}: {choices[problem]!r} is not one of {', '.join(sorted(models))}"
        if choices[problem] != right:
            return hints.get(choices[problem], hints[""])
    return None


def _piece(series, from_end, length):
    first = len(series) - from_end
    return series[first : first + length]


FORECAST_SLIPS = [
    (lambda s, n, _: _piece(s, n, n), "these are the numbers to be forecast: a forecast must not look at them"),
    (lambda s, n, _: _piece(s, n + 1, n), "that is the naive forecast: go back by a whole season, not by one step"),
    (lambda s, n, k: _piece(s, n + k, n + k), "stop before the end: one forecast for each of the last numbers"),
    (lambda s, n, _: s[:n], "these are the first numbers: start from the end of the series"),
    (lambda s, n, _: _piece(s, 2 * n, n), "you go back by num_forecasts: go back by a season from each number"),
    (lambda s, n, k: _piece(s, k, k), "num_forecasts and season are mixed up, or you start from the end itself"),
    (lambda s, n, k: _piece(s, n + k, k), "as many numbers come back as a season has: num_forecasts are wanted"),
    (lambda s, n, k: _piece(s, n + k + 1, n), "one step too far back"),
    (lambda s, n, k: _piece(s, n + k - 1, n), "one step too late"),
    (lambda s, n, k: np.resize(_piece(s, n + k, k), n), "the last season is repeated: go back by one from each number"),
]


@check("6.2", takes="series, num_forecasts, season")
def check_6_2(seasonal_forecast):
    """The last numbers of a series, each as the one a season earlier."""

    def otherwise(result, expected):
        if result.shape != expected.shape:
            return f"of {expected.size} forecasts, {result.size} came back: cut the series at both ends"
        return "each forecast is the number that stands one season before the one to be forecast"

    series = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0, 9.0, 6.0, 11.0])
    return hint_for_function(
        seasonal_forecast,
        lambda series, n, season: series[len(series) - n - season : len(series) - season],
        FORECAST_SLIPS,
        [(series, 4, 3), (series[:-1], 2, 5)],
        otherwise,
        read=as_array,
        vary=lambda random: (random.normal(size=20), *random.integers(1, 9, size=2).tolist()),
    )


def _errors(*rows):
    return dict(zip(("naive", "autoregression", "GRU", "large GRU"), map(np.array, rows), strict=True))


def _best(errors):
    return min(errors, key=lambda name: np.mean(errors[name]))


def _first(errors, does_suffice):
    """The first model whose interval of differences to the best does; the best itself if none does."""
    best = errors[_best(errors)]
    return next((name for name, row in errors.items() if does_suffice(*interval(row - best))), _best(errors))


def _unpaired(errors):
    """The first model whose own interval overlaps with the best one's."""
    _, _, high = interval(errors[_best(errors)])
    return next(name for name, row in errors.items() if interval(row)[1] <= high)


CHOICE_SLIPS = [
    (_best, "that is the best on average: does a simpler one do as well, given the years?"),
    (
        lambda errors: max(errors, key=lambda name: np.mean(errors[name])),
        "that one has the largest errors: the best has the lowest",
    ),
    (
        _unpaired,
        "these are the intervals of the errors themselves: take the differences year by year, then their interval",
    ),
    (
        lambda errors: [name for name in errors if interval(errors[name] - errors[_best(errors)])[1] <= 0][-1],
        "that is the last model that will do: the simplest stands first",
    ),
    (
        lambda errors: _first(errors, lambda mean, low, high: low > 0),
        "that one is clearly worse: an interval that lies above 0 says so",
    ),
    (lambda errors: next(iter(errors)), "the simplest may be far worse than the best: compare it before you take it"),
    (lambda errors: list(errors)[-1], "the last model need not be the best, nor the simplest: compare them"),
]


def _name(answer):
    if not isinstance(answer, str):
        raise HintError(f"return the name of one model: yours is {kind_of(answer)}")
    return str(answer)


@check("6.3", takes="errors", helpers=[(interval, ([1.0, 2.0, 4.0],))])
def check_6_3(simplest_that_suffices):
    """The first model, from the simplest on, that is not clearly worse than the best."""
    base = np.array([2.0, 14.0, 5.0, 21.0, 9.0, 3.0, 17.0, 11.0])
    noise = np.array([1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.0])
    # naive: far worse. autoregression: worse by 2 each year, though the years differ by more. GRU: worse by 0.2 on
    # average, up and down. large GRU: the best.
    examples = [
        _errors(base + 30, base + 2 + 0.1 * noise, base + 0.2 + noise, base),
        _errors(base + 9, base + 5 + 0.1 * noise, base, base + 20 + noise),
        _errors(base, base + 5, base + 0.1 + noise, base + 6 + noise),
        _errors(base + 8 - noise, base + 0.3 - noise, base, base + 0.2 + noise),
    ]
    return hint_for_function(
        simplest_that_suffices,
        lambda errors: _first(errors, lambda mean, low, high: low <= 0),
        CHOICE_SLIPS,
        [(errors,) for errors in examples],
        lambda result, _: (
            "compare each model with the best one, the simplest first"
            if result in examples[0]
            else f"{result!r} is none of the models: return a key of the dictionary"
        ),
        read=_name,
        if_none="it finds no model for some errors: the best is not worse than itself, with all differences 0",
        vary=lambda random: (_errors(*(base + random.normal(loc, 2, size=8) for loc in random.uniform(0, 4, size=4))),),
    )
