"""A small language whose best possible prediction is known: friendly introductions. Taught in lesson 5.

"hello my name is ana ... so please call me ana": the value given at the start must be said again at the end, after
`lag` filler words. A sentence is an opening, a value, filler phrases and a closing. Among the openings, among the
values and among the filler phrases no two begin alike, and no phrase begins as a closing does: so each beginning of a
sentence has one reading, and every probability is exact.
"""

import math
import random
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnn_helpers.errors import InputError, require_whole
from rnn_helpers.vocabulary import Vocabulary, tokenize

VALUES = {
    "name": ("ana", "ben", "chloe", "david", "emma", "farid", "grace", "hugo"),
    "room": ("one", "two", "three", "four", "five", "six", "seven", "eight"),
}
OPENINGS = {
    "hello my name is": "name",
    "hi i am called": "name",
    "welcome they call me": "name",
    "greetings my room is": "room",
    "friends my room is": "room",
    "today i have room": "room",
}
CLOSINGS = {"name": "so please call me", "room": "so please find room"}
FILLER = (
    *("well", "look", "listen"),
    *("how lovely", "good evening", "nice music"),
    *("this is fun", "the sun shines", "we are happy"),
    *("my friends bake bread", "everybody likes warm soup", "our garden is green"),
    *("i like tea and cake", "children play in the garden", "tomorrow we go for walks"),
)
NUM_VALUES = 8  # of each kind: one guess in eight is right by chance
MOST_SENTENCES = 1_000_000  # that `sentences` lists


class State(NamedTuple):
    """All that a beginning of a sentence says about what may follow."""

    stage: str  # what is chosen next, once no word is pending: "opening", "value", "filler" or "end"
    kind: str = ""  # "name" or "room"
    value: str = ""
    left: int = 0  # filler words that are not chosen yet
    pending: tuple = ()  # words that must follow first: the rest of the phrase that was begun


class Introductions:
    """The language with exactly `lag` filler words between the value and the closing.

    Openings, values and filler phrases are equally likely; of the ways to fill the gap, each is as likely as if phrases
    were drawn blindly and only the exact fits kept.

    Args:
        lag: a whole number, 0 or more. The value is said again `lag + 5` words after it was given.

    Attributes:
        lag: as given.
        num_words: the length of every sentence, `lag + 10` words.
        num_sentences: how many different sentences there are.
        vocabulary: the Vocabulary of all words, the same for every lag.

    Raises:
        InputError: `lag` is not a whole number, 0 or more.

    Example:
        >>> language = Introductions(lag=2)
        >>> print(*language.sample(2, seed=0), sep="\\n")
        today i have room seven how lovely so please find room seven
        greetings my room is four nice music so please find room four
        >>> language.next_word_probabilities("hello my name is ana nice")
        {'music': 1.0}
        >>> round(language.best_perplexity(), 3)
        1.414
    """

    def __init__(self, lag):
        require_whole("lag", lag, lowest=0)
        self.lag, self.num_words = int(lag), int(lag) + 10
        self.vocabulary = Vocabulary(all_words())
        self._fillers = [tuple(phrase.split()) for phrase in FILLER]
        self._drawn = {}  # from a state that `sample` has met to what it draws from
        # By the number of filler words left: the chance that phrases drawn blindly end just there; the entropy, in
        # nats, of the words that fill it; the number of ways to fill it.
        self._fits, self._entropies, ways = [1.0], [0.0], [1]
        for left in range(1, self.lag + 1):
            lengths = [len(words) for words in self._fillers if len(words) <= left]
            self._fits.append(sum(self._fits[left - length] for length in lengths) / len(FILLER))
            shares = [self._share(left, length) for length in lengths]
            rests = [self._entropies[left - length] for length in lengths]
            self._entropies.append(sum(p * (rest - math.log(p)) for p, rest in zip(shares, rests, strict=True)))
            ways.append(sum(ways[left - length] for length in lengths))
        self.num_sentences = len(OPENINGS) * NUM_VALUES * ways[-1]

    def _share(self, left, length):
        """The probability of one phrase of `length` words, where `left` words are to be filled."""
        return self._fits[left - length] / len(FILLER) / self._fits[left]

    def _choices(self, state):
        """What may be chosen in a state without pending words: (probability, words, the state after them)."""
        if state.stage == "opening":
            after = [(opening, State("value", kind)) for opening, kind in OPENINGS.items()]
            return [(1 / len(OPENINGS), tuple(opening.split()), state) for opening, state in after]
        if state.stage == "value":
            return [
                (1 / NUM_VALUES, (value,), state._replace(stage="filler", value=value, left=self.lag))
                for value in VALUES[state.kind]
            ]
        if state.stage == "filler" and state.left:
            fitting = [words for words in self._fillers if len(words) <= state.left]
            return [
                (self._share(state.left, len(words)), words, state._replace(left=state.left - len(words)))
                for words in fitting
            ]
        if state.stage == "filler":
            return [(1.0, (*CLOSINGS[state.kind].split(), state.value), State("end"))]
        return []

    def _next_words(self, state):
        """A dict from each word that may come next to its probability and the state after it."""
        if state.pending:
            return {state.pending[0]: (1.0, state._replace(pending=state.pending[1:]))}
        return {words[0]: (p, after._replace(pending=words[1:])) for p, words, after in self._choices(state)}

    def _read(self, words):
        """The probability of a beginning and the state after it; InputError names the first word that cannot come."""
        probability, state = 1.0, State("opening")
        for position, word in enumerate(words, 1):
            following = self._next_words(state)
            if word not in following:
                possible = f"only {', '.join(following)} can stand there" if following else "the sentence has ended"
                raise InputError(f"word {position}, {word!r}, does not follow: {possible}")
            p, state = following[word]
            probability *= p
        return probability, state

    def next_word_probabilities(self, prompt):
        """What may come next, exactly.

        Args:
            prompt: a beginning of a sentence; "" for the first word.

        Returns:
            A dict from word to probability, which sum to 1; empty after a whole sentence.

        Raises:
            InputError: no sentence begins with the prompt; the message names the first word that cannot come.
        """
        _, state = self._read(tokenize(prompt))
        return {word: p for word, (p, _) in self._next_words(state).items()}

    def sentence_probability(self, sentence):
        """The probability of a whole sentence, its first word included; 0.0 for what is none."""
        try:
            probability, state = self._read(tokenize(sentence))
        except InputError:
            return 0.0
        return probability if state == State("end") else 0.0

    def accepts(self, sentence):
        """Whether a text is a whole sentence of the language."""
        return self.sentence_probability(sentence) > 0

    def sample(self, num_sentences, seed):
        """Sentences drawn at random, each independent of the others.

        Args:
            num_sentences: how many, 1 or more.
            seed: fixes the draws; an int or a str.

        Returns:
            A list of str.
        """
        require_whole("num_sentences", num_sentences, lowest=1)
        draw = random.Random(seed).choices
        return [self._draw(draw) for _ in range(num_sentences)]

    def _draw(self, draw):
        """One sentence, its choices made by `draw`."""
        state, words = State("opening"), []
        while state.stage != "end":
            if state not in self._drawn:
                choices = self._choices(state)
                self._drawn[state] = choices, list(accumulate(p for p, _, _ in choices))
            choices, sums = self._drawn[state]
            [(_, phrase, state)] = draw(choices, cum_weights=sums)
            words += phrase
        return " ".join(words)

    def sentences(self):
        """Every sentence of the language, as a list of str.

        Raises:
            InputError: there are more than a million.
        """
        if self.num_sentences > MOST_SENTENCES:
            raise InputError(f"lag {self.lag} has {self.num_sentences:,} sentences, too many to list: use sample")
        found, begun = [], [((), State("opening"))]
        while begun:
            words, state = begun.pop()
            choices = self._choices(state)
            begun += [((*words, *phrase), after) for _, phrase, after in choices]
            found += [] if choices else [" ".join(words)]
        return found

    def rows(self, sentences):
        """Sentences as rows for a model that predicts at every step.

        Args:
            sentences: a list of str, each of the language.

        Returns:
            inputs, targets: int32, shape (num_sentences, num_words - 1): all words but the last, all but the first.
        """
        ids = np.array([self.vocabulary.encode(tokenize(sentence)) for sentence in sentences], dtype="int32")
        return ids[:, :-1], ids[:, 1:]

    def best_loss(self):
        """The loss that no model can beat, in nats per predicted word: every word of a sentence but the first."""
        return (math.log(NUM_VALUES) + self._entropies[-1]) / (self.num_words - 1)

    def best_perplexity(self):
        """The perplexity that no model can beat: e to the power of `best_loss`."""
        return math.exp(self.best_loss())


def all_words():
    """The words of the language, each once, in the order of the lists above."""
    phrases = [*OPENINGS, *VALUES["name"], *VALUES["room"], *FILLER, *CLOSINGS.values()]
    return list(dict.fromkeys(" ".join(phrases).split()))
