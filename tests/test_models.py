import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import rnn_helpers
from rnn_helpers.errors import InputError
from rnn_helpers.models import (
    CELLS,
    build_model,
    build_sequence_model,
    count_parameters,
    open_memory,
    units_for_parameters,
)

HEAVY = {"models", "training", "prediction", "rivals", "trials", "recurrence", "evaluation", "generation", "ladder"}


@pytest.fixture(scope="module")
def model():
    return build_model(vocabulary_size=12, num_steps=4)


def test_only_the_modules_that_need_keras_import_it():
    light = [f"rnn_helpers.{module.name}" for module in pkgutil.iter_modules(rnn_helpers.__path__)]
    light = [name for name in light if name.split(".")[1] not in HEAVY]
    assert "rnn_helpers.vocabulary" in light
    code = f"import sys, {', '.join(light)}; print({{'keras', 'tensorflow'}} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "set()\n"


def test_the_seed_pages_model_has_3782_parameters(model):
    sizes = {layer.name.rstrip("_0123456789"): layer.count_params() for layer in model.layers}
    assert sizes == {"embedding": 12 * 10, "simple_rnn": 10 * 50 + 50 * 50 + 50, "dense": 50 * 12 + 12}
    assert model.count_params() == 3782


@pytest.mark.parametrize(
    ("sizes", "count"),
    [((5, 3, 2, 7), 5 * 2 + 2 * 7 + 7 * 7 + 7 + 7 * 5 + 5), ((3, 1, 1, 1), 3 + 1 + 1 + 1 + 3 + 3)],
)
def test_each_size_counts_where_it_should(sizes, count):
    assert build_model(*sizes).count_params() == count


def test_rows_of_ids_become_rows_of_probabilities(model, seed):
    probabilities = model(seed.inputs).numpy()
    assert probabilities.shape == (15, 12)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)


def test_before_training_the_loss_is_near_that_of_a_guess_among_all_words(model, seed):
    probabilities = model(seed.inputs).numpy()
    assert -np.log(probabilities[np.arange(15), seed.targets]).mean() == pytest.approx(np.log(12), abs=0.1)


def test_the_order_of_the_words_counts(model):
    one, other = model(np.array([[1, 2, 3, 4], [4, 3, 2, 1]])).numpy()
    assert np.abs(one - other).max() > 1e-3


def test_the_hidden_units_are_rectified_as_on_the_seed_page(model):
    assert model.layers[1].activation.__name__ == "relu"


def test_the_seed_fixes_the_starting_weights(model):
    def first_weights(seed):
        return build_model(vocabulary_size=12, num_steps=4, seed=seed).get_weights()[0]

    np.testing.assert_array_equal(first_weights(seed=0), model.get_weights()[0])
    assert not np.array_equal(first_weights(seed=1), model.get_weights()[0])


# --- The model that predicts at every step ---


@pytest.mark.parametrize("cell", CELLS)
def test_a_sequence_model_predicts_at_every_step_from_the_words_so_far(cell):
    model = build_sequence_model(cell, vocabulary_size=12, num_units=7)
    ids = np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    probabilities = model(ids).numpy()
    assert probabilities.shape == (2, 5, 12)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-6)
    np.testing.assert_allclose(model(ids[:, :3]).numpy(), probabilities[:, :3], atol=1e-6)
    assert model.layers[1].name.startswith({"SimpleRNN": "simple_rnn"}.get(cell, cell.lower()))
    assert model.layers[1].activation.__name__ == "tanh"


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("sizes", [(5, 3, 2), (12, 10, 50), (74, 16, 42)])
def test_parameters_are_counted_as_keras_counts_them(cell, sizes):
    assert count_parameters(cell, *sizes) == build_sequence_model(cell, *sizes).count_params()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("wanted", [8_000, 12_000, 15_000, 100_000])
@pytest.mark.parametrize("vocabulary_size", [30, 74, 100])
def test_cells_can_be_made_equal_in_parameters_within_2_percent(cell, wanted, vocabulary_size):
    num_units = units_for_parameters(cell, wanted, vocabulary_size, 16)
    gaps = [abs(count_parameters(cell, vocabulary_size, 16, num_units + more) - wanted) for more in (-1, 0, 1)]
    assert gaps[1] == min(gaps) <= 0.02 * wanted
    exact = count_parameters(cell, vocabulary_size, 16, num_units)
    assert units_for_parameters(cell, exact, vocabulary_size, 16) == num_units


def test_too_few_parameters_for_a_single_unit_are_refused():
    with pytest.raises(InputError, match=r"^wanted is 100: one unit alone makes \d+ parameters; want more$"):
        units_for_parameters("GRU", 100, vocabulary_size=74, embedding_size=16)


@pytest.mark.parametrize("cell", ["RNN", "lstm", None])
def test_an_unknown_cell_is_told_the_three(cell):
    message = rf"^cell is {cell!r}: it must be one of SimpleRNN, GRU, LSTM$"
    for work in (build_sequence_model, count_parameters):
        with pytest.raises(InputError, match=message):
            work(cell, 12, 10, 50)
    with pytest.raises(InputError, match=message):
        units_for_parameters(cell, 12_000, 12, 10)


@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
def test_an_open_memory_keeps_the_old_state_and_a_closed_one_does_not(cell):
    def late_influence(bias):
        """How much the first word still counts after 20 more steps."""
        model = build_sequence_model(cell, vocabulary_size=12, num_units=20)
        if bias is not None:
            open_memory(model, bias)
        ids = np.ones((2, 21), int)
        ids[1, 0] = 2
        states = model.layers[1](model.layers[0](ids)).numpy()
        return np.abs(states[0, -1] - states[1, -1]).max()

    assert late_influence(-4) < late_influence(None) < late_influence(4) / 10


def test_opening_the_memory_changes_one_gates_bias_alone():
    for cell, size in [("GRU", 2 * 3 * 5), ("LSTM", 4 * 5)]:
        model = build_sequence_model(cell, vocabulary_size=12, num_units=5)
        before = model.get_weights()
        open_memory(model, 4.0)
        after = model.get_weights()
        changed = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if not np.array_equal(old, new)]
        assert changed == [3] and after[3].size == size
        assert (after[3] == 4).sum() == 5 and (after[3] != before[3]).sum() == 5


def test_a_simple_rnn_has_no_memory_to_open():
    with pytest.raises(InputError, match=r"^a SimpleRNN has no gate that keeps its state: give a GRU or an LSTM$"):
        open_memory(build_sequence_model("SimpleRNN", vocabulary_size=12))
