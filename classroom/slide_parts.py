"""What stands on a slide: text, code, output, picture. Each knows its HTML, and about how tall it will be."""

import base64
import math
import re
from html import escape, unescape

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from webpage_sphinx import mathml

WIDTH, ROOM = 1200, 596  # pixels on a slide of 1280 by 720: what is left beside the margins and below the heading
SIZES = (28, 26, 24, 22, 21, 20, 19)  # pixels, of code; at the last, a lesson's longest line of 100 letters fits
GOOD_SIZE = 22  # a smaller one is taken only where the slide can be made no emptier
LETTER = 0.605  # a code letter's width, in its size
FORMATTER = HtmlFormatter(nowrap=True, style="a11y-high-contrast-light")  # as on the web page


def _formula(tex, options):
    return mathml(tex, "block" if options["display_mode"] else "inline")


MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_formula)


def slug(heading):
    """What a slide is called in an address.

    >>> slug("Row 1: short sequences")
    'row-1-short-sequences'
    """
    return "-".join(re.findall(r"\w+", heading.lower()))


def plain(html):
    """The text of some HTML, as a reader sees it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def to_html(markdown):
    """Markdown as HTML; a link to a lesson leads to its slides, one into the lesson to the slide."""
    html = MARKDOWN.render(markdown)
    html = re.sub(r'href="(\d\d_\w+)\.ipynb(?:#[^"]*)?"', r'href="\1.html"', html)
    return re.sub(r'href="#([^"/][^"]*)"', lambda link: f'href="#/{slug(link[1])}"', html)


class Text:
    """Some Markdown: a paragraph, a list, a table, an equation."""

    def __init__(self, markdown, size=30):
        self.html_text, self.size = to_html(markdown), size
        self.words = len(plain(self.html_text).split())

    def height(self, _):
        """In pixels. Source Sans, which the slides bring, takes less than half its size a letter."""
        if "<table>" in self.html_text:
            return self._table_height()
        blocks = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", self.html_text, re.S) or [self.html_text]
        lines = sum(math.ceil(len(plain(block)) * self.size * 0.47 / (WIDTH - 40)) for block in blocks)
        equations = 110 * self.html_text.count('class="math block"')
        return equations + lines * self.size * 1.35 + len(blocks) * 14

    def _table_height(self):
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in self.html_text.split("<tr>")[1:]]
        widths = [max(len(plain(row[column])) for row in rows) for column in range(len(rows[0]))]
        letters = min(1, (WIDTH - 32 * len(widths)) / 12 / sum(widths))  # the share of its wish that a column gets
        taken = [max(math.ceil(len(plain(cell)) / max(wish * letters, 8)) for cell, wish in zip(row, widths)) for row in rows]
        return sum(lines * 33 + 18 for lines in taken) + 20

    def html(self):
        """As it stands on the slide."""
        return f'<div class="text" style="font-size:{self.size}px">{self.html_text}</div>'


class Code:
    """Python, coloured; or what it prints, where a long line goes on in the next."""

    words = 0

    def __init__(self, text, is_output=False):
        self.text, self.is_output = text.rstrip(), is_output

    def fits_across(self, size):
        """Whether no line of the code is broken."""
        longest = max(map(len, self.text.splitlines()), default=0)
        return min(longest, 100) * size * LETTER <= WIDTH - 32

    def height(self, size):
        """In pixels."""
        across = (WIDTH - 32) / (size * LETTER)
        lines = sum(max(1, math.ceil(len(line) / across)) for line in self.text.splitlines())
        return lines * size * 1.3 + 36

    def html(self):
        """As it stands on the slide."""
        if self.is_output:
            return f'<pre class="output">{escape(self.text)}</pre>'
        return f'<pre class="code">{highlight(self.text, PythonLexer(), FORMATTER)}</pre>'


class Picture:
    """A picture, as large as the slide leaves room for; and a link below it, if it has one."""

    words = 0

    def __init__(self, source, words, link=""):
        self.source, self.alt, self.link = source, words, link

    @classmethod
    def of_png(cls, encoded, words):
        """From a notebook's output, which may hold line breaks."""
        return cls("data:image/png;base64," + base64.b64encode(base64.b64decode(encoded)).decode(), words)

    def height(self, _):
        """In pixels: the least it should get."""
        return 380 + 50 * bool(self.link)

    def html(self):
        """As it stands on the slide."""
        below = f'<p class="live"><a href="{self.link}" target="_blank">Open the live view</a></p>' if self.link else ""
        return f'<img src="{self.source}" alt="{escape(self.alt)}">{below}'


class Html:
    """What a cell shows as HTML."""

    words = 0

    def __init__(self, html):
        self.inside = html

    def height(self, _):
        """In pixels."""
        return math.ceil(len(plain(self.inside)) * 16 / WIDTH) * 52 + 30

    def html(self):
        """As it stands on the slide."""
        return f'<div class="shown">{self.inside}</div>'


def letter_size(parts):
    """The largest size of code with which the parts fit on one slide; None if there is none."""
    codes = [part for part in parts if isinstance(part, Code)]
    for size in SIZES:
        if all(code.fits_across(size) for code in codes) and sum(part.height(size) for part in parts) <= ROOM:
            return size
    return None


def fits_well(parts):
    """Whether the parts fit on one slide, with code no smaller than it must be anyway."""
    size = letter_size(parts)
    alone = [letter_size([part]) or SIZES[-1] for part in parts if isinstance(part, Code)]
    return size is not None and size >= min([GOOD_SIZE, *alone])
