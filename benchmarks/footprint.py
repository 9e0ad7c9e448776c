"""What the course asks of a computer: time to the first picture, memory of a notebook, size of the environment.

`make bench` runs it. The time is a ratio to that of a notebook which only draws an empty picture, in turn with it.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import jupytext
import nbformat
import numpy as np
import psutil
from nbclient import NotebookClient
from timing import ROUNDS, describe_ratios, load_of_others

ROOT = Path(__file__).resolve().parent.parent
EMPTY = "import matplotlib.pyplot as plt\nplt.plot([])\nplt.show()"


def run(sources, until_picture=False):
    """Run code cells in a new kernel: the seconds from its start to the end, and its memory in MB (PSS)."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=300, allow_errors=True, extra_arguments=["--log-level=ERROR"])
    start = perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if until_picture and any("image/png" in output.get("data", {}) for output in cell.outputs):
                break
        seconds = perf_counter() - start
        kernel = psutil.Process(client.km.provisioner.process.pid).memory_full_info()
    return seconds, getattr(kernel, "pss", kernel.uss) / 1e6


def code_of(lesson):
    """The code cells of a lesson, with its answers."""
    [path] = (ROOT / "lessons").glob(f"{lesson:02d}_*.md")
    return [cell.source for cell in jupytext.read(path, fmt="md:myst").cells if cell.cell_type == "code"]


def main():
    """Measure, print, and write footprint.json."""
    load = load_of_others()
    seconds = np.array([[run(code_of(1), True)[0], run([EMPTY], True)[0]] for _ in range(ROUNDS)])
    first_picture = {"seconds": round(float(np.median(seconds[:, 0])), 1)} | describe_ratios(seconds)
    memory = {"a kernel alone": ["1"], "after lesson 1": code_of(1), "after lesson 3": code_of(3)}
    found = {
        "versions": {name: version(name) for name in ("ipykernel", "numpy", "matplotlib", "keras")},
        "rounds": ROUNDS,
        "load": load,
        "first_picture": first_picture,
        "memory_mb": {what: round(run(sources)[1]) for what, sources in memory.items()},
        "environment_mb": round(
            sum(path.stat().st_size for path in Path(sys.prefix).rglob("*") if path.is_file()) / 1e6
        ),
    }
    print(json.dumps(found, indent=1))
    Path(__file__).with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
