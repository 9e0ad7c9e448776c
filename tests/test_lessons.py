"""The rules that every lesson keeps."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "lessons").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def cells(path, kind):
    notebook = jupytext.read(path, fmt="md:myst") if path.suffix == ".md" else nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def in_each(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


@in_each(LESSONS)
def test_a_lesson_opens_with_its_promise_its_times_and_three_skills(path):
    number = int(path.stem[:2])
    notebook = jupytext.read(path, fmt="md:myst")
    first, second, third = (cell.source for cell in notebook.cells[:3])
    title, promise, header = first.split("\n\n")
    assert re.fullmatch(rf"# {number} · .+", title)
    assert promise.endswith(".") and len(promise.split()) <= 30
    assert re.fullmatch(r"Read \d+ min · Run \d+ s · Needs (nothing|[\d, ]+)", header)
    assert second.startswith("Afterwards you can:") and second.count("\n- ") == 3
    assert notebook.cells[2].cell_type == "code" and len(third.splitlines()) <= 6


@in_each(LESSONS)
def test_a_lesson_has_a_readable_size(path):
    texts, codes = cells(path, "markdown"), cells(path, "code")
    assert 35 <= len(texts) + len(codes) <= 60
    for cell in texts:
        prose = re.sub(r"^\|.*$", "", cell.source, flags=re.M)  # a table is looked up, not read
        assert len(prose.split()) <= 120, cell.source[:60]
    lengths = [len(cell.source.splitlines()) for cell in codes]
    assert max(lengths) <= 20
    assert sum(length <= 6 for length in lengths) > len(lengths) / 2
    assert all(len(line) <= 100 for cell in codes for line in cell.source.splitlines())


@in_each(LESSONS)
def test_a_lesson_has_three_exercises_each_with_minutes_a_hint_and_a_check(path):
    number = int(path.stem[:2])
    headings = [cell.source for cell in cells(path, "markdown") if re.search(rf"^### {number}\.\d", cell.source, re.M)]
    for k, kind in enumerate(["recall", "modify", "extend"], 1):
        assert re.search(rf"^### {number}\.{k} .+ \({kind}, \d+ minutes\)$", headings[k - 1], re.M)
        assert "<details><summary>Hint</summary>" in headings[k - 1]
    checks = [cell.source for cell in cells(path, "code") if "check" in cell.metadata.get("tags", [])]
    assert [re.match(r"check_\d_\d", source).group() for source in checks] == [f"check_{number}_{k}" for k in (1, 2, 3)]
    assert len([cell for cell in cells(path, "code") if "exercise" in cell.metadata.get("tags", [])]) == 3


@in_each(LESSONS)
def test_a_lesson_asks_for_predictions_sums_up_and_links_forward(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert text.count("**Predict first.**") >= 3
    summary = text.split("## What you now know")[1].split("\n\n")[1]
    assert ("\n" + summary).count("\n- ") == 3
    headings = {"#" + heading.replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.M)}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert link in headings or (ROOT / "notebooks" / link).exists(), link
    following = LESSONS[LESSONS.index(path) + 1 :]
    assert not following or f"]({following[0].stem}.ipynb)" in text


@in_each(LESSONS)
def test_a_lesson_asks_its_quiz_before_the_subject_and_after_the_exercises(path):
    number = int(path.stem[:2])
    notebook = jupytext.read(path, fmt="md:myst")
    sources = [cell.source for cell in notebook.cells]
    assert "three questions" in sources[1]
    assert re.search(rf"^guesses = \.\.\..*\nquiz_before\({number}, guesses\)$", sources[3], re.M)
    last_check = max(place for place, source in enumerate(sources) if source.startswith(f"check_{number}_3("))
    assert re.fullmatch(rf"answers = \.\.\..*\nquiz_after\({number}, guesses, answers\)", sources[last_check + 1])
    assert all(len(sources[place].splitlines()) <= 3 for place in (3, last_check + 1))
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert re.findall(r"^(?:guesses|answers)\b", code, re.M) == ["guesses", "answers"], "no cell may overwrite them"


def functions(source):
    """The functions of a piece of code: name to syntax tree, docstring removed."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            node.body = node.body[ast.get_docstring(node) is not None :]
            found[node.name] = ast.dump(node)
    return found


def test_what_a_lesson_teaches_stands_the_same_in_the_library():
    library = {}
    for path in (ROOT / "rnn_helpers").glob("*.py"):
        library |= functions(path.read_text(encoding="utf-8"))
    taught = [
        (path.stem, name, body)
        for path in LESSONS
        for cell in cells(path, "code")
        for name, body in functions(cell.source).items()
    ]
    for lesson, name, body in taught:
        assert library.get(name, body) == body, f"{lesson} and rnn_helpers differ in {name}"
    names = [name for _, name, _ in taught if name in library]
    assert len(names) == len(set(names)), "taught once, imported ever after"
    assert {"rnn_step", "unroll", "tokenize", "rank_words", "pad", "prefix_rows", "build_model"} <= set(names)
    assert {"predict_next_word", "apply_temperature"} <= set(names)


@in_each(NOTEBOOKS)
def test_outputs_are_clean(path):
    for cell in cells(path, "code"):
        is_error_expected = "raises-exception" in cell.metadata.get("tags", [])
        assert is_error_expected == any(output.output_type == "error" for output in cell.outputs)
        for output in cell.outputs:
            assert output.get("name") != "stderr", output.text
            assert "widget" not in str(output.get("data", {}).keys()), "a progress bar's times differ at each run"
            if output.output_type == "error":
                assert len(output.traceback) == 1 and output.traceback[0].startswith("InputError: ")


@in_each(NOTEBOOKS)
def test_every_picture_is_told_in_words(path):
    for cell in cells(path, "code"):
        pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        words = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        assert words.count("In words: ") == len(pictures)


@in_each(NOTEBOOKS)
def test_checks_say_what_they_should(path):
    mark = "✓" if path.parent.name == "solutions" else "○"
    said = [cell.outputs[0].text for cell in cells(path, "code") if "check" in cell.metadata.get("tags", [])]
    assert len(said) == 3 and all(text.startswith(mark) for text in said)


@in_each([path for path in NOTEBOOKS if path.parent.name == "solutions"])
def test_every_decimal_in_the_prose_stands_in_an_output(path):
    shown = []
    for cell in cells(path, "code"):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "") or output.get("evalue", "")
            shown += re.findall(r"\d+\.?\d*", text)
    code = "\n".join(cell.source for cell in cells(path, "code"))
    for cell in cells(path, "markdown"):
        prose = re.sub(r"^###? .*$|<details>.*?</details>", "", cell.source, flags=re.M | re.S)
        for number in re.findall(r"(?<![\d.])\d+\.\d+", prose):
            digits = len(number.split(".")[1])
            is_shown = any(f"{float(value):.{digits}f}" == number for value in shown)
            assert is_shown or number in code, f"{number} in {cell.source[:80]!r}"


def test_lesson_1_needs_neither_keras_nor_tensorflow():
    source = "\n".join(cell.source for cell in cells(ROOT / "notebooks" / "01_what_is_an_rnn.ipynb", "code"))
    heavy = "import sys; print({'keras', 'tensorflow'} & {*sys.modules})"
    program = ["import matplotlib; matplotlib.use('agg')", source, heavy]
    done = subprocess.run([sys.executable, "-c", "\n".join(program)], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("set()")
