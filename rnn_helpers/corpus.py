"""Texts to learn from: the course's four sentences, and a file of your own. Taught in lesson 2."""

import os
from pathlib import Path

from rnn_helpers.errors import InputError

SEED_SENTENCES = (
    "hello how are you",
    "hello how is your day",
    "hello what is your name",
    "hello how was your trip",
)

EXAMPLE_FILE = Path(__file__).with_name("example.txt")  # a family's diary, written for this course


def read_lines(path):
    """The lines of a text file that are not blank.

    Args:
        path: a UTF-8 text file; one line is one sentence, or one paragraph, to learn from.

    Returns:
        A list of str, without line ends.

    Raises:
        InputError: the file is missing, a folder, not readable, not UTF-8, or blank.

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
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError(f"{str(path)!r} is empty: it needs at least one line of two words")
    return lines
