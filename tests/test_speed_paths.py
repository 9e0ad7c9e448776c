"""What the benchmarks rely on: a rate that falls as the training goes, and memory that grows with the ids alone."""

import tracemalloc

import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.models import CELLS, build_sequence_model
from rnn_helpers.recurrence import zero_states
from rnn_helpers.sequences import text_ids, text_windows
from rnn_helpers.training import compile_update, falling_rate, train_text
from rnn_helpers.vocabulary import Vocabulary


def test_the_rate_is_at_its_top_after_a_twentieth_of_the_updates_and_0_after_the_last():
    rate = falling_rate(0.004, num_tokens=10_000, epochs=4, batch_size=10, num_steps=10)
    rates = np.array([float(rate(update)) for update in range(397)])
    assert rates.argmax() == 19 and rates.max() == pytest.approx(0.004)
    assert (np.diff(rates[:20]) > 0).all() and (np.diff(rates[19:]) < 0).all()
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_train_text_makes_as_many_updates_as_the_rate_was_made_for():
    ids = np.arange(200, dtype="int32") % 3
    rate = falling_rate(0.01, len(ids), epochs=3, batch_size=2, num_steps=8)
    model = build_sequence_model("SimpleRNN", vocabulary_size=3, embedding_size=2, num_units=2, learning_rate=rate)
    train_text(model, ids, epochs=3, batch_size=2, num_steps=8)
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-9)
    assert float(rate(int(model.optimizer.iterations) - 1)) > 0


@pytest.mark.parametrize(
    "wrong", [{"highest": 0}, {"epochs": 0}, {"num_tokens": 5}, {"batch_size": 0}, {"num_steps": 0.5}]
)
def test_a_rate_for_an_impossible_training_is_refused(wrong):
    with pytest.raises(InputError):
        falling_rate(**{"highest": 0.01, "num_tokens": 1000, "epochs": 2} | wrong)


def learned(cell, with_states, **how):
    """A model after three updates, and their losses."""
    model = build_sequence_model(cell, vocabulary_size=7, embedding_size=3, num_units=4, learning_rate=0.01)
    states = [zero_states(model, 2)] if with_states else []
    update, losses = compile_update(model, **how), []
    for seed in range(3):
        ids = np.random.default_rng(seed).integers(1, 7, (2, 6)).astype("int32")
        loss, _, *states = update(ids[:, :-1], ids[:, 1:], *states)
        losses.append(float(loss))
    return model, losses


@pytest.mark.parametrize("with_states", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_unrolled_updates_equal_those_of_the_loop_in_losses_and_weights(cell, with_states):
    (looped, losses), (unrolled, unrolled_losses) = (
        learned(cell, with_states, unroll=unroll) for unroll in (False, True)
    )
    assert unrolled_losses == pytest.approx(losses, abs=1e-5)
    for ours, theirs in zip(unrolled.get_weights(), looped.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)  # Adam enlarges what rounding began
    assert not any(getattr(layer, "unroll", False) for layer in unrolled.layers)  # what is saved says nothing of it


def test_unrolled_with_xla_a_simple_rnn_learns_the_same():
    _, losses = learned("SimpleRNN", False)
    _, compiled_losses = learned("SimpleRNN", False, unroll=True, jit_compile=True)
    assert compiled_losses == pytest.approx(losses, abs=1e-5)


def test_a_text_from_a_generator_takes_at_most_three_times_the_memory_of_its_ids():
    def lines():
        for number in range(20_000):
            yield " ".join(f"w{number * step % 997}" for step in range(1, 11))

    vocabulary = Vocabulary.of_text(lines())
    tracemalloc.start()
    ids = text_ids(lines(), vocabulary)
    inputs, targets = text_windows(ids, batch_size=16, num_steps=32)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 3 * ids.nbytes
    assert np.shares_memory(inputs, ids) and np.shares_memory(targets, ids)
