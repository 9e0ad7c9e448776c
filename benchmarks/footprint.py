"""What the course asks of a computer: time to the first picture, memory of a notebook, size of the environment.

`make bench` runs it, and keeps its rows in benchmarks/results.json. The time is a ratio to that of a notebook which
only draws an empty picture, in turn with it.
"""

import sys
from pathlib import Path
from time import perf_counter

import jupytext
import nbformat
import numpy as np
import psutil
from nbclient import NotebookClient
from timing import ROUNDS, describe_run, keep, tell

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from build import held_megabytes  # noqa: E402

EMPTY = "import matplotlib.pyplot as plt\nplt.plot([])\nplt.show()"


def run(sources, until_picture=False):
    """Run code cells in a new kernel: the seconds from its start to the end, and its memory in MB."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=300, allow_errors=True, extra_arguments=["--log-level=ERROR"])
    start = perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if until_picture and any("image/png" in output.get("data", {}) for output in cell.outputs):
                break
        seconds = perf_counter() - start
        return seconds, held_megabytes(psutil.Process(client.km.provisioner.process.pid))


def code_of(lesson):
    """The code cells of a lesson, with its answers."""
    [path] = (ROOT / "lessons").glob(f"{lesson:02d}_*.md")
    return [cell.source for cell in jupytext.read(path, fmt="md:myst").cells if cell.cell_type == "code"]


def main():
    """Measure, print, and keep."""
    how, first_picture = describe_run(), "from the kernel's start to lesson 1's first picture"
    seconds = np.array([[run(code_of(1), True)[0], run([EMPTY], True)[0]] for _ in range(ROUNDS)])
    rows = [
        tell(first_picture, "seconds", seconds[:, 0]),
        tell(first_picture, "times as long as for an empty picture", seconds[:, 0] / seconds[:, 1]),
    ]
    kernels = {"a kernel alone": ["1"], "a kernel after lesson 1": code_of(1), "a kernel after lesson 3": code_of(3)}
    for what, sources in kernels.items():
        rows.append(tell(what, "MB in memory", [run(sources)[1] for _ in range(3)]))
    files = (path for path in Path(sys.prefix).rglob("*") if path.is_file())
    rows.append(tell("the environment", "GB on disk", [sum(path.stat().st_size for path in files) / 1e9]))
    keep("footprint", how, rows)


if __name__ == "__main__":
    main()
