import gc
import warnings
import weakref

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnn_helpers.models import build_model, build_sequence_model
from rnn_helpers.prediction import apply_temperature, generate, next_word_probabilities, predict_next_word
from rnn_helpers.vocabulary import Vocabulary, tokenize

SEED_WORDS = ["hello", "how", "your", "is", "are", "you", "day", "what", "name", "was", "trip"]
PROMPTS = st.lists(st.sampled_from(SEED_WORDS), min_size=1, max_size=4).map(" ".join)
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", params=[5.0, 1000.0], ids=["likely", "certain"])
def unwilling(request):
    """A model that holds padding and the unknown word likeliest, or alone possible, with its vocabulary."""
    vocabulary = Vocabulary.build([list("aaabbc")], max_words=2)
    model = build_model(len(vocabulary), num_steps=3)
    model.layers[-1].bias.assign([request.param, 0, 0, request.param])
    return model, vocabulary


def test_after_hello_how_is_comes_your(ask):
    assert ask(predict_next_word, "Hello, how is") == "your"
    assert ask(predict_next_word, "hello") == "how"


def test_the_probabilities_are_the_models_own_without_the_padding(ask, trained):
    expected = trained.model.predict(np.array([[0, 0, 1, 2]]), verbose=0)[0].astype("float64")
    expected[0] = 0
    probabilities = ask(next_word_probabilities, "hello how")
    np.testing.assert_allclose(probabilities, expected / expected.sum(), atol=1e-6)
    assert probabilities[[5, 4, 10]] == pytest.approx([1 / 3] * 3, abs=0.1)  # are, is, was


@given(st.lists(PROMPTS, min_size=1, max_size=9))
def test_many_prompts_in_one_call_are_answered_as_one_by_one(ask, prompts):
    together = ask(next_word_probabilities, prompts)
    alone = [ask(next_word_probabilities, prompt) for prompt in prompts]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(together.sum(axis=1), 1)


@given(prompt=st.text(alphabet="abcdé? ").filter(tokenize), seed=SEEDS, temperature=st.sampled_from([0.01, 1, 100]))
def test_padding_and_the_unknown_word_are_never_predicted_nor_generated(unwilling, prompt, seed, temperature):
    model, vocabulary = unwilling
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of the words cut from a long prompt
        assert next_word_probabilities(model, vocabulary, prompt)[[0, 3]].tolist() == [0, 0]
        assert predict_next_word(model, vocabulary, prompt) in ("a", "b")
        words = generate(model, vocabulary, prompt, 9, temperature, seed=seed).split()
    assert words[:-9] == tokenize(prompt)
    assert set(words[-9:]) <= {"a", "b"}


@given(
    weights=st.lists(st.just(0.0) | st.floats(1e-30, 1), min_size=1, max_size=9).filter(any),
    temperature=st.floats(min_value=0, exclude_min=True, allow_infinity=False),
)
def test_at_any_temperature_the_order_stays_and_the_sum_is_1(weights, temperature):
    weights = np.array(weights)
    chances = apply_temperature(weights, temperature)
    assert chances.sum() == pytest.approx(1)
    assert (chances[weights == 0] == 0).all()
    assert (np.diff(chances[np.argsort(weights)]) >= -1e-12).all()


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9))
def test_temperature_1_changes_nothing_a_low_one_leaves_the_likeliest_and_a_high_one_makes_all_equal(weights):
    weights = np.array(weights)
    np.testing.assert_allclose(apply_temperature(weights, 1), weights / weights.sum())
    np.testing.assert_allclose(apply_temperature(weights, 1e9), 1 / len(weights), rtol=1e-6)
    is_likeliest = weights == weights.max()
    assume((weights[~is_likeliest] < 0.999 * weights.max()).all())
    np.testing.assert_allclose(apply_temperature(weights, 1e-6), is_likeliest / is_likeliest.sum(), atol=1e-9)


@given(PROMPTS, st.integers(1, 6), SEEDS)
def test_generate_from_the_likeliest_word_alone_is_predict_next_word_again_and_again(ask, prompt, num_words, seed):
    words = prompt.split()
    for _ in range(num_words):
        words.append(ask(predict_next_word, " ".join(words[-4:])))
    assert ask(generate, prompt, num_words, top_k=1, seed=seed) == " ".join(words)


def test_the_same_seed_gives_the_same_text_and_others_give_others(ask):
    texts = [ask(generate, "hello", 8, temperature=2.0, seed=seed) for seed in (0, 0, 1, 2)]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


@pytest.mark.parametrize(("temperature", "top_k"), [(1.0, None), (3.0, None), (3.0, 2), (0.5, 50)])
def test_words_are_drawn_as_often_as_the_model_the_temperature_and_top_k_say(ask, seed, temperature, top_k):
    chances = apply_temperature(ask(next_word_probabilities, "hello"), temperature)
    chances[np.argsort(-chances)[top_k or len(chances) :]] = 0
    drawn = [ask(generate, "hello", 1, temperature, top_k, seed=number).split()[-1] for number in range(400)]
    shares = np.bincount(seed.vocabulary.encode(drawn), minlength=12) / 400
    np.testing.assert_allclose(shares, chances / chances.sum(), atol=0.1)
    assert (shares[chances == 0] == 0).all()


def test_asking_again_traces_the_model_no_second_time_and_the_model_can_be_forgotten(seed):
    model, traces = build_model(12, num_steps=4), []

    def call(*args, call=model.layers[-1].call, **options):
        traces.append(1)
        return call(*args, **options)

    model.layers[-1].call = call
    predict_next_word(model, seed.vocabulary, "hello")
    assert len(traces) == 1
    next_word_probabilities(model, seed.vocabulary, ["hello", "hello how is"])
    generate(model, seed.vocabulary, "hello", num_words=3)
    assert len(traces) == 1
    forgotten = weakref.ref(model)
    del model, call
    gc.collect()
    assert forgotten() is None


@pytest.mark.parametrize("cell", ["SimpleRNN", "GRU", "LSTM"])
def test_a_model_that_predicts_at_every_step_is_asked_for_what_follows_the_whole_prompt(seed, cell):
    model = build_sequence_model(cell, len(seed.vocabulary))
    belief = next_word_probabilities(model, seed.vocabulary, ["hello how", "hello"])
    for row in belief:
        assert row.shape == (12,) and row[0] == 0 and row.sum() == pytest.approx(1)
    expected = model(np.array([seed.vocabulary.encode(["hello", "how"])]))[0, -1].numpy()
    expected[0] = 0
    np.testing.assert_allclose(belief[0], expected / expected.sum(), atol=1e-6)
    assert predict_next_word(model, seed.vocabulary, "hello how") == seed.vocabulary.words[belief[0].argmax()]
