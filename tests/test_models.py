import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import rnn_helpers
from rnn_helpers.models import build_model

HEAVY = {"models", "training", "prediction"}


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
