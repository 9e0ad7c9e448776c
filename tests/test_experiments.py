import json
import math
import statistics
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.experiments import interval, load_results, run

SETTINGS = [{"number": number, "seed": seed} for number in (1, 2) for seed in (0, 1)]


def work(number, seed):
    return [number, seed]


def test_an_interval_by_hand():
    mean, low, high = interval([1, 2, 3])  # s = 1, n = 3, t = 4.303
    assert (mean, low, high) == pytest.approx((2, 2 - 4.303 / math.sqrt(3), 2 + 4.303 / math.sqrt(3)), abs=1e-3)
    assert interval([0.5, 0.5]) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(("num_values", "t"), [(2, 12.706), (5, 2.776), (10, 2.262), (31, 2.042)])
def test_an_interval_has_the_t_point_of_the_printed_tables(num_values, t):
    values = range(num_values)
    mean, _, high = interval(values)
    assert high - mean == pytest.approx(t * statistics.stdev(values) / math.sqrt(num_values), rel=3e-4)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=50))
def test_an_interval_is_symmetric_about_the_mean_and_as_wide_as_the_spread_says(values):
    mean, low, high = interval(values)
    assert mean == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert mean - low == pytest.approx(high - mean, abs=1e-6)
    # From 2 values to very many, Student's t goes from 12.71 down to 1.96.
    error = statistics.stdev(values) / math.sqrt(len(values))
    assert 1.95 * error - 1e-6 <= (high - low) / 2 <= 12.72 * error + 1e-6


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [[1.0, 2.0]]])
def test_values_without_a_spread_are_refused(values):
    with pytest.raises(InputError, match=r"has no spread: give at least two finite numbers, one per seed$"):
        interval(values)


def test_results_come_in_the_settings_order_and_say_how_they_were_made(tmp_path):
    path = tmp_path / "new folder" / "results.json"
    done = run(work, SETTINGS, path, note="all four")
    assert [(one["setting"], one["result"]) for one in done] == [(s, [s["number"], s["seed"]]) for s in SETTINGS]
    assert load_results(path) == done
    how = json.loads(path.read_text())["how"]
    assert how["function"] == "work" and how["note"] == "all four"
    assert {"python", "numpy", "keras"} < set(how["versions"])
    assert "cores" in how["machine"]
    assert [file.name for file in path.parent.iterdir()] == ["results.json"]


def test_what_is_stored_is_not_run_again(tmp_path):
    path, called = tmp_path / "results.json", []

    def work(**setting):
        called.append(setting)
        return len(called)

    first = run(work, SETTINGS[:2], path)
    again = run(work, SETTINGS[1:], path)
    assert called == SETTINGS
    assert again[0] == first[1]
    assert [done["setting"] for done in load_results(path)] == SETTINGS
    run(work, [dict(reversed(SETTINGS[0].items()))], path)
    assert called == SETTINGS


def test_one_failing_setting_is_told_and_the_others_are_kept(tmp_path):
    path = tmp_path / "results.json"

    def divide(number):
        return 1 / number

    with pytest.warns(UserWarning, match=r"^divide failed with {'number': 0}: ZeroDivisionError: division by zero$"):
        done = run(divide, [{"number": 1}, {"number": 0}, {"number": 2}], path)
    assert [one["result"] for one in done] == [1, 0.5]
    assert load_results(path) == done


@pytest.mark.parametrize("odd", [math.nan, {1, 2}, object()])
def test_a_result_that_no_file_can_hold_is_a_failure_of_its_setting_alone(tmp_path, odd):
    path = tmp_path / "results.json"

    def give(number):
        return odd if number == 0 else number

    with pytest.warns(UserWarning, match=r"^give failed with {'number': 0}: (ValueError|TypeError): "):
        done = run(give, [{"number": 0}, {"number": 1}], path)
    assert [one["result"] for one in load_results(path)] == [one["result"] for one in done] == [1]


def test_an_interrupted_run_keeps_what_was_done(tmp_path):
    path = tmp_path / "results.json"

    def stop_at_2(number, seed):
        if number == 2:
            raise KeyboardInterrupt
        return number

    with pytest.raises(KeyboardInterrupt):
        run(stop_at_2, SETTINGS, path)
    assert [done["setting"] for done in load_results(path)] == SETTINGS[:2]


def test_an_executor_gives_the_same_results(tmp_path):
    with ThreadPoolExecutor(2) as client:
        done = run(work, SETTINGS, client=client)
    assert [one["result"] for one in done] == [one["result"] for one in run(work, SETTINGS)]


def test_results_of_another_function_are_not_mixed_in(tmp_path):
    path = tmp_path / "results.json"
    run(work, SETTINGS, path)

    def other(number, seed):
        return 0

    with pytest.raises(InputError, match=r"was made by .*'work'.* and this is .*'other'.*: delete it, or name another"):
        run(other, SETTINGS, path)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", "no json"])
def test_a_file_without_results_is_named(tmp_path, text):
    path = tmp_path / "results.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=r"results.json' holds no results .*: make them with run, or check the name$"):
        load_results(path)
