"""Make the web page's glossary: a sentence for each word of the course, and the lesson that teaches it.

A lesson may end with a table, "Words of this lesson": its rows are taken from there. The words of the others stand in
site/glossary.md, as `word` or `word, other word`, and below it `: meaning`. A lesson sets a new word in bold, so the
file names no lesson: the first with the word in bold is linked.
"""

import re

ENTRY = re.compile(r"^(?P<words>[^\n:#]+)\n: (?P<meaning>.+)\n", re.M)
CODE = re.compile(r"^```.*?^```$|`[^`]+`", re.M | re.S)
BOLD = re.compile(r"\*\*([^*]+)\*\*")
TABLE = re.compile(r"^### Words of this lesson\n\n\|.*\n\|[-|]+\n((?:\|.*\n)+)", re.M)
ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<meaning>[^|]+) \|$", re.M)


class GlossaryError(Exception):
    """A glossary that cannot be made; the message says why, and the mend."""


def entries(text):
    """The words and meanings of site/glossary.md.

    >>> entries("# Glossary\\n\\nid, index\\n: A number.\\n")
    [('id, index', 'A number.')]
    """
    return [(entry["words"], entry["meaning"]) for entry in ENTRY.finditer(text)]


def table_of_words(lesson_text):
    """The words and meanings of a lesson's own table, each meaning as a sentence.

    >>> table_of_words("### Words of this lesson\\n\\n| word | meaning |\\n|-|-|\\n| id | a number |\\n")
    [('id', 'A number.')]
    """
    rows = [row for table in TABLE.findall(lesson_text) for row in ROW.finditer(table)]
    return [(row["words"], row["meaning"][0].upper() + row["meaning"][1:] + ".") for row in rows]


def bold_words(lesson_text):
    """What a lesson's text sets in bold.

    >>> sorted(bold_words("`2**3`, **Softmax** of\\nthe **hidden\\nstate**"))
    ['Softmax', 'hidden state']
    """
    return {" ".join(word.split()) for word in BOLD.findall(CODE.sub("", lesson_text))}


def lesson_of(words, lesson_texts):
    """The name of the first lesson that has one of the words in bold; GlossaryError if there is none."""
    wanted = {word.lower() for word in words.split(", ")}
    for name, text in lesson_texts.items():
        if {word.lower() for word in bold_words(text)} & wanted:
            return name
    raise GlossaryError(f"site/glossary.md: no lesson sets **{words}** in bold. Mend the word, or drop it.")


def glossary_page(text, lessons, root):
    """The glossary as a page for Sphinx, in the order of the alphabet.

    Args:
        text: str, what site/glossary.md says.
        lessons: the headers of the lessons that the web page has; the words of others are left out.
        root: the repository's folder, for its lessons/.

    Returns:
        str, in MyST Markdown.
    """
    sources = sorted((root / "lessons").glob("[0-9][0-9]_*.md"))
    lesson_texts = {path.stem: path.read_text(encoding="utf-8") for path in sources}
    found = [(*row, name) for name, lesson_text in lesson_texts.items() for row in table_of_words(lesson_text)]
    in_tables = {words for words, _, _ in found}
    for words, meaning in entries(text):
        if words in in_tables:
            raise GlossaryError(f"site/glossary.md: a lesson's own table explains '{words}' already. Drop it here.")
        found.append((words, meaning, lesson_of(words, lesson_texts)))
    shown = {lesson.name: f"[{lesson.number} · {lesson.title}](notebooks/{lesson.name}.ipynb)" for lesson in lessons}
    lines = [text[: ENTRY.search(text).start()].rstrip(), "", "```{glossary}", ":sorted:", ""]
    for words, meaning, name in found:
        if name in shown:
            lines += [*words.split(", "), f"  {meaning} {shown[name]}", ""]
    return "\n".join([*lines, "```", ""])
