"""A lesson's prose in pieces: blocks, sentences, and what of a paragraph a slide shows."""

import re
from typing import NamedTuple

from slide_parts import MARKDOWN

QUIZ = "Below the set-up stand three questions."  # it leads to cells that no slide shows
PREDICT = "**Predict first.**"
KINDS = {"heading": "heading", "paragraph": "text", "bullet_list": "list", "ordered_list": "list", "table": "table"}


class Block(NamedTuple):
    """A piece of a text cell: its kind, its Markdown, and for a heading its level."""

    kind: str
    text: str
    level: int = 0


def read_blocks(markdown):
    """The blocks of a text cell, in order. What is to unfold, as a hint is, is left out.

    >>> for block in read_blocks("## A\\n\\nOne. **Predict first.** Two?\\n\\n<details>Three.</details>"):
    ...     print(block.kind, block.text)
    heading A
    context One.
    question Two?
    """
    lines, blocks = markdown.splitlines(), []
    for token in MARKDOWN.parse(markdown):
        if token.level or not token.map or token.type == "html_block":
            continue
        text = "\n".join(lines[slice(*token.map)]).strip()
        kind = KINDS.get(token.type.removesuffix("_open"), token.type)
        if kind == "heading":
            blocks.append(Block(kind, text.lstrip("# "), int(token.tag[1])))
        elif kind == "text" and not text.startswith(QUIZ):
            before, mark, question = text.partition(PREDICT)
            blocks += [Block("context" if mark else "text", before.strip())] * bool(before)
            blocks += [Block("question", question.strip())] * bool(mark)
        elif kind != "text":
            blocks.append(Block(kind, text))
    return blocks


def sentences(paragraph):
    """The sentences of a paragraph.

    >>> sentences("One, $h_0$. *Two. Still two.* Version 3.1 (see row 1. Or 2.) is three!")
    ['One, $h_0$.', '*Two. Still two.*', 'Version 3.1 (see row 1. Or 2.) is three!']
    """
    found = []
    for piece in re.split(r"(?<=[.?!])\s+(?=[^a-z])|(?<=[.?!][*)])\s+(?=[^a-z])", paragraph):
        if found and not (_is_whole(found[-1]) and re.search(r"[.?!][*)]*$", found[-1])):
            found[-1] += " " + piece
        else:
            found.append(piece)
    return found


def _is_whole(text):
    """Whether no emphasis, code, formula or bracket is open at a text's end."""
    text = re.sub(r"`[^`]*`|\$[^$]*\$", "", text)
    return not any([text.count("*") % 2, "`" in text, "$" in text, text.count("(") != text.count(")")])


def shorten(paragraph, most_words=30):
    """What a slide shows of a paragraph: its first sentences, and each later one that asks or sets a word in bold.

    >>> shorten("One two. Three four. Five? Six. A **seven**.", most_words=4)
    'One two. Three four. Five? A **seven**.'
    """
    kept, count = [], 0
    for number, sentence in enumerate(sentences(paragraph)):
        count += len(sentence.split())
        if number == 0 or count <= most_words or re.search(r"\?$|:$|\*\*\w", sentence):
            kept.append(sentence)
    return " ".join(kept)


def split_block(block):
    """A list or a table in two halves; the block alone if it cannot be parted."""
    lines = block.text.splitlines()
    if block.kind == "list":
        starts = [index for index, line in enumerate(lines) if re.match(r"[-*] |\d+\. ", line)]
        head = []
    elif block.kind == "table":
        starts, head = list(range(2, len(lines))), lines[:2]
    else:
        return [block]
    if len(starts) < 2:
        return [block]
    middle = starts[len(starts) // 2]
    halves = lines[len(head) : middle], lines[middle:]
    return [Block(block.kind, "\n".join(head + half)) for half in halves]


def take_readings(cells, is_read):
    """The blocks of each text cell, and the paragraph that reads an output, which begins the cell after it.

    Args:
        cells: a notebook's cells.
        is_read: a function of a code cell: whether its output is shown.

    Returns:
        Two dicts with the cells' numbers: the blocks of a text cell, and the Block that reads a code cell's output.
    """
    blocks = {i: read_blocks(cell.source) for i, cell in enumerate(cells) if cell.cell_type == "markdown"}
    readings = {}
    for index, following in blocks.items():
        before = cells[index - 1] if index else cells[0]
        if before.cell_type != "code" or not before.outputs or not is_read(before):
            continue
        # A paragraph alone between two cells may as well lead to the second.
        leads_on = len(following) == 1 and re.search(r":$|\?|\*\*\w", following[0].text)
        if following and following[0].kind == "text" and not leads_on:
            readings[index - 1] = following.pop(0)
    return blocks, readings
