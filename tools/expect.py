"""README's "what to expect": tables of what was measured, from the stored results and the benchmarks' files."""

import json
import math
import textwrap
from pathlib import Path

from rnn_helpers.growth import fit_power


def read_runs(root, name):
    """The runs that an experiment stored, as a list of {"setting", "result"}."""
    return json.loads((root / "rnn_helpers" / "measured" / f"{name}.json").read_text(encoding="utf-8"))["runs"]


def spread(values, digits):
    """A mean, and the least and the most in brackets.

    >>> spread([1.0, 3.0], 1)
    '2.0 (1.0–3.0)'
    """
    mean, least, most = sum(values) / len(values), min(values), max(values)
    return f"{mean:.{digits}f} ({least:.{digits}f}–{most:.{digits}f})"


def ladder_rows(root):
    """A row for each language model of lesson 7: its name, its perplexity on the test play, how often it was right."""
    rows = []
    for order, name in enumerate(["all words equally likely", "unigram", "bigram", "trigram"]):
        runs = [run["result"] for run in read_runs(root, "plays_counted") if run["setting"]["order"] == order]
        best = min(runs, key=lambda result: result["validation_loss"])
        rows.append([name, f"{math.exp(best['test_loss']):.1f}", f"{best['top_1']:.3f}" if order else ""])
    kinds = {}
    for run in read_runs(root, "plays"):
        if run["setting"]["dropout"] and run["setting"]["tie_weights"]:
            kinds.setdefault(run["setting"]["kind"], []).append(run["result"])
    for kind, results in kinds.items():
        perplexities = [math.exp(result["test_loss"]) for result in results]
        rows.append([kind, spread(perplexities, 1), spread([result["top_1"] for result in results], 3)])
    return rows


# The parts of the benchmarks' files, and what their rows have in common.
BENCHES = {
    ("seed_page", "rows"): "beside plain Keras: ",
    ("real_text", "training"): "training, beside PyTorch: ",
    ("real_text", "writing"): "writing, beside ",
}


def bench_rows(root):
    """A row for each comparison of speed: what, how many times as fast as the other way, and what was wanted."""
    rows = []
    for (name, part), common in BENCHES.items():
        found = json.loads((root / "benchmarks" / f"{name}.json").read_text(encoding="utf-8"))
        for row in found[part]:
            ratio = f"{row['ratio']:.3g} ({row['ratio_min']:.3g}–{row['ratio_max']:.3g})"
            rows.append([common + row["what"], ratio, f"{row['wanted'] or ''}"])
    return rows


def table(head, rows):
    """A Markdown table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |-|-|
    | 1 | 2 |
    """
    lines = [head, *rows]
    shown = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([shown[0], "|" + "-|" * len(head), *shown[1:]])


def characters(root):
    """One sentence on the network that learned letter by letter."""
    results = [run["result"] | {"seconds": run["seconds"]} for run in read_runs(root, "characters")]
    loss = spread([result["validation_loss"] for result in results], 2)
    minutes = max(result["seconds"] for result in results) / 60
    return (
        f"a GRU of 384 units comes to {loss} nats per character on *Twelfth Night*, in {minutes:.0f} minutes on 2 cores"
    )


def growth_rows(root):
    """A row for each size of a model: what it was raised to, and with which exponent an update's seconds grew."""
    rows = []
    for run in read_runs(root, "scale_seconds"):
        sizes, rounds = run["result"]["sizes"], run["result"]["seconds"]
        exponents = [fit_power(sizes[-3:], seconds[-3:])[1] for seconds in rounds]
        rows.append([run["setting"]["name"].replace("_", " "), f"{sizes[-3]:,} to {sizes[-1]:,}", spread(exponents, 2)])
    return rows


def footprint(root):
    """What the course asks of a computer, in two sentences."""
    found = json.loads((root / "benchmarks" / "footprint.json").read_text(encoding="utf-8"))
    picture, memory = found["first_picture"], found["memory_mb"]
    shown = ", ".join(f"{what} {megabytes} MB" for what, megabytes in memory.items())
    return (
        f"The environment takes {found['environment_mb'] / 1000:.1f} GB on disk. In memory, {shown}. From the start of "
        f"its kernel to its first picture lesson 1 takes {picture['seconds']:.1f} s, {picture['ratio']:.2f} times "
        f"({picture['ratio_min']:.2f}–{picture['ratio_max']:.2f}) as long as a notebook that only draws an empty one."
    )


def expect(root):
    """All that was measured, each part with the words it needs."""
    return f"""\
**How good.** Perplexity on *As You Like It*, which no model has read, after learning from ten other plays: among how
many words a model seems to choose, of 3,002. All networks have 250,000 numbers; mean of 3 seeds, least to most in
brackets. Lesson 7 tells how they were trained.

{table(["model", "perplexity", "right"], ladder_rows(root))}

Letter by letter, from a million characters, {characters(root)}.

**How fast.** Times as fast as the other way, both measured in turn in one run on 2 cores (`make bench`): the median,
least to most in brackets. Our training unrolls its recurrent layer, and compiles a SimpleRNN with XLA. Against PyTorch,
an embedding of 64 numbers and 128 units read 256 windows of 32; a GRU of 256 units writes words out of 5,000.

{table(["what", "times as fast", "wanted"], bench_rows(root))}

**How it grows.** An update's seconds grow as a power of each size, the others held (lesson 8): the exponent over the
three largest sizes, mean of 7 rounds, least to most in brackets.

{table(["size", "from, to", "exponent"], growth_rows(root))}

{textwrap.fill("**How heavy.** " + footprint(root), 120)}"""


if __name__ == "__main__":
    print(expect(Path(__file__).resolve().parent.parent))
