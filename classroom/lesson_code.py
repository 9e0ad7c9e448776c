"""A lesson's code cells: which are left out, and what the others show."""

import re
from html import unescape
from itertools import accumulate

from slide_parts import Code, Html, Picture, SlidesError
from webpage_sphinx import split_words

MOST_LINES = 16  # of an output
MOST_IN_LINE = 400  # letters


def tags_of(cell):
    """A cell's tags."""
    return cell.metadata.get("tags", [])


def asks_quiz(cell, codes):
    """Whether a cell calls what one of the code cells imports from rnn_helpers.quiz, or imports it itself."""
    sources = "\n".join(code.source for code in codes)
    imported = re.findall(r"^from rnn_helpers\.quiz import (\([^)]*\)|.+)", sources, re.M)
    names = [name for line in imported for name in re.findall(r"\w+", line)]
    return any(re.search(rf"\b{name}\b", cell.source) for name in names)


def read_outputs(cell, live_address):
    """What a cell shows, as parts; each picture with its words.

    Args:
        cell: a code cell, executed.
        live_address: a function that keeps an interactive output in HTML, and returns its address.
    """
    prints = [output for output in cell.outputs if output.output_type == "stream"]
    words = [word for output in prints for word in split_words(output.text)[1]]
    parts = []
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            parts += printed("\n".join(split_words(output.text)[0]))
        elif output.output_type == "error":
            parts += printed(f"{output.ename}: {output.evalue}")
        elif "rnn-explorer" in data.get("text/html", ""):
            still = re.search(r'<img class="still" alt="([^"]*)" src="([^"]*)">', data["text/html"])
            parts.append(Picture(still[2], unescape(still[1]), live_address(data["text/html"])))
        elif "text/html" in data:
            parts.append(Html(data["text/html"]))
        elif "image/png" in data:
            if not words:
                raise SlidesError("a picture has no line 'In words: ...': end each plot with show(ax)")
            parts.append(Picture.of_png(data["image/png"], words.pop(0)))
        else:
            parts += printed(data["text/plain"])
    return parts


def printed(text):
    """An output as a part; a long one is cut, and so is a long line. What is broken at 100 letters counts as two."""
    lines = [line if len(line) <= MOST_IN_LINE else line[:MOST_IN_LINE] + "…" for line in text.rstrip().splitlines()]
    tall = list(accumulate(1 + len(line) // 100 for line in lines))
    if tall and tall[-1] > MOST_LINES:
        lines = [*(line for line, lines_so_far in zip(lines, tall, strict=True) if lines_so_far < MOST_LINES), "…"]
    return [Code("\n".join(lines), is_output=True)] if any(lines) else []
