"""README's "what to expect": tables of what was measured, from the stored results and the benchmarks' file."""

import json
import math
from pathlib import Path


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


def bench_rows(root):
    """A row for each thing that `make bench` measured: what, the median of the rounds, the least and the most."""
    found = json.loads((root / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    rows = []
    for row in (row for part in found.values() for row in part["rows"]):
        median, least, most = (f"{row[name]:#.3g}".rstrip(".") for name in ("median", "least", "most"))
        measured = median if least == most else f"{median} ({least}–{most})"
        rows.append([row["what"], row["measure"], measured, f"{row['wanted'] or ''}"])
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


def expect(root):
    """All that was measured, each part with the words it needs."""
    return f"""\
**How good.** Perplexity on *As You Like It*, which no model has read, after learning from ten other plays: among how
many words a model seems to choose, of 3,002. All networks have 250,000 numbers; mean of 3 seeds, least to most in
brackets. Lesson 7 tells how they were trained.

{table(["model", "perplexity", "right"], ladder_rows(root))}

Letter by letter, from a million characters, {characters(root)}.

**How fast, how heavy.** Measured by `make bench` on 2 cores: the median of the rounds, least to most in brackets. What
is compared was measured in turn. Our training unrolls its recurrent layer, and compiles a SimpleRNN with XLA. Against
PyTorch, an embedding of 64 numbers and 128 units read 256 windows of 32; a GRU of 256 units writes words out of 5,000.
(PyTorch is not among the course's packages: where it is not installed, `make bench` leaves its rows out.)
An update is lesson 8's: its seconds grow as a power of each size, over the three largest, while the others stay.

{table(["what", "measure", "measured", "wanted"], bench_rows(root))}"""


if __name__ == "__main__":
    print(expect(Path(__file__).resolve().parent.parent))
