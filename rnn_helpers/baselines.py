"""What a model must beat: counting. Taught in lesson 6."""

from collections import Counter, defaultdict
from functools import lru_cache

import numpy as np

from rnn_helpers.errors import InputError, require_whole


class NgramModel:
    """An n-gram model: it counts which word follows the last `order - 1` words (interpolated Kneser-Ney).

    p(word | context) = (max(count(context word) - discount, 0) + discount * kinds(context) * p(word | shorter)) / total

    `total` is the sum of the context's counts, and `kinds(context)` how many different words follow it. What the
    discount takes is given out by the context without its first word, and in the end by all words alike. The longest
    contexts count how often a word follows; shorter ones count after how many *different* words it does so
    ("francisco" is frequent, but only after "san"). A line's start counts as a word, which nothing precedes.

    Args:
        order: 0 holds all words equally likely, 1 knows how frequent each is, 2 looks at one word before, and so on.
        id_lists: a list of lists of int, one per line, ids from 1. As in lesson 2, the words from a line's second
            one on are the ones to predict.
        vocabulary_size: the number of ids, padding included.
        discount: what is taken from each count, above 0 and below 1.

    Raises:
        InputError: `order` is below 0, `discount` not between 0 and 1, an id does not fit, or no line has two words.

    Example:
        >>> model = NgramModel(2, [[1, 2, 3], [1, 2, 2]], vocabulary_size=4, discount=0.5)
        >>> model.probabilities([1]).round(3)
        array([0.   , 0.028, 0.903, 0.069])
        >>> round(model.loss([[1, 2, 3]]), 3)
        0.523
    """

    def __init__(self, order, id_lists, vocabulary_size, discount=0.75):
        require_whole("order", order, lowest=0)
        if not 0 < discount < 1:
            raise InputError(f"discount is {discount!r}: it must be a number above 0 and below 1")
        self.order, self.vocabulary_size, self.discount = order, vocabulary_size, discount
        id_lists = [_to_list(ids) for ids in id_lists]
        words = {id for ids in id_lists for id in ids}
        if words and not (min(words) >= 1 and max(words) < vocabulary_size):
            raise InputError(f"the ids go from {min(words)} to {max(words)}: they must be 1 to {vocabulary_size - 1}")
        counts = Counter(gram for ids in id_lists for gram in self._grams(ids))
        if not counts:
            raise InputError("no line of the text has two words: counting needs a word, and the word that comes next")
        self._following = []  # for each length of context, the shortest first: context to its Counter of words
        for _ in range(order):
            self._following.insert(0, _by_context(counts))
            counts = _shorter(counts)
        self._after = lru_cache(maxsize=2048)(self._compute)  # what a text asks for often is computed once

    def _grams(self, ids):
        """Each word to predict behind its context of `order - 1` ids, 0 where the line had not begun."""
        length = max(self.order - 1, 0)
        padded = [0] * length + ids
        return (tuple(padded[end : end + length + 1]) for end in range(1, len(ids)))  # of a long text not all at once

    def probabilities(self, prefix_ids):
        """What comes next.

        Args:
            prefix_ids: the ids from the line's start, a list of int; padding in front does not matter.

        Returns:
            Probabilities, shape (vocabulary_size,); that of the padding is 0, and they sum to 1.
        """
        padded = [0] * self.order + [int(id) for id in prefix_ids]
        return self._after(tuple(padded[len(padded) - max(self.order - 1, 0) :])).copy()

    def _compute(self, context):
        """The probabilities after a context of up to `order - 1` ids."""
        if context:
            shorter = self._after(context[1:])
        else:
            shorter = np.full(self.vocabulary_size, 1 / (self.vocabulary_size - 1))
            shorter[0] = 0
        counts = self._following[len(context)].get(context) if self.order else None
        if not counts:
            return shorter
        probabilities = shorter * (self.discount * len(counts))
        probabilities[list(counts)] += np.array(list(counts.values())) - self.discount
        return probabilities / counts.total()

    def predict(self, inputs):
        """What comes next after each step of each row, as a network with a prediction at every step gives it.

        Args:
            inputs: whole numbers, shape (num_rows, num_steps); 0 is padding, in front.

        Returns:
            Probabilities, shape (num_rows, num_steps, vocabulary_size).
        """
        length = max(self.order - 1, 0)
        rows = [[0] * length + list(map(int, row)) for row in inputs]
        ends = range(length + 1, len(rows[0]) + 1)
        return np.array([[self._after(tuple(row[end - length : end])) for end in ends] for row in rows])

    def word_losses(self, id_lists):
        """Minus the logarithm of each true word's probability, in nats, in the order of lesson 2's rows.

        Args:
            id_lists: a list of lists of int, one per line, ids from 1.

        Returns:
            Floats, shape (num_rows,).
        """
        grams = [gram for ids in id_lists for gram in self._grams(_to_list(ids))]
        return np.array([-np.log(self._after(gram[:-1])[gram[-1]]) for gram in grams])

    def loss(self, id_lists):
        """The mean of `word_losses`: cross-entropy, in nats per word."""
        return float(self.word_losses(id_lists).mean())


def _to_list(ids):
    """A list of int; those of an array take a quarter of the memory that NumPy's own numbers would."""
    return ids.tolist() if hasattr(ids, "tolist") else list(ids)


def _by_context(counts):
    """Counts of n-grams as a dict from context to the Counter of the words that follow it."""
    following = defaultdict(Counter)
    for (*context, word), count in counts.items():
        following[tuple(context)][word] += count
    return dict(following)


def _shorter(counts):
    """The counts for contexts that are a word shorter: how many different words precede each n-gram.

    At a line's start nothing but the start can precede: there the true count is kept.
    """
    shorter = Counter()
    for (_, *gram), count in counts.items():
        if gram:
            shorter[tuple(gram)] += count if gram[0] == 0 else 1
    return shorter
