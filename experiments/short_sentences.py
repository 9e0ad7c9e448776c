"""Short introductions: perplexity beside the best possible, and what a model writes. `make experiments`, in part.

The three cells at equal parameters and n-gram models learn from the same 4,000 sentences. Perplexity is exact: over the
whole language. Writes rnn_helpers/measured/short_sentences.json, and goes on where it was stopped. Prints the tables.
"""

import os

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, interval, run
from rnn_helpers.introductions import Introductions
from rnn_helpers.trials import short_once

RATES = {"SimpleRNN": 0.003, "GRU": 0.01, "LSTM": 0.01}
MODELS = (*RATES, *range(8))  # a number is the order of an n-gram model
LAGS, SEEDS = range(5), range(5)
NOTE = (
    "Learning rates tried with seed 100 at lags 3 and 4: SimpleRNN 0.003 and 0.006; GRU 0.003, 0.01 and 0.02; LSTM "
    "0.003, 0.01, 0.02 and 0.03; the best is used. Two runs at a time, one thread each."
)


def setting(model, lag, seed):
    """One setting of `short_once`."""
    training = {"epochs": 60, "learning_rate": RATES[model]} if model in RATES else {}
    return {"model": model, "lag": lag, "seed": seed, "num_sentences": 4000} | training


def print_table(found, name):
    """One entry of the results, mean and 95 % interval over the seeds, a row for each model and a column a lag."""
    print(f"\n{name}\n{'lag':12}" + "".join(f"{lag:>23}" for lag in LAGS))
    for model in MODELS:
        cells = []
        for lag in LAGS:
            these = [done for done in found if (done["setting"]["model"], done["setting"]["lag"]) == (model, lag)]
            mean, low, high = interval([done["result"][name] for done in these])
            cells.append(f"{mean:.3f} ({low:.3f}..{high:.3f})")
        print(f"{model if model in RATES else f'{model}-gram':12}" + "".join(f"{cell:>23}" for cell in cells))


def main():
    """Run what is missing, and print the tables."""
    os.environ["TQDM_DISABLE"] = "1"
    settings = [setting(model, lag, seed) for seed in SEEDS for lag in LAGS for model in MODELS]
    with workers() as client:
        found = run(short_once, settings, RESULTS / "short_sentences.json", NOTE, client)
    print("best perplexity", [round(Introductions(lag).best_perplexity(), 3) for lag in LAGS])
    for name in ("perplexity", "excess", "accepted", "memorised", "new", "seen"):
        print_table(found, name)
    print(f"\n{sum(done['seconds'] for done in found) / 60:.0f} minutes of runs, two at a time")


if __name__ == "__main__":
    main()
