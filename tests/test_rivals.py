"""The networks of lesson 6, and a sample of the results that its experiments stored, made again."""

import sys
from pathlib import Path

import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.experiments import RESULTS, load_results
from rnn_helpers.rivals import build_forecaster, build_image_reader, build_mixer, fit_passes, update_timer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "experiments"))

import digits  # noqa: E402
import parallel  # noqa: E402
import sunspots  # noqa: E402


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: build_forecaster(11, "RNN"), "layer is 'RNN': it must be one of SimpleRNN, GRU, LSTM"),
        (lambda: build_forecaster(0), "num_steps is 0: it must be a whole number, 1 or more"),
        (lambda: build_forecaster(11, num_units=-1), "num_units is -1: it must be a whole number, 1 or more"),
        (lambda: build_image_reader("cnn"), "kind is 'cnn': it must be one of SimpleRNN, GRU, CNN, Dense"),
        (lambda: build_mixer("LSTM", 8), "kind is 'LSTM': it must be one of SimpleRNN, GRU, convolution, attention"),
        (lambda: build_mixer("GRU", 2.5), "num_steps is 2.5: it must be a whole number, 1 or more"),
        (lambda: fit_passes(None, [], [], 0), "passes is 0: it must be a whole number, 1 or more"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_line(call, told):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value) == told


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "convolution", "attention"])
@pytest.mark.parametrize("num_steps", [1, 5])
def test_a_mixer_makes_probabilities_at_any_length_from_equally_many_numbers(kind, num_steps):
    model = build_mixer(kind, num_steps)
    probabilities = np.array(model(np.ones((3, num_steps, 32))))
    assert probabilities.shape == (3, 10) and np.allclose(probabilities.sum(axis=1), 1)
    assert 4400 <= model.count_params() <= 4700


def test_the_same_seed_starts_from_the_same_weights_and_trains_alike():
    random = np.random.default_rng(0)
    images, labels = random.random((40, 8, 8)), random.integers(0, 10, 40)
    trained = [fit_passes(build_image_reader("CNN", seed), images, labels, passes=2) for seed in (1, 1, 2)]
    first, again, other = (np.array(model(images)) for model in trained)
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_three_passes_are_as_many_updates_as_three_epochs():
    inputs, targets = np.ones((70, 4, 1)), np.ones(70)
    model = fit_passes(build_forecaster(4, num_units=2), inputs, targets, passes=3)
    assert int(model.optimizer.iterations) == -(-3 * 70 // 32)


def test_a_stopwatch_tells_seconds():
    assert update_timer("SimpleRNN", 4, batch_size=2)(1) > 0


def stored(name, **wanted):
    """The only stored result of an experiment whose setting has these entries."""
    runs = load_results(RESULTS / f"{name}.json")
    [done] = [done for done in runs if wanted.items() <= done["setting"].items()]
    return done


@pytest.mark.parametrize("model", ["naive", "seasonal naive"])
def test_the_stored_baselines_come_out_again(model):
    done = stored("sunspots", model=model, judged_on="test")
    assert sunspots.forecast(**done["setting"]) == done["result"]


@pytest.mark.parametrize("scale", ["counts", "roots"])
def test_the_stored_autoregressions_come_out_again(scale):
    done = stored("sunspots", model="autoregression", judged_on="test", scale=scale)
    again = sunspots.forecast(**done["setting"])
    assert again["forecasts"] == pytest.approx(done["result"]["forecasts"], abs=0.2)


def test_a_stored_gru_comes_out_again_within_half_a_spot():
    done = stored("sunspots", model="GRU", judged_on="test", scale="roots", seed=0)
    assert sunspots.forecast(**done["setting"])["mae"] == pytest.approx(done["result"]["mae"], abs=0.5)


def test_a_stored_reader_of_digits_comes_out_again_within_three_of_a_hundred():
    done = stored("digits", kind="CNN", pixels="shuffled", seed=1)
    assert digits.read_digits(**done["setting"])["accuracy"] == pytest.approx(done["result"]["accuracy"], abs=0.03)


def test_the_choice_of_the_lags_and_the_network_followed_the_validation_years_alone():
    runs = load_results(RESULTS / "sunspots.json")
    for scale in ("counts", "roots"):
        for family in sunspots.candidates(scale):
            best = min(family, key=lambda one: min(sunspots.validation_errors(runs, one)))
            wanted = {name: best[name] for name in ("model", "scale", "num_lags", "num_steps") if name in best}
            tested = [done for done in runs if done["setting"]["judged_on"] == "test"]
            assert [done for done in tested if wanted.items() <= done["setting"].items()]


def test_the_stored_times_have_every_network_length_and_number_of_threads():
    [done] = load_results(RESULTS / "parallel.json")
    rows = done["result"]["times"]
    assert len(rows) == len(parallel.KINDS) * len(parallel.LENGTHS) * len(parallel.THREADS)
    assert all(len(row["milliseconds"]) == done["setting"]["rounds"] for row in rows)
    assert done["setting"]["lengths"] == list(parallel.LENGTHS)
