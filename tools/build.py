"""Make notebooks/ from lessons/: `python tools/build.py`, or with names of lessons to build those alone.

lessons/NN_topic.md              the source, MyST Markdown, with the answers inside
notebooks/NN_topic.ipynb         the learner's copy: executed, exercises blank
notebooks/solutions/NN_topic.ipynb   executed, with the answers

A lesson is built again when it changed, or the lock, or the code of a module that it imports (docstrings do not count),
or the stored results or the questions that it reads.
"""

import ast
import base64
import hashlib
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import jupytext
import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from readme import ReadmeError, write_readme

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BLANK = "...  # your answer here"
SECONDS_PER_CELL = 300


class BuildError(Exception):
    """A lesson that cannot be built; the message names the file, the cell and the reason."""


def read_lesson(path):
    """The lesson as a notebook, answers and markers inside; BuildError if an exercise is not whole."""
    notebook = jupytext.read(path, fmt="md:myst")
    codes = [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
    for (number, cell), following in zip(codes, [*codes[1:], (0, None)], strict=True):
        problem = exercise_problem(cell.source, following[1].source if following[1] else "")
        if problem:
            raise BuildError(f"{path.name}, cell {number}: {problem}")
    return notebook


def exercise_problem(source, next_source):
    """What is wrong with a code cell as an exercise; None if nothing is, or if it is no exercise.

    >>> exercise_problem("### BEGIN SOLUTION\\nx = 1", "check_1_1(x)")
    'each ### BEGIN SOLUTION needs its ### END SOLUTION after it, once in a cell'
    """
    markers = [line.strip() for line in source.splitlines() if line.strip() in (BEGIN, END)]
    if not markers:
        return None
    if markers != [BEGIN, END]:
        return f"each {BEGIN} needs its {END} after it, once in a cell"
    if not re.search(r"\bcheck_\d+_\d+\(", next_source):
        return "the exercise lacks its check: the next code cell must call check_N_k"
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"the answer is not Python: {error.msg}"
    if BLANK not in learner_source(source):
        return "at the top of a cell, a solution gives names their values: name = ..."
    return None


def learner_source(source):
    """A code cell with its answer blanked.

    >>> print(learner_source("### BEGIN SOLUTION\\nsize = 3\\n### END SOLUTION"))
    size = ...  # your answer here
    """
    lines = source.splitlines()
    marks = [index for index, line in enumerate(lines) if line.strip() in (BEGIN, END)]
    if not marks:
        return source
    begin, end = marks
    indent = lines[begin][: -len(BEGIN)]
    if indent:
        blank = [f"{indent}return {BLANK}"]
    else:
        statements = ast.parse("\n".join(lines[begin:end])).body
        names = [target.id for one in statements if isinstance(one, ast.Assign) for target in one.targets]
        blank = [f"{name} = {BLANK}" for name in names]
    return "\n".join([*lines[:begin], *blank, *lines[end + 1 :]])


def solution_source(source):
    """A code cell with its answer, without the markers."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def make_notebook(lesson, transform, fingerprint):
    """The lesson as a notebook that is not yet executed, with every code cell passed through `transform`."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "rnn_course": {"made_from": fingerprint},
    }
    seen = []
    for cell in lesson.cells:
        is_code = cell.cell_type == "code"
        source = transform(cell.source) if is_code else cell.source
        new_cell = nbformat.v4.new_code_cell(source) if is_code else nbformat.v4.new_markdown_cell(source)
        if cell.metadata.get("tags"):
            new_cell.metadata["tags"] = cell.metadata["tags"]
        # The id follows from the text alone, so that a rebuild keeps it; a repeated text counts on.
        new_cell.id = hashlib.sha256(f"{source}{seen.count(source)}".encode()).hexdigest()[:12]
        seen.append(source)
        notebook.cells.append(new_cell)
    return notebook


def execute(notebook, folder, name):
    """Run every code cell in a fresh kernel, in place; BuildError names the cell that raises."""
    os.environ["TQDM_DISABLE"] = "1"  # a progress bar's times would differ at each run
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # else each kernel warns that it talks without encryption
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(), watch(psutil.Process(client.km.provisioner.process.pid)) as took:
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, DeadKernelError, CellTimeoutError) as error:
                raise BuildError(f"{name}, cell {index + 1}: {why_cell_failed(error)}") from None
    return took


@contextmanager
def watch(kernel):
    """A dict that at the end of the `with` tells what a kernel and all that it started took.

    "cpu_seconds", and "peak_mb": the most memory that they held together, looked at five times a second. Windows and
    macOS do not count the seconds of processes that ended.
    """
    took, peaks, is_over = {}, [], Event()

    def look():
        while not peaks or not is_over.wait(0.2):
            peaks.append(held_megabytes(kernel))

    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(look)
        try:
            yield took
        finally:
            is_over.set()
        looking.result()
    took |= {"cpu_seconds": round(sum(kernel.cpu_times()[:4])), "peak_mb": round(max(peaks))}


def held_megabytes(process):
    """The memory of a process and its children, theirs included: what is each one's own, and once what they share."""
    own, shared = 0, 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.Error):  # it has just ended
            memory = one.memory_full_info()
            own, shared = own + memory.uss, max(shared, memory.rss - memory.uss)
    return (own + shared) / 1e6


def write_took(name, took, root):
    """Note what a notebook took, in notebooks/took.json; BuildError if that is half as much again as its budget.

    Its budget is what it took when it was first built, or last built with BUDGET=new.
    """
    path = root / "notebooks" / "took.json"
    notes = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    is_new = name not in notes or os.environ.get("BUDGET") == "new"
    budget = took if is_new else notes[name]["budget"]
    for what, unit in [("cpu_seconds", "s of CPU"), ("peak_mb", "MB at its peak")]:
        # Below 10 s and 300 MB, chance and the start of a kernel are the larger part.
        if took[what] > 1.5 * max(budget[what], {"cpu_seconds": 10, "peak_mb": 300}[what]):
            raise BuildError(
                f"{name} takes {took[what]} {unit}, and its budget is {budget[what]}: make it lighter, "
                "or, if it is worth it: make notebooks BUDGET=new"
            )
    notes[name] = took | {"budget": budget}
    path.write_text(json.dumps(dict(sorted(notes.items())), indent=1) + "\n", encoding="utf-8")


def why_cell_failed(error):
    """In one line, why a cell did not run to its end."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, DeadKernelError):
        return "the kernel died"
    return f"it ran longer than {SECONDS_PER_CELL} s"


def code_of(path):
    """A module's code, apart from its comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    # The same on every Python: 3.12 has a new field, and 3.13 would leave out what is empty.
    options = {"show_empty": True} if sys.version_info >= (3, 13) else {}
    return ast.dump(tree, **options).replace(", type_params=[]", "")


def modules_reached(text, root=ROOT):
    """The paths of the `rnn_helpers` modules that a text imports, and those that they import."""
    reached, texts = set(), [text]
    while texts:
        for name in re.findall(r"^ *(?:from|import) (rnn_helpers[\w.]*)", texts.pop(), re.M):
            base = root / name.replace(".", "/")
            path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
            if path not in reached and path.exists():
                reached.add(path)
                texts.append(path.read_text(encoding="utf-8"))
    return sorted(reached | {root / "rnn_helpers" / "__init__.py"})


def fingerprint_of(path, root=ROOT):
    """A hash of all that a lesson's notebooks are made from."""
    text = path.read_text(encoding="utf-8")
    modules = modules_reached(text, root)
    parts = [text, (root / "requirements.txt").read_text(encoding="utf-8"), *map(code_of, modules)]
    if root / "rnn_helpers" / "explorer.py" in modules:
        parts += [part.read_text(encoding="utf-8") for part in sorted((root / "rnn_helpers" / "page").iterdir())]
    for name in re.findall(r'stored_results\("(\w+)"', text):
        parts.append((root / "rnn_helpers" / "measured" / f"{name}.json").read_text(encoding="utf-8"))
    for number in re.findall(r"quiz_before\((\d+)", text):
        parts.append((root / "rnn_helpers" / "questions" / f"lesson_{number}.md").read_text(encoding="utf-8"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def notebooks_of(path, root=ROOT):
    """The two notebooks of a lesson, each with what it does to the source of a code cell."""
    name = path.with_suffix(".ipynb").name
    return [(root / "notebooks" / name, learner_source), (root / "notebooks" / "solutions" / name, solution_source)]


def is_current(notebook_path, fingerprint):
    """Whether a notebook was made from just what is there now."""
    if not notebook_path.exists():
        return False
    made_from = nbformat.read(notebook_path, as_version=4).metadata.get("rnn_course", {}).get("made_from")
    return made_from == fingerprint


def build(path, root=ROOT):
    """Build a lesson's notebooks where they are not current; say what was done, a line for each."""
    lesson, fingerprint = read_lesson(path), fingerprint_of(path, root)
    for target, transform in notebooks_of(path, root):
        if is_current(target, fingerprint):
            print(f"  {target.relative_to(root)}: unchanged", flush=True)
            continue
        print(f"  {target.relative_to(root)}: ", end="", flush=True)
        started = time.monotonic()
        notebook = make_notebook(lesson, transform, fingerprint)
        target.parent.mkdir(parents=True, exist_ok=True)
        took = execute(notebook, target.parent, path.name)
        write_took(target.relative_to(root / "notebooks").as_posix(), took, root)
        write_picture(notebook, root)
        nbformat.write(notebook, target)
        used = f"{took['cpu_seconds']} s of CPU, {took['peak_mb']} MB"
        print(f"{len(notebook.cells)} cells, {time.monotonic() - started:.0f} s, {used}", flush=True)


def write_picture(notebook, root):
    """Keep the picture of the cell tagged `readme-picture` where the README shows it."""
    for cell in notebook.cells:
        if "readme-picture" in cell.metadata.get("tags", []):
            pngs = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
            (root / "pictures").mkdir(exist_ok=True)
            (root / "pictures" / "hidden_states.png").write_bytes(base64.b64decode(pngs[0]))


def main(names, root=ROOT):
    """Build the named lessons, or all; then the README's table of lessons. Returns the exit status."""
    lessons = sorted((root / "lessons").glob("[0-9]*.md"))
    chosen = [path for path in lessons if not names or path.stem in names]
    strangers = set(names) - {path.stem for path in lessons}
    try:
        if strangers:
            raise BuildError(f"there is no lesson {', '.join(sorted(strangers))}")
        for number, path in enumerate(chosen, 1):
            print(f"[{number}/{len(chosen)}] {path.stem}", flush=True)
            build(path, root)
        write_readme(root)
    except (BuildError, ReadmeError) as error:
        print(f"\nbuild: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
