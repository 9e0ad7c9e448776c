"""Write the question bank as files for a school's learning platform, and as a sheet for the teacher: `make questions`.

For each lesson's bank, rnn_helpers/questions/lesson_N.md, into build/questions/:

lesson_N.gift      GIFT, which Moodle imports
lesson_N_qti.zip   QTI 1.2, which Canvas and others import; made by the package text2qti
lesson_N.md        to read and print: each question with its key and all reasons
"""

import os
import re
import sys
from pathlib import Path

from text2qti.config import Config
from text2qti.err import Text2qtiError
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from rnn_helpers.errors import InputError
from rnn_helpers.quiz import BANK, read_bank

FOLDER = Path(__file__).resolve().parent.parent / "build" / "questions"


def escape(text):
    r"""A text with what GIFT would take for its own signs escaped. An empty line would end the question.

    >>> print(escape("W = {1: 2}"))
    W \= \{1\: 2\}
    """
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", r"\n")


def gift(title, questions):
    """A bank in GIFT: each question a block, each reason behind its option."""
    blocks = [f"$CATEGORY: $course$/RNN Sequence Modeling/{title.replace('/', '//')}"]
    for question in questions:
        lines = [f"::{escape(question.title)}::[markdown]{escape(question.text)} {{"]
        for letter, option in question.options.items():
            sign = "=" if letter == question.key else "~"
            lines.append(f"  {sign}{escape(option)}#{escape(question.reasons[letter])}")
        blocks.append("\n".join([*lines, "}"]))
    return "\n\n".join(blocks) + "\n"


def sheet(title, questions):
    """A bank for the teacher, in Markdown: a tick before the right option, below each option its reason."""
    blocks = [f"# Questions on lesson {title}"]
    for number, question in enumerate(questions, 1):
        in_quiz = " (in the lesson's quiz)" if question.in_quiz else ""
        blocks += [f"## {number}. {question.title}{in_quiz}", question.text]
        for letter, option in question.options.items():
            mark = "✓" if letter == question.key else "✗"
            blocks.append(f"- {mark} **{letter})** {option}  \n  {question.reasons[letter]}")
    return "\n\n".join(blocks) + "\n"


def write(bank, folder):
    """Write the three files of a bank, and print a line for each."""
    title, questions = read_bank(bank)
    try:
        quiz = Quiz(bank.read_text(encoding="utf-8"), config=Config(), source_name=bank.name)
    except Text2qtiError as error:
        raise InputError(f"{bank.name}: text2qti cannot read it: {' '.join(str(error).split())}") from None
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{bank.stem}{ending}" for ending in (".gift", "_qti.zip", ".md")]
    files[0].write_text(gift(title, questions), encoding="utf-8")
    QTI(quiz).save(files[1])
    files[2].write_text(sheet(title, questions), encoding="utf-8")
    for file in files:
        print(f"{os.path.relpath(file)}: {len(questions)} questions")


def main(bank=BANK, folder=FOLDER):
    """Write all banks' files; one line says why if a bank cannot be read."""
    try:
        for path in sorted(bank.glob("lesson_*.md")):
            write(path, folder)
    except InputError as error:
        sys.exit(f"questions: {error}")


if __name__ == "__main__":
    main()
