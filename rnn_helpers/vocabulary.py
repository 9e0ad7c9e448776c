"""Words and their numbers. Taught in lessons 2 and 7."""

import difflib
import json
import operator
from collections import Counter
from itertools import chain
from pathlib import Path

from rnn_helpers.errors import InputError, require_whole

PADDING, UNKNOWN, LINE_END = "", "<unknown>", "\n"
MAX_NAMED = 5  # unknown words in one message: the nearest word to each takes a walk through the whole vocabulary

PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»“”„…–—、。，！？'
TO_SPACES = str.maketrans(PUNCTUATION + "’", " " * len(PUNCTUATION) + "'")


def tokenize(text):
    """The words of a text, in order, in lower case and without punctuation.

    Any script works. A script that writes no spaces gives one token per run of characters.

    Args:
        text: str.

    Returns:
        A list of str.

    Example:
        >>> tokenize("Hello, how’s your day?")
        ['hello', "how's", 'your', 'day']
    """
    return text.lower().translate(TO_SPACES).split()


def characters(text):
    """The characters of a text, in lower case.

    Example:
        >>> characters("Ay, sir")
        ['a', 'y', ',', ' ', 's', 'i', 'r']
    """
    return list(text.lower())


LEVELS = {"word": (tokenize, " "), "character": (characters, "")}  # how a text is cut, and what joins it again


def _require_level(level):
    """What `LEVELS` says of a level; InputError if it is none."""
    if not isinstance(level, str) or level not in LEVELS:
        raise InputError(f"level is {level!r}: it must be one of {', '.join(LEVELS)}")
    return LEVELS[level]


def rank_words(tokens):
    """The distinct words, most frequent first; words equally frequent stand in order of appearance.

    Args:
        tokens: an iterable of str.

    Returns:
        A list of str.

    Example:
        >>> rank_words(["how", "are", "you", "you"])
        ['you', 'how', 'are']
    """
    return [word for word, count in Counter(tokens).most_common()]


class Vocabulary:
    """The words that a model knows, and the id of each: 0 is padding, words count from 1.

    Args:
        words: the distinct words, id 1 first.
        has_unknown: keep one more id, the last, for every word that is not in `words`.
        level: "word", or "character" if the words are single characters.

    Attributes:
        words: list of str; `words[id]` is the word of an id, and `words[0]` is the padding.
        ids: dict from word to id.

    Raises:
        InputError: there is no word, a word stands twice, or the level is neither of the two.

    Example:
        >>> vocabulary = Vocabulary(["hello", "how"])
        >>> vocabulary.encode(["how", "hello"])
        [2, 1]
        >>> len(vocabulary)  # with the padding
        3
    """

    def __init__(self, words, has_unknown=False, level="word"):
        _require_level(level)
        self.level = level
        self.words = [PADDING, *words] + [UNKNOWN] * has_unknown
        self.ids = {word: id for id, word in enumerate(self.words)}
        self.has_unknown = has_unknown
        if len(self.words) == 1 + has_unknown:
            raise InputError("the text has no words: give at least one line of two words")
        if len(self.ids) < len(self.words):
            twice = Counter(self.words).most_common(1)[0][0]
            raise InputError(f"the word {twice!r} stands twice in the vocabulary: give each word once")

    @classmethod
    def build(cls, token_lists, max_words=None):
        """Collect the vocabulary of a text.

        Args:
            token_lists: a list of lists of str, one per line.
            max_words: keep this many of the most frequent words; the others share the id of `UNKNOWN`.

        Returns:
            A Vocabulary, which has an id for unknown words only if `max_words` is given.

        Raises:
            InputError: there is no word, a line is not yet tokenized, or `max_words` is less than 1.

        Example:
            >>> Vocabulary.build([["hello", "how"], ["how"]]).words
            ['', 'how', 'hello']
            >>> Vocabulary.build([["hello", "how"], ["how"]], max_words=1).words
            ['', 'how', '<unknown>']
        """
        if max_words is not None:
            require_whole("max_words", max_words, lowest=1)
        token_lists = list(token_lists)
        if text := next((tokens for tokens in token_lists if isinstance(tokens, str)), None):
            raise InputError(f"{text!r} is a text, not a list of tokens: give [tokenize(line) for line in lines]")
        words = rank_words(chain.from_iterable(token_lists))
        return cls(words[:max_words], has_unknown=max_words is not None)

    @classmethod
    def of_text(cls, lines, level="word", max_words=5000):
        """Collect the vocabulary of a long text, in which a line's end counts as a word.

        A word that stands only once shares the id of `UNKNOWN`: so a model learns how often something new comes.

        Args:
            lines: an iterable of str, gone through once.
            level: "word" or "character".
            max_words: keep this many of the most frequent ones, the line's end not counted.

        Raises:
            InputError: the level is neither of the two, `max_words` is less than 1, or no word stands twice.

        Example:
            >>> Vocabulary.of_text(["To be, or not to be", "Be not!"]).words
            ['', 'be', '\\n', 'to', 'not', '<unknown>']
            >>> Vocabulary.of_text(["Aha!"], level="character").words
            ['', 'a', '\\n', '<unknown>']
        """
        require_whole("max_words", max_words, lowest=1)
        cut, _ = _require_level(level)
        counts, num_lines = Counter(), 0
        for line in lines:
            counts.update(cut(line))
            num_lines += 1
        kept = [(word, count) for word, count in counts.most_common(max_words) if count > 1 and word != LINE_END]
        if not kept:
            other = ", or, where no spaces part the words, choose --level character (level='character')"
            raise InputError(
                f"no {level} of the text stands twice: give a longer text{other if level == 'word' else ''}"
            )
        place = sum(count > num_lines for _, count in kept)  # among the others by its frequency
        words = [word for word, _ in kept]
        return cls([*words[:place], LINE_END, *words[place:]], has_unknown=True, level=level)

    def tokenize(self, text):
        """The tokens of a text at this vocabulary's level, a list of str.

        If the vocabulary knows the line's end, it is a token of its own.

        Example:
            >>> Vocabulary(["hello", "\\n"]).tokenize("Hello,\\nhow?")
            ['hello', '\\n', 'how']
        """
        cut, _ = LEVELS[self.level]
        if LINE_END not in self.ids:
            return cut(text)
        first, *others = (cut(line) for line in text.split(LINE_END))
        return first + [token for tokens in others for token in [LINE_END, *tokens]]

    def join(self, tokens):
        """The text of tokens.

        Example:
            >>> Vocabulary(["hello"]).join(["hello", "\\n", "how", "are"])
            'hello\\nhow are'
        """
        between = LEVELS[self.level][1]
        return between.join(tokens).replace(f"{between}{LINE_END}{between}", LINE_END)

    def __len__(self):
        return len(self.words)

    def encode(self, tokens):
        """The id of each token.

        Args:
            tokens: a list of str.

        Returns:
            A list of int, as long as `tokens`.

        Raises:
            InputError: a token is not in the vocabulary, and the vocabulary has no id for unknown words.
                The message names the first such tokens and the nearest word that is known to each.
        """
        if isinstance(tokens, str):
            raise InputError(f"{tokens!r} is a text, not a list of tokens: give tokenize of it")
        ids = list(map(self.ids.get, tokens))
        if None not in ids:
            return ids
        if self.has_unknown:
            unknown_id = self.ids[UNKNOWN]
            return [unknown_id if id is None else id for id in ids]
        strangers = dict.fromkeys(token for token, id in zip(tokens, ids, strict=True) if id is None)
        named = list(map(self._describe_stranger, list(strangers)[:MAX_NAMED]))
        others = len(strangers) - len(named)
        raise InputError("; ".join(named + [f"and {others} more unknown words"] * (others > 0)))

    def _describe_stranger(self, word):
        nearest = difflib.get_close_matches(str(word), self.words[1:], n=1)
        mend = f"did you mean {nearest[0]!r}?" if nearest else "use words of the training text"
        return f"{word!r} is not among the {len(self) - 1} words of the vocabulary: {mend}"

    def decode(self, ids):
        """The word of each id; padding is left out.

        Args:
            ids: an iterable of int, each at least 0 and less than `len(self)`.

        Returns:
            A list of str.

        Raises:
            InputError: an id is not a whole number, or is outside the vocabulary.

        Example:
            >>> Vocabulary(["hello", "how"]).decode([0, 0, 1, 2])
            ['hello', 'how']
        """
        try:
            ids = [operator.index(id) for id in ids]
        except TypeError:
            raise InputError(f"{ids!r} are not ids: give a list of whole numbers, as encode returns") from None
        outside = [id for id in ids if not 0 <= id < len(self)]
        if outside:
            raise InputError(f"there is no word with id {outside[0]}: ids go from 0 to {len(self) - 1}")
        return [self.words[id] for id in ids if id != 0]

    def to_json(self):
        """The vocabulary as text; `from_json` reads it."""
        words = self.words[1:-1] if self.has_unknown else self.words[1:]
        entries = {"words": words, "has_unknown": self.has_unknown, "level": self.level}
        return json.dumps(entries, ensure_ascii=False)

    @classmethod
    def from_json(cls, text):
        """The vocabulary that `to_json` wrote.

        Raises:
            InputError: the text is not such a vocabulary.

        Example:
            >>> Vocabulary.from_json(Vocabulary(["hello"]).to_json()).words
            ['', 'hello']
        """
        try:
            return cls(**json.loads(text))
        except (TypeError, json.JSONDecodeError) as error:
            raise InputError(f"this is no saved vocabulary ({error}): save it again with to_json") from None

    def save(self, path):
        """Write the vocabulary to a UTF-8 JSON file."""
        Path(path).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path):
        """Read the vocabulary that `save` wrote; InputError if the file is missing or holds none."""
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{str(path)!r} is no saved vocabulary ({error}): check the name") from None
