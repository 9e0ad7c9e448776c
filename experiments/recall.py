"""How well the three cells recall a value given `lag` filler words ago: `make experiments`, in part.

Five ways to begin, at equal parameters: SimpleRNN, GRU and LSTM as Keras starts them, and GRU and LSTM with their
memory open. A pilot with other seeds first finds each its learning rate. One run serves both questions: its
measurements are read at equal updates and at equal training seconds. Writes rnn_helpers/measured/recall_pilot.json and
rnn_helpers/measured/recall.json, and goes on where it was stopped. Prints the tables.
"""

import numpy as np

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, interval, run
from rnn_helpers.trials import recall_once

STARTS = [("SimpleRNN", None), ("GRU", None), ("LSTM", None), ("GRU", 4.0), ("LSTM", 4.0)]
RATES = (0.001, 0.003, 0.01, 0.03)
LAGS, SEEDS = (2, 4, 8, 16, 32), range(5)
PILOT_LAGS, PILOT_SEEDS = (4, 16), (100, 101)
NUM_UPDATES, NUM_SECONDS = 4000, 10.0
PILOT_NOTE = "The rate with the best mean recall at the last measurement, over lags and seeds, is used in recall.json."
NOTE = (
    "Learning rates from recall_pilot.json. Two runs at a time, one thread each, XLA for all. Seconds are those of the "
    "updates alone, without compiling, drawing sentences or measuring. Chance: 1/8."
)


def setting(start, lag, seed, learning_rate, num_updates, num_seconds):
    """One setting of `recall_once`."""
    cell, keep_bias = start
    sizes = {"num_updates": num_updates, "num_seconds": num_seconds, "num_parameters": 12_000}
    return {"cell": cell, "keep_bias": keep_bias, "lag": lag, "seed": seed, "learning_rate": learning_rate} | sizes


def start_of(done):
    """Which of STARTS a result belongs to."""
    return done["setting"]["cell"], done["setting"]["keep_bias"]


def find_rates(client):
    """The pilot: the best learning rate for each of STARTS."""
    settings = [
        setting(start, lag, seed, rate, NUM_UPDATES // 2, 0.0)
        for seed in PILOT_SEEDS
        for lag in PILOT_LAGS
        for start in STARTS
        for rate in RATES
    ]
    found = run(recall_once, settings, RESULTS / "recall_pilot.json", PILOT_NOTE, client)

    def score(start, rate):
        of_both = [done for done in found if (start_of(done), done["setting"]["learning_rate"]) == (start, rate)]
        return np.mean([done["result"]["recall"][-1] for done in of_both]) if of_both else 0.0

    for start in STARTS:
        print(start, {rate: round(float(score(start, rate)), 2) for rate in RATES})
    return {start: max(RATES, key=lambda rate, start=start: score(start, rate)) for start in STARTS}


def at_updates(result, updates):
    """The recall after a number of updates, at the nearest measurement."""
    return result["recall"][np.abs(np.array(result["updates"]) - updates).argmin()]


def updates_in(seconds, results):
    """How many updates a start makes in that time at one lag: at its fastest seed's speed.

    Other programs slowed the other runs; nothing makes one faster than the machine.
    """
    return seconds * max(result["updates"][-1] / result["seconds"][-1] for result in results)


def print_table(title, found, num_updates):
    """Mean recall and its 95 % interval over the seeds, a row for each start and a column for each lag.

    `num_updates` tells from the runs of one start and lag after how many updates to read them.
    """
    print(f"\n{title}\n{'lag':24}" + "".join(f"{lag:>20}" for lag in LAGS))
    for start in STARTS:
        cells = []
        for lag in LAGS:
            these = [done["result"] for done in found if (start_of(done), done["setting"]["lag"]) == (start, lag)]
            mean, low, high = interval([at_updates(result, num_updates(these)) for result in these])
            cells.append(f"{mean:>7.2f} ({max(low, 0):.2f}..{min(high, 1):.2f})")
        print(f"{start[0]:10}{'memory open' if start[1] else 'as Keras':14}" + "".join(f"{cell:>20}" for cell in cells))


def main():
    """Run the pilot, the experiment and the tables."""
    with workers() as client:
        rates = find_rates(client)
        settings = [
            setting(start, lag, seed, rates[start], NUM_UPDATES, NUM_SECONDS)
            for seed in SEEDS
            for lag in LAGS
            for start in STARTS
        ]
        found = run(recall_once, settings, RESULTS / "recall.json", NOTE, client)
    print_table(f"recall after {NUM_UPDATES:,} updates; chance 0.12", found, lambda these: NUM_UPDATES)
    title = f"recall after {NUM_SECONDS:.0f} seconds of training; chance 0.12"
    print_table(title, found, lambda these: updates_in(NUM_SECONDS, these))
    print("\nmilliseconds per update, of the fastest seed")
    for start in STARTS:
        of_lags = [
            [done["result"] for done in found if (start_of(done), done["setting"]["lag"]) == (start, lag)]
            for lag in LAGS
        ]
        print(start, [round(1000 / updates_in(1, results), 2) for results in of_lags])
    print(f"\n{sum(done['seconds'] for done in found) / 60:.0f} minutes of runs, two at a time")


if __name__ == "__main__":
    main()
