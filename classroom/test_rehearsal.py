"""A class of thirty, invented: released, handed in, graded, answered and exported by the guide's own commands.

Slow (some minutes): `make rehearsal` runs it, on the teacher's own machine if they wish.
"""

import csv
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import assignments
import nbformat
import pytest
import sandbox

import build

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "01_what_is_an_rnn.ipynb"
pytestmark = pytest.mark.skipif(bool(sandbox.why_not()), reason=f"no sandbox here: {sandbox.why_not()}")

LESSON = build.read_lesson(assignments.lessons()[1])
RIGHT = [build.solution_source(cell.source) for cell in LESSON.cells if build.BEGIN in cell.source]
OTHERWISE = [
    "num_weights = 27.0",
    "def relu_step(x, h, W_x, W_h, b):\n    z = b + h @ W_h + x @ W_x\n    return z * (z > 0)",
    "def read_on(h, inputs, *weights):\n"
    "    return h if len(inputs) == 0 else read_on(rnn_step(inputs[0], h, *weights), inputs[1:], *weights)",
]
BLANK = [None, None, None]
RELU = "np.maximum(0, x @ W_x + h @ W_h + b)"
STEP = "def relu_step(x, h, W_x, W_h, b):\n    "
READ = "def read_on(h, inputs, W_x, W_h, b):\n    "

# The learner, the three answers (None: as handed out), the points, and what the verdicts say.
HONEST = {
    "right": (RIGHT, 6, ["✓ 1.1", "✓ 1.2", "✓ 1.3"]),
    "right in another style": (OTHERWISE, 6, ["✓ 1.1", "✓ 1.2", "✓ 1.3"]),
    "right and talkative": (
        [RIGHT[0], STEP + f"print('hm')\n    return {RELU}", RIGHT[2]],
        6,
        ["✓ 1.1", "it also printed", "✓ 1.3"],
    ),
    "blank": (BLANK, 0, ["○ 1.1 not tried yet", "○ 1.2 not tried yet", "○ 1.3 not tried yet"]),
    "only the first": ([RIGHT[0], None, None], 1, ["✓ 1.1", "not tried", "not tried"]),
    "no bias": (
        ["num_weights = 24", STEP + "return np.maximum(0, x @ W_x + h @ W_h)", None],
        0,
        ["the bias is missing", "the bias is missing", "not tried"],
    ),
    "still tanh": (
        [None, STEP + "return np.tanh(x @ W_x + h @ W_h + b)", RIGHT[2]],
        3,
        ["not tried", "still tanh", "✓"],
    ),
    "state not carried": (
        [None, None, READ + "for x in inputs: new = rnn_step(x, h, W_x, W_h, b)\n    return new"],
        0,
        ["not tried", "not tried", "the state is not carried on"],
    ),
    "from zero": ([None, None, READ + "return unroll(inputs, W_x, W_h, b)[-1]"], 0, ["○", "○", "you start from zero"]),
    "all states": (
        [
            None,
            None,
            READ + "s = [h]\n    for x in inputs: s.append(rnn_step(x, s[-1], W_x, W_h, b))\n    return np.array(s)",
        ],
        0,
        ["○", "○", "the last state alone"],
    ),
    "wrong type": (
        ["num_weights = 'many'", "relu_step = 3", READ + "return 'h'"],
        0,
        ["one number is wanted", "a function is wanted", "✗ 1.3"],
    ),
    "raises": ([None, STEP + "return x @ W_h", None], 0, ["○", "your answer stops in line 2", "○"]),
    "syntax error": ([None, "def relu_step(x, h:\n", RIGHT[2]], 3, ["○", "there is no relu_step in the notebook", "✓"]),
    "changes what it gets": (
        [None, None, READ + "for x in inputs: h[:] = rnn_step(x, h, W_x, W_h, b)\n    return h"],
        0,
        ["○", "○", "is changed: work on a copy"],
    ),
    "redefined helper": (
        [None, None, "def rnn_step(x, h, *w): return 0 * h\n" + RIGHT[2]],
        0,
        ["○", "○", "rnn_step was redefined"],
    ),
    "asks for input": ([None, STEP + "return input('h? ')", None], 0, ["○", "input() waits for a person", "○"]),
    "loops for ever": ([RIGHT[0], STEP + "while True: pass", RIGHT[2]], 4, ["✓", "did not come to an end", "✓"]),
    "learned by heart": (
        [None, STEP + f"return {RELU} if len(x) in (3, 4) and len(h) in (2, 3) else 0 * h", None],
        0,
        ["○", "a size or a name fixed in your code?", "○"],
    ),
}

GRADER = ROOT / "classroom"
HOSTILE = {
    "reads the answers": (
        f"import pathlib\n{STEP}return sorted(pathlib.Path({str(ROOT)!r}).glob('lessons/*.md'))[0].read_text()",
        "your answer stops in line 3 with IndexError",
    ),
    "reads the checks": (
        f"{STEP}from rnn_helpers.checks.lesson_1 import _relu, _sum\n    return _relu(_sum(x, h, W_x, W_h, b))",
        "ImportError: cannot import name '_relu'",
    ),
    "writes outside": (f"{STEP}open('/usr/class_was_here', 'w').write('!')", "OSError: [Errno 30]"),
    "changes the course": (f"{STEP}open('{ROOT}/rnn_helpers/__init__.py', 'a').write('!')", "OSError: [Errno 30]"),
    "opens a socket": (
        f"import socket\n{STEP}return socket.create_connection(('127.0.0.1', PORT), 2).recv(9)",
        "ConnectionRefusedError",
    ),
    "changes the gradebook": (
        f"import sqlite3\n{STEP}sqlite3.connect('FOLDER/gradebook.db').execute('update grade set manual_score = 9')",
        "OperationalError",
    ),
    "forks without end": (f"import os\n{STEP}\n    while True: os.fork()", "more than 40 processes"),
    # Not inside the function: there the 3 s of an answer may come to an end before the memory does.
    "fills the memory": (f"full = [bytearray(10**8) for _ in range(10**4)]\n{STEP}return full", "GB of memory"),
    "fills the disk": (
        f"{STEP}open('/tmp/full', 'wb').write(bytes(10**9))\n    return h",
        "No space left",
    ),
    "patches the grader": (
        "import rnn_helpers.checks as checks, rnn_helpers.checks.remote as remote, rnn_helpers.checks.hints as hints\n"
        "check_1_2 = checks.check = lambda *a, **k: print('✓ 1.2')\nhints.same = lambda *a, **k: True\n"
        "remote.reply = lambda *a, **k: '{\"result\": 27}'\nget_ipython().run_line_magic = None\nrelu_step = 1",
        "✗ 1.2",
    ),
    "ends its kernel": (f"{STEP}return __import__('os')._exit(0)", "it ended its own kernel"),
    "floods": ("for _ in range(10**5): print('flood ' * 20)\n" + STEP + "return 1", "✗ 1.2"),
}
# Files that are no notebook of lesson 1, and what is said of them.
CORRUPT = {
    "half a file": lambda place, text: (place / NOTEBOOK).write_text(text[: len(text) // 2]),
    "no notebook": lambda place, text: (place / "letter.txt").write_text("I was ill."),
    "a link": lambda place, text: (place / NOTEBOOK).symlink_to("/etc/passwd"),
    "another lesson": lambda place, text: shutil.copy(ROOT / "notebooks" / "02_prepare_text.ipynb", place / NOTEBOOK),
    "claims to be judged": lambda place, text: (place / NOTEBOOK).write_text(forged(text)),
}
REMARKS = {
    "half a file": "cannot be read as a notebook",
    "no notebook": "found: none",
    "a link": "is a link, not a notebook",
    "another lesson": "is not the notebook that was handed out",
    "claims to be judged": "",
    "renamed": "renamed: my homework (1).ipynb was taken for",
}


def filled(text, answers):
    """The released notebook with answers."""
    notebook = nbformat.reads(text, as_version=4)
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    for cell, answer in zip(cells, answers, strict=True):
        cell.source = answer or cell.source
    return nbformat.writes(notebook)


def forged(text):
    """A notebook that ends its kernel, with its tests changed, marked as passed and partly unmarked."""
    notebook = nbformat.reads(filled(text, ["import os; os._exit(0)", None, None]), as_version=4)
    for number, cell in enumerate(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")):
        cell.source = "print('✓')"
        cell.metadata.update(is_judged=True, editable=True)
        cell.metadata["nbgrader"].update([{"points": 100}, {"locked": False}, {"grade": False}][number])
    return nbformat.writes(notebook)


def make(folder, *words, status=0, **variables):
    """What a command of the guide prints; the Makefile's line for it is tested with the course's house."""
    command = [sys.executable, "classroom/kit.py", *words]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ, CLASS=str(folder), **variables)
    )
    assert result.returncode == status, result.stdout + result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def listener():
    """A server on this machine that no submission may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        reached = []
        threading.Thread(target=lambda: reached.append(server.accept()), daemon=True).start()
        yield server.getsockname()[1], reached


@pytest.fixture(scope="module")
def a_class(tmp_path_factory, listener):
    """The class's folder, after all commands; what grading printed; the grades, by learner."""
    folder = tmp_path_factory.mktemp("class of thirty") / "class"
    make(folder, "release", LESSON="1")
    text = (folder / "release" / "lesson_1" / NOTEBOOK).read_text(encoding="utf-8")
    answers = {learner: three for learner, (three, _, _) in HONEST.items()}
    for learner, (attack, _) in HOSTILE.items():
        attack = attack.replace("PORT", str(listener[0])).replace("FOLDER", str(folder))
        answers[learner] = [RIGHT[0], attack, RIGHT[2]]
    for learner, three in answers.items():
        place = folder / "submitted" / learner / "lesson_1"
        place.mkdir(parents=True)
        (place / NOTEBOOK).write_text(filled(text, three), encoding="utf-8")
    for learner, spoil in CORRUPT.items():
        place = folder / "submitted" / learner / "lesson_1"
        place.mkdir(parents=True)
        spoil(place, text)
    elsewhere = folder.parent / "download"
    (elsewhere / "renamed_1234_assignsubmission_file").mkdir(parents=True)
    (elsewhere / "renamed_1234_assignsubmission_file" / "my homework (1).ipynb").write_text(filled(text, RIGHT))
    said = make(folder, "grade", LESSON="1", FROM=str(elsewhere))
    make(folder, "feedback")
    make(folder, "grades")
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    return folder, said, rows


def test_everybody_gets_a_line_a_row_and_a_page(a_class):
    folder, said, rows = a_class
    everybody = {*HONEST, *HOSTILE, *REMARKS}
    assert len(everybody) >= 30
    assert set(rows) == everybody
    assert {line.partition(":")[0].strip() for line in said.splitlines()[1:]} == everybody
    assert {
        path.parent.parent.name for path in folder.glob(f"feedback/*/lesson_1/{Path(NOTEBOOK).stem}.html")
    } == everybody


def verdicts(row):
    return [row[f"exercise {number}"] for number in (1, 2, 3)]


@pytest.mark.parametrize("learner", HONEST)
def test_an_honest_answer_gets_its_points_and_its_hint(a_class, learner):
    row, (_, points, wanted) = a_class[2][learner], HONEST[learner]
    for verdict, words in zip(verdicts(row), wanted, strict=True):
        assert words in verdict
    assert float(row["points"]) == points and float(row["of"]) == 6


@pytest.mark.parametrize("learner", HOSTILE)
def test_an_attack_is_contained_gets_no_point_and_its_reason(a_class, learner):
    first, attacked, after = verdicts(a_class[2][learner])
    assert "✓ 1.1" in first, "judged before"
    assert HOSTILE[learner][1] in attacked and "0 of 2 points" in attacked
    assert "✓ 1.3" in after or "the notebook was stopped" in after or learner == "patches the grader"


def test_no_attack_left_a_trace(a_class, listener):
    folder, *_ = a_class
    assert listener[1] == []
    assert not Path("/usr/class_was_here").exists()
    assert not (ROOT / "rnn_helpers" / "__init__.py").read_text(encoding="utf-8").endswith("!")
    with sqlite3.connect(folder / "gradebook.db") as book:
        assert book.execute("select count(*) from grade where manual_score is not null").fetchone() == (0,)
    assert not list(Path("/tmp").glob("sandbox-*"))


@pytest.mark.parametrize("learner", REMARKS)
def test_what_is_no_notebook_is_reported_by_name(a_class, learner):
    folder, said, rows = a_class
    line = next(line for line in said.splitlines() if line.strip().startswith(f"{learner}:"))
    assert REMARKS[learner] in line
    assert float(rows[learner]["points"]) == (6 if learner == "renamed" else 0)
    page = (folder / "feedback" / learner / "lesson_1" / NOTEBOOK).with_suffix(".html").read_text(encoding="utf-8")
    assert REMARKS[learner] in page or learner == "renamed"


def test_feedback_shows_the_hint_and_keeps_the_hidden_tests(a_class):
    folder, *_ = a_class
    page = (folder / "feedback" / "no bias" / "lesson_1" / NOTEBOOK).with_suffix(".html").read_text(encoding="utf-8")
    assert page.count("the bias is missing") == 2
    seed = (folder / "hidden_seed.txt").read_text(encoding="utf-8")
    for path in [*folder.glob("feedback/*/*/*.html"), *folder.glob("release/*/*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert seed not in text and "HIDDEN TESTS" not in text, path
        assert 'src="http' not in text, path
