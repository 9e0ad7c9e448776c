"""The interactive view of a running RNN, as one piece of HTML that needs no kernel. For lessons 1, 3, 4 and 5.

The page computes the network itself, from the weights that it carries: see the folder page beside this file.
"""

import base64
import json
from html import escape
from pathlib import Path

import numpy as np

from rnn_helpers.errors import InputError, require_whole
from rnn_helpers.introductions import VALUES, Introductions
from rnn_helpers.networks import read_network
from rnn_helpers.stills import COLOURS, TOP_WORDS, draw_still, tell_still
from rnn_helpers.vocabulary import LINE_END, PADDING, PUNCTUATION, UNKNOWN, Vocabulary

PAGE = Path(__file__).with_name("page")
SCRIPTS = ("words", "networks", "elements", "steps", "panels", "questions", "explorer")  # in one module, in this order
MOST_WORDS = 100  # that the page reads; a longer prompt is told where it is cut
LONGEST_LAG = MOST_WORDS - 20


def explore(model, vocabulary, prompts=None, beside=None, names=None, lags=None):
    """Watch a network read: type a text, step through its words, and see the state and the guess change.

    Args:
        model: a model of `build_model` or `build_sequence_model`; or the arrays (W_x, W_h, b) of lesson 1's network.
        vocabulary: the Vocabulary it was trained with, or a list of its words, that of id 1 first.
        prompts: a str, or a list of str that the reader may choose from; if None, the sentence of the first lag, or
            else the vocabulary's first word.
        beside: a second model of the same vocabulary, shown next to the first.
        names: what to call the model, or the two; their layers' names if None.
        lags: for models of the `introductions` language: the distances, in filler words, at which the page asks for a
            name that stood at the start.

    Returns:
        An Explorer. A notebook shows it; `to_html` gives what it shows.

    Raises:
        InputError: a model is of another kind, its weights are not numbers, the vocabulary is not the models', a prompt
            is no text, the names do not fit the models, or the lags are no whole numbers from 0 to 80.

    Example:
        >>> explore((np.eye(2), np.zeros((2, 2)), np.zeros(2)), ["hello", "how"], "hello how")
        Explorer of SimpleRNN (2 units): 'hello how'
    """
    vocabulary = _require_vocabulary(vocabulary)
    models = [model] if beside is None else [model, beside]
    networks = [read_network(model, len(vocabulary)) for model in models]
    if names is None:
        names = [network.cell for network in networks]
    names = [names] if isinstance(names, str) else list(names)
    if len(names) != len(networks) or not all(isinstance(name, str) for name in names):
        raise InputError(f"names is {names!r}: give one text for each of the {len(networks)} models")
    questions = _questions(lags, vocabulary)
    if prompts is None:
        prompts = _first_prompt(vocabulary, questions)
    return Explorer(networks, names, vocabulary, _require_prompts(prompts), questions)


def _require_vocabulary(vocabulary):
    if isinstance(vocabulary, list | tuple) and all(isinstance(word, str) for word in vocabulary):
        vocabulary = Vocabulary(vocabulary)
    if not isinstance(vocabulary, Vocabulary):
        raise InputError(f"the vocabulary is a {type(vocabulary).__name__}: give a Vocabulary, or a list of words")
    return vocabulary


def _first_prompt(vocabulary, questions):
    if questions:
        filler = questions["lags"][0]["filler"]
        return " ".join([questions["before"], questions["values"][0], *filler, questions["after"]])
    return next((word for word in vocabulary.words[1:] if word.strip()), "")


def _require_prompts(prompts):
    prompts = [prompts] if isinstance(prompts, str) else prompts
    if not isinstance(prompts, list | tuple) or not prompts or not all(isinstance(prompt, str) for prompt in prompts):
        raise InputError(f"prompts is {prompts!r}: give a text such as 'hello how', or a list of texts")
    return list(prompts)


def _questions(lags, vocabulary):
    """For each lag the words before and after the name, from the introductions; None without lags."""
    if lags is None:
        return None
    if vocabulary.words != Introductions(0).vocabulary.words:
        raise InputError("lags ask for names of the introductions, and this vocabulary is another one: leave lags out")
    lags = sorted({_require_lag(lag) for lag in lags})
    if not lags:
        raise InputError("lags is empty: give at least one distance, such as [2, 8]")
    fillers = {lag: Introductions(lag).sample(1, seed=lag)[0].split() for lag in lags}
    # A sentence is an opening, a value, the filler, five words of closing.
    asked = [{"lag": lag, "filler": words[len(words) - 5 - lag : len(words) - 5]} for lag, words in fillers.items()]
    return {"before": "hello my name is", "after": "so please call me", "values": VALUES["name"], "lags": asked}


def _require_lag(lag):
    require_whole("a lag", lag, lowest=0)
    if lag > LONGEST_LAG:
        raise InputError(f"a lag is {lag}: the page reads {MOST_WORDS} words, so give {LONGEST_LAG} or less")
    return int(lag)


class Explorer:
    """What `explore` returns: HTML for a notebook, an exported page or a web site; several may stand on one page."""

    def __init__(self, networks, names, vocabulary, prompts, questions):
        self.networks, self.names, self.vocabulary = networks, names, vocabulary
        self.prompts, self.questions = prompts, questions

    def __repr__(self):
        pairs = zip(self.names, self.networks, strict=True)
        shown = " and ".join(f"{name} ({network.num_units} units)" for name, network in pairs)
        return f"Explorer of {shown}: {self.prompts[0]!r}"

    def _repr_html_(self):
        return self.to_html()

    def to_html(self):
        """The component, about 40 KB and the weights: one element with its style and script. No other address is asked.

        What follows from the weights stands in `data-weights="..."` and in the picture, `<img class="still" ...>`.
        """
        script = "\n".join((PAGE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
        style = (PAGE / "explorer.css").read_text(encoding="utf-8")
        outer, inner = style.split("/* inside */")
        settings = _attribute(self._settings())
        networks = "".join(map(_network_element, self.networks, self.names))
        return (
            f"""<div class="rnn-explorer" data-lm-suppress-shortcuts="true" data-settings='{settings}'>\n"""
            f"<style>\n{outer.strip()}\n</style>\n{self._still()}\n{networks}"
            f"<template>\n<style>\n{inner.strip()}\n</style>\n</template>\n"
            f'<script type="module">\n{script.strip()}\n</script>\n</div>'
        )

    def _settings(self):
        vocabulary = self.vocabulary
        return {
            "words": vocabulary.words,
            "unknown": vocabulary.ids.get(UNKNOWN),
            "lineEnd": LINE_END if LINE_END in vocabulary.ids else None,
            "level": vocabulary.level,
            "punctuation": PUNCTUATION,
            "colours": COLOURS,
            "mostWords": MOST_WORDS,
            "prompts": self.prompts,
            "questions": self.questions,
        }

    def _still(self):
        """The first network after the first prompt, as a picture with its words."""
        network, vocabulary = self.networks[0], self.vocabulary
        tokens = vocabulary.tokenize(self.prompts[0])[:MOST_WORDS]
        tokens = [token for token in tokens if vocabulary.has_unknown or token in vocabulary.ids]
        row = network.row(vocabulary.encode(tokens))
        labels = ["start", *(vocabulary.words[id].strip() or "·" for id in row)]
        states, likeliest = network.states(row), []
        if len(states) > 1 and (network.outputs or network.is_tied):
            probabilities = network.probabilities(states[-1], [vocabulary.ids[PADDING], vocabulary.ids.get(UNKNOWN, 0)])
            best = np.argsort(-probabilities, kind="stable")[:TOP_WORDS]
            likeliest = [(vocabulary.words[id].strip() or "⏎", float(probabilities[id])) for id in best]
        picture = base64.b64encode(draw_still(labels, states, likeliest).encode()).decode()
        alt = escape(tell_still(self.names[0], " ".join(tokens), labels[1:], states, likeliest))
        return f'<img class="still" alt="{alt}" src="data:image/svg+xml;base64,{picture}">'


def _network_element(network, name):
    """A hidden element with a network's shapes as JSON and its weights as base64, float32 and little-endian."""
    tables = {**network.arrays}
    outputs = []
    for number, layer in enumerate(network.outputs, 1):
        names = [f"output {number}", f"output bias {number}"][: len(layer)]
        outputs.append(names)
        tables |= dict(zip(names, layer, strict=True))
    shapes = [[table, *np.atleast_2d(array).shape] for table, array in tables.items()]
    described = {
        "name": name,
        "cell": network.cell,
        "activation": network.activation,
        "numSteps": network.num_steps,
        "numUnits": network.num_units,
        "isOneHot": network.is_one_hot,
        "isTied": network.is_tied,
        "outputs": outputs,
        "shapes": shapes,
    }
    numbers = np.concatenate([np.ravel(array) for array in tables.values()]).astype("<f4")
    weights = base64.b64encode(numbers.tobytes()).decode()
    return f"""<div hidden class="network" data-network='{_attribute(described)}' data-weights="{weights}"></div>\n"""


def _attribute(value):
    """A value as JSON that may stand in an attribute between single quotes: JSON has many double ones."""
    return escape(json.dumps(value, ensure_ascii=False), quote=False).replace("'", "&#39;")
