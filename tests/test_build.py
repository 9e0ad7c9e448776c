"""The builder: what it makes of a lesson, and what it says of a broken one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import build  # noqa: E402

LESSON = """# 1 · A lesson

A promise.

Read 1 min · Run 1 s · Needs nothing

```{code-cell} ipython3
### BEGIN SOLUTION
size = 3
### END SOLUTION
```

```{code-cell} ipython3
check_1_1 = print
check_1_1(size)
```

```{code-cell} ipython3
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} ipython3
check_1_1(double(4))
```
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course of one lesson, in a folder of its own."""
    monkeypatch.setattr(build, "write_readme", lambda root: None)
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_a.md").write_text(LESSON, encoding="utf-8")
    (tmp_path / "rnn_helpers").mkdir()
    (tmp_path / "rnn_helpers" / "__init__.py").touch()
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def outputs(path):
    notebook = nbformat.read(path, as_version=4)
    return [output.text for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def test_the_learner_gets_blanks_and_the_solutions_get_answers(course):
    assert build.main([], course) == 0
    assert outputs(course / "notebooks" / "01_a.ipynb") == ["Ellipsis\n", "Ellipsis\n"]
    assert outputs(course / "notebooks" / "solutions" / "01_a.ipynb") == ["3\n", "8\n"]
    learner = (course / "notebooks" / "01_a.ipynb").read_text(encoding="utf-8")
    assert "2 * x" not in learner and "SOLUTION" not in learner


def test_what_a_notebook_took_is_noted_and_one_that_grows_by_half_fails(course, capsys, monkeypatch):
    path, name = course / "notebooks" / "took.json", "01_a.ipynb"
    assert build.main([], course) == 0
    notes = json.loads(path.read_text(encoding="utf-8"))
    assert list(notes) == [name, f"solutions/{name}"]
    assert 0 <= notes[name]["cpu_seconds"] < 60 and 20 < notes[name]["peak_mb"] < 3000
    notes[name]["budget"] = {"cpu_seconds": 2, "peak_mb": 100}
    path.write_text(json.dumps(notes), encoding="utf-8")
    with pytest.raises(build.BuildError, match=r"takes 16 s of CPU, and its budget is .* BUDGET=new"):
        build.write_took(name, {"cpu_seconds": 16, "peak_mb": 100}, course)
    with pytest.raises(build.BuildError, match="takes 451 MB at its peak"):
        build.write_took(name, {"cpu_seconds": 1, "peak_mb": 451}, course)
    assert json.loads(path.read_text(encoding="utf-8")) == notes
    monkeypatch.setenv("BUDGET", "new")
    build.write_took(name, {"cpu_seconds": 16, "peak_mb": 451}, course)
    monkeypatch.delenv("BUDGET")
    build.write_took(name, {"cpu_seconds": 24, "peak_mb": 600}, course)
    assert json.loads(path.read_text(encoding="utf-8"))[name]["budget"] == {"cpu_seconds": 16, "peak_mb": 451}


def test_the_memory_of_what_a_notebook_starts_counts():
    before = build.held_megabytes(psutil.Process())
    code = "held = b'x' * 100_000_000; print(); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert 100 < build.held_megabytes(psutil.Process()) - before < 150
        child.communicate(b"\n")


def test_a_second_build_changes_nothing_and_a_forced_one_gives_the_same_bytes(course, capsys):
    build.main([], course)
    paths = sorted((course / "notebooks").rglob("*.ipynb"))
    before = [path.read_bytes() for path in paths]
    capsys.readouterr()
    build.main([], course)
    assert capsys.readouterr().out.count("unchanged") == 2
    for path in paths:
        path.unlink()
    build.main([], course)
    assert [path.read_bytes() for path in paths] == before


def test_cells_are_counted_from_one_and_have_distinct_ids(course):
    build.main([], course)
    notebook = nbformat.read(course / "notebooks" / "01_a.ipynb", as_version=4)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == [1, 2, 3, 4]
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "### END SOLUTION\n```\n\n```{code-cell} ipython3\ncheck_1_1 =",
            "```\n\n```{code-cell} ipython3\nx =",
            "cell 2: each",
        ),
        ("### BEGIN SOLUTION\nsize", "### END SOLUTION\nsize", "cell 2: each ### BEGIN SOLUTION needs its"),
        ("    ### END SOLUTION\n", "    ### END SOLUTION\n    ### BEGIN SOLUTION\n", "cell 4: each"),
        ("check_1_1(double(4))", "double(4)", "cell 4: the exercise lacks its check"),
        ("check_1_1(size)", "size", "cell 2: the exercise lacks its check"),
        ("size = 3", "size = = 3", "cell 2: the answer is not Python"),
        ("size = 3", "raise KeyError('gone')", "cell 2: at the top of a cell, a solution gives names their values"),
        ("check_1_1 = print", "check_1_1 = 1 / 0", "cell 3: ZeroDivisionError: division by zero"),
        ("check_1_1 = print", "import os; os._exit(1)", "cell 3: the kernel died"),
    ],
)
def test_a_broken_lesson_fails_with_file_cell_and_reason(course, capsys, old, new, message):
    assert old in LESSON
    (course / "lessons" / "01_a.md").write_text(LESSON.replace(old, new), encoding="utf-8")
    assert build.main([], course) == 1
    said = capsys.readouterr().err
    assert "build: 01_a.md, " + message in said
    assert said.strip().count("\n") == 0
    assert not list(course.rglob("*.ipynb"))


def test_an_unknown_lesson_is_named(course, capsys):
    assert build.main(["09_none"], course) == 1
    assert "there is no lesson 09_none" in capsys.readouterr().err


def test_the_fingerprint_follows_code_and_not_comments(course):
    helper, lesson = course / "rnn_helpers" / "a.py", course / "lessons" / "01_a.md"
    lesson.write_text(LESSON + "\n```{code-cell} ipython3\nfrom rnn_helpers.a import x\n```\n", encoding="utf-8")
    seen = []
    for code in ["x = 1", '"""Words."""\nx = 1  # why', "x = 2"]:
        helper.write_text(code, encoding="utf-8")
        seen.append(build.fingerprint_of(lesson, course))
    assert seen[0] == seen[1] != seen[2]


def test_the_fingerprint_follows_the_questions_that_the_lesson_asks(course):
    bank, lesson = course / "rnn_helpers" / "questions" / "lesson_1.md", course / "lessons" / "01_a.md"
    bank.parent.mkdir()
    lesson.write_text(LESSON + "\n```{code-cell} ipython3\nquiz_before(1, guesses)\n```\n", encoding="utf-8")
    seen = []
    for text in ["one", "another"]:
        bank.write_text(text, encoding="utf-8")
        seen.append(build.fingerprint_of(lesson, course))
    assert seen[0] != seen[1]


@pytest.mark.parametrize("path", sorted((ROOT / "lessons").glob("*.md")), ids=lambda path: path.stem)
def test_sources_and_notebooks_agree(path):
    lesson, fingerprint = build.read_lesson(path), build.fingerprint_of(path)
    for target, transform in build.notebooks_of(path):
        built = nbformat.read(target, as_version=4)
        wanted = build.make_notebook(lesson, transform, fingerprint)
        assert [(cell.id, cell.source, cell.metadata) for cell in built.cells] == [
            (cell.id, cell.source, cell.metadata) for cell in wanted.cells
        ], f"{target.name} is older than its lesson: run make notebooks"
        assert build.is_current(target, fingerprint), f"{target.name} is older than the helpers: run make notebooks"


def test_all_learners_notebooks_together_take_less_than_ten_minutes_and_none_more_than_1500_mb():
    notes = json.loads((ROOT / "notebooks" / "took.json").read_text(encoding="utf-8"))
    names = [path.relative_to(ROOT / "notebooks").as_posix() for path in (ROOT / "notebooks").rglob("*.ipynb")]
    assert sorted(notes) == sorted(name for name in names if ".ipynb_checkpoints" not in name)
    assert sum(note["cpu_seconds"] for name, note in notes.items() if "/" not in name) <= 600
    assert max(note["peak_mb"] for note in notes.values()) <= 1500


def test_every_notebook_has_a_source():
    sources = {path.stem for path in (ROOT / "lessons").glob("*.md")}
    assert {path.stem for path in (ROOT / "notebooks").rglob("*.ipynb")} == sources


def test_the_lessons_are_myst_that_jupytext_writes_back_unchanged():
    for path in (ROOT / "lessons").glob("*.md"):
        notebook = jupytext.read(path, fmt="md:myst")
        again = jupytext.reads(jupytext.writes(notebook, fmt="md:myst"), fmt="md:myst")
        assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
