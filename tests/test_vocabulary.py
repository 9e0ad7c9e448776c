from collections import Counter

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.vocabulary import LEVELS, LINE_END, PUNCTUATION, UNKNOWN, Vocabulary, tokenize

TOKENS = st.text(min_size=1).map(tokenize).filter(bool)
TEXTS = st.lists(TOKENS, min_size=1)
FEW_WORDS = st.lists(st.lists(st.sampled_from("abcdé你🙂"), min_size=1), min_size=1)  # so that words repeat


@given(st.text() | st.text(alphabet="aBΣİ'’.…、 \n\t\r\0🙂\u0301"))
def test_tokenize_equals_a_walk_from_character_to_character(text):
    tokens, token = [], ""
    for character in [*text.lower(), " "]:
        if character.isspace() or character in PUNCTUATION:
            tokens += [token] if token else []
            token = ""
        else:
            token += "'" if character == "’" else character
    assert tokenize(text) == tokens


@given(TOKENS)
def test_tokens_written_out_give_the_same_tokens_again(tokens):
    assert tokenize(" ".join(tokens)) == tokens


@given(TEXTS)
def test_decode_gives_back_what_encode_was_given(token_lists):
    vocabulary = Vocabulary.build(token_lists)
    assert [vocabulary.decode(vocabulary.encode(tokens)) for tokens in token_lists] == token_lists


@given(FEW_WORDS)
def test_ids_count_from_1_by_falling_frequency_and_ties_by_first_appearance(token_lists):
    tokens = [token for tokens in token_lists for token in tokens]
    count, vocabulary = Counter(tokens), Vocabulary.build(token_lists)
    assert vocabulary.words[1:] == sorted(count, key=lambda word: (-count[word], tokens.index(word)))
    assert vocabulary.encode(vocabulary.words[1:]) == list(range(1, len(vocabulary)))


def test_ids_are_those_of_keras_text_vectorization_less_the_one_that_it_keeps_for_unknown_words():
    token_lists = [list("aaaabbbccd"), list("aaccccccbe"), ["word", "word", *"eeee"]]  # no two words equally often
    layer = keras.layers.TextVectorization(standardize=None)
    layer.adapt([" ".join(tokens) for tokens in token_lists])
    vocabulary = Vocabulary.build(token_lists)
    assert vocabulary.encode(["word", "d", "c"]) == [id - 1 for id in layer("word d c").numpy().tolist()]
    assert vocabulary.words[1:] == layer.get_vocabulary()[2:]


def test_decode_leaves_the_padding_out(seed):
    assert seed.vocabulary.decode([0, 0, 1, 2]) == ["hello", "how"]


def test_the_seed_has_eleven_words_and_hello_is_the_first(seed):
    assert len(seed.vocabulary) == 1 + 11
    assert seed.id_lists == [[1, 2, 5, 6], [1, 2, 4, 3, 7], [1, 8, 4, 3, 9], [1, 2, 10, 3, 11]]


@given(FEW_WORDS, st.integers(1, 9))
def test_with_max_words_the_rarer_words_share_the_last_id(token_lists, max_words):
    all_words = Vocabulary.build(token_lists).words[1:]
    vocabulary = Vocabulary.build(token_lists, max_words=max_words)
    kept, last = all_words[:max_words], len(vocabulary) - 1
    assert vocabulary.words == ["", *kept, UNKNOWN]
    assert vocabulary.encode([*kept, *all_words[max_words:], "stranger"])[len(kept) :] == [last] * (
        len(all_words) - len(kept) + 1
    )


@given(TEXTS, st.none() | st.integers(1, 5))
def test_a_saved_vocabulary_comes_back_equal(tmp_path_factory, token_lists, max_words):
    vocabulary = Vocabulary.build(token_lists, max_words)
    path = tmp_path_factory.getbasetemp() / "vocabulary.json"
    vocabulary.save(path)
    for again in (Vocabulary.load(path), Vocabulary.from_json(vocabulary.to_json())):
        assert (again.words, again.ids, again.has_unknown) == (vocabulary.words, vocabulary.ids, vocabulary.has_unknown)


@pytest.mark.parametrize("token_lists", [[], [[]], [tokenize(" \n?!")]])
@pytest.mark.parametrize("max_words", [None, 3])
def test_a_text_without_words_is_refused(token_lists, max_words):
    with pytest.raises(InputError, match=r"^the text has no words: give at least one line of two words$"):
        Vocabulary.build(token_lists, max_words)


@pytest.mark.parametrize("lines", [["hello how", "are you"], tokenize("hello how"), [["a"], "hello how"]])
def test_a_text_that_is_not_tokenized_is_refused(lines):
    with pytest.raises(InputError, match=r"^'hello.*' is a text, not a list of tokens: give \[tokenize\(line\)"):
        Vocabulary.build(lines)


@pytest.mark.parametrize("max_words", [0, -1, 2.5, True, "3"])
def test_max_words_below_1_are_refused(max_words):
    with pytest.raises(InputError, match=r"^max_words is .*: it must be a whole number, 1 or more$"):
        Vocabulary.build([["hello"]], max_words)


def test_a_word_given_twice_is_refused():
    with pytest.raises(InputError, match=r"^the word 'how' stands twice in the vocabulary: give each word once$"):
        Vocabulary(["how", "are", "how"])


def test_each_unknown_word_is_named_once_with_the_nearest_word_that_is_known(seed):
    with pytest.raises(InputError) as error:
        seed.vocabulary.encode(tokenize("helo how is zzz helo"))
    assert str(error.value) == (
        "'helo' is not among the 11 words of the vocabulary: did you mean 'hello'?; "
        "'zzz' is not among the 11 words of the vocabulary: use words of the training text"
    )


def test_of_many_unknown_words_five_are_named_and_the_others_counted():
    known = Vocabulary([f"known{number}" for number in range(20_000)])
    with pytest.raises(InputError, match=r"'other4' is not .*; and 1995 more unknown words$") as error:
        known.encode([f"other{number}" for number in range(2_000)])  # walking through all would take an hour
    assert "other5" not in str(error.value)


@pytest.mark.parametrize("has_unknown", [False, True])
def test_a_text_or_ids_in_place_of_tokens_are_refused(has_unknown):
    vocabulary = Vocabulary(["hello"], has_unknown)
    with pytest.raises(InputError, match=r"^'hello' is a text, not a list of tokens: give tokenize of it$"):
        vocabulary.encode("hello")
    with pytest.raises(InputError, match=r"^1 is not among the 1 words of the vocabulary: use words of the "):
        Vocabulary(["hello"]).encode([1])


@pytest.mark.parametrize("ids", [[0, 12], [-1], [10**9]])
def test_ids_outside_the_vocabulary_are_refused(seed, ids):
    with pytest.raises(InputError, match=rf"^there is no word with id {ids[-1]}: ids go from 0 to 11$"):
        seed.vocabulary.decode(ids)


@pytest.mark.parametrize("ids", [["hello"], "12", [1.5], [None], [[1]]])
def test_other_things_than_ids_are_refused(seed, ids):
    with pytest.raises(InputError, match=r" are not ids: give a list of whole numbers, as encode returns$"):
        seed.vocabulary.decode(ids)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "7", '{"words": 5}', '{"words": ["a"]', '{"other": ["a"]}', "hello"]
)
def test_a_text_that_is_no_saved_vocabulary_is_refused(text):
    with pytest.raises(InputError, match=r"^this is no saved vocabulary \(.*\): save it again with to_json$"):
        Vocabulary.from_json(text)


def test_a_file_that_is_missing_or_not_utf8_is_no_saved_vocabulary(tmp_path):
    (tmp_path / "latin.json").write_bytes("é".encode("latin-1"))
    for name in ("latin.json", "missing.json"):
        with pytest.raises(InputError, match=rf"{name}' is no saved vocabulary \(.*\): check the name$"):
            Vocabulary.load(tmp_path / name)


# --- Of a long text, at two levels ---

TEXT_LINES = st.lists(st.text(alphabet="abC é你,.", max_size=9), min_size=1, max_size=8)


@given(TEXT_LINES, st.sampled_from(["word", "character"]), st.integers(1, 9))
def test_of_a_text_the_words_that_stand_twice_are_kept_by_frequency_with_the_lines_end_among_them(
    lines, level, max_words
):
    count = Counter(token for line in lines for token in LEVELS[level][0](line))
    kept = [word for word, times in count.most_common(max_words) if times > 1]
    if not kept:
        with pytest.raises(InputError, match=rf"^no {level} of the text stands twice: give a longer text"):
            Vocabulary.of_text(lines, level, max_words)
        return
    vocabulary = Vocabulary.of_text(iter(lines), level, max_words)
    assert [word for word in vocabulary.words if word != LINE_END] == ["", *kept, UNKNOWN]
    place = vocabulary.words.index(LINE_END)
    assert all(count[word] > len(lines) for word in vocabulary.words[1:place])
    assert all(count[word] <= len(lines) for word in vocabulary.words[place + 1 : -1])
    again = Vocabulary.from_json(vocabulary.to_json())
    assert (again.words, again.ids, again.level) == (vocabulary.words, vocabulary.ids, level)


@given(TEXT_LINES)
def test_the_characters_of_a_text_give_it_back_in_lower_case(lines):
    text = LINE_END.join(lines)
    vocabulary = Vocabulary([*"abcé你,. ", LINE_END], level="character")
    assert vocabulary.join(vocabulary.tokenize(text)) == text.lower()
    assert vocabulary.decode(vocabulary.encode(vocabulary.tokenize(text))) == list(text.lower())


@given(TEXT_LINES)
def test_words_and_line_ends_come_back_from_the_joined_text(lines):
    vocabulary = Vocabulary(["a", LINE_END], has_unknown=True)
    tokens = [token for line in lines for token in [*tokenize(line), LINE_END]]
    assert vocabulary.tokenize(vocabulary.join(tokens)) == tokens


def test_a_vocabulary_saved_before_there_were_levels_is_one_of_words():
    assert Vocabulary.from_json('{"words": ["hello"], "has_unknown": false}').level == "word"


@pytest.mark.parametrize("level", ["letters", "", None, 1, ["word"]])
def test_an_unknown_level_is_refused(level):
    for make in (lambda: Vocabulary(["a"], level=level), lambda: Vocabulary.of_text(["a a"], level)):
        with pytest.raises(InputError, match=r"^level is .*: it must be one of word, character$"):
            make()
