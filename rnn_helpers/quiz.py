"""The question bank, and the quiz that opens and closes each lesson: three questions of its bank.

A bank is a text file, rnn_helpers/questions/lesson_N.md, in the format of the package text2qti, or rather this part:

    quiz title: 1 · What is an RNN?

    % quiz
    title: Two sentences in a bag
    1. A question, which may go on
       in more lines. After a blank line stands more of it.

           code or a table, four places further in
    a) An option
    ... Why it is wrong, which may go on
        in more lines.
    *b) The right option
    ... Why it is right.

and so on to d). The quiz title is the lesson's heading; a question's title names it for the teacher. `% quiz` stands
above the three questions of the lesson's quiz. Lines that go on begin under the text they go on with. Options and
reasons are one paragraph each. No reason names a letter, for a school's program may shuffle the options; and outside of
code no sign is Markdown's or LaTeX's, so that every program shows the same.
"""

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from rnn_helpers.errors import InputError

BANK = Path(__file__).with_name("questions")
MARK = re.compile(r"(quiz title:|title:|%|\d+\.(?!\.)|\*?[a-z]\)|\.\.\.) +(?=\S)")
LETTERS = "abcd"
WIDTH = 90


@dataclass
class Question:
    """One question: `options` and `reasons` by letter, `key` the letter of the right option."""

    title: str
    in_quiz: bool = False
    text: str = ""
    options: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)
    key: str = ""


def read_bank(path):
    """The questions of a bank, with the bank's title.

    Args:
        path: of a file in the format that is told at the top of this module.

    Returns:
        The title, a str, and a list of Question.

    Raises:
        InputError: there is no such file, or a question in it is not whole.

    Example:
        >>> title, questions = read_bank(BANK / "lesson_1.md")
        >>> title, questions[0].key in LETTERS
        ('1 · What is an RNN?', True)
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"there is no question bank {path.name!r}: a lesson's bank is rnn_helpers/questions/lesson_N.md"
        )
    bank_title, questions, in_quiz = "", [], False
    for mark, text in _parts(path.read_text(encoding="utf-8")):
        if mark == "quiz title:":
            bank_title = text
        elif mark == "%":
            in_quiz = text == "quiz"
        elif mark == "title:":
            questions.append(Question(text, in_quiz))
            in_quiz = False
        elif not questions:
            raise InputError(f"{path.name}: {mark!r} stands before the first title: give each question a title")
        elif mark == "...":
            letter = max(questions[-1].options, default="?")  # the reason follows its option
            questions[-1].reasons[letter] = _join(text)
        elif mark.endswith(")"):
            questions[-1].options[mark[-2]] = _join(text)
            questions[-1].key += mark[-2] if mark[0] == "*" else ""
        else:
            questions[-1].text = "\n\n".join(_join(part) for part in text.split("\n\n"))
    for question in questions:
        _require_whole(question, path.name)
    return bank_title, questions


def _parts(text):
    """The parts of a bank in their order, each as its mark and its text."""
    parts, indent = [], 0
    for line in text.splitlines():
        found = MARK.match(line)
        if found:
            indent = found.end()
            parts.append((found[1], [line[indent:]]))
        elif parts:
            parts[-1][1].append(line[indent:] if line[:indent].isspace() else line)
    return [(mark, "\n".join(lines).strip()) for mark, lines in parts]


def _join(paragraph):
    """A paragraph's lines as one; code, four places in, as it stands."""
    return paragraph if paragraph.startswith("    ") else " ".join(paragraph.split())


def _require_whole(question, name):
    where = f"{name}, {question.title!r}"
    if not question.text:
        raise InputError(f"{where}: the question itself is missing: begin it with a number, such as 1.")
    if "".join(question.options) != LETTERS or "".join(question.reasons) != LETTERS:
        raise InputError(f"{where}: it needs four options, a) to d), and a reason, ..., below each")
    if len(question.key) != 1:
        raise InputError(f"{where}: {len(question.key)} options have a star: it stands before the right one alone")


def quiz_before(lesson, guesses):
    """Print a lesson's quiz, and note what the learner thinks before it.

    Args:
        lesson: its number.
        guesses: three letters, such as "abc", one for each question; `...` if not answered.

    Example:
        >>> quiz_before(1, "abcd")
        ✗ guesses is 'abcd': write three letters, each a, b, c or d, such as "abc"
    """
    letters = read_letters(guesses)
    if letters is None:
        print(_complaint("guesses", guesses))
        return
    for number, question in enumerate(_quiz(lesson), 1):
        print(_fold(question.text, f"{number}. "))
        for letter, option in question.options.items():
            print(_fold(option, f"   {letter}) "))
        print()
    if letters:
        print(f"○ noted: {letters}; the same questions come again at the end")
    else:
        print('○ not answered yet: write three letters, such as "abc", for the ... and run this cell')


def quiz_after(lesson, guesses, answers):
    """Print what is right in the answers to a lesson's quiz, and why; and how many were right before and after.

    Args:
        lesson: its number.
        guesses: the letters given to `quiz_before`.
        answers: three letters again; `...` if not answered.

    Example:
        >>> quiz_after(1, "abc", ...)
        ○ not answered yet: the three questions stand near the top of the lesson
    """
    letters, first = read_letters(answers), read_letters(guesses)
    if not letters:
        blank = "○ not answered yet: the three questions stand near the top of the lesson"
        print(blank if letters == "" else _complaint("answers", answers))
        return
    questions = _quiz(lesson)
    for number, (letter, question) in enumerate(zip(letters, questions, strict=True), 1):
        mark = "✓" if letter == question.key else "✗"
        print(_fold(question.reasons[letter], f"{mark} {number}. {letter}) "))
    earlier = f"{_num_right(first, questions)} of 3" if first else "not answered"
    print(f"right before the lesson: {earlier}; after it: {_num_right(letters, questions)} of 3")


def read_letters(given):
    """A learner's three letters; "" for the blank `...`; None for anything else.

    Example:
        >>> read_letters("A, c, b"), read_letters(...), read_letters("abcd")
        ('acb', '', None)
    """
    if given is ...:
        return ""
    letters = re.sub(r"[\s,;]", "", given).lower() if isinstance(given, str) else ""
    return letters if re.fullmatch(f"[{LETTERS}]{{3}}", letters) else None


def _complaint(name, given):
    shown = textwrap.shorten(repr(given), 40, placeholder=" …")
    return f'✗ {name} is {shown}: write three letters, each a, b, c or d, such as "abc"'


def _quiz(lesson):
    return [question for question in read_bank(BANK / f"lesson_{lesson}.md")[1] if question.in_quiz]


def _num_right(letters, questions):
    return sum(letter == question.key for letter, question in zip(letters, questions, strict=True))


def _fold(text, head):
    """A text in lines of at most WIDTH, with `head` before the first; what stands four places in stays as it is."""
    indent, parts = " " * len(head), []
    for part in text.split("\n\n"):
        is_code = part.startswith("    ")
        parts.append(textwrap.indent(part if is_code else textwrap.fill(part, WIDTH - len(indent)), indent))
    return head + "\n\n".join(parts)[len(head) :]
