"""What Sphinx does with the course's notebooks beyond its own: see site/conf.py.

Equations become MathML, which browsers draw without a script. A picture's description, which the notebook prints below
it, becomes its alt text. Each lesson gets its row of links, and the solutions stay out of the search.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from readme import binder, colab, read_repository, view
from sphinx.util import logging

ROOT = Path(__file__).resolve().parent.parent
IN_WORDS = "In words: "

logger = logging.getLogger(__name__)


def jupyter_anchor(heading):
    """What a heading is called in a link, as in JupyterLab.

    >>> jupyter_anchor("Row 1: short sequences")
    'Row-1:-short-sequences'
    """
    return heading.replace(" ", "-")


def mathml(tex, display="inline"):
    """A formula as MathML; ValueError names what is not understood.

    >>> mathml("h").removeprefix('<math xmlns="http://www.w3.org/1998/Math/MathML" ')
    'display="inline" alttext="h"><mrow><mi>h</mi></mrow></math>'
    """
    try:
        markup = convert(tex, display=display)
    except Exception as error:  # the converter has a class for each slip
        raise ValueError(f"the formula {tex!r} is not understood: {type(error).__name__}") from error
    unknown = re.search(r"\\\w+", markup)
    if unknown:
        raise ValueError(f"the formula {tex!r} is not understood: {unknown[0]}")
    return markup.replace(">", f' alttext="{escape(tex)}">', 1)


def write_formula(translator, node):
    """Sphinx's visitor for a formula, in a line or on its own; a warning if it is not understood."""
    alone = isinstance(node, nodes.math_block)
    try:
        markup = mathml(node.astext(), "block" if alone else "inline")
    except ValueError as error:
        logger.warning(str(error), location=node)
        raise nodes.SkipNode from error
    # A wide one scrolls by itself, from the keyboard, too; the page never does.
    box = f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{markup}</div>'
    translator.body.append(box if alone else markup)
    raise nodes.SkipNode


def describe_pictures(doctree):
    """Give each picture that a cell shows the text that the cell prints of it, as alt text and as caption.

    Args:
        doctree: a notebook as a docutils document; changed in place.

    Returns:
        What is amiss: a list of pairs, the cell's output and a line on it.
    """
    amiss = []
    for output in [box for box in doctree.findall(nodes.container) if "cell_output" in box["classes"]]:
        pictures = [picture for picture in output.findall(nodes.image) if not stands_in(picture)]
        words = take_words(output)
        if len(pictures) != len(words):
            counts = f"{len(pictures)} pictures but {len(words)} lines of '{IN_WORDS}...'"
            amiss.append((output, f"a cell shows {counts}: end each plot with show(ax)"))
            continue
        for picture, text in zip(pictures, words, strict=True):
            picture["alt"] = text
            # A screen reader has read the alt text.
            caption = f'<p class="in-words" aria-hidden="true">{escape(text)}</p>'
            picture.parent.append(nodes.raw("", caption, format="html"))
    return amiss


def stands_in(picture):
    """Whether a picture only stands in for an output in HTML beside it, which is what the page shows."""
    kinds = [box.get("mime_type") for box in picture.parent.parent if isinstance(box, nodes.container)]
    return "text/html" in kinds


def split_words(text):
    """The lines of a printed text without those that put a picture in words, and what those say.

    >>> split_words("12\\nIn words: a line that rises.\\n")
    (['12'], ['a line that rises.'])
    """
    lines = text.splitlines()
    kept = [line for line in lines if not line.startswith(IN_WORDS)]
    return kept, [line.removeprefix(IN_WORDS) for line in lines if line.startswith(IN_WORDS)]


def take_words(output):
    """Take the lines 'In words: ...' out of what a cell prints, and return what they say."""
    found = []
    for block in list(output.findall(nodes.literal_block)):
        kept, words = split_words(block.astext())
        found += words
        if not any(kept):
            block.parent.remove(block)
        elif words:
            block.rawsource = "\n".join(kept)
            block[:] = [nodes.Text(block.rawsource)]
    return found


def row_of_links(docname, repository):
    """Where else a notebook can be read or run. Without a public address, only the download.

    >>> row_of_links("notebooks/01_first", "")
    '<p class="ways"><a href="../_sources/notebooks/01_first.ipynb" download>Download</a></p>'
    """
    path = f"{docname}.ipynb"
    up = "../" * docname.count("/")
    links = []
    if repository:
        places = {"View notebook": view, "Launch on Binder": binder, "Open in Colab": colab}
        links = [f'<a href="{escape(place(path, repository))}">{name}</a>' for name, place in places.items()]
    links.append(f'<a href="{up}_sources/{path}" download>Download</a>')
    return f'<p class="ways">{" ".join(links)}</p>'


def finish_notebook(app, doctree):
    """Sphinx's event when a page was read: what only a notebook gets."""
    docname = app.env.docname
    if not docname.startswith("notebooks/"):
        return
    for node, problem in describe_pictures(doctree):
        logger.warning(problem, location=node)
    paragraphs = list(doctree.findall(nodes.paragraph))
    times = paragraphs[1]  # the first is the promise
    row = nodes.raw("", row_of_links(docname, read_repository(ROOT)), format="html")
    times.parent.insert(times.parent.index(times) + 1, row)
    if docname.startswith("notebooks/solutions/"):
        next(doctree.findall(nodes.title)).append(nodes.Text(" With the answers"))
        app.env.metadata[docname]["nosearch"] = "true"


def setup(app):
    """Sphinx's entry to an extension."""
    leave = (write_formula, None)
    app.add_html_math_renderer("mathml", leave, leave)
    app.connect("doctree-read", finish_notebook, priority=400)  # before Sphinx notes the titles
    return {"parallel_read_safe": True, "parallel_write_safe": True}
