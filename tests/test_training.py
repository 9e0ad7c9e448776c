import math

import keras
import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.models import build_model, build_sequence_model
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


def test_a_loss_that_becomes_nan_ends_the_training_with_the_last_good_weights(seed):
    model = new_model()
    model.optimizer.learning_rate = math.inf
    with pytest.warns(UserWarning, match=r"^the loss is no number any more in epoch 1: the training has .* lower the"):
        history = train(model, seed.inputs, seed.targets)
    assert history == {"loss": [], "accuracy": []}
    for weights, first in zip(model.get_weights(), new_model().get_weights(), strict=True):
        np.testing.assert_array_equal(weights, first)


# --- A target at every step ---

PADDED = np.array([[1, 2, 3, 4, 0, 0], [1, 5, 6, 7, 8, 2], [3, 4, 0, 0, 0, 0]])


def test_a_target_at_every_step_counts_each_word_once_and_padding_not_at_all():
    inputs, targets = PADDED[:, :-1], PADDED[:, 1:]
    probabilities = build_sequence_model("GRU", vocabulary_size=9)(inputs).numpy()
    is_word = targets > 0
    loss = -np.log(np.take_along_axis(probabilities, targets[:, :, None], axis=2)[:, :, 0][is_word]).mean()
    accuracy = (probabilities.argmax(axis=2) == targets)[is_word].mean()
    for batch_size in (1, 2, 3):
        history = train(
            frozen(build_sequence_model("GRU", vocabulary_size=9)), inputs, targets, epochs=2, batch_size=batch_size
        )
        assert history["loss"] == pytest.approx([loss, loss], abs=1e-6)
        assert history["accuracy"] == pytest.approx([accuracy, accuracy], abs=1e-6)


def test_one_pass_over_a_sentence_learns_what_its_prefixes_would(seed):
    longest = seed.inputs.shape[1] + 1
    ids = np.array([line + [0] * (longest - len(line)) for line in seed.id_lists])
    model = build_sequence_model("SimpleRNN", vocabulary_size=12, learning_rate=0.01)
    history = train(model, ids[:, :-1], ids[:, 1:], epochs=200)
    assert history["accuracy"][-1] == pytest.approx(12 / 15)
    assert 4 * math.log(4) / 15 < history["loss"][-1] < 4 * math.log(4) / 15 + 0.05


def test_more_padding_changes_no_weight():
    def weights(columns):
        rows = np.hstack([PADDED, np.zeros((3, columns), int)])
        model = build_sequence_model("LSTM", vocabulary_size=9)
        train(model, rows[:, :-1], rows[:, 1:], epochs=3)
        return model.get_weights()

    for one, other in zip(weights(0), weights(4), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


BAD_STEPS = {
    "one target a row": ([[1, 2], [2, 3]], [3, 4], r"targets of shape \(2,\) are not rows with a target for each step"),
    "other steps": (
        [[1, 2, 3]],
        [[2, 3]],
        r"inputs of shape \(1, 3\) and targets of shape \(1, 2\) are not rows with a",
    ),
    "padding alone": ([[1, 2]], [[0, 0]], r"have no word to predict: every target is 0, the padding"),
    "too large": ([[1, 2]], [[2, 9]], r"the targets hold ids from 2 to 9 and the model knows 0 to 8"),
}


@pytest.mark.parametrize(("inputs", "targets", "message"), BAD_STEPS.values(), ids=BAD_STEPS)
def test_rows_that_do_not_fit_a_model_with_a_prediction_at_every_step_are_refused(inputs, targets, message):
    with pytest.raises(InputError, match=message):
        train(build_sequence_model("SimpleRNN", vocabulary_size=9), inputs, targets, epochs=1)


# --- A limit in seconds ---


def test_training_stops_after_the_epoch_in_which_the_time_is_used_up(seed):
    history = train(new_model(), seed.inputs, seed.targets, epochs=50, max_seconds=1e-9)
    assert len(history["loss"]) == len(history["accuracy"]) == 1
    assert len(train(new_model(), seed.inputs, seed.targets, epochs=3, max_seconds=1000)["loss"]) == 3


@pytest.mark.parametrize("value", [0, -1, "10", math.nan])
def test_a_time_limit_that_is_no_number_above_0_is_refused(seed, value):
    with pytest.raises(InputError, match=r"^max_seconds is .*: it must be a number above 0$"):
        train(new_model(), seed.inputs, seed.targets, max_seconds=value)
