"""What a network reaches on texts of several sizes, against counting: what to expect of your own.

Pieces of the plays stand for texts of such sizes. Each network is trained as `python -m rnn_helpers train` does it.
"""

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.ladder import try_size

SIZES = {"word": (1_000, 5_000, 25_000, 100_000), "character": (5_000, 30_000, 150_000)}
NOTE = "Judged on the validation play, which also chose the epoch: the same as the owner of a text sees."


def main():
    """Every size at both levels, with two seeds."""
    settings = [
        {"level": level, "num_tokens": num_tokens, "seed": seed}
        for seed in range(2)
        for level, sizes in SIZES.items()
        for num_tokens in sizes
    ]
    with workers() as client:
        run(try_size, settings, RESULTS / "own_text.json", NOTE, client)


if __name__ == "__main__":
    main()
