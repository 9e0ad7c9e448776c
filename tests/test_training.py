import math

import keras
import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.models import build_model
from rnn_helpers.training import train


def new_model(seed=0):
    return build_model(vocabulary_size=12, num_steps=4, seed=seed)


def frozen(model):
    """The model with an optimizer that changes nothing, so that the loss of each row stays what it is."""
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.0), metrics=["accuracy"])
    return model


@pytest.mark.parametrize(("epochs", "model_seed"), [(30, 1), (200, 0)])
def test_train_equals_fit_in_each_epochs_loss_and_accuracy_and_in_the_final_weights(seed, epochs, model_seed):
    ours, theirs = new_model(model_seed), new_model(model_seed)
    history = train(ours, seed.inputs, seed.targets, epochs=epochs)
    fitted = theirs.fit(seed.inputs, seed.targets, epochs=epochs, batch_size=32, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], fitted["loss"], atol=1e-5)
    np.testing.assert_allclose(history["accuracy"], fitted["accuracy"], atol=1e-5)
    for our_weights, their_weights in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(our_weights, their_weights, atol=1e-4)  # Adam enlarges what rounding began


def test_after_200_epochs_the_seed_is_known_as_well_as_it_can_be(trained):
    floor = 4 * math.log(4) / 15
    assert trained.history["loss"][0] == pytest.approx(math.log(12), abs=0.1)
    assert floor < trained.history["loss"][-1] < floor + 0.05
    assert trained.history["accuracy"][-1] == pytest.approx(12 / 15)
    assert len(trained.history["loss"]) == len(trained.history["accuracy"]) == 200


@pytest.mark.parametrize("batch_size", [1, 4, 15, 100])
def test_an_epochs_numbers_are_means_over_its_rows_however_these_are_batched(seed, batch_size):
    model = frozen(new_model())
    history = train(model, seed.inputs, seed.targets, epochs=2, batch_size=batch_size)
    probabilities = model(seed.inputs).numpy()
    loss = -np.log(probabilities[np.arange(15), seed.targets]).mean()
    accuracy = (probabilities.argmax(axis=1) == seed.targets).mean()
    assert history["loss"] == pytest.approx([loss, loss], abs=1e-6)
    assert history["accuracy"] == pytest.approx([accuracy, accuracy], abs=1e-6)


def test_training_in_two_calls_equals_training_in_one(seed):
    twice, once = new_model(), new_model()
    losses = [loss for _ in range(2) for loss in train(twice, seed.inputs, seed.targets, epochs=5)["loss"]]
    assert losses == pytest.approx(train(once, seed.inputs, seed.targets, epochs=10)["loss"], abs=1e-6)


def test_the_seed_alone_fixes_the_order_of_the_rows(seed):
    def losses(order):
        return train(new_model(), seed.inputs, seed.targets, epochs=3, batch_size=4, seed=order)["loss"]

    first = losses(order=1)
    assert losses(order=1) == first
    assert losses(order=2) != first


def test_a_model_without_input_layer_learns_its_shapes_from_the_rows(seed):
    layers = [keras.layers.Embedding(12, 3), keras.layers.SimpleRNN(4), keras.layers.Dense(12, activation="softmax")]
    model = frozen(keras.Sequential(layers))
    train(model, seed.inputs, seed.targets, epochs=1)
    assert model.input_shape == (None, 4)


def test_layers_that_act_in_training_only_act_in_it(seed):
    model = keras.Sequential([*new_model().layers[:-1], keras.layers.Dropout(0.9), new_model().layers[-1]])
    losses = train(frozen(model), seed.inputs, seed.targets, epochs=2)["loss"]
    assert losses[0] != pytest.approx(losses[1])  # each epoch drops others


def test_a_progress_bar_shows_unless_the_environment_hides_it(seed, monkeypatch, capsys):
    train(new_model(), seed.inputs, seed.targets, epochs=2)
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("TQDM_DISABLE")
    train(new_model(), seed.inputs, seed.targets, epochs=2)
    assert "training: 100%" in capsys.readouterr().err


def test_lists_of_any_whole_numbers_do_as_well_as_arrays(seed):
    expected = train(frozen(new_model()), seed.inputs, seed.targets, epochs=1)
    assert train(frozen(new_model()), seed.inputs.tolist(), seed.targets.astype("uint8"), epochs=1) == expected


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
@pytest.mark.parametrize("value", [-1, 0, 2.0, True, "200", None])
def test_epochs_and_batch_sizes_that_are_no_whole_numbers_above_0_are_refused(seed, name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be a whole number, 1 or more$"):
        train(new_model(), seed.inputs, seed.targets, **{name: value})


@pytest.mark.parametrize("model", [None, keras.Sequential()], ids=["none", "not compiled"])
def test_what_is_no_compiled_model_is_refused(seed, model):
    with pytest.raises(InputError, match=r"^this .* is not a compiled model: make it with build_model$"):
        train(model, seed.inputs, seed.targets)


BAD_ROWS = {
    "no rows": (np.zeros((0, 4), int), np.zeros(0, int), r"inputs of shape \(0, 4\) and targets .*: give both results"),
    "fewer targets": ([[1, 2, 3, 4]] * 3, [1, 2], r"inputs of shape \(3, 4\) and targets of shape \(2,\) are not rows"),
    "no row shape": ([1, 2], [1, 2], r"inputs of shape \(2,\) .* are not rows with one target each"),
    "one-hot targets": ([[1, 2, 3, 4]], np.eye(12)[:1], r"targets of shape \(1, 12\) are not rows with one target"),
    "another window": ([[1, 2, 3]], [1], r"the inputs have 3 steps and the model reads 4: build it with num_steps=3"),
    "words": ([["a", "b", "c", "d"]], [1], r"the inputs are <U1, not whole numbers: give the ids of vocabulary.encode"),
    "floats": ([[1, 2, 3, 4]], [1.0], r"the targets are float64, not whole numbers"),
    "negative": ([[1, 2, 3, -4]], [1], r"the inputs hold ids from -4 to 3 and the model knows 0 to 11: build it with"),
    "too large": ([[1, 2, 3, 4]], [12], r"the targets hold ids from 12 to 12 and the model knows 0 to 11: build it"),
}


@pytest.mark.parametrize(("inputs", "targets", "message"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_rows_that_do_not_fit_are_refused(inputs, targets, message):
    with pytest.raises(InputError, match=message):
        train(new_model(), inputs, targets, epochs=1)


def test_a_loss_that_becomes_nan_ends_the_training_and_names_the_epoch(seed):
    model = new_model()
    model.optimizer.learning_rate = math.inf
    with pytest.raises(InputError, match=r"^the loss is nan in epoch 2: build the model anew, with a lower learning"):
        train(model, seed.inputs, seed.targets)
