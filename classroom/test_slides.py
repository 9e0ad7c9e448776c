"""The slides of all lessons, made once and opened from the disk in a real Chromium."""

import re

import nbformat
import pytest
import slides
from lesson_slides import LessonSlides
from slide_parts import MOST_LETTERS, SIZES, Code, SlidesError, find_sizes, plain, to_html

from tests.conftest import chromium  # noqa: F401 - a fixture
from tools.build import BEGIN, END, learner_source, read_lesson

SOURCES = sorted((slides.ROOT / "lessons").glob("[0-9]*.md"))
NAMES = [path.stem for path in SOURCES]
WINDOW = {"width": 1280, "height": 720}  # pixels

# What of a slide lies outside the window, or outside the room below its heading.
OUTSIDE = """slide => {
    const body = slide.querySelector(".body");
    const shown = [...body.querySelectorAll(":scope *:not(math *)")].filter(one => one.getClientRects().length);
    const outside = shown.filter(one => {
        const box = one.getBoundingClientRect();
        return box.left < 0 || box.right > innerWidth || box.bottom > innerHeight;
    });
    const words = outside.map(one => `${one.tagName} ${one.textContent.slice(0, 40)}`);
    return words.concat(body.scrollHeight > body.clientHeight + 1 ? ["its body is too tall"] : []);
}"""

# Each colour of letters in the deck, with the colour behind it: "rgb(0, 0, 0)".
COLOURS = """() => {
    const clear = "rgba(0, 0, 0, 0)", pairs = new Set();
    const behind = one => {
        const colour = getComputedStyle(one).backgroundColor;
        return colour != clear ? colour : one.parentElement ? behind(one.parentElement) : "rgb(255, 255, 255)";
    };
    for (const one of document.querySelectorAll(".slides *:not(aside, aside *, style), .slide-number"))
        for (const part of [null, "::after"]) {
            const isText = part ? getComputedStyle(one, part).content != "none"
                : [...one.childNodes].some(child => child.nodeType == Node.TEXT_NODE && child.data.trim());
            if (isText) pairs.add(getComputedStyle(one, part).color + ";" + behind(one));
        }
    return [...pairs].map(pair => pair.split(";"));
}"""


def contrast(*colours):
    """The contrast of two colours, by the web's accessibility guidelines: 1 to 21."""
    light = []
    for colour in colours:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        light.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the made slides."""
    made = tmp_path_factory.mktemp("build") / "slides"
    slides.make_slides(slides.ROOT, made)
    return made


@pytest.fixture(scope="module")
def texts(folder):
    """The HTML of each deck, by the lesson's name."""
    return {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in NAMES}


@pytest.fixture
def opened(folder, chromium):  # noqa: F811
    """A function that opens a page of the folder; what it asks other hosts for, and its errors, are in `problems`."""
    pages = []

    def open_page(name):
        page = chromium.new_page(viewport=WINDOW)
        pages.append(page)
        page.problems = []
        page.on("request", lambda request: request.url.startswith("http") and page.problems.append(request.url))
        page.on("requestfailed", lambda request: page.problems.append(f"not found: {request.url[:100]}"))
        page.on("pageerror", lambda error: page.problems.append(f"error: {error}"))
        page.goto((folder / name).as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


# --- In the browser ---


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_over_its_slide_and_nothing_is_asked_of_another_host(opened, name):
    page = opened(f"{name}.html")
    page.wait_for_function("Reveal.isReady()")
    number = page.evaluate("Reveal.getTotalSlides()")
    for place in range(1, number + 1):
        assert page.locator(".slide-number").inner_text().split() == [str(place), "/", str(number)]
        slide = page.evaluate_handle("Reveal.getCurrentSlide()")
        assert slide.evaluate(OUTSIDE) == [], f"slide {place}"
        page.keyboard.press("ArrowRight")
    pictures = page.evaluate("[...document.images].map(one => [one.naturalWidth > 0, one.alt.trim().length > 10])")
    assert set(map(tuple, pictures)) <= {(True, True)}
    assert page.problems == []


def test_black_on_white_has_the_contrast_21():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_stands_out_from_what_is_behind_it(opened, name):
    page = opened(f"{name}.html")
    page.wait_for_function("Reveal.isReady()")
    pairs = page.evaluate(COLOURS)
    assert len(pairs) > 8
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_the_key_s_opens_the_notes(opened):
    page = opened(f"{NAMES[0]}.html")
    page.wait_for_function("Reveal.isReady()")
    page.evaluate("location.hash = '#/one-step-of-memory'")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.get_by_text("The state is all it remembers.").wait_for()
    popup.value.close()


def test_each_slide_prints_on_a_page_of_its_own(opened):
    page = opened(f"{NAMES[-1]}.html")
    page.goto(page.url.split("#")[0] + "?print-pdf")
    page.wait_for_selector(".pdf-page")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == page.evaluate("Reveal.getTotalSlides()")


def test_the_live_view_runs_beside_the_slides(opened, folder):
    for path in sorted(folder.glob("assets/live_*.html")):
        page = opened(f"assets/{path.name}")
        page.get_by_role("button", name="Next word").first.wait_for()
        assert page.problems == []


# --- What a deck holds ---


def test_every_lesson_has_a_deck_and_the_index_leads_to_it(folder):
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="(\d\d_\w+)\.html"', index) == NAMES
    assert sorted(path.stem for path in folder.glob("0*.html")) == NAMES


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_the_headings_stand_in_the_lessons_order(texts, path):
    wanted = re.findall(r"^#{1,3} (.+)$", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S), re.M)
    shown = [plain(heading) for heading in re.findall(r"<h[123]>(.*?)</h[123]>", texts[path.stem])]
    places = iter(shown)
    assert [heading for heading in wanted if plain(to_html(heading)) not in places] == []


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_no_answer_hint_or_check_is_in_a_deck(texts, path):
    shown = plain(texts[path.stem])
    cells = read_lesson(path).cells
    taught = "\n".join(learner_source(cell.source) for cell in cells if cell.cell_type == "code")
    exercises = [cell.source for cell in cells if BEGIN in cell.source]
    assert len(exercises) == 3
    for source in exercises:
        answer = source.split(BEGIN)[1].split(END)[0]
        assert " ".join(answer.split()) not in shown
        for line in map(str.strip, answer.strip().splitlines()):
            assert line in taught or " ".join(line.split()) not in shown
        assert " ".join(learner_source(source).split()) in shown
    hints = re.findall(r"</summary>(.*?)</details>", path.read_text(encoding="utf-8"), re.S)
    assert len(hints) == 3 and not any(plain(hint)[:40] in shown for hint in hints)
    assert not re.search(r"\bcheck_\d_\d\(|[✓✗○] \d\.\d", shown)


def test_a_question_comes_before_its_answer(texts):
    for name, text in texts.items():
        found = re.findall(r'<section class="question".*?</section>', text, re.S)
        source = (slides.ROOT / "lessons" / f"{name}.md").read_text(encoding="utf-8")
        assert len(found) == source.count("**Predict first.**")
        assert not any("<img" in slide or 'class="output"' in slide for slide in found)


# --- The rule, on a lesson made up ---


def lesson(*cells):
    """The slides of a lesson of these cells: text is Markdown, a pair is code with what it prints."""
    made = [nbformat.v4.new_markdown_cell("# 1 · First\n\nA promise.\n\nRead 1 min · Run 1 s · Needs nothing")]
    made.append(nbformat.v4.new_code_cell("import numpy as np"))
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            made.append(nbformat.v4.new_code_cell(cell[0]))
            made[-1].outputs = [nbformat.v4.new_output("stream", text=cell[1])]
    return LessonSlides(made, made, lambda html: "live.html").slides


def shown_on(slide):
    """The text of a slide without its notes."""
    return plain("".join(part.html(SIZES[0]) for part in slide.parts))


def test_a_short_paragraph_its_code_the_output_and_its_reading_share_a_slide():
    title, slide = lesson("## A\n\nWe count:", ("print(3)", "3\n"), "It is three. And so on.")
    assert title.kind == "title" and shown_on(title).startswith("A promise.")
    assert shown_on(slide) == "We count: print(3)3It is three. And so on."
    assert slide.heading.text == "A" and slide.notes == []


def test_what_follows_a_question_waits_for_the_next_slide():
    _, question, answer = lesson("## A\n\n**Predict first.** Why?\n\nBecause.", ("print(3)", "3\n"))
    assert shown_on(question) == "Why?" and shown_on(answer) == "Because. print(3)3"


def test_long_prose_goes_to_the_notes():
    _, slide = lesson("## A\n\nA start. " + "So many words here. " * 20)
    assert len(shown_on(slide).split()) <= 30 and "A start." in shown_on(slide)
    assert len(plain("".join(slide.notes)).split()) == 82


def test_a_long_output_is_cut_and_says_so():
    slide = lesson("## A", ("print(text)", "line\n" * 40))[-1]
    assert shown_on(slide).count("line") == 15 and shown_on(slide).endswith("…")
    wide = lesson("## A", ("print(text)", ("word " * 1000 + "\n") * 9))[1:]
    assert all(find_sizes(slide.parts) for slide in wide) and shown_on(wide[-1]).endswith("…")


def test_a_long_table_is_parted_and_keeps_its_head():
    found = lesson("## A\n\n| word | meaning |\n|-|-|\n" + "| one | two |\n" * 30)[1:]
    assert len(found) > 1 and all("meaning" in shown_on(slide) for slide in found)
    assert sum(shown_on(slide).count("two") for slide in found) == 30
    assert all(find_sizes(slide.parts) for slide in found)


@pytest.mark.parametrize("name", NAMES)
def test_no_deck_speaks_of_the_quiz(texts, name):
    assert "stand three questions" not in texts[name]


def test_a_quiz_is_left_out():
    found = lesson(
        "## A", ("from rnn_helpers.quiz import ask\n\nask(1)", "Which?"), ("ask(2)", "What?"), ("print(3)", "3")
    )
    assert [shown_on(slide) for slide in found[1:]] == ["print(3)3"]


def test_a_printed_table_is_not_broken_and_code_is_no_smaller_than_it_must():
    table, code = Code("\n".join(["x" * MOST_LETTERS] * 3), is_output=True), Code("x" * MOST_LETTERS)
    assert table.size(SIZES[0]) * 0.6 * MOST_LETTERS <= 1200 < code.size(SIZES[0]) * 0.6 * MOST_LETTERS


def test_without_a_built_lesson_one_line_says_the_mend(tmp_path, capsys):
    (tmp_path / "lessons").mkdir()
    assert slides.main(tmp_path) == 1
    assert capsys.readouterr().err == (
        "slides: there is no built lesson in notebooks/solutions. Build them first: make notebooks\n"
    )


@pytest.mark.parametrize("cell", ["$\\nonsense{x}$", nbformat.v4.new_output("display_data", {"image/png": "AA=="})])
def test_a_lesson_that_cannot_be_shown_is_told_in_one_line(cell):
    code = nbformat.v4.new_code_cell("show(ax)", outputs=[] if isinstance(cell, str) else [cell])
    text = nbformat.v4.new_markdown_cell("## A\n\n" + (cell if isinstance(cell, str) else "Text."))
    title = nbformat.v4.new_markdown_cell("# 1 · First\n\nA promise.\n\nRead 1 min")
    cells = [title, nbformat.v4.new_code_cell("import numpy"), text, code]
    with pytest.raises(SlidesError, match=r"is not understood|end each plot with show"):
        LessonSlides(cells, cells, str)
