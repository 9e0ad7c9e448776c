"""What stands on a slide: text, code, output, picture. Each knows its HTML, and about how tall it will be."""

import base64
import math
import re
from html import escape, unescape
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from webpage_sphinx import mathml

WIDTH, ROOM = 1200, 580  # pixels on a slide of 1280 by 720: what is left beside the margins and below the heading
LETTER = 0.605  # a code letter's width, in its size
WRAP_SIZE = 24  # pixels: rather than make code smaller than that, a long line goes on in the next
MOST_LETTERS = 120  # in the lines of a printed table; longer ones go on in the next
GOOD_SIZE = 22  # pixels: smaller code is taken only where the slide can be made no emptier


class Sizes(NamedTuple):
    """Two sizes of letters, in pixels."""

    text: int
    code: int


# From the largest on, the first with which all fits is taken. With the last, a lesson's longest code fits.
SIZES = [Sizes(*pair) for pair in [(40, 30), (38, 28), (36, 28), (34, 26), (32, 26), (30, 24), (28, 24)]]
SIZES += [Sizes(28, code) for code in (22, 21, 20, 19)]
FORMATTER = HtmlFormatter(nowrap=True, style="a11y-high-contrast-light")  # as on the web page


class SlidesError(Exception):
    """Slides that cannot be made; the message says why, and the mend."""


def _formula(tex, options):
    try:
        return mathml(tex, "block" if options["display_mode"] else "inline")
    except ValueError as error:
        raise SlidesError(str(error)) from error


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

    def __init__(self, markdown, factor=1):
        self.inside, self.factor = to_html(markdown), factor
        self.words = len(plain(self.inside).split())

    def height(self, sizes):
        """In pixels. Source Sans, which the slides bring, takes less than half its size a letter."""
        size = sizes.text * self.factor
        if "<table>" in self.inside:
            return self._table_height(0.75 * size)
        blocks = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", self.inside, re.S) or [self.inside]
        lines = sum(math.ceil(len(plain(block)) * size * 0.47 / (WIDTH - 50)) for block in blocks)
        equations = 3 * size * self.inside.count('class="math block"')
        return equations + lines * size * 1.35 + len(blocks) * 14

    def _table_height(self, size):
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in self.inside.split("<tr>")[1:]]
        lengths = [[len(plain(cell)) for cell in row] for row in rows]
        widest = [max(column) for column in zip(*lengths, strict=True)]
        share = min(1, (WIDTH - 32 * len(widest)) / (0.5 * size) / sum(widest))  # of its wish, that a column gets
        lines = [
            max(math.ceil(n / max(wish * share, 8)) for n, wish in zip(row, widest, strict=True)) for row in lengths
        ]
        return sum(lines) * size * 1.35 + len(lines) * 18 + 20

    def html(self, sizes):
        """As it stands on the slide."""
        return f'<div class="text" style="font-size:{self.factor}em">{self.inside}</div>'


class Code:
    """Python, coloured; or what it prints. A line that is too long goes on in the next."""

    words = 0

    def __init__(self, text, is_output=False):
        self.text, self.is_output = text.rstrip(), is_output

    def size(self, sizes):
        """In pixels. A printed table would not survive a broken line; code, broken, stays readable."""
        lines = self.text.splitlines()
        longest = max(map(len, lines))
        is_table = self.is_output and len(lines) > 2 and longest <= MOST_LETTERS
        across = int((WIDTH - 34) / LETTER / longest)
        return min(sizes.code, across if is_table else max(across, WRAP_SIZE))

    def height(self, sizes):
        """In pixels."""
        letters = int((WIDTH - 34) / (self.size(sizes) * LETTER))
        lines = sum(max(1, math.ceil((len(line) - 8) / (letters - 8))) for line in self.text.splitlines())
        return lines * self.size(sizes) * 1.3 + 36

    def html(self, sizes):
        """As it stands on the slide: each line of code with an indent for its rest."""
        if self.is_output:
            return f'<pre class="output" style="font-size:{self.size(sizes)}px">{escape(self.text)}</pre>'
        lines = []
        for line in highlight(self.text, PythonLexer(), FORMATTER).rstrip("\n").split("\n"):
            text = unescape(re.sub(r"<[^>]+>", "", line))
            rest = len(text) - len(text.lstrip()) + 4
            lines.append(f'<span style="padding-left:{rest}ch;text-indent:-{rest}ch">{line}</span>')
        return f'<pre class="code" style="font-size:{self.size(sizes)}px">{"".join(lines)}</pre>'


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

    def html(self, sizes):
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

    def html(self, sizes):
        """As it stands on the slide."""
        return f'<div class="shown">{self.inside}</div>'


def find_sizes(parts):
    """The largest sizes with which the parts fit on one slide; None if there are none."""
    for sizes in SIZES:
        if sum(part.height(sizes) for part in parts) <= ROOM:
            return sizes
    return None


def fits_well(parts, least_text=0):
    """Whether the parts fit on one slide, with text of a size at least, and code no smaller than it must be anyway."""
    sizes = find_sizes(parts)
    alone = [(find_sizes([part]) or SIZES[-1]).code for part in parts if isinstance(part, Code)]
    return sizes is not None and sizes.text >= least_text and sizes.code >= min([GOOD_SIZE, *alone])
