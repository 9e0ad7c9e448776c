"""The lessons as nbgrader's assignments: the learner's copy, with points, locked tests and hidden ones."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build  # noqa: E402

POINTS = {"recall": 1, "modify": 2, "extend": 3}
HIDDEN = """
### BEGIN HIDDEN TESTS
verdict = {check}.judge({answer}, seed={seed})
assert verdict.startswith("✓"), verdict
### END HIDDEN TESTS"""


def lessons():
    """The lessons' sources by their number."""
    return {int(path.name[:2]): path for path in sorted((ROOT / "lessons").glob("[0-9]*.md"))}


def make_assignment(path, seed):
    """A lesson as nbgrader wants it, not yet released: a notebook with hidden tests in its test cells.

    Args:
        path: of the lesson, such as lessons/01_what_is_an_rnn.md.
        seed: of the random arguments of the hidden tests; a class keeps it to itself.
    """
    notebook = build.make_notebook(build.read_lesson(path), build.learner_source, build.fingerprint_of(path))
    points = None
    for cell in notebook.cells:
        heading = re.search(r"^### \d\.\d .*\((\w+), \d+ minutes\)", cell.source, re.M)
        points = POINTS[heading[1]] if heading else points
        tags = cell.metadata.get("tags", [])
        if "exercise" in tags:
            exercise = cell
        if "check" in tags:
            name, answer = re.search(r"^check_(\d_\d)\((\w+)\)", cell.source, re.M).groups()
            exercise.metadata["nbgrader"] = _marks(f"answer_{name}", solution=True, locked=False)
            cell.metadata["nbgrader"] = _marks(f"check_{name}", grade=True, points=points)
            cell.source += HIDDEN.format(check=f"check_{name}", answer=answer, seed=seed)
    return notebook


def _marks(grade_id, *, grade=False, solution=False, locked=True, **more):
    marks = {"schema_version": 3, "grade_id": grade_id, "task": False}
    return marks | {"grade": grade, "solution": solution, "locked": locked, **more}
