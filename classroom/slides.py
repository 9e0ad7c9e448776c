"""Make slides for a class from the built lessons, in build/slides: `make slides`. Open build/slides/index.html.

Every slide follows from the lesson by one rule; none is edited by hand.

1. A heading opens a slide, and the slides below it repeat it. Each `##` begins a column of the map (Esc).
2. Of a paragraph a slide shows the first sentences, 30 words, and each later one that asks, sets a word in bold or ends
   with a colon. What that leaves out goes to the speaker's notes (S), with the whole paragraph and a picture's words.
   A slide holds 60 words of prose; equations, lists and tables stand in full, and a long table is parted.
3. "Predict first" is a slide of its own: the question, and the code if it fits. It stops before the answer.
4. Then the code, what it gives, and below that the sentence that reads it: on one slide if the code's letters stay
   large, else the code first. The last short paragraph before the code stands above it. A picture gets the room that is
   left. Of an output of more than 16 lines the first 15 are shown, and a "…".
5. An exercise is its task with the blank to fill in. Hints, answers, checks and quizzes are left out, and so is the
   set-up at the lesson's start.
6. The interactive view is shown as its still picture, with a link to the live view, which opens beside the slides.

The decks ask no other host for anything. reveal.js shows them; it comes with the package sphinx_revealjs.
"""

import shutil
import sys
from html import escape
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import nbformat  # noqa: E402
from lesson_slides import LessonSlides  # noqa: E402
from readme import ReadmeError, read_lessons  # noqa: E402
from slide_parts import FORMATTER, SlidesError, slug  # noqa: E402

BUILT = ["notebooks/solutions", "notebooks"]
FONT = "dist/theme/fonts/source-sans-pro"
STYLES = ["regular", "italic", "semibold", "semibolditalic"]
ASSETS = ["dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE"]
ASSETS += [f"{FONT}/source-sans-pro-{style}.woff" for style in STYLES]
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{links}
</head>
<body>
{body}
</body>
</html>
"""
# Left and right go through every slide, so that none is missed.
START = """<script src="assets/reveal.js"></script>
<script src="assets/notes.js"></script>
<script>
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", navigationMode: "linear",
  transition: "none", plugins: [RevealNotes], pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false,
});
</script>"""


def page(title, body, *styles):
    """A whole page of HTML."""
    links = "\n".join(f'<link rel="stylesheet" href="assets/{style}">' for style in styles)
    return PAGE.format(title=escape(title), links=links, body=body)


def columns(slides):
    """The slides as reveal.js wants them: a section for each slide, in a section for each `##`."""
    html, names, before = "", set(), None
    for slide in slides:
        if slide.heading.level < 3 and slide.heading != before:
            html += "</section>\n<section>\n"
        before, name = slide.heading, slug(slide.heading.text)
        html += slide.html("" if name in names else name)
        names.add(name)
    return html.removeprefix("</section>\n") + "</section>\n"


def make_deck(root, lesson, folder):
    """Write the deck of one lesson; returns its number of slides."""
    paths = [root / place / f"{lesson.name}.ipynb" for place in BUILT]
    solutions, learners = (nbformat.read(path, as_version=4).cells for path in paths)
    live = []

    def keep_live_view(html):
        live.append(f"assets/live_{lesson.name}_{len(live) + 1}.html")
        text = PAGE.format(title=f"{lesson.title}: the live view", links="", body=html)
        (folder / live[-1]).write_text(text, encoding="utf-8")
        return live[-1]

    try:
        slides = LessonSlides(solutions, learners, keep_live_view).slides
    except SlidesError as error:
        raise SlidesError(f"{lesson.name}: {error}") from error
    body = f'<div class="reveal"><div class="slides">\n{columns(slides)}</div></div>\n{START}'
    title = f"{lesson.number} · {lesson.title}"
    text = page(title, body, "reset.css", "reveal.css", "slides.css")
    (folder / f"{lesson.name}.html").write_text(text, encoding="utf-8")
    return len(slides)


def make_index(decks, folder):
    """Write the page that links to all decks."""
    rows = [
        f'<li><a href="{lesson.name}.html">{lesson.number} · {escape(lesson.title)}</a> ({count} slides)'
        f"<br>{escape(lesson.promise)}</li>"
        for lesson, count in decks
    ]
    keys = "Keys: → and ← go on and back, S opens the speaker's notes, Esc the map of all slides, F fills the screen."
    paper = "To print a deck, add <code>?print-pdf</code> to its address, then print it from the browser."
    body = (
        f"<main><h1>RNN Sequence Modeling: the slides</h1>\n<p>{keys}<br>{paper}</p>\n<ul>{''.join(rows)}</ul></main>"
    )
    (folder / "index.html").write_text(page("RNN Sequence Modeling: the slides", body, "slides.css"), encoding="utf-8")


def copy_assets(folder):
    """Lay out the shared folder: reveal.js, its letters, and the slides' own look."""
    folder.mkdir(parents=True)
    source = files("sphinx_revealjs") / "_static" / "revealjs"
    for asset in ASSETS:
        shutil.copy(str(source / asset), folder)
    look = Path(__file__).with_name("slides.css").read_text(encoding="utf-8")
    (folder / "slides.css").write_text(look + FORMATTER.get_style_defs(".code") + "\n", encoding="utf-8")


def make_slides(root, folder):
    """Make all decks in a folder; what stood there is replaced. Returns pairs: the lesson, its number of slides."""
    lessons = [
        one for one in read_lessons(root) if all((root / place / f"{one.name}.ipynb").exists() for place in BUILT)
    ]
    if not lessons:
        raise SlidesError("there is no built lesson in notebooks/solutions. Build them first: make notebooks")
    shutil.rmtree(folder, ignore_errors=True)
    copy_assets(folder / "assets")
    decks = [(lesson, make_deck(root, lesson, folder)) for lesson in lessons]
    make_index(decks, folder)
    return decks


def main(root=ROOT):
    """Make the slides, and say how many; returns the exit status."""
    try:
        decks = make_slides(root, root / "build" / "slides")
    except (SlidesError, ReadmeError) as error:
        print(f"slides: {error}", file=sys.stderr)
        return 1
    for lesson, count in decks:
        print(f"  build/slides/{lesson.name}.html: {count} slides")
    print("The slides are made: open build/slides/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
