import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.series import (
    autoregressive_forecast,
    chronological_split,
    fit_autoregression,
    load_sunspots,
    mean_absolute_error,
    naive_forecast,
    require_series,
    seasonal_naive_forecast,
    windows,
)

SERIES = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0])


def test_windows_are_every_run_of_numbers_with_the_next_one():
    inputs, targets = windows(SERIES, num_steps=4)
    assert inputs.tolist() == [[3, 1, 4, 1.5], [1, 4, 1.5, 5]]
    assert targets.tolist() == [5, 9]


def test_windows_are_views_that_cannot_be_written_to():
    inputs, targets = windows(SERIES, num_steps=2)
    assert np.shares_memory(inputs, SERIES) and np.shares_memory(targets, SERIES)
    with pytest.raises(ValueError, match="read-only"):
        inputs[0, 0] = 7


def test_the_longest_window_leaves_one_number_to_predict():
    inputs, targets = windows(SERIES, num_steps=5)
    assert (inputs.shape, targets.tolist()) == ((1, 5), [9])


def test_a_split_keeps_the_order_of_time_and_loses_nothing():
    training, validation, test = chronological_split(SERIES, num_validation=2, num_test=1)
    assert (training.tolist(), validation.tolist(), test.tolist()) == ([3, 1, 4], [1.5, 5], [9])
    assert np.concatenate([training, validation, test]).tolist() == SERIES.tolist()
    assert [len(part) for part in chronological_split(SERIES, 0, 5)] == [1, 0, 5]


def test_naive_repeats_the_last_number_and_seasonal_naive_that_of_a_season_ago():
    assert naive_forecast(SERIES, 3).tolist() == [4, 1.5, 5]
    assert seasonal_naive_forecast(SERIES, 3, season=2).tolist() == [1, 4, 1.5]
    assert seasonal_naive_forecast(SERIES, 1, season=5).tolist() == [3]


def test_a_series_that_repeats_itself_is_forecast_without_error_by_its_season():
    series = np.tile([1.0, 2.0, 4.0], 5)
    assert mean_absolute_error(series[-6:], seasonal_naive_forecast(series, 6, season=3)) == 0


def test_no_forecast_looks_at_its_own_number_or_a_later_one():
    changed = SERIES.copy()
    changed[-1] = 100
    coefficients = np.array([1.0, 0.5, 0.25])
    for forecast in (
        lambda series: naive_forecast(series, 2),
        lambda series: seasonal_naive_forecast(series, 2, season=3),
        lambda series: autoregressive_forecast(series, coefficients, 2),
    ):
        assert forecast(changed).tolist() == forecast(SERIES).tolist()


def test_an_autoregression_forecasts_what_a_pencil_does():
    forecasts = autoregressive_forecast(SERIES, np.array([1.0, 0.5, -2.0]), 2)
    assert forecasts.tolist() == [1 + 0.5 * 1.5 - 2 * 4, 1 + 0.5 * 5 - 2 * 1.5]


def test_an_autoregression_finds_the_rule_that_made_a_series():
    random, series = np.random.default_rng(0), [0.0, 0.0]
    for noise in random.normal(size=3000):
        series.append(2 + 1.2 * series[-1] - 0.5 * series[-2] + noise)
    assert fit_autoregression(np.array(series), num_lags=2) == pytest.approx([2, 1.2, -0.5], abs=0.1)


def test_an_autoregression_equals_least_squares_by_numpy():
    years, series = load_sunspots()
    inputs, targets = windows(series, 3)
    rows = np.column_stack([np.ones(len(inputs)), inputs[:, ::-1]])
    by_numpy, *_ = np.linalg.lstsq(rows, targets, rcond=None)
    assert fit_autoregression(series, 3) == pytest.approx(by_numpy)
    assert len(years) == len(series) == 309 and (np.diff(years) == 1).all()


def test_the_mean_absolute_error_by_hand():
    assert mean_absolute_error([1, 2, 3], [1, 4, 2]) == 1
    assert mean_absolute_error(SERIES, SERIES) == 0


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "4", None])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("num_steps", windows),
        ("num_test", lambda series, size: chronological_split(series, 1, size)),
        ("num_forecasts", naive_forecast),
        ("num_forecasts", lambda series, size: seasonal_naive_forecast(series, size, 2)),
        ("season", lambda series, size: seasonal_naive_forecast(series, 2, size)),
        ("num_lags", fit_autoregression),
        ("num_forecasts", lambda series, size: autoregressive_forecast(series, [0, 1], size)),
    ],
)
def test_sizes_that_are_no_whole_number_above_0_are_refused(name, call, size):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be a whole number, 1 or more$"):
        call(SERIES, size)


def test_a_negative_number_of_validation_years_is_refused():
    with pytest.raises(InputError, match=r"^num_validation is -1: it must be a whole number, 0 or more$"):
        chronological_split(SERIES, -1, 2)


@pytest.mark.parametrize(
    ("call", "needed"),
    [
        (lambda: windows(SERIES, 6), 7),
        (lambda: chronological_split(SERIES, 3, 3), 7),
        (lambda: naive_forecast(SERIES, 6), 7),
        (lambda: seasonal_naive_forecast(SERIES, 3, season=4), 7),
        (lambda: fit_autoregression(SERIES, num_lags=3), 7),
        (lambda: autoregressive_forecast(SERIES, [0, 1, 1], 5), 7),
    ],
)
def test_too_short_a_series_is_told_how_long_it_must_be(call, needed):
    with pytest.raises(InputError, match=rf"^the series has 6 numbers and needs {needed}: "):
        call()


@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_gaps_are_counted_and_the_first_is_named(gap):
    series = SERIES.copy()
    series[[2, 4]] = gap
    for call in (lambda: windows(series, 2), lambda: naive_forecast(series, 1), lambda: fit_autoregression(series, 1)):
        with pytest.raises(InputError, match=r"^the series has no finite number at 2 of 6 places, the first at 2: "):
            call()


@pytest.mark.parametrize("series", [[[1, 2], [3, 4]], 5, []])
def test_what_is_not_one_line_of_numbers_is_refused(series):
    with pytest.raises(InputError, match=r"^the series has shape .*: it must be one line of numbers"):
        windows(series, 1)


@pytest.mark.parametrize("series", ["1, 2", ["one", "two"], [1, None, [2]], None])
def test_what_is_not_numbers_at_all_is_refused(series):
    with pytest.raises(InputError, match=r"^the (series must be numbers|series has)"):
        require_series(series)


@pytest.mark.parametrize(
    ("series", "num_lags"),
    [
        (np.full(30, 7.0), 1),  # constant
        (np.arange(30.0), 2),  # a straight line: each lag says the same
        (np.tile([1.0, 2.0], 15), 2),  # two numbers in turn
    ],
)
def test_a_series_that_leaves_the_weights_open_is_refused(series, num_lags):
    with pytest.raises(InputError, match=rf"^an autoregression with {num_lags} lags has no single best fit here: "):
        fit_autoregression(series, num_lags)


def test_targets_and_forecasts_must_be_equally_long():
    with pytest.raises(InputError, match=r"^there are 3 targets and 2 forecasts: each target needs one$"):
        mean_absolute_error([1, 2, 3], [1, 2])
    with pytest.raises(InputError, match=r"^the forecasts has no finite number at 1 of 2 places"):
        mean_absolute_error([1, 2], [1, np.nan])
