"""From a lesson's cells to its slides, by the rule that slides.py states."""

from dataclasses import dataclass, field
from html import escape

from lesson_code import asks_quiz, read_outputs, tags_of
from lesson_text import Block, shorten, split_block, take_readings
from slide_parts import ROOM, SIZES, Code, Picture, Text, find_sizes, fits_well, to_html
from webpage_sphinx import IN_WORDS

MOST_WORDS = 60  # of prose on a slide
PROSE = ("text", "context")
QUESTION_SIZE = 32  # pixels: rather than ask in smaller letters, the code is left for the next slide
LEAD_WORDS = 45  # a paragraph of so many may stand above its code


@dataclass
class Slide:
    """A slide: its heading (1 is the lesson's title), what stands below it, and the speaker's notes, in HTML."""

    heading: Block
    kind: str
    parts: list
    notes: list = field(default_factory=list)

    def html(self, name=""):
        """The slide as reveal.js wants it, to be linked to by its name."""
        sizes = find_sizes(self.parts) or SIZES[-1]
        body = "".join(part.html(sizes) for part in self.parts)
        heading = to_html(self.heading.text).strip().removeprefix("<p>").removesuffix("</p>")
        notes = f'<aside class="notes">{"".join(self.notes)}</aside>' if self.notes else ""
        return (
            f'<section class="{self.kind}" id="{name}">'
            f"<h{self.heading.level}>{heading}</h{self.heading.level}>"
            f'<div class="body" style="font-size:{sizes.text}px">{body}</div>{notes}</section>\n'
        )


class LessonSlides:
    """The slides of one lesson, as they grow from cell to cell."""

    def __init__(self, cells, learner_cells, live_address):
        """Make them.

        Args:
            cells: the notebook's cells, executed, with the answers.
            learner_cells: the same with blank exercises.
            live_address: a function that keeps an interactive output in HTML, and returns its address.
        """
        self.slides, self.live_address = [], live_address
        self.heading, self.waiting, self.after_exercise = None, [], False
        codes = [cell for cell in cells if cell.cell_type == "code"]
        left_out = [cell for cell in codes if "check" in tags_of(cell) or asks_quiz(cell, codes)]
        left_out += codes[:1]
        blocks, readings = take_readings(cells, lambda cell: cell not in left_out)
        for index, cell in enumerate(cells):
            if cell.cell_type == "markdown":
                self.add_text(blocks[index])
            elif cell is codes[0]:
                self.flush()
                self.heading = self.heading._replace(text=self.slides[0].heading.text)  # until the lesson has a heading
            elif "exercise" in tags_of(cell):
                self.add_exercise(learner_cells[index].source)
            elif cell not in left_out:
                self.add_code(cell, readings.get(index))
        self.flush()

    def add(self, kind, parts, notes=(), heading=None):
        """Add a slide."""
        self.slides.append(Slide(heading or self.heading, kind, list(parts), list(notes)))

    def add_text(self, blocks):
        """Keep the blocks of a text cell until it is known what follows them."""
        for block in blocks:
            if block.kind == "heading":
                self.flush()
                self.heading, self.after_exercise = block, False
                if block.level == 1:
                    self.add_title(blocks)
                    return
            elif self.after_exercise:
                self.slides[-1].notes.append(to_html(block.text))
            elif block.text == f"{self.heading.text}:":
                continue  # the heading says it
            elif block.text.startswith("**Next:**"):
                self.flush()
                self.add("next", [Text(block.text)], heading=Block("heading", "What comes next", 2))
            else:
                self.waiting.append(block)

    def add_title(self, blocks):
        """The title with the promise; the times below it."""
        self.add("title", [Text(blocks[1].text), Text(blocks[2].text, 0.7)])
        self.heading = Block("heading", "Afterwards you can", 2)

    def flush(self):
        """Make slides of the blocks that wait."""
        if any(block.kind == "question" for block in self.waiting):
            self.add_question(None)
        blocks, self.waiting = self.waiting, []
        self.add_prose(blocks)

    def add_prose(self, blocks):
        """Slides of prose alone: as many blocks on each as it holds."""
        parts, notes = [], []
        for block in blocks:
            for piece in pieces(block):
                part, note = part_of(piece)
                words = sum(one.words for one in [*parts, part])
                is_full = words > MOST_WORDS and not piece.kind.startswith("math")
                if parts and (is_full or find_sizes([*parts, part]) is None):
                    self.add("prose", parts, notes)
                    parts, notes = [], []
                parts, notes = [*parts, part], notes + note
        if parts:
            self.add("prose", parts, notes)

    def take_lead(self):
        """The parts and notes that stand above the code; the longer prose before it becomes slides."""
        blocks, self.waiting = self.waiting, []
        if blocks and blocks[-1].kind in PROSE and Text(shorten(blocks[-1].text)).words <= LEAD_WORDS:
            self.add_prose(blocks[:-1])
            part, notes = part_of(blocks[-1])
            return [part], notes
        self.add_prose(blocks)
        return [], []

    def add_question(self, code):
        """The question before the answer, with the code if that comes next and fits; returns whether it does."""
        place = [block.kind for block in self.waiting].index("question")
        question, after = self.waiting[place], self.waiting[place + 1 :]
        self.waiting = self.waiting[:place]
        lead, notes = self.take_lead()
        parts = [*lead, Text(question.text, 1.15)]
        shows_code = code is not None and not after and fits_well([*parts, code], QUESTION_SIZE)
        self.add("question", [*parts, code] if shows_code else parts, notes)
        self.waiting = after  # the answer, maybe: not to be seen yet
        return shows_code

    def add_code(self, cell, reading):
        """The code, what it gives, and the sentence that reads it, on one slide or two."""
        code, outputs = Code(cell.source), read_outputs(cell, self.live_address)
        is_shown = False
        if any(block.kind == "question" for block in self.waiting):
            is_shown = self.add_question(code)
        lead, notes = self.take_lead()
        read, read_notes = part_of(reading) if reading else (None, [])
        after = [*outputs, *([read] if read else [])]
        notes_after = [
            f"<p>{IN_WORDS}{escape(one.alt)}</p>" for one in outputs if isinstance(one, Picture)
        ] + read_notes
        if fits_well([*lead, code, *after]):
            self.add("code", [*lead, code, *after], notes + notes_after)
            return
        if not is_shown and lead and not fits_well([*lead, code]):
            self.add("prose", lead, notes)
            lead, notes = [], []
        if not is_shown:
            self.add("code", [*lead, code], notes)
        self.add_results(outputs, read, notes_after)

    def add_results(self, outputs, read, notes):
        """What the code gives on a slide of its own, or on one for each where they are too tall."""
        tail = [read] if read else []
        if len(outputs) > 1 and not fits_well([*outputs, *tail]):
            for output in outputs[:-1]:
                self.add("result", [output])
            outputs = outputs[-1:]
        if not fits_well([*outputs, *tail]):
            self.add("result", outputs)
            outputs = []
        if outputs or tail:
            self.add("result", [*outputs, *tail], notes)

    def add_exercise(self, stub):
        """The task in full, with the blank that the learner fills in."""
        parts = [part_of(block)[0] if block.kind == "fence" else Text(block.text) for block in self.waiting]
        self.waiting, self.after_exercise = [], True
        if find_sizes([*parts, Code(stub)]) is None:
            self.add("exercise", parts)
            parts = []
        self.add("exercise", [*parts, Code(stub)])


def part_of(block):
    """A block as a part, and what the notes hold of it because the slide does not."""
    if block.kind == "fence":
        return Code("\n".join(block.text.splitlines()[1:-1]), is_output=True), []
    shown = shorten(block.text) if block.kind in PROSE else block.text
    return Text(shown), [to_html(block.text)] if shown != block.text else []


def pieces(block):
    """A block, parted until each piece fits on a slide."""
    halves = split_block(block)
    if len(halves) == 1 or part_of(block)[0].height(SIZES[-1]) <= ROOM:
        return [block]
    return [piece for half in halves for piece in pieces(half)]
