"""How an update's seconds grow with each size: the curves of lesson 8, measured again by `make bench`.

Lesson 8 reads the stored ones, of `make experiments`; those of the bench tell whether they still hold.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "experiments"))

from scale import SWEEPS, TEXT_SIZES, in_new_processes, sweeps, time_preparation, time_updates

# isort: split
from timing import ROUNDS, describe_run, keep, tell

from rnn_helpers.experiments import run
from rnn_helpers.growth import fit_power


def tell_exponents(what, sizes, rounds):
    """A row of the table: the exponent over the three largest sizes, round by round; the curves stay with it."""
    exponents = [fit_power(sizes[-3:], seconds[-3:])[1] for seconds in rounds]
    what = f"{what} from {sizes[-3]:,} to {sizes[-1]:,}"
    return tell(what, "exponent of the seconds", exponents, sizes=sizes, seconds=rounds)


def main():
    """Measure, print, and keep."""
    how = describe_run()
    with in_new_processes() as client:
        done = run(time_updates, sweeps(ROUNDS), client=client)
    rows = []
    for name, sizes in SWEEPS.items():
        rounds = [one["result"]["seconds"] for one in done if one["setting"]["name"] == name]
        rows.append(tell_exponents(f"an update, {name.replace('_', ' ')}", sizes, rounds))
    text = time_preparation(TEXT_SIZES, ROUNDS)
    rows.append(tell_exponents("preparing text, words", text["sizes"], text["seconds"]))
    keep("growth", how, rows)


if __name__ == "__main__":
    main()
