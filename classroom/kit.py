"""A class's assignments, with nbgrader: `python classroom/kit.py release`, `grade`, `feedback` or `grades`.

All of a class lies in one folder, class/ or where CLASS= says; LESSON= limits a command to one lesson. A submission is
code that nobody has read: it runs in a sandbox alone. See classroom/README.md.
"""

import csv
import glob
import logging
import os
import re
import secrets
import shutil
import sys
import warnings
from html import escape
from pathlib import Path

import assignments
import nbformat
import sandbox
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_solution
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

HERE = Path(__file__).resolve().parent
CONFIG = f"""c = get_config()
load_subconfig("nbgrader_config.py", path={str(HERE)!r})
"""
LARGEST = 20_000_000  # bytes of a submitted notebook; with all its pictures, the largest lesson has 2 MB


class KitError(Exception):
    """Why a command cannot be done, in one line, with the mend."""


def nbgrader_of(folder, **directories):
    """nbgrader's own interface to a class's folder."""
    if not (folder / "nbgrader_config.py").exists():
        raise KitError(f"{folder} is no class yet: run make classroom first")
    config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    config.merge(Config({"CourseDirectory": directories}))
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # what it logs comes back with the result
    warnings.simplefilter("ignore", SAWarning)  # nbgrader's own affair
    # nbgrader starts alembic, which makes the gradebook, by its name.
    programs, path = str(Path(sys.executable).parent), os.environ["PATH"].split(os.pathsep)
    if path[0] != programs:
        os.environ["PATH"] = os.pathsep.join([programs, *path])
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def must(result, what):
    """Stop with nbgrader's own reason if it did not do what was asked."""
    if not result["success"]:
        raise KitError(f"{what}: {last_line(result)}")


def last_line(result):
    """Why nbgrader failed, in its own words."""
    lines = (result.get("error") or result.get("log") or "nbgrader gave no reason").strip().splitlines()
    return lines[-1]


def release(folder, lessons):
    """Make the assignments that learners get, in release/, and note their hidden tests in the gradebook."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    seed_file = folder / "hidden_seed.txt"
    if not seed_file.exists():
        seed_file.write_text(str(secrets.randbelow(10**9)), encoding="utf-8")
    seed = int(seed_file.read_text(encoding="utf-8"))
    for number, path in lessons.items():
        source = folder / "source" / f"lesson_{number}" / path.with_suffix(".ipynb").name
        source.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(assignments.make_assignment(path, seed), source)
        must(nbgrader_of(folder).generate_assignment(f"lesson_{number}"), f"lesson {number}")
        print(f"  {folder / 'release' / source.parent.name / source.name}", flush=True)


def collect(folder, number, source):
    """Copy what a school's platform gave you, a file or a folder for each learner, in the place of earlier files."""
    entries = [one for one in sorted(source.iterdir()) if one.is_dir() or one.suffix == ".ipynb"]
    if not entries:
        raise KitError(f"FROM={source} has neither notebooks nor folders with notebooks")
    fresh = set()
    for entry in entries:
        # Moodle's download names a file, or a folder, NAME_NUMBER_assignsubmission_file...
        learner = re.split(r"_\d+_assignsubmission", entry.name)[0].removesuffix(".ipynb").strip()
        target = folder / "submitted" / learner / f"lesson_{number}"
        if target not in fresh:  # several entries may be one learner's
            shutil.rmtree(target, ignore_errors=True)
            fresh.add(target)
        if entry.is_dir():
            shutil.copytree(entry, target, symlinks=True, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(entry, target / entry.name, follow_symlinks=False)


def grade(folder, lessons):
    """Grade what lies in submitted/LEARNER/lesson_N/; every learner gets a line."""
    sandbox.require()
    count = 0
    for number in lessons:
        learners = sorted(path.parent.name for path in folder.glob(f"submitted/*/lesson_{number}"))
        if learners:
            print(f"lesson {number}: {len(learners)} submissions", flush=True)
        for learner in learners:
            grade_one(folder, learner, number)
            count += 1
    if not count:
        names = " or ".join(f"lesson_{number}" for number in lessons)
        raise KitError(
            f"{folder / 'submitted'} has no submission: put each into LEARNER/{names}/, or name a FROM=folder"
        )


def grade_one(folder, learner, number):
    """Grade one submission, whatever it is, and print its line."""
    nbgrader, assignment = nbgrader_of(folder, submitted_directory="checked"), f"lesson_{number}"
    notebook, remark = read_submission(folder, learner, number)
    write_checked(folder, learner, number, notebook)
    result = nbgrader.autograde(assignment, learner)
    if not result["success"]:
        remark = f"it could not be graded: {last_line(result)}"
        write_checked(folder, learner, number, blank(folder, number, remark))
        must(nbgrader.autograde(assignment, learner), f"{learner}, lesson {number}")
    with nbgrader.gradebook as gradebook:
        submission = gradebook.find_submission(assignment, learner)
        points = f"{submission.score:g} of {submission.max_score:g}"
    print(f"  {learner}: {points}{'; ' + remark if remark else ''}", flush=True)


def released(folder, number):
    """Where the released notebook of a lesson lies."""
    found = list(folder.glob(f"release/lesson_{number}/*.ipynb"))
    if not found:
        raise KitError(f"lesson {number} is not released in {folder}: run make classroom first")
    return found[0]


def read_submission(folder, learner, number):
    """A learner's notebook and a remark on it; a blank one that says why if there is none to read."""
    wanted, place = released(folder, number).name, folder / "submitted" / learner / f"lesson_{number}"
    found = [path for path in sorted(place.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
    chosen = [path for path in found if path.name == wanted] or found
    try:
        if len(chosen) != 1:
            names = ", ".join(path.name for path in chosen) or "none"
            raise KitError(f"one notebook was expected, {wanted}; found: {names}")
        notebook = read_notebook(chosen[0])
        if not any(is_grade(cell) or is_solution(cell) for cell in notebook.cells):
            raise KitError(
                f"{chosen[0].name} is not the notebook that was handed out: it has no exercise of lesson {number}"
            )
    except KitError as error:
        return blank(folder, number, str(error)), str(error)
    keep_own_code(notebook, nbformat.read(released(folder, number), as_version=4))
    return notebook, "" if chosen[0].name == wanted else f"renamed: {chosen[0].name} was taken for {wanted}"


def read_notebook(path):
    """A notebook that somebody sent, or KitError."""
    if path.is_symlink() or not path.is_file():
        raise KitError(f"{path.name} is a link, not a notebook")
    if path.stat().st_size > LARGEST:
        raise KitError(f"{path.name} has {path.stat().st_size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}")
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        raise KitError(f"{path.name} cannot be read as a notebook ({type(error).__name__})") from None
    return notebook


def keep_own_code(notebook, handed_out):
    """Keep of a submission its code, and no text but what was handed out.

    HTML in a text would act in the browser that opens feedback or nbgrader's own pages, as the teacher.
    """
    texts = {cell.source for cell in handed_out.cells if cell.cell_type == "markdown"}
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" or (cell.cell_type == "markdown" and cell.source in texts)
    ]
    notebook.metadata = handed_out.metadata


def blank(folder, number, reason):
    """The released notebook, with the reason why it stands in for the learner's."""
    notebook = nbformat.read(released(folder, number), as_version=4)
    # A reason may hold the name of a file, which a learner chose.
    note = f"**Your own notebook could not be graded:** {escape(reason)}. Please hand it in again."
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(note))
    return notebook


def write_checked(folder, learner, number, notebook):
    """Put a notebook where nbgrader takes it from; the learner's own files stay as they came."""
    target = folder / "checked" / learner / f"lesson_{number}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    nbformat.write(notebook, target / released(folder, number).name)
    handed_in = folder / "submitted" / learner / f"lesson_{number}" / "timestamp.txt"
    if handed_in.is_file() and not handed_in.is_symlink():
        shutil.copy(handed_in, target)


def feedback(folder, lessons):
    """Make a page for each graded submission, in feedback/LEARNER/lesson_N/."""
    graded = [number for number in lessons if any(folder.glob(f"autograded/*/lesson_{number}/*.ipynb"))]
    if not graded:
        raise KitError(f"{folder} has nothing graded yet: run make grade first")
    for number in graded:
        must(nbgrader_of(folder).generate_feedback(f"lesson_{number}"), f"lesson {number}")
        pages = list(folder.glob(f"feedback/*/lesson_{number}/*.html"))
        for page in pages:  # without the script from another host that nbgrader adds for equations
            text = page.read_text(encoding="utf-8")
            page.write_text(re.sub(r'<script[^>]*src="http[^>]*>\s*</script>', "", text), encoding="utf-8")
        print(f"  lesson {number}: {len(pages)} pages in {folder / 'feedback'}", flush=True)


def grades(folder, lessons):
    """Write grades.csv: a row for each learner and lesson, with the points and the verdicts."""
    rows = []
    with nbgrader_of(folder).gradebook as gradebook:
        for number in lessons:
            for submission in (
                gradebook.assignment_submissions(f"lesson_{number}") if is_known(gradebook, number) else []
            ):
                learner = submission.student.id
                points = max(0, submission.score - submission.late_submission_penalty)
                verdicts = verdicts_of(folder, learner, number)
                rows.append([learner, number, submission.timestamp or "", points, submission.max_score, *verdicts])
    if not rows:
        raise KitError(f"{folder} has nothing graded yet: run make grade first")
    target = folder / "grades.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "lesson", "handed in", "points", "of", "exercise 1", "exercise 2", "exercise 3"])
        writer.writerows([plain(value) for value in row] for row in sorted(rows, key=lambda row: row[:2]))
    print(f"  {len(rows)} rows in {target}")


def is_known(gradebook, number):
    """Whether a lesson is in the gradebook."""
    return any(assignment.name == f"lesson_{number}" for assignment in gradebook.assignments)


def verdicts_of(folder, learner, number):
    """What the judge said of each exercise."""
    path = next(folder.glob(f"autograded/{glob.escape(learner)}/lesson_{number}/*.ipynb"))
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if is_grade(cell)]
    texts = [output.get("text") or "".join(output["traceback"]) for cell in cells for output in cell.outputs]
    return [text.strip() for text in texts]


def plain(value):
    """A value for a spreadsheet, which takes a text that begins with one of these signs for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


COMMANDS = {"release": release, "grade": grade, "feedback": feedback, "grades": grades}


def main(arguments):
    """Do one command, for all lessons or for LESSON."""
    folder = Path(os.environ.get("CLASS") or "class").expanduser().resolve()
    lessons, wanted = assignments.lessons(), os.environ.get("LESSON", "").strip()
    try:
        if wanted and wanted not in map(str, lessons):
            raise KitError(f"LESSON={wanted} is no lesson: name one from 1 to {max(lessons)}, or leave LESSON out")
        chosen = {int(wanted): lessons[int(wanted)]} if wanted else lessons
        if arguments == ["grade"] and (source := os.environ.get("FROM", "").strip()):
            if not wanted or not Path(source).expanduser().is_dir():
                raise KitError(f"FROM={source} must be a folder, and LESSON= must say which lesson it holds")
            collect(folder, int(wanted), Path(source).expanduser())
        COMMANDS[arguments[0]](folder, chosen)
    except (KitError, sandbox.SandboxError) as error:
        print(f"classroom: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
