"""The assignments that learners get, and what the kit says to a teacher's slips."""

import assignments
import kit
import nbformat
import pytest


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released") / "class"
    kit.release(folder, assignments.lessons())
    return folder


@pytest.mark.parametrize("number", assignments.lessons())
def test_a_released_lesson_has_three_exercises_with_points_and_no_answer(a_class, number):
    notebook = nbformat.read(kit.released(a_class, number), as_version=4)
    marked = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    names = [f"{kind}_{number}_{place}" for place in (1, 2, 3) for kind in ("answer", "check")]
    assert list(marked) == names
    checks = [cell for name, cell in marked.items() if name.startswith("check")]
    assert [cell.metadata.nbgrader.points for cell in checks] == [1, 2, 3]
    assert all(cell.metadata.nbgrader.locked and not cell.metadata.editable for cell in checks)
    assert all("..." in cell.source for name, cell in marked.items() if name.startswith("answer"))
    text = nbformat.writes(notebook)
    assert "HIDDEN" not in text and "SOLUTION" not in text and ".judge(" not in text
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_hidden_tests_stay_when_a_class_is_released_again_and_differ_between_classes(a_class, tmp_path):
    seed = (a_class / "hidden_seed.txt").read_text(encoding="utf-8")
    first = dict(list(assignments.lessons().items())[:1])
    kit.release(a_class, first)
    assert (a_class / "hidden_seed.txt").read_text(encoding="utf-8") == seed
    kit.release(tmp_path, first)
    assert (tmp_path / "hidden_seed.txt").read_text(encoding="utf-8") != seed
    source = next((a_class / "source" / "lesson_1").iterdir()).read_text(encoding="utf-8")
    assert source.count(f"seed={seed}") == 3


SLIPS = {
    "no lesson": (["grade"], {"LESSON": "12"}, "LESSON=12 is no lesson: name one from 1 to "),
    "nothing handed in": (["grade"], {"LESSON": "1"}, "has no submission: put each into LEARNER/lesson_1/"),
    "no folder to grade from": (["grade"], {"LESSON": "1", "FROM": "nowhere"}, "FROM=nowhere must be a folder"),
    "a folder without its lesson": (["grade"], {"FROM": "."}, "LESSON= must say which lesson it holds"),
    "an empty folder": (["grade"], {"LESSON": "1", "FROM": "EMPTY"}, "has neither notebooks nor folders"),
    "feedback before grades": (["feedback"], {}, "has nothing graded yet: run make grade first"),
    "export before grades": (["grades"], {}, "has nothing graded yet: run make grade first"),
    "a sandbox that is none": (["grade"], {"SANDBOX": "no"}, "SANDBOX='no' is not understood: leave it out, or say"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_gets_one_line(a_class, tmp_path, monkeypatch, capsys, slip):
    command, variables, line = SLIPS[slip]
    monkeypatch.setenv("CLASS", str(a_class))
    monkeypatch.delenv("LESSON", raising=False)
    monkeypatch.setattr(kit.sandbox, "why_not", lambda: None)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path) if value == "EMPTY" else value)
    assert kit.main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("classroom: ") and said.count("\n") == 1 and line in said


def test_grading_what_was_never_released_names_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CLASS", str(tmp_path))
    monkeypatch.setattr(kit.sandbox, "why_not", lambda: None)
    (tmp_path / "submitted" / "anna" / "lesson_1").mkdir(parents=True)
    assert kit.main(["grade"]) == 1
    assert "run make classroom first" in capsys.readouterr().err
    assert kit.main(["grades"]) == 1
    assert "run make classroom first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "learner"),
    [
        ("Ana Li_123_assignsubmission_file", "Ana Li"),
        ("Ana Li_123_assignsubmission_file_01.ipynb", "Ana Li"),
        ("ana.ipynb", "ana"),
        ("ana", "ana"),
    ],
)
def test_a_download_of_a_schools_platform_is_sorted_by_learner(tmp_path, name, learner):
    download = tmp_path / "download"
    (download / name).mkdir(parents=True) if not name.endswith(".ipynb") else download.mkdir()
    target = download / name if name.endswith(".ipynb") else download / name / "lesson.ipynb"
    target.write_text("{}")
    kit.collect(tmp_path, 1, download)
    kit.collect(tmp_path, 1, download)
    target.rename(target.with_name("renamed" + target.name) if target.parent != download else target)
    kit.collect(tmp_path, 1, download)
    assert [path.parent.parent.name for path in tmp_path.glob("submitted/*/lesson_1/*.ipynb")] == [learner]


ATTACK = "<script>window.attacked = 1</script><img src=x onerror='window.attacked = 1'>"


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_of_a_submission_no_text_but_the_one_handed_out_reaches_the_teachers_browser(a_class, kind):
    notebook = nbformat.read(kit.released(a_class, 1), as_version=4)
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    texts[-1].source = f"### 1.3 Read on {ATTACK}"
    place = next(
        place for place, cell in enumerate(notebook.cells) if cell.metadata.get("nbgrader", {}).get("solution")
    )
    new_cell = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_raw_cell
    notebook.cells[place] = new_cell(ATTACK, metadata=notebook.cells[place].metadata)
    notebook.cells.append(nbformat.v4.new_raw_cell(ATTACK, metadata={"raw_mimetype": "text/html"}))
    notebook.metadata.title = ATTACK
    place = a_class / "submitted" / f"attacker by {kind}" / "lesson_1"
    place.mkdir(parents=True)
    nbformat.write(notebook, place / "01_what_is_an_rnn.ipynb")
    kept, _ = kit.read_submission(a_class, place.parent.name, 1)
    assert "onerror" not in nbformat.writes(kept)
    assert [cell.source for cell in kept.cells if cell.cell_type == "markdown"] == [one.source for one in texts[:-1]]


def test_the_name_of_a_file_does_not_act_in_the_feedback(a_class):
    place = a_class / "submitted" / "names" / "lesson_1"
    place.mkdir(parents=True)
    for name in ["<img src=x onerror=alert(1)>.ipynb", "other.ipynb"]:
        (place / name).write_text("{}")
    kept, _ = kit.read_submission(a_class, "names", 1)
    assert "&lt;img" in kept.cells[0].source and "<img" not in kept.cells[0].source


@pytest.mark.parametrize(("value", "shown"), [("=1+1", "'=1+1"), ("@ana", "'@ana"), ("ana", "ana"), (-2.0, -2.0)])
def test_no_cell_of_the_grades_is_a_formula(value, shown):
    assert kit.plain(value) == shown
