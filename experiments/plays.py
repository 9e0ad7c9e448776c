"""Language models of ten plays, from counting to a Transformer, and what padding does to a network. About 50 minutes.

Last comes the model that is delivered with the course, rnn_helpers/plays.keras: the ladder's GRU (seed 0), which reads
the plays up to 20 times, until the validation loss has not fallen for two.

All models have 3,003 ids and one split: ten plays to learn from, one to choose by, one to judge by. The networks have
250,000 parameters within 2 %. A pilot of three epochs (seed 100, dropout 0.3) chose the learning rate by the validation
play: of 0.001, 0.002 and 0.004, the last was the best for GRU and LSTM (validation loss 4.97 and 5.11; with 0.002
5.07 and 5.23), and within 0.01 of the best for SimpleRNN (5.29) and Transformer (5.13).
"""

import rnn_helpers  # noqa: F401  (before Keras: it keeps TensorFlow quiet)

# isort: split
from time import perf_counter

import keras

from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.ladder import build_rung, climb, count, load_plays, pad_once, window_sizes
from rnn_helpers.prediction import PLAYS_MODEL, save_model
from rnn_helpers.recurrence import zero_states
from rnn_helpers.sequences import text_windows
from rnn_helpers.training import compile_update, train_text

SEEDS = range(3)
KINDS = ("SimpleRNN", "GRU", "LSTM", "Transformer")
TRAINING = {"epochs": 8, "num_parameters": 250_000, "learning_rate": 0.004}
VARIANTS = ({"dropout": 0.0, "tie_weights": True}, {"dropout": 0.2, "tie_weights": False})  # of the GRU
NOTE = "Chosen by the validation play; the test play is judged once per run, with the weights best in validation."


def main():
    """Counting, then the networks and the variants seed by seed, then the paddings."""
    counts = [{"order": order, "discount": 0.75} for order in (0, 1)]
    counts += [
        {"order": order, "discount": discount} for order in (2, 3, 4) for discount in (0.75, 0.8, 0.85, 0.9, 0.95)
    ]
    run(count, counts, RESULTS / "plays_counted.json", NOTE)
    rungs = [{"kind": kind, "dropout": 0.2, "tie_weights": True} for kind in KINDS]
    rungs += [{"kind": "GRU"} | variant for variant in VARIANTS]
    run(climb, [rung | TRAINING | {"seed": seed} for seed in SEEDS for rung in rungs], RESULTS / "plays.json", NOTE)
    paddings = [
        {"side": side, "is_masked": is_masked, "cell": cell, "seed": seed, "epochs": 4}
        for seed in SEEDS
        for cell in ("SimpleRNN", "GRU")
        for side in ("front", "behind")
        for is_masked in (False, True)
    ]
    run(pad_once, paddings, RESULTS / "padding.json", "2,000 speeches of 2 to 20 words, 1,001 words, four epochs.")
    run(time_rungs, [{"rounds": 7}], RESULTS / "plays_seconds.json", "Run alone: nothing else on the machine.")
    if not PLAYS_MODEL.exists():
        save_plays_model()


def time_rungs(rounds):
    """How long an epoch of each network takes, by 20 updates in turn, so that a slow moment hits all alike.

    Returns:
        A dict from a kind to its seconds per epoch, one for each round.
    """
    plays, works = load_plays(), {}
    for kind in KINDS:
        model = build_rung(kind, len(plays.vocabulary), dropout=0.2, learning_rate=0.004)
        batch_size, num_steps = window_sizes(kind)
        inputs, targets = text_windows(plays.training, batch_size, num_steps)
        update, states = compile_update(model), zero_states(model, batch_size)
        update(inputs[0], targets[0], states)
        works[kind] = update, inputs, targets, states
    seconds = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind, (update, inputs, targets, states) in works.items():
            start = perf_counter()
            for place in range(20):
                loss = update(inputs[place], targets[place], states)[0]
            float(loss)
            seconds[kind].append(round((perf_counter() - start) / 20 * len(inputs), 3))
    return seconds


def save_plays_model():
    """Train the delivered model, and keep it without its optimizer, which would make it three times as large."""
    plays = load_plays()
    model = build_rung("GRU", len(plays.vocabulary), dropout=0.2, learning_rate=0.004)
    train_text(model, plays.training, plays.validation, epochs=20, patience=2)
    save_model(PLAYS_MODEL, keras.Model(model.inputs[0], model.outputs[0]), plays.vocabulary)


if __name__ == "__main__":
    main()
