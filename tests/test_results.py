import json

import pytest

from rnn_helpers import results
from rnn_helpers.errors import InputError
from rnn_helpers.results import print_table, stored_results


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A folder with one experiment of three settings."""
    settings = [{"cell": "GRU", "seed": 0}, {"cell": "GRU", "seed": 1}, {"cell": "LSTM", "open": True, "seed": 0}]
    runs = [{"setting": setting, "seconds": 1, "result": number} for number, setting in enumerate(settings)]
    (tmp_path / "small.json").write_text(json.dumps({"how": {}, "runs": runs}), encoding="utf-8")
    monkeypatch.setattr(results, "RESULTS", tmp_path)


def test_results_are_grouped_by_the_keys(stored):
    assert stored_results("small", "cell") == {"GRU": [0, 1], "LSTM": [2]}
    assert stored_results("small", "cell", "seed") == {("GRU", 0): [0], ("GRU", 1): [1], ("LSTM", 0): [2]}
    assert stored_results("small") == {(): [0, 1, 2]}


def test_a_missing_entry_is_none_and_what_is_not_wanted_is_left_out(stored):
    assert stored_results("small", "cell", "open") == {("GRU", None): [0, 1], ("LSTM", True): [2]}
    assert stored_results("small", "cell", seed=0) == {"GRU": [0], "LSTM": [2]}


def test_what_is_not_stored_is_told_in_one_line(stored):
    with pytest.raises(InputError, match=r"^no setting of 'small' has \{'seed': 7\}: look into 'small.json' "):
        stored_results("small", "cell", seed=7)
    with pytest.raises(InputError, match=r"large\.json' holds no results"):
        stored_results("large")


def test_a_table_stands_in_columns_and_names_may_have_parts(capsys):
    print_table({("GRU", "open"): [[9.0, 10.0, 11.0]], ("LSTM", None): [[0.5, 0.5]]}, digits=1)
    assert capsys.readouterr().out == "GRU open  10.0 (7.5 to 12.5)\nLSTM        0.5 (0.5 to 0.5)\n"
    print_table({7: [[1.0, 2.0]]}, ends="range")
    assert capsys.readouterr().out == "7  1.50 (1.00 to 2.00)\n"


def test_other_ends_and_too_few_numbers_are_refused():
    with pytest.raises(InputError, match=r"^ends is 'spread': it must be 'interval' or 'range'$"):
        print_table({"a": [[1.0, 2.0]]}, ends="spread")
    with pytest.raises(InputError, match="has no spread"):
        print_table({"a": [[1.0]]})
