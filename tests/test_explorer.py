"""The explorer's HTML, and what it says of models and texts that it cannot show. No browser is started here."""

import base64
import configparser
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import keras
import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.explorer import explore
from rnn_helpers.introductions import Introductions
from rnn_helpers.models import build_model, build_sequence_model
from rnn_helpers.networks import read_network
from rnn_helpers.stills import COLOURS
from rnn_helpers.vocabulary import Vocabulary

WORDS = ["hello", "how", "are", "you"]
LESSON_1 = (
    np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5], [0.5, -1.0]]),
    np.array([[0.5, -0.5], [0.5, 0.5]]),
    np.zeros(2),
)
KINDS = {
    "window": lambda seed=0: build_model(5, num_steps=3, num_units=6, seed=seed),
    "SimpleRNN": lambda seed=0: build_sequence_model("SimpleRNN", 5, num_units=6, seed=seed),
    "GRU": lambda seed=0: build_sequence_model("GRU", 5, num_units=6, seed=seed, dropout=0.2, tie_weights=True),
    "LSTM": lambda seed=0: build_sequence_model("LSTM", 5, num_units=16, seed=seed, tie_weights=True),
}
in_each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def models():
    return {kind: make() for kind, make in KINDS.items()}


def refusal(*args, **options):
    """What `explore` refuses with: one line that names the mend after a colon."""
    with pytest.raises(InputError) as refused:
        explore(*args, **options)
    message = str(refused.value)
    assert "\n" not in message and ": " in message
    return message


def without_weights(html):
    """The HTML as nbval compares it: without the weights, and without the picture drawn from them."""
    rules = configparser.ConfigParser()
    rules.read(Path(__file__).with_name("nbval_sanitize.cfg"), encoding="utf-8")
    for section in rules.sections():
        html = re.sub(rules[section]["regex"], rules[section]["replace"], html)
    return html


# --- What it is ---


def test_importing_it_imports_neither_keras_nor_matplotlib():
    program = "import sys, rnn_helpers.explorer; print({'keras', 'tensorflow', 'matplotlib'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@in_each_kind
def test_it_asks_no_other_address(models, kind):
    html = explore(models[kind], WORDS).to_html()
    assert "//" not in re.sub(r"^\s*//.*$|; // .*$|, // .*$|\) // .*$|\{ // .*$|data-weights=.*$", "", html, flags=re.M)
    assert not re.search(r"https?:|\bfetch\(|XMLHttpRequest|\bimport\b|@import|url\(", html)
    assert set(re.findall(r' src="([^"]{10})', html)) == {"data:image"}


@in_each_kind
def test_without_its_weights_it_is_smaller_than_60_kilobytes(models, kind):
    html = explore(models[kind], WORDS, "hello how are you").to_html()
    assert len(without_weights(html).encode()) < 60_000


@in_each_kind
def test_the_same_model_gives_the_same_html(models, kind):
    html = explore(models[kind], WORDS)._repr_html_()
    assert html == explore(KINDS[kind](), WORDS).to_html()


@in_each_kind
def test_the_weights_stand_in_it_as_they_are(models, kind):
    [encoded] = re.findall('data-weights="([^"]*)"', explore(models[kind], WORDS).to_html())
    numbers = np.frombuffer(base64.b64decode(encoded), dtype="<f4")
    assert np.array_equal(numbers, np.concatenate([array.ravel() for array in models[kind].get_weights()]))


@in_each_kind
def test_nbval_sees_no_difference_between_two_sets_of_weights(models, kind):
    pages = [explore(model, WORDS, "hello how").to_html() for model in (models[kind], KINDS[kind](seed=1))]
    assert pages[0] != pages[1]
    pages = [without_weights(page) for page in pages]
    assert pages[0] == pages[1]


def test_its_name_is_one_line(models):
    shown = repr(explore(models["GRU"], WORDS, ["hello", "how"], beside=models["LSTM"], names=["one", "two"]))
    assert shown == "Explorer of one (6 units) and two (16 units): 'hello'"


def test_several_stand_on_one_page_without_a_shared_id(models):
    html = explore(models["GRU"], WORDS).to_html()
    assert not re.search(r'<[^>]* id="', html)


# --- The picture where no script runs ---


def still_of(*args, **options):
    html = explore(*args, **options).to_html()
    [(alt, picture)] = re.findall(r'<img class="still" alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', html)
    return unescape(alt), base64.b64decode(picture).decode()


def test_the_still_picture_of_a_small_state_tells_every_number():
    alt, picture = still_of(LESSON_1, WORDS, "hello how are")
    assert alt == (
        "A SimpleRNN with 2 units reads 'hello how are'. "
        "Unit 1 goes 0.00, 0.76, 0.36, -0.50. Unit 2 goes 0.00, 0.00, 0.55, 0.53."
    )
    assert picture.count("h1v1h-1z") == 8 and ">-0.50<" in picture


@in_each_kind
def test_the_still_picture_of_a_trained_model_tells_its_guess(models, kind):
    alt, picture = still_of(models[kind], WORDS, "hello how")
    network = read_network(models[kind], 5)
    best = network.probabilities(network.states([1, 2])[-1], banned=[0]).max()
    assert "Its hidden state moves by " in alt and f" {best:.2f}" in alt.split("Likeliest next words: ")[1]
    assert f">{best:.2f}</text>" in picture


def test_the_still_picture_shows_nothing_that_could_run():
    _, picture = still_of(LESSON_1, ["<b>", "how", "are", "you"], "how how")
    assert "<b>" not in picture


def test_the_colours_are_those_of_the_other_pictures():
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    from rnn_helpers.plots import STATE_COLOURS

    # Matplotlib blends the same eleven colours; rounding may move one by a single level.
    for place, colour in enumerate(COLOURS):
        theirs = to_hex(colormaps[STATE_COLOURS](place / 10))
        levels = [[int(code[i : i + 2], 16) for i in (1, 3, 5)] for code in (colour, theirs)]
        assert np.abs(np.subtract(*levels)).max() <= 6


# --- Its numbers ---


@in_each_kind
def test_the_picture_s_numbers_are_those_of_keras(models, kind):
    network, ids = read_network(models[kind], 5), [1, 2, 4]
    by_keras = models[kind](np.array([ids]))[0].numpy().reshape(-1, 5)[-1]
    assert np.abs(network.probabilities(network.states(ids)[-1]) - by_keras).max() < 1e-6


def test_a_window_is_filled_with_padding_in_front_or_cut(models):
    network = read_network(models["window"], 5)
    assert network.row([1]) == [0, 0, 1] and network.row([1, 2, 3, 4]) == [2, 3, 4]


# --- Bad input ---


@pytest.mark.parametrize("model", [None, "GRU", 3, LESSON_1[:2], object()])
def test_what_is_no_model_is_told_what_to_give(model):
    assert "build_sequence_model" in refusal(model, WORDS)


def sequential(*layers):
    return keras.Sequential([keras.Input(shape=(3,), dtype="int32"), *layers])


layers = keras.layers
STRANGERS = {
    "no recurrent layer": lambda: sequential(layers.Embedding(5, 2), layers.Flatten(), layers.Dense(5)),
    "no embedding": lambda: keras.Sequential([keras.Input((3, 2)), layers.GRU(2), layers.Dense(5), layers.Dense(5)]),
    "both directions": lambda: sequential(
        layers.Embedding(5, 2), layers.Bidirectional(layers.GRU(2)), layers.Dense(5, activation="softmax")
    ),
    "two recurrent layers": lambda: sequential(
        layers.Embedding(5, 2), layers.GRU(2, return_sequences=True), layers.GRU(2), layers.Dense(5)
    ),
    "masked padding": lambda: sequential(layers.Embedding(5, 2, mask_zero=True), layers.GRU(2), layers.Dense(5)),
    "another activation": lambda: sequential(
        layers.Embedding(5, 2), layers.GRU(2, activation="relu"), layers.Dense(5, activation="softmax")
    ),
    "reset before": lambda: sequential(
        layers.Embedding(5, 2), layers.GRU(2, reset_after=False), layers.Dense(5, activation="softmax")
    ),
    "no softmax": lambda: sequential(layers.Embedding(5, 2), layers.GRU(2), layers.Dense(5)),
    "a curve between": lambda: sequential(
        layers.Embedding(5, 2), layers.GRU(2), layers.Dense(3, activation="relu"), layers.Dense(5, activation="softmax")
    ),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_model_of_another_kind_is_refused(kind):
    assert "cannot be explored: give a model of build_model" in refusal(STRANGERS[kind](), WORDS)


@in_each_kind
def test_weights_that_are_no_numbers_are_refused(kind):
    model = KINDS[kind]()
    weights = model.get_weights()
    weights[1][0, 0] = np.nan
    model.set_weights(weights)
    assert "NaN" in refusal(model, WORDS)
    assert "NaN" in refusal((np.full((4, 2), np.inf), *LESSON_1[1:]), WORDS)


def test_a_vocabulary_that_does_not_match_is_refused(models):
    assert "predicts 5 ids and the vocabulary has 4" in refusal(models["GRU"], WORDS[:3])
    assert "reads 5 ids and the vocabulary has 6" in refusal(LESSON_1, [*WORDS, "day"])
    assert "give a Vocabulary" in refusal(models["GRU"], {"hello": 1})
    assert "'you' stands twice" in refusal(models["GRU"], [*WORDS[:3], "you", "you"])
    assert "predicts 9 ids" in refusal(models["GRU"], WORDS, beside=build_sequence_model("GRU", 9, num_units=2))


def test_arrays_that_do_not_fit_together_are_refused():
    assert "do not fit together" in refusal((LESSON_1[0], np.zeros((3, 3)), np.zeros(2)), WORDS)
    assert "not arrays of numbers" in refusal(("a", "b", "c"), WORDS)


@pytest.mark.parametrize("prompts", [3, [], ["hello", 3], b"hello"])
def test_prompts_that_are_no_texts_are_refused(prompts):
    assert "give a text such as" in refusal(LESSON_1, WORDS, prompts)


TEXTS = [
    "",
    "  ",
    "word " * 10_000,
    "hello 👋🏽 🎉",
    "שלום hello عالم",
    "<script>alert(1)</script> \"'&",
    "\x00",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_any_text_may_be_the_prompt(models, text):
    html = explore(models["window"], WORDS, text).to_html()
    assert "<script>alert" not in html and html.count("<script") == 1 and html.count("</script>") == 1


def test_words_of_the_vocabulary_never_become_html():
    words = ['"><script>alert(1)</script>', "</div>", "&lt;", "'"]
    html = explore(LESSON_1, words).to_html()
    assert html.count("<script") == 1 and html.count("</div>") == 2


def test_names_fit_the_models(models):
    assert "one text for each of the 1 models" in refusal(models["GRU"], WORDS, names=["a", "b"])
    assert "one text for each" in refusal(models["GRU"], WORDS, names=[3])


def test_lags_are_whole_numbers_that_fit_the_page_and_belong_to_the_introductions():
    vocabulary = Introductions(0).vocabulary
    model = build_sequence_model("GRU", len(vocabulary), num_units=2)
    assert "a lag is -1" in refusal(model, vocabulary, lags=[-1])
    assert "a lag is 81" in refusal(model, vocabulary, lags=[4, 81])
    assert "lags is empty" in refusal(model, vocabulary, lags=[])
    assert "leave lags out" in refusal(LESSON_1, WORDS, lags=[2])


def test_the_questions_are_sentences_of_the_introductions():
    vocabulary = Vocabulary(Introductions(0).vocabulary.words[1:])
    model = build_sequence_model("GRU", len(vocabulary), num_units=2)
    questions = explore(model, vocabulary, lags=[8, 0, 3]).questions
    assert [asked["lag"] for asked in questions["lags"]] == [0, 3, 8]
    for asked in questions["lags"]:
        for value in questions["values"]:
            sentence = [questions["before"], value, *asked["filler"], questions["after"], value]
            assert Introductions(asked["lag"]).accepts(" ".join(sentence))
