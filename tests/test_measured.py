"""A sample of the stored results on introductions, made again: what the lessons read still comes out."""

import pytest

from rnn_helpers.experiments import RESULTS, load_results
from rnn_helpers.trials import recall_once, short_once


def stored(name, **wanted):
    """The first stored run whose setting has all that is wanted: its setting and its result."""
    runs = load_results(RESULTS / f"{name}.json")
    return next((run["setting"], run["result"]) for run in runs if wanted.items() <= run["setting"].items())


def test_the_first_hundred_updates_on_introductions_end_at_the_same_loss():
    setting, result = stored("recall", cell="GRU", lag=2, seed=0)
    again = recall_once(**setting | {"num_updates": 100, "num_seconds": 0.0})
    assert again["num_parameters"] == result["num_parameters"]
    assert again["loss"][0] == pytest.approx(result["loss"][0], abs=0.02)


def test_counting_gives_the_same_perplexity_and_writes_the_same_sentences():
    setting, result = stored("short_sentences", model=3, lag=1, seed=0)
    assert short_once(**setting) == pytest.approx(result)


def test_every_stored_result_says_how_it_was_made():
    paths = sorted(RESULTS.glob("*.json"))
    assert len(paths) == 21
    for path in paths:
        assert all({"setting", "seconds", "result"} == set(run) for run in load_results(path))
        assert '"how": {"function": ' in path.read_text(encoding="utf-8")[:30]
