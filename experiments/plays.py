"""Language models of ten plays, from counting to a Transformer, and what padding does to a network.

All models have 3,003 ids and one split: ten plays to learn from, one to choose by, one to judge by. The networks have
250,000 parameters within 2 %. A pilot with another seed finds each kind its learning rate by the validation play.
Writes rnn_helpers/measured/plays*.json and padding.json, and goes on where it was stopped.

Last comes the model that is delivered with the course, rnn_helpers/plays.keras: the ladder's GRU (seed 0), but with
half its learning rate and up to 20 readings, until the validation loss has not fallen for two. The pilot's rate is the
best for a few readings, not for many: tried once, it ended this training at a perplexity of 128.4 instead of 120.5.
"""

import rnn_helpers  # noqa: F401  (before Keras: it keeps TensorFlow quiet)

# isort: split
from time import perf_counter

import keras

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.ladder import build_rung, climb, count, load_plays, pad_once, window_sizes
from rnn_helpers.prediction import PLAYS_MODEL, save_model
from rnn_helpers.recurrence import zero_states
from rnn_helpers.sequences import text_windows
from rnn_helpers.training import compile_update, train_text

SEEDS = range(3)
KINDS = ("SimpleRNN", "GRU", "LSTM", "Transformer")
RATES, PILOT_SEED = (0.001, 0.002, 0.004, 0.008, 0.016), 100
REMEDIES = {"dropout": 0.2, "tie_weights": True}
VARIANTS = ({"dropout": 0.0, "tie_weights": True}, {"dropout": 0.2, "tie_weights": False})  # of the GRU
NOTE = (
    "Learning rates from plays_pilot.json. Chosen by the validation play; the test play is judged once per run, with "
    "the weights that were best in validation. Two runs at a time, one thread each."
)


def setting(kind, seed, learning_rate, epochs, remedies):
    """One setting of `climb`."""
    training = {"epochs": epochs, "num_parameters": 250_000, "learning_rate": learning_rate}
    return {"kind": kind, "seed": seed} | training | remedies


def find_rates(client):
    """The pilot: the learning rate of each kind with the lowest validation loss within three epochs."""
    settings = [setting(kind, PILOT_SEED, rate, 3, REMEDIES) for kind in KINDS for rate in RATES]
    note = "The rate with the lowest validation loss is used in plays.json."
    best = {}
    for done in run(climb, settings, RESULTS / "plays_pilot.json", note, client):
        kind, rate, loss = done["setting"]["kind"], done["setting"]["learning_rate"], done["result"]["validation_loss"]
        print(kind, rate, min(loss))
        best[kind] = min(best.get(kind, (9.9, None)), (min(loss), rate))
    return {kind: rate for kind, (_, rate) in best.items()}


def main():
    """Counting, then the networks and the variants seed by seed, then the paddings, and the model that is delivered."""
    counts = [{"order": order, "discount": 0.75} for order in (0, 1)]
    counts += [
        {"order": order, "discount": discount} for order in (2, 3, 4) for discount in (0.75, 0.8, 0.85, 0.9, 0.95)
    ]
    paddings = [
        {"side": side, "is_masked": is_masked, "cell": cell, "seed": seed, "epochs": 4}
        for seed in SEEDS
        for cell in ("SimpleRNN", "GRU")
        for side in ("front", "behind")
        for is_masked in (False, True)
    ]
    with workers() as client:
        run(count, counts, RESULTS / "plays_counted.json", "Discounts to choose from.", client)
        rates = find_rates(client)
        rungs = [(kind, REMEDIES) for kind in KINDS] + [("GRU", remedies) for remedies in VARIANTS]
        settings = [setting(kind, seed, rates[kind], 8, remedies) for seed in SEEDS for kind, remedies in rungs]
        run(climb, settings, RESULTS / "plays.json", NOTE, client)
        run(pad_once, paddings, RESULTS / "padding.json", "2,000 speeches of 2 to 20 words, 1,001 words.", client)
    run(time_rungs, [{"rounds": 7}], RESULTS / "plays_seconds.json", "Run alone: nothing else on the machine.")
    if not PLAYS_MODEL.exists():
        save_plays_model(rates["GRU"] / 2)


def time_rungs(rounds):
    """How long an epoch of each network takes, by 20 updates in turn, so that a slow moment hits all alike.

    Returns:
        A dict from a kind to its seconds per epoch, one for each round.
    """
    plays, works = load_plays(), {}
    for kind in KINDS:
        model = build_rung(kind, len(plays.vocabulary), dropout=0.2)
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


def save_plays_model(learning_rate):
    """Train the delivered model, and keep it without its optimizer, which would make it three times as large."""
    plays = load_plays()
    model = build_rung("GRU", len(plays.vocabulary), dropout=0.2, learning_rate=learning_rate)
    train_text(model, plays.training, plays.validation, epochs=20, patience=2)
    save_model(PLAYS_MODEL, keras.Model(model.inputs[0], model.outputs[0]), plays.vocabulary)


if __name__ == "__main__":
    main()
