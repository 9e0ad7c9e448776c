"""Writing with the state kept: Keras, asked for the whole prefix again at each word, is the oracle."""

from itertools import product

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.generation import beam_search, continue_ids, read_prompt
from rnn_helpers.models import CELLS, build_model, build_sequence_model
from rnn_helpers.prediction import generate
from rnn_helpers.rivals import build_transformer
from rnn_helpers.vocabulary import UNKNOWN, Vocabulary

PROMPT, SIZE = [3, 1, 4], 9
MODELS = [(cell, tie_weights) for cell in CELLS for tie_weights in (False, True)]


def new_model(cell="GRU", tie_weights=False, seed=2, scale=4.0):
    """A model whose random weights are large: its probabilities differ enough to tell right from wrong."""
    model = build_sequence_model(cell, SIZE, 4, 5, seed, dropout=0.3, tie_weights=tie_weights)
    model.set_weights([scale * weights for weights in model.get_weights()])
    return model


def hand_made(table):
    """A model in which the next word depends on the last one alone: with `table[last]` as its probabilities."""
    table, size = np.array(table, dtype="float32"), len(table)
    model = build_sequence_model("SimpleRNN", size, size, size)
    big = 20 * np.eye(size)  # tanh makes it a state of ones and zeros
    with np.errstate(divide="ignore"):
        logits = np.maximum(np.log(table), -1e9)
    model.set_weights([big, np.eye(size), np.zeros((size, size)), np.zeros(size), logits, np.zeros(size)])
    return model


def weigh(probabilities, banned=(0,), temperature=1.0, top_k=None, top_p=None):
    """The slow and plain way to temperature, top_k and top_p: through the list of words, the likeliest first."""
    probabilities = np.array(probabilities, dtype=float)
    probabilities[list(banned)] = 0
    probabilities **= 1 / temperature
    probabilities /= probabilities.sum()
    order = sorted(range(len(probabilities)), key=lambda id: -probabilities[id])[:top_k]
    total, before, kept = sum(probabilities[order]), 0.0, []
    for id in order:
        if top_p is None or before < top_p * total:
            kept.append(id)
        before += probabilities[id]
    return np.where(np.isin(np.arange(len(probabilities)), kept), probabilities, 0)


def drawn_again(model, prompt, ids, seed=0, number=0, **way):
    """What `continue_ids` should have written: the Keras model reads prompt and text from the start, and from what it
    gives after each prefix, the next id is drawn."""
    draws = np.random.default_rng([seed, number]).random(len(ids))
    predicted = model(np.array([[*prompt, *ids]]), training=False).numpy()[0, len(prompt) - 1 : -1]
    weights = [weigh(probabilities, **way) for probabilities in predicted]
    pairs = zip(weights, draws, strict=True)
    return [int(np.searchsorted(np.cumsum(row), draw * row.sum(), side="right")) for row, draw in pairs]


@pytest.mark.parametrize(("cell", "tie_weights"), MODELS)
@pytest.mark.parametrize(
    "way",
    [{"top_k": 1}, {}, {"temperature": 0.7, "top_k": 4, "top_p": 0.8}],
    ids=["greedy", "drawn", "drawn from the likeliest"],
)
def test_writing_step_by_step_is_reading_the_whole_prefix_again_for_each_word(cell, tie_weights, way):
    model = new_model(cell, tie_weights)
    [ids] = continue_ids(model, PROMPT, num_tokens=25, **way)
    assert ids.tolist() == drawn_again(model, PROMPT, ids, **way)


@pytest.mark.parametrize(("cell", "tie_weights"), MODELS)
def test_after_a_prompt_the_logits_are_those_of_keras_up_to_a_constant(cell, tie_weights):
    model = new_model(cell, tie_weights)
    _, logits, _ = read_prompt(model, PROMPT)
    expected = model(np.array([PROMPT]))[0, -1]
    np.testing.assert_allclose(keras.ops.softmax(logits[0]), expected, atol=1e-6)


def test_several_texts_are_the_same_texts_as_one_by_one():
    model = new_model("LSTM")
    three = continue_ids(model, PROMPT, 10, num_texts=3, seed=5)
    assert three.shape == (3, 10)
    for number in range(3):
        assert three[number].tolist() == drawn_again(model, PROMPT, three[number], seed=5, number=number)
        np.testing.assert_array_equal(continue_ids(model, PROMPT, 10, num_texts=number + 1, seed=5)[-1], three[number])
    assert len({tuple(text) for text in three.tolist()}) == 3


def test_the_seed_alone_fixes_the_draws():
    model = new_model()
    first, again, other = (continue_ids(model, PROMPT, 20, seed=seed).tolist() for seed in (1, 1, 2))
    assert first == again != other


@given(
    st.floats(1e-3, 1e3) | st.sampled_from([1e-300, 1e-40, 1e300]),
    st.none() | st.integers(1, 12),
    st.none() | st.floats(0.01, 1),
    st.integers(0, 99),
)
def test_what_is_banned_is_never_written(temperature, top_k, top_p, seed):
    banned = [0, 8]
    texts = continue_ids(STRANGE, [8], 8, temperature, top_k, top_p, seed, num_texts=2, banned=banned)
    assert not np.isin(texts, banned).any()


STRANGE = hand_made([[0.9, *[0.01] * 7, 0.03]] * 9)  # it would say nothing but the padding and the unknown word

GOLDEN = [0.0, 0.5, 0.3, 0.2]  # of the ids 0 to 3, whatever came before
WAYS = [
    ({}, [0, 0.5, 0.3, 0.2]),
    ({"temperature": 0.5}, [0, 25 / 38, 9 / 38, 4 / 38]),  # the squares
    ({"top_k": 2}, [0, 5 / 8, 3 / 8, 0]),
    ({"top_k": 9}, [0, 0.5, 0.3, 0.2]),
    ({"top_p": 0.5}, [0, 1, 0, 0]),
    ({"top_p": 0.51}, [0, 5 / 8, 3 / 8, 0]),
    ({"top_p": 1.0}, [0, 0.5, 0.3, 0.2]),
    ({"temperature": 0.5, "top_p": 0.65}, [0, 1, 0, 0]),  # the temperature comes first: 25 / 38 are more than 0.65
    ({"top_k": 2, "top_p": 0.625}, [0, 1, 0, 0]),  # then top_k: of what it leaves, 5 / 8 are the share
    ({"banned": [0, 1]}, [0, 0, 0.6, 0.4]),
]


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_temperature_top_k_and_top_p_by_hand(way, expected):
    expected = np.array(expected)
    texts = continue_ids(hand_made([GOLDEN] * 4), [1], num_tokens=5, num_texts=800, **way)
    shares = np.bincount(texts.ravel(), minlength=4) / texts.size
    np.testing.assert_allclose(shares, expected, atol=0.03)  # of 4,000 draws: four standard deviations
    np.testing.assert_array_equal(shares > 0, expected > 0)
    np.testing.assert_allclose(weigh(GOLDEN, **way) / weigh(GOLDEN, **way).sum(), expected)  # the oracle's own test


# --- Beam search ---

# 1 says 2 with 0.6 and 3 with 0.4; but after 2 nothing is likely, and after 3 comes 4 for certain.
GARDEN = [
    [0, 0.25, 0.25, 0.25, 0.25],
    [0, 0, 0.6, 0.4, 0],
    [0, 0.25, 0.25, 0.25, 0.25],
    [0, 0, 0, 0, 1.0],
    [0, 0, 0, 0, 1.0],
]


def test_beam_search_finds_the_best_text_where_the_greedy_way_misses_it():
    model = hand_made(GARDEN)
    ids, logarithm = beam_search(model, [1], num_tokens=2, num_beams=1)
    assert ids[0] == 2 and logarithm == pytest.approx(np.log(0.6 * 0.25), abs=1e-5)
    ids, logarithm = beam_search(model, [1], num_tokens=2, num_beams=2)
    assert ids == [3, 4] and logarithm == pytest.approx(np.log(0.4), abs=1e-5)


@pytest.mark.parametrize("num_tokens", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_with_beams_enough_it_is_the_best_of_all_texts(cell, num_tokens):
    model, banned = new_model(cell, seed=3), [0, 8]
    every = np.array(list(product(range(1, 8), repeat=num_tokens)))
    rows = np.hstack([np.tile(PROMPT, (len(every), 1)), every])
    probabilities = model(rows[:, :-1]).numpy()[:, len(PROMPT) - 1 :].astype(float)
    probabilities[..., banned] = 0
    probabilities /= probabilities.sum(axis=-1, keepdims=True)
    logarithms = np.log(np.take_along_axis(probabilities, every[..., None], axis=2)).sum(axis=(1, 2))
    ids, logarithm = beam_search(model, PROMPT, num_tokens, num_beams=7**num_tokens, banned=banned)
    assert ids == every[logarithms.argmax()].tolist()
    assert logarithm == pytest.approx(logarithms.max(), abs=1e-4)


def test_one_beam_is_the_greedy_way():
    model = new_model("GRU", seed=4)
    ids, _ = beam_search(model, PROMPT, 6, num_beams=1)
    assert ids == continue_ids(model, PROMPT, 6, top_k=1)[0].tolist()


# --- What cannot be ---

WHOLE, SHARE = "it must be a whole number, 1 or more", "it must be a share above 0, up to 1"
BAD_NUMBERS = {
    "num_tokens": ([0, -1, 2.5, True, None, "3"], WHOLE),
    "num_texts": ([0, 1.5, None], WHOLE),
    "top_k": ([0, -1, 1.5, True], WHOLE),
    "temperature": ([0, -1, np.nan, np.inf, None, "1"], "it must be a number above 0"),
    "top_p": ([0, -0.1, 1.01, 2, np.nan, True, "1"], SHARE),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD_NUMBERS for value in BAD_NUMBERS[name][0]])
def test_numbers_out_of_range_are_refused_by_name(name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: {BAD_NUMBERS[name][1]}$"):
        continue_ids(STRANGE, PROMPT, **({"num_tokens": 2} | {name: value}))


@pytest.mark.parametrize("name", ["num_tokens", "num_beams"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, None])
def test_bad_numbers_of_beam_search_are_refused_by_name(name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: {WHOLE}$"):
        beam_search(STRANGE, PROMPT, **({"num_tokens": 2} | {name: value}))


@pytest.mark.parametrize("write", [continue_ids, beam_search])
@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ([], "^the prompt has no words: give a list of at least one id$"),
        (["hello"], "^the prompt has no words"),
        ([[1, 2]], "^the prompt has no words"),
        ([1, 9], "^the prompt holds the id 9 and the model knows 0 to 8"),
        ([-1], "^the prompt holds the id -1 and the model knows 0 to 8"),
    ],
)
def test_a_prompt_that_the_model_cannot_read_is_refused(write, prompt, message):
    with pytest.raises(InputError, match=message):
        write(STRANGE, prompt, 2)


@pytest.mark.parametrize("write", [continue_ids, beam_search])
def test_weights_that_are_nan_are_reported_not_written_with(write):
    model = new_model()
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    with pytest.raises(InputError, match=r"^the model's weights are not numbers \(NaN\): load it again, or train it"):
        write(model, PROMPT, 2)


@pytest.mark.parametrize("write", [continue_ids, beam_search])
def test_a_model_without_a_state_is_refused(write):
    with pytest.raises(InputError, match=r"^this model has no state to keep: give a model of build_sequence_model$"):
        write(build_transformer(SIZE, 8, 8), PROMPT, 2)


# --- Through `generate`, with words ---

WORDS = Vocabulary(["to", "be", "or", "not", "\n", "that", "is"], has_unknown=True)


def test_generate_keeps_the_state_of_a_model_that_reads_any_length():
    model, prompt, way = new_model(), WORDS.encode(["to", "be"]), {"temperature": 0.9, "top_k": 5, "top_p": 0.9}
    ids = continue_ids(model, prompt, 20, seed=7, banned=[0, 8], **way)[0]
    assert generate(model, WORDS, "To be", 20, seed=7, **way) == WORDS.join(["to", "be", *WORDS.decode(ids)])
    assert ids.tolist() == drawn_again(model, prompt, ids, seed=7, banned=[0, 8], **way)


def test_generate_writes_on_after_words_that_it_does_not_know_but_never_writes_the_unknown_word():
    text = generate(new_model(), WORDS, "zounds, quoth", 200)
    assert text.startswith("zounds quoth") and UNKNOWN not in text
    assert set(text.split()) <= {"zounds", "quoth", *WORDS.words}


def test_a_line_of_the_prompt_ends_where_its_line_ends():
    assert generate(new_model(), WORDS, "to be\nor not", 1).startswith("to be\nor not")


def test_at_character_level_the_text_is_joined_without_spaces():
    letters = Vocabulary([*"ab ,", "\n", "é", "你"], has_unknown=True, level="character")
    text = generate(new_model(), letters, "Ab, é你", 30)
    assert text.startswith("ab, é你") and len(text) == 6 + 30
    assert set(text) <= {*"ab ,\né你"}


def test_generate_refuses_a_share_that_is_none_for_each_kind_of_model(seed):
    for model, vocabulary, prompt in ((new_model(), WORDS, "to"), (build_model(12, 4), seed.vocabulary, "hello")):
        with pytest.raises(InputError, match=rf"^top_p is 2: {SHARE}$"):
            generate(model, vocabulary, prompt, 2, top_p=2)


def test_generate_keeps_the_nucleus_for_each_kind_of_model(trained, seed):
    ask = [generate(trained.model, seed.vocabulary, "hello how", 4, top_p=1e-6, seed=number) for number in range(3)]
    assert ask == [generate(trained.model, seed.vocabulary, "hello how", 4, top_k=1)] * 3
