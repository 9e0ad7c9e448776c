"""A network that writes plays letter by letter: how good within minutes, and what each part of its recipe gains.

It learns from the first million characters of the ten plays, in lower case, and is judged on the validation play. The
recipe is run alone on all cores, so that its seconds count. Then a smaller one, and one part of it after another is
changed, two runs at a time with one thread each: there the processor's seconds are told. Writes
rnn_helpers/measured/characters.json and characters_parts.json, and goes on where it was stopped.
"""

import os
from time import process_time

import rnn_helpers  # noqa: F401  (before Keras: it keeps TensorFlow quiet)

# isort: split
import keras

from rnn_helpers.cluster import workers
from rnn_helpers.evaluation import score
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.ladder import load_plays
from rnn_helpers.models import build_sequence_model
from rnn_helpers.training import falling_rate, train_text

NUM_CHARACTERS = 1_000_000
RECIPE = {"cell": "GRU", "num_units": 384, "batch_size": 64, "num_steps": 64, "epochs": 8, "learning_rate": 0.004}
RECIPE |= {"is_falling": True, "dropout": 0.2, "tie_weights": False, "average": None, "jit_compile": False}
SMALLER = RECIPE | {"num_units": 256, "epochs": 4}
CHANGES = (
    {},
    {"is_falling": False},
    {"is_falling": False, "average": 0.998},
    {"dropout": 0.0},
    {"batch_size": 32},
    {"tie_weights": True},
    {"cell": "LSTM", "num_units": 219},  # as many parameters
    {"num_units": 384},
    {"learning_rate": 0.008},
    {"num_steps": 32},
    {"jit_compile": True, "epochs": 1},  # for its speed alone
    {"epochs": 1},  # beside it
)


def learn(
    seed,
    cell,
    num_units,
    batch_size,
    num_steps,
    epochs,
    learning_rate,
    is_falling,
    dropout,
    tie_weights,
    average,
    jit_compile,
):
    """Train one network and judge it once, at the end.

    Args:
        seed: fixes the starting weights, what dropout leaves out, and where the windows begin.
        cell, num_units, dropout, tie_weights: as in `build_sequence_model`.
        batch_size, num_steps, epochs, jit_compile: as in `train_text`.
        learning_rate, is_falling: the highest rate, and whether it falls as `falling_rate` says, or stays.
        average: judge not the last weights but their running mean, of which each update leaves this share; None for
            the last.

    Returns:
        A dict: "num_parameters"; "training_loss" and "validation_loss" in nats per character; "cpu_seconds" of all
        threads together.
    """
    start = process_time()
    os.environ["TQDM_DISABLE"] = "1"
    text = load_plays("character")
    ids = text.training[:NUM_CHARACTERS]
    rate = falling_rate(learning_rate, len(ids), epochs, batch_size, num_steps) if is_falling else learning_rate
    model = build_sequence_model(cell, len(text.vocabulary), 64, num_units, seed, rate, dropout, tie_weights)
    if average is not None:
        optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0, use_ema=True, ema_momentum=average)
        model.compile(loss=model.loss, optimizer=optimizer)
    history = train_text(model, ids, None, epochs, batch_size, num_steps, seed, jit_compile=jit_compile)
    if average is not None:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    losses = {"training_loss": history["loss"][-1], "validation_loss": score(model, text.validation)["loss"].mean()}
    found = {"num_parameters": model.count_params()} | {name: round(float(loss), 4) for name, loss in losses.items()}
    return found | {"cpu_seconds": round(process_time() - start, 1)}


def main():
    """The recipe alone, with two seeds; then its parts."""
    timed = [RECIPE | {"seed": seed} for seed in (0, 1)]
    run(learn, timed, RESULTS / "characters.json", "Run alone, on all cores: from the plays' files to the judgement.")
    settings = [SMALLER | {"seed": 0} | change for change in CHANGES] + [SMALLER | {"seed": seed} for seed in (1, 2)]
    with workers() as client:
        note = "Each differs from the first in one part. Two runs at a time, one thread each."
        run(learn, settings, RESULTS / "characters_parts.json", note, client)


if __name__ == "__main__":
    main()
