"""The web page's parts, each with what must not pass: no page is built and no browser started here."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from docutils import nodes

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import glossary  # noqa: E402
import readme  # noqa: E402
import webpage  # noqa: E402
import webpage_check  # noqa: E402
import webpage_sphinx  # noqa: E402

PAGE = '<html><head>{head}</head><body><h1 id="top">Title</h1>{body}</body></html>'
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "lessons").glob("[0-9]*.md"))}
LESSON = "# 1 · First\n\nA promise.\n\nRead 1 min · Run 1 s · Needs nothing\n\nA **word** and a **Zipf's law**.\n"


# --- What is amiss in the built pages ---


def problems_of(folder, body="", head="", more=()):
    """What the check says of a page with this body, beside another page."""
    (folder / "index.html").write_text(PAGE.format(head=head, body=body), encoding="utf-8")
    (folder / "other page.html").write_text(PAGE.format(head="", body=""), encoding="utf-8")
    for name, text in more:
        (folder / name).write_text(text, encoding="utf-8")
    return webpage_check.find_problems(folder)


GOOD = """<a href="other%20page.html#top">on</a> <a href="#top">up</a> <a href="https://example.com/">elsewhere</a>
<img src="data:image/png;base64,AA" alt="Two bars."> <script>let x = "https://example.com/"</script>"""


def test_a_sound_page_passes(tmp_path):
    assert problems_of(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<a href="lost.html">x</a>', "a link leads nowhere: lost.html"),
        ('<a href="other%20page.html#lost">x</a>', "a link leads to no place on its page: other%20page.html#lost"),
        ('<a href="#lost">x</a>', "a link leads to no place on its page: #lost"),
        ('<img src="lost.png" alt="Two bars.">', "a link leads nowhere: lost.png"),
        ('<img src="data:,">', "a picture has no alt text: data:,"),
        ('<img src="data:," alt=" ">', "a picture has no alt text: data:,"),
        ('<script src="https://example.com/a.js"></script>', "another host: https://example.com/a.js"),
        ('<script src="//example.com/a.js"></script>', "another host: //example.com/a.js"),
        ('<iframe src="http://example.com/"></iframe>', "another host: http://example.com/"),
        ('<svg><image href="https://example.com/a.png"/></svg>', "another host: https://example.com/a.png"),
        ("<p style=\"background: url('https://example.com/a.png')\">x</p>", "another host: https://example.com/a.png"),
        ('<style>@import "https://example.com/a.css";</style>', "another host: https://example.com/a.css"),
    ],
)
def test_each_thing_that_is_amiss_is_told_in_one_line_with_its_page(tmp_path, body, told):
    problems = problems_of(tmp_path, body)
    assert len(problems) == 1 and "\n" not in problems[0]
    assert problems[0].startswith("index.html: ") and problems[0].endswith(told)


def test_a_font_from_another_host_and_a_page_without_heading_are_found(tmp_path):
    head = '<link rel="stylesheet" href="a.css"><link rel="preconnect" href="https://example.com">'
    more = [("a.css", "@font-face { src: url(https://example.com/a.woff2) }"), ("bare.html", "<p>Text</p>")]
    assert problems_of(tmp_path, head=head, more=more) == [
        "bare.html: it has no heading",
        "index.html: it takes something from another host: https://example.com",
        "a.css: it takes something from another host: https://example.com/a.woff2",
    ]


def test_whatever_is_amiss_ends_the_command_with_status_1(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(webpage, "train_explorer", lambda: "")
    monkeypatch.setattr(webpage, "build", lambda *_: ["index.html: a link leads nowhere: lost.html"])
    assert webpage.main(tmp_path) == 1
    assert capsys.readouterr().err == "site: index.html: a link leads nowhere: lost.html\n"


# --- Formulas and pictures ---


@pytest.mark.parametrize("tex", [r"\foo{x}", r"\begin{matrix} x", r"x^{a}^{b}"])
def test_a_formula_that_is_not_understood_is_named(tex):
    with pytest.raises(ValueError, match="is not understood") as error:
        webpage_sphinx.mathml(tex)
    assert repr(tex) in str(error.value)


def test_every_formula_of_the_lessons_becomes_mathml():
    for text in SOURCES.values():
        prose = glossary.CODE.sub("", text)
        formulas = re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", prose, re.S)
        for formula in formulas:
            assert webpage_sphinx.mathml("".join(formula)).startswith("<math ")


def output(*parts):
    """A cell's output as Sphinx reads it: each part a printed text, or None for a picture."""
    box = nodes.container(classes=["cell_output"])
    for part in parts:
        if part is None:
            box += nodes.container("", nodes.container("", nodes.image(uri="a.png"), mime_type="image/png"))
        else:
            box += nodes.literal_block(part, part)
    return nodes.container("", box)


def test_a_pictures_words_become_its_alt_text_and_its_caption():
    cell = output("before\nIn words: one < two.", None, "In words: three.\nafter\n", None)
    assert webpage_sphinx.describe_pictures(cell) == []
    assert [picture["alt"] for picture in cell.findall(nodes.image)] == ["one < two.", "three."]
    assert [block.astext() for block in cell.findall(nodes.literal_block)] == ["before", "after"]
    captions = [node.astext() for node in cell.findall(nodes.raw)]
    assert captions[0] == '<p class="in-words" aria-hidden="true">one &lt; two.</p>' and len(captions) == 2


@pytest.mark.parametrize("parts", [[None], [None, None, "In words: one."], ["In words: none."]])
def test_a_picture_without_words_is_told(parts):
    [(_, problem)] = webpage_sphinx.describe_pictures(output(*parts))
    assert "pictures but" in problem and "show(ax)" in problem


def test_a_still_picture_beside_its_html_needs_no_words():
    bundle = nodes.container("", nodes.container(mime_type="text/html"))
    bundle += nodes.container("", nodes.image(uri="a.png"), mime_type="image/png")
    cell = nodes.container("", nodes.container("", bundle, classes=["cell_output"]))
    assert webpage_sphinx.describe_pictures(cell) == []


# --- The links of a lesson ---


def test_with_a_public_address_a_lesson_can_be_read_and_run_elsewhere():
    row = webpage_sphinx.row_of_links("notebooks/solutions/01_first", "https://github.com/someone/course")
    names = ["View notebook", "Launch on Binder", "Open in Colab", "Download"]
    assert re.findall(r">([^<>]+)</a>", row) == names
    path = "notebooks/solutions/01_first.ipynb"
    assert f"https://github.com/someone/course/blob/main/{path}" in row
    assert f"https://mybinder.org/v2/gh/someone/course/HEAD?urlpath=lab/tree/{path}" in row
    assert f"https://colab.research.google.com/github/someone/course/blob/main/{path}" in row
    assert f'href="../../_sources/{path}" download' in row


# --- The glossary ---


def glossary_of(folder, text, lesson_text=LESSON):
    (folder / "lessons").mkdir()
    (folder / "lessons" / "01_first.md").write_text(lesson_text, encoding="utf-8")
    return glossary.glossary_page(text, readme.read_lessons(folder), folder)


def test_a_word_is_linked_to_the_lesson_that_sets_it_in_bold(tmp_path):
    page = glossary_of(tmp_path, "# Glossary\n\nAll words.\n\nword, term\n: A sentence.\n")
    assert page.startswith("# Glossary\n\nAll words.\n\n```{glossary}\n:sorted:\n")
    assert "\nword\nterm\n  A sentence. [1 · First](notebooks/01_first.ipynb)\n" in page


def test_a_lessons_own_table_gives_its_words(tmp_path):
    table = "\n### Words of this lesson\n\n| word | meaning |\n|-|-|\n| unit | one number |\n"
    assert "\nunit\n  One number. [1 · " in glossary_of(tmp_path, "# G\n\nword\n: A.\n", LESSON + table)


def test_a_word_that_no_lesson_introduces_or_a_table_has_is_refused(tmp_path):
    with pytest.raises(glossary.GlossaryError, match=r"no lesson sets \*\*wrod\*\* in bold"):
        glossary_of(tmp_path, "# G\n\nwrod\n: A.\n")
    table = "\n### Words of this lesson\n\n| word | meaning |\n|-|-|\n| word | a thing |\n"
    (tmp_path / "again").mkdir()
    with pytest.raises(glossary.GlossaryError, match="a lesson's own table explains 'word' already"):
        glossary_of(tmp_path / "again", "# G\n\nword\n: A.\n", LESSON + table)


def test_every_word_in_bold_is_in_the_glossary_once():
    rows = glossary.entries((ROOT / "site" / "glossary.md").read_text(encoding="utf-8"))
    rows += [row for text in SOURCES.values() for row in glossary.table_of_words(text)]
    words = [word for names, _ in rows for word in names.split(", ")]
    assert len(words) == len(set(words))
    for name, text in SOURCES.items():
        new = {word for word in glossary.bold_words(text) if re.match(r"[a-z][\w' -]+$", word)}
        missing = new - {word.lower() for word in words}
        assert not missing, f"site/glossary.md: a sentence is missing for {sorted(missing)}, in bold in {name}"
    for _, meaning in rows:
        assert meaning.endswith(".") and meaning.count(". ") <= 1, meaning


# --- The front page's parts ---


def test_the_parts_come_from_the_readme_and_only_built_lessons_are_shown(tmp_path):
    for name in ["notebooks/solutions", "lessons", "site"]:
        (tmp_path / name).mkdir(parents=True)
    for name in ["01_first", "02_second"]:
        (tmp_path / "lessons" / f"{name}.md").write_text(LESSON.replace("# 1", f"# {name[1]}"), encoding="utf-8")
    (tmp_path / "site" / "glossary.md").write_text("# G\n\nword\n: A.\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    text = "# Title\n\nPromise.\n\n## Start\n\nmake lab\n\n## Other ways in\n\nconda\n\n## Change it\n"
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(webpage.WebpageError, match="make notebooks"):
        webpage.stage(tmp_path, tmp_path / "build" / "source", "<p>x</p>")
    for folder in ["notebooks", "notebooks/solutions"]:
        (tmp_path / folder / "01_first.ipynb").write_text(json.dumps({"cells": []}), encoding="utf-8")
    webpage.stage(tmp_path, tmp_path / "build" / "source", "<p>x</p>")
    made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "build/source/made").iterdir()}
    assert made["promise.md"] == "# Title\n\nPromise.\n" and made["explorer.html"] == "<p>x</p>"
    assert made["start.md"] == "## Start\n\nmake lab\n\n## Other ways in\n\nconda\n"
    assert "[1 · First]" in made["lessons.md"] and "[2 · " not in made["lessons.md"]


def test_a_section_that_the_readme_lacks_is_named():
    with pytest.raises(webpage.WebpageError, match="'## Start'"):
        webpage.section("# Title\n", "Start")


# --- The workflow ---


def test_the_workflow_builds_with_the_same_command_and_publishes_main_alone():
    workflow = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text(encoding="utf-8"))
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML takes the word `on` for true
    assert workflow["permissions"] == {"contents": "read"}
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert [step["run"] for step in build["steps"] if "run" in step] == ["python tools/course.py site"]
    assert build["steps"][-1]["with"]["path"] == "build/site"
    assert publish["needs"] == "build" and publish["permissions"] == {"pages": "write", "id-token": "write"}
