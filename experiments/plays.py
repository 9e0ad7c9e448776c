"""Language models of ten plays, from counting to a Transformer, and what padding does to a network. About 50 minutes.

All models have 3,003 ids and one split: ten plays to learn from, one to choose by, one to judge by. The networks have
250,000 parameters within 2 %. A pilot of three epochs (seed 100, dropout 0.3) chose the learning rate by the validation
play: of 0.001, 0.002 and 0.004, the last was the best for GRU and LSTM (validation loss 4.97 and 5.11; with 0.002
5.07 and 5.23), and within 0.01 of the best for SimpleRNN (5.29) and Transformer (5.13).
"""

from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.ladder import climb, count, pad_once

SEEDS = range(3)
KINDS = ("SimpleRNN", "GRU", "LSTM", "Transformer")
TRAINING = {"epochs": 8, "num_parameters": 250_000, "learning_rate": 0.004}
VARIANTS = (  # of the GRU
    {"dropout": 0.0, "tie_weights": True},
    {"dropout": 0.4, "tie_weights": True},
    {"dropout": 0.2, "tie_weights": False},
    {"dropout": 0.0, "tie_weights": False},
)
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


if __name__ == "__main__":
    main()
