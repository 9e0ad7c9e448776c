"""Series of numbers, one a year: their windows, their split, and forecasts without a network. Taught in lesson 6.

A forecast here is always for one step ahead: when it is made, every number before its own is known.
"""

import numpy as np

from rnn_helpers.errors import InputError, require_whole


def load_sunspots():
    """The yearly number of sunspots from 1700 to 2008, which comes with statsmodels.

    Returns:
        years: whole numbers, shape (309,).
        series: the mean number of spots in each, shape (309,).

    Example:
        >>> years, series = load_sunspots()
        >>> int(years[0]), float(series[0]), int(years[-1]), float(series[-1])
        (1700, 5.0, 2008, 2.9)
    """
    from statsmodels.datasets import sunspots  # here, for it takes a second to start

    table = sunspots.load_pandas().data
    return table["YEAR"].to_numpy(dtype=int), table["SUNACTIVITY"].to_numpy(dtype=float)


def windows(series, num_steps):
    """Every run of `num_steps` numbers, with the number that comes next.

    Args:
        series: shape (num_years,).
        num_steps: how many numbers a window has.

    Returns:
        inputs: shape (num_years - num_steps, num_steps), a view of the series that cannot be written to.
        targets: shape (num_years - num_steps,), a view, too. Its last number is the series' last.

    Raises:
        InputError: the series is no line of numbers, holds NaN, or is not longer than `num_steps`; or `num_steps` is
            less than 1.

    Example:
        >>> inputs, targets = windows(np.array([1.0, 2.0, 3.0, 4.0]), num_steps=2)
        >>> inputs.tolist(), targets.tolist()
        ([[1.0, 2.0], [2.0, 3.0]], [3.0, 4.0])
    """
    series = require_series(series)
    require_whole("num_steps", num_steps, lowest=1)
    _require_length(series, num_steps + 1, f"windows of {num_steps} and the number after each")
    rows = np.lib.stride_tricks.sliding_window_view(series, num_steps + 1)
    return rows[:, :-1], rows[:, -1]


def chronological_split(series, num_validation, num_test):
    """The series cut in time: what comes first to learn from, then to choose by, the last to be judged by.

    Args:
        series: shape (num_years,).
        num_validation: how many numbers to choose by.
        num_test: how many numbers to be judged by: the last ones.

    Returns:
        training, validation, test: three arrays, in the order of time.

    Raises:
        InputError: as `windows`; or nothing would be left to learn from.

    Example:
        >>> [part.tolist() for part in chronological_split(np.array([5.0, 6.0, 7.0, 8.0]), 1, 2)]
        [[5.0], [6.0], [7.0, 8.0]]
    """
    series = require_series(series)
    require_whole("num_validation", num_validation, lowest=0)
    require_whole("num_test", num_test, lowest=1)
    _require_length(
        series, num_validation + num_test + 1, f"{num_validation} to choose by, {num_test} to be judged by, and a rest"
    )
    first, second = len(series) - num_test - num_validation, len(series) - num_test
    return series[:first], series[first:second], series[second:]


def naive_forecast(series, num_forecasts):
    """The simplest forecast of the last numbers: each is as the one before it.

    Args:
        series: shape (num_years,).
        num_forecasts: how many of the last numbers to forecast.

    Returns:
        Shape (num_forecasts,).

    Raises:
        InputError: as `seasonal_naive_forecast`.

    Example:
        >>> naive_forecast(np.array([1.0, 2.0, 3.0, 5.0]), 2).tolist()
        [2.0, 3.0]
    """
    return seasonal_naive_forecast(series, num_forecasts, season=1)


def seasonal_naive_forecast(series, num_forecasts, season):
    """The last numbers forecast from the season before: each is as the one `season` steps earlier.

    Args:
        series: shape (num_years,).
        num_forecasts: how many of the last numbers to forecast.
        season: the length of a cycle, in steps.

    Returns:
        Shape (num_forecasts,).

    Raises:
        InputError: the series cannot be used, a size is less than 1, or the series is too short for the sizes.

    Example:
        >>> seasonal_naive_forecast(np.array([1.0, 2.0, 3.0, 1.5, 2.5]), 2, season=3).tolist()
        [1.0, 2.0]
    """
    series = require_series(series)
    require_whole("num_forecasts", num_forecasts, lowest=1)
    require_whole("season", season, lowest=1)
    _require_length(series, num_forecasts + season, f"{num_forecasts} to forecast, each from {season} steps earlier")
    first = len(series) - num_forecasts
    return series[first - season : len(series) - season]


def fit_autoregression(series, num_lags):
    """An autoregression: each number as a weighted sum of the `num_lags` before it, and a constant. By least squares.

    Args:
        series: shape (num_years,), what to learn from.
        num_lags: how many numbers back it looks.

    Returns:
        coefficients, shape (1 + num_lags,): the constant, then the weight of one step back, of two steps back, ...

    Raises:
        InputError: the series cannot be used, is too short, or does not determine the weights: it is constant, or so
            regular that fewer lags say all.

    Example:
        >>> fit_autoregression(np.array([1.0, 3.0, 2.0, 2.5, 2.25, 2.375]), num_lags=1).round(3).tolist()
        [3.5, -0.5]
    """
    series = require_series(series)
    require_whole("num_lags", num_lags, lowest=1)
    _require_length(series, 2 * num_lags + 1, f"{num_lags + 1} weights to be learned from as many rows")
    inputs, _ = windows(series, num_lags)
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(inputs)), inputs])) <= num_lags:
        raise InputError(
            f"an autoregression with {num_lags} lags has no single best fit here: the series is constant, or too "
            "regular; take fewer lags, or the naive forecast"
        )
    from statsmodels.tsa.ar_model import AutoReg  # here, for it takes a second to start

    return np.asarray(AutoReg(series, num_lags).fit().params)


def autoregressive_forecast(series, coefficients, num_forecasts):
    """The last numbers as an autoregression forecasts them, each from the true numbers before it.

    Args:
        series: shape (num_years,).
        coefficients: as `fit_autoregression` returns them, shape (1 + num_lags,).
        num_forecasts: how many of the last numbers to forecast.

    Returns:
        Shape (num_forecasts,).

    Raises:
        InputError: as `windows`; or there are fewer windows than forecasts.

    Example:
        >>> autoregressive_forecast(np.array([1.0, 3.0, 2.0, 2.5]), np.array([3.5, -0.5]), 2).tolist()
        [2.0, 2.5]
    """
    coefficients = np.asarray(coefficients)
    require_whole("num_forecasts", num_forecasts, lowest=1)
    num_lags = len(coefficients) - 1
    inputs, _ = windows(series, num_lags)
    _require_length(
        np.asarray(series), num_forecasts + num_lags, f"{num_forecasts} to forecast, each from {num_lags} before it"
    )
    return coefficients[0] + inputs[-num_forecasts:, ::-1] @ coefficients[1:]


def mean_absolute_error(targets, forecasts):
    """How far the forecasts are off, on average, in the unit of the series.

    Args:
        targets: shape (num_forecasts,).
        forecasts: shape (num_forecasts,).

    Returns:
        A float.

    Raises:
        InputError: the two are not equally long lines of numbers, or hold NaN.

    Example:
        >>> mean_absolute_error([10.0, 20.0], [13.0, 19.0])
        2.0
    """
    targets, forecasts = require_series(targets, "targets"), require_series(forecasts, "forecasts")
    if targets.shape != forecasts.shape:
        raise InputError(f"there are {len(targets)} targets and {len(forecasts)} forecasts: each target needs one")
    return float(np.abs(targets - forecasts).mean())


def require_series(series, name="series"):
    """The series as an array of floats; InputError unless it is one line of finite numbers.

    Example:
        >>> require_series([1, 2]).tolist()
        [1.0, 2.0]
    """
    try:
        array = np.asarray(series, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"the {name} must be numbers, one after another: {series!r:.60} is not") from None
    if array.ndim != 1 or not len(array):
        raise InputError(f"the {name} has shape {array.shape}: it must be one line of numbers, shape (num_years,)")
    gaps = np.flatnonzero(~np.isfinite(array))
    if len(gaps):
        raise InputError(
            f"the {name} has no finite number at {len(gaps)} of {len(array)} places, the first at {gaps[0]}: "
            "fill or cut such gaps before"
        )
    return array


def _require_length(series, needed, purpose):
    if len(series) < needed:
        raise InputError(f"the series has {len(series)} numbers and needs {needed}: {purpose}")
