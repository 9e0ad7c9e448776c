"""Yearly sunspots, one step ahead: baselines, autoregressions and RNNs. About 4 minutes.

Years to learn from 1700-1899, to choose by 1900-1949, to be judged by 1950-2008. All that is chosen is chosen by
1900-1949 alone: the lags of the autoregression; the layer, the window and the length of training of the RNN. Both also
come in a second form, which learns and forecasts the square roots of the counts and squares its forecasts, as is
usual for counts that vary more where they are high. Each choice then learns again from all years before 1950, and
forecasts the test years.
"""

import numpy as np

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.rivals import build_forecaster, fit_passes
from rnn_helpers.series import (
    autoregressive_forecast,
    fit_autoregression,
    load_sunspots,
    mean_absolute_error,
    naive_forecast,
    seasonal_naive_forecast,
    windows,
)

NUM_VALIDATION, NUM_TEST = 50, 59
SEASON = 11  # years: the cycle that every book gives for the sun
PASSES = 16  # through the years, between two looks at the validation years
BLOCKS = 10  # how many times 16 passes are tried
LAGS = range(1, 21)
CHOICE_SEEDS, TEST_SEEDS = range(5), range(10)
NOTE = (
    "Validation years 1900-1949, test years 1950-2008, one step ahead. On test: the best of each family and scale on "
    "validation (mean over seeds 0-4, best block), learned again from 1700-1949 with seeds 0-9."
)


def forecast(model, judged_on, scale="counts", num_lags=None, num_steps=None, blocks=None, seed=None):
    """Forecasts of the validation or the test years by one model that learned from the years before them.

    Args:
        model: "naive", "seasonal naive", "autoregression", "SimpleRNN" or "GRU".
        judged_on: "validation" or "test".
        scale: what the autoregression and the RNN see: "counts", or their square "roots".
        num_lags: of the autoregression.
        num_steps, blocks, seed: of the RNN: its window in years, how many times 16 passes it trains, its seed.

    Returns:
        A dict: on validation, "mae", a list: for an RNN one error for each block. On test, "mae" and "forecasts".
    """
    _, series = load_sunspots()
    num_forecasts = NUM_TEST
    if judged_on == "validation":
        series, num_forecasts = series[:-NUM_TEST], NUM_VALIDATION
    seen = np.sqrt(series) if scale == "roots" else series
    if model == "naive":
        tries = [naive_forecast(seen, num_forecasts)]
    elif model == "seasonal naive":
        tries = [seasonal_naive_forecast(seen, num_forecasts, SEASON)]
    elif model == "autoregression":
        coefficients = fit_autoregression(seen[:-num_forecasts], num_lags)
        tries = [autoregressive_forecast(seen, coefficients, num_forecasts)]
    else:
        tries = list(forecast_by_rnn(model, seen, num_forecasts, num_steps, blocks, seed))
    if scale == "roots":
        tries = [np.square(forecasts) for forecasts in tries]
    errors = [round(mean_absolute_error(series[-num_forecasts:], forecasts), 3) for forecasts in tries]
    return {"mae": errors} if judged_on == "validation" else {"mae": errors[-1], "forecasts": rounded(tries[-1])}


def rounded(forecasts):
    """A list that JSON can hold, as exact as the series itself."""
    return [round(float(number), 1) for number in forecasts]


def forecast_by_rnn(layer, series, num_forecasts, num_steps, blocks, seed):
    """The forecasts of an RNN after each block of training on what comes before the forecast years."""
    known = series[:-num_forecasts]
    mean, spread = known.mean(), known.std()
    inputs, targets = windows((series - mean) / spread, num_steps)
    inputs = inputs[..., None].astype("float32")
    model = build_forecaster(num_steps, layer, seed=seed)
    for _ in range(blocks):
        fit_passes(model, inputs[:-num_forecasts], targets[:-num_forecasts], PASSES)
        yield np.array(model(inputs[-num_forecasts:]))[:, 0] * spread + mean


def main():
    """Choose on the validation years, then forecast the test years."""
    families = {scale: candidates(scale) for scale in ("counts", "roots")}
    tried = [
        setting
        for lags, recurrent in families.values()
        for setting in [*lags, *(one | {"seed": seed} for one in recurrent for seed in CHOICE_SEEDS)]
    ]
    with workers() as client:
        forecast_all(families, tried, client)


def forecast_all(families, tried, client):
    """Every candidate, then the test years for what the validation years chose."""
    runs = run(forecast, tried, RESULTS / "sunspots.json", NOTE, client)
    chosen = [{"model": "naive", "judged_on": "test"}, {"model": "seasonal naive", "judged_on": "test"}]
    for lags, recurrent in families.values():
        best_lags = min(lags, key=lambda one: min(validation_errors(runs, one)))
        best_rnn = min(recurrent, key=lambda one: min(validation_errors(runs, one)))
        blocks = 1 + int(np.argmin(validation_errors(runs, best_rnn)))
        chosen.append(best_lags | {"judged_on": "test"})
        chosen += [best_rnn | {"judged_on": "test", "blocks": blocks, "seed": seed} for seed in TEST_SEEDS]
    for done in run(forecast, [*tried, *chosen], RESULTS / "sunspots.json", NOTE, client)[len(tried) :]:
        print(done["setting"], done["result"]["mae"])


def candidates(scale):
    """The settings to choose from: of the autoregression, and of the RNN without its seed."""
    common = {"judged_on": "validation", "scale": scale}
    lags = [{"model": "autoregression", "num_lags": num_lags} | common for num_lags in LAGS]
    recurrent = [
        {"model": layer, "num_steps": num_steps, "blocks": BLOCKS} | common
        for layer in ("SimpleRNN", "GRU")
        for num_steps in (SEASON, 2 * SEASON)
    ]
    return lags, recurrent


def validation_errors(runs, setting):
    """The errors of a setting on the validation years, one for each block: the mean over its seeds."""
    errors = [done["result"]["mae"] for done in runs if setting.items() <= done["setting"].items()]
    return np.mean(errors, axis=0)


if __name__ == "__main__":
    main()
