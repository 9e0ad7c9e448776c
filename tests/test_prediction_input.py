import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.models import build_model
from rnn_helpers.prediction import generate, next_word_probabilities, predict_next_word
from rnn_helpers.vocabulary import Vocabulary

ASKING = {
    "predict": lambda ask, prompt: ask(predict_next_word, prompt),
    "one": lambda ask, prompt: ask(next_word_probabilities, prompt),
    "many": lambda ask, prompt: ask(next_word_probabilities, ["hello", prompt]),
    "generate": lambda ask, prompt: ask(generate, prompt, num_words=2),
}


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_a_prompt_longer_than_the_window_warns_at_the_callers_line_of_what_is_cut(asking, trained, seed):
    def here(function, *args, **options):
        return function(trained.model, seed.vocabulary, *args, **options)

    with pytest.warns(UserWarning) as warned:
        asking(here, "day day hello how is your")
    assert [str(warning.message) for warning in warned] == [
        "the prompt has 6 words and the model reads the last 4: 'day day' is cut"
    ]
    assert (warned[0].filename, warned[0].lineno) == (__file__, here.__code__.co_firstlineno + 1)


def test_of_a_prompt_longer_than_the_window_the_last_words_count(ask):
    with pytest.warns(UserWarning, match="is cut"):
        probabilities = ask(next_word_probabilities, "day trip hello how is your")
    np.testing.assert_array_equal(probabilities, ask(next_word_probabilities, "hello how is your"))


def test_of_a_book_as_prompt_the_warning_shows_the_beginning(ask):
    with pytest.warns(UserWarning, match=r"has 50000 words .* 'hello [hello ]{80,90} \.\.\.' is cut$"):
        ask(predict_next_word, "hello " * 50_000)


NO_PROMPT = {
    "empty": ("", r"^the prompt '' has no words: write at least one$"),
    "punctuation": (" ?!\n", r"^the prompt ' \?!\\n' has no words: write at least one$"),
    "none": (None, r"^the prompt None is not text: write it between quotes, such as 'hello how'$"),
    "number": (5, r"^the prompt 5 is not text"),
    "list with a number": (["hello", 5], r"^the prompt .*5\]? is not text"),
    "bytes": (b"hello", r"^the prompt .* is not text"),
    "unknown": ("helo there", r"^'helo' is not among the 11 words .*: did you mean 'hello'\?; 'there' is not among"),
}


@pytest.mark.parametrize(("prompt", "message"), NO_PROMPT.values(), ids=NO_PROMPT)
@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_what_is_no_prompt_of_known_words_is_refused(ask, asking, prompt, message):
    with pytest.raises(InputError, match=message):
        asking(ask, prompt)


def test_lists_of_prompts_are_refused_where_one_is_wanted_and_when_empty(ask):
    for function in (predict_next_word, lambda *args: generate(*args, num_words=1)):
        with pytest.raises(InputError, match=r"^the prompt \['hello', 'how'\] is not text"):
            ask(function, ["hello", "how"])
    with pytest.raises(InputError, match=r"^there is no prompt: give at least one$"):
        ask(next_word_probabilities, [])


BAD_OPTIONS = {
    "temperature": ([0, -1, np.nan, np.inf, "1", None, True], "a number above 0"),
    "top_k": ([0, -1, 1.5, True, "3"], "a whole number, 1 or more"),
    "num_words": ([0, -1, 2.0, True, "3", None], "a whole number, 1 or more"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD_OPTIONS for value in BAD_OPTIONS[name][0]])
def test_options_of_generate_that_make_no_sense_are_refused_by_name(ask, name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be {BAD_OPTIONS[name][1]}$"):
        ask(generate, "hello", **({"num_words": 2} | {name: value}))


def test_weights_that_are_nan_are_reported_not_predicted_with(seed):
    model = build_model(12, num_steps=4)
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    with pytest.raises(InputError, match=r"^the model's weights are not numbers \(NaN\): load it again, or train it"):
        predict_next_word(model, seed.vocabulary, "hello")


def test_a_vocabulary_of_another_size_and_swapped_arguments_are_refused(trained, seed):
    with pytest.raises(InputError, match=r"^the model predicts 12 ids and the vocabulary has 2: use the model and"):
        predict_next_word(trained.model, Vocabulary(["hello"]), "hello")
    for function in (next_word_probabilities, predict_next_word, lambda *args: generate(*args, num_words=1)):
        with pytest.raises(InputError, match=r"not a Vocabulary and a Sequential: give the model, then the vocabul"):
            function(seed.vocabulary, trained.model, "hello")
