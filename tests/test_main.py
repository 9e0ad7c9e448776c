"""The command line as its user meets it: what it prints, what it says where it cannot go on, and its exit status."""

import os
import random
import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest

from rnn_helpers import __main__ as command_line
from rnn_helpers import evaluation, training
from rnn_helpers.prediction import load_model

WORDS = ["the", "a", "sun", "moon", "is", "was", "warm", "cold", "and"]
LINES = [" ".join(random.Random(line).choices(WORDS, k=8)) for line in range(60)]
SMALL = ["--units", "3", "--epochs", "3"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No progress bar; notes are printed as in a terminal; one stored ratio of counting and a network, if none is."""
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    results = {1000: [{"counted": 10, "perplexity": 8}, {"counted": 10, "perplexity": 12}]}
    monkeypatch.setattr(evaluation, "stored_results", lambda *keys, **wanted: results)
    with warnings.catch_warnings():
        warnings.filterwarnings("default", category=UserWarning)
        yield


@pytest.fixture
def run(capsys):
    """Run a command: its exit status, the lines that it printed, and those on stderr."""

    def run(*arguments):
        capsys.readouterr()
        status = command_line.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err.splitlines()

    return run


@pytest.fixture
def refused(run):
    """Run a command that cannot be done: the one line that says why."""

    def refused(*arguments):
        status, _, errors = run(*arguments)
        assert status == 1 and len(errors) == 1
        assert ": " in errors[0]  # what is wrong, and the mend
        return errors[0]

    return refused


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "my.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(text):
    """The folder of a model that `train` made, in one go."""
    folder = text.with_name("model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TQDM_DISABLE", "1")
        patch.setattr(warnings, "showwarning", warnings.showwarning)
        patch.setattr(evaluation, "stored_results", lambda *keys, **wanted: {9: [{"counted": 1, "perplexity": 1}]})
        assert command_line.main(["train", str(text), "--out", str(folder), *SMALL]) == 0
    return folder


# --- Train, generate, evaluate ---

KILLED = """
import os, runpy, signal, sys
from rnn_helpers import evaluation, training

evaluation.stored_results = lambda *keys, **wanted: {1: [{"counted": 1, "perplexity": 1}]}
save = training._Checkpoint.save
def save_and_die(self, history, best):
    save(self, history, best)
    os.kill(os.getpid(), signal.SIGKILL)
training._Checkpoint.save = save_and_die
runpy.run_module("rnn_helpers", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_by_the_system_and_then_stopped_by_its_user_the_same_command_ends_with_the_same_weights(
    text, model, tmp_path, run, monkeypatch
):
    folder = tmp_path / "new" / "model"
    arguments = ["train", text, "--out", folder, *SMALL]
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL and killed.stderr == ""
    assert killed.stdout.startswith(f"{text}: 60 lines; 54 to learn from, the last 6 to judge by\n")
    assert list(folder.iterdir()) == [folder / "training.npz"]

    save = training._Checkpoint.save

    def save_and_press_ctrl_c(self, history, best):
        save(self, history, best)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training._Checkpoint, "save", save_and_press_ctrl_c)
        status, _, errors = run(*arguments)
    assert status == 130 and errors == ["", "Stopped. The same command goes on from the last whole epoch."]
    status, lines, errors = run(*arguments)
    assert status == 0 and errors == [] and lines[-2].startswith("3 epochs; perplexity reached: ")
    for ours, expected in zip(
        *(load_model(at / "model.keras")[0].get_weights() for at in (folder, model)), strict=True
    ):
        np.testing.assert_array_equal(ours, expected)


def test_what_is_expected_and_what_is_reached_is_told(text, model, run):
    status, lines, errors = run("train", text, "--out", model, *SMALL)  # all is done already
    assert status == 0 and errors == []
    assert lines[1:3] == [
        "to learn from:          486 words, 0.0% of them unknown",
        "to judge by:             54 words, 0.0% of them unknown",
    ]
    counted = float(lines[3].removeprefix("perplexity among 11 words, of counting: "))
    low, high = map(float, lines[4].removeprefix("perplexity to expect of the network: ").split(" to "))
    assert (low, high) == pytest.approx((0.8 * counted, 1.2 * counted), abs=0.15)
    reached = float(lines[5].removeprefix("3 epochs; perplexity reached: "))
    assert 1 < reached < 12
    assert (
        lines[6] == f'saved: {model / "model.keras"}. Now try:  python -m rnn_helpers generate {model} --prompt "..."'
    )


def test_generate_writes_as_many_words_and_texts_as_were_asked_for(model, run):
    way = ["--tokens", "30", "--top-k", "5", "--top-p", "0.9", "--temperature", "0.8"]
    status, lines, errors = run("generate", model, "--prompt", "The sun", *way, "--seed", "3", "--texts", "2")
    assert status == 0 and errors == []
    assert max(map(len, lines)) <= 80
    words = " ".join(lines).split()
    assert words[:2] == ["the", "sun"] and set(words) <= set(WORDS)
    one_by_one = [run("generate", model, "--prompt", "The sun", *way, "--seed", seed)[1] for seed in (3, 4)]
    assert lines == one_by_one[0] + one_by_one[1] and one_by_one[0] != one_by_one[1]


def test_generate_takes_the_models_file_too_and_without_a_model_that_of_the_plays(model, run):
    command = ["--prompt", "the sun", "--tokens", "4"]
    assert run("generate", model / "model.keras", *command) == run("generate", model, *command)
    status, lines, errors = run("generate", *command)
    assert status == 0 and errors == [] and lines[0].startswith("the sun")


def test_a_prompt_with_unknown_words_goes_on_and_says_so(model, run):
    status, lines, errors = run("generate", model, "--prompt", "Zounds quoth zounds", "--tokens", "4")
    assert status == 0 and lines[0].startswith("zounds quoth zounds")
    assert errors == ["note: the model does not know 'zounds', 'quoth': it goes on as after any rare word"]
    assert run("generate", model, "--prompt", "a b c d e f g", "--tokens", "1")[2][0].endswith(
        "'f' ...: it goes on as after any rare word"
    )


def test_evaluate_tells_how_a_model_does_on_another_text(model, run, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("the sun is warm\nthe whale is cold", encoding="utf-8")
    status, lines, errors = run("evaluate", model, other)
    assert status == 0 and errors == []
    assert lines[0] == "read:                    10 words, 10.0% of them unknown"
    assert lines[1].startswith("perplexity among 11: ") and lines[2].startswith("true one among the 1 likeliest: ")
    other.write_text("sun", encoding="utf-8")  # and the line's end, which can be predicted
    assert run("evaluate", model, other)[0] == 0


# --- Any script ---

GREEK = ["Ο ήλιος είναι ζεστός.", "Η σελήνη είναι κρύα!"]
ARABIC = ["الشمس دافئة اليوم،", "القمر بارد اليوم"]
JAPANESE = ["吾輩は猫である名前はまだ無い", "どこで生れたかとんと見当がつかぬ", "何でも薄暗い所で泣いていた"]


def test_greek_and_arabic_with_windows_line_ends_and_mark_go_all_the_way(tmp_path, run):
    path, folder = tmp_path / "my.txt", tmp_path / "model"
    path.write_bytes(("\r\n".join((GREEK + ARABIC) * 12)).encode("utf-8-sig"))
    status, lines, errors = run("train", path, "--out", folder, "--units", "3", "--epochs", "1", "--cell", "SimpleRNN")
    assert status == 0 and errors == [] and lines[0].startswith(f"{path}: 48 lines; 43 to learn from")
    status, lines, errors = run("generate", folder, "--prompt", "Ο ΉΛΙΟΣ القمر", "--tokens", "3")
    assert status == 0 and errors == [] and lines[0].startswith("ο ήλιος القمر")
    assert run("evaluate", folder, path)[0] == 0


def test_a_text_without_spaces_is_sent_to_the_characters_and_there_goes_all_the_way(tmp_path, run, refused):
    path, folder = tmp_path / "my.txt", tmp_path / "model"
    path.write_text("\n".join(line[start:] for start in range(4) for line in JAPANESE), encoding="utf-8")
    told = refused("train", path, "--out", folder)
    assert told.startswith("no word of the text stands twice: ") and "--level character" in told
    arguments = ["--units", "3", "--epochs", "1", "--cell", "SimpleRNN", "--level", "character"]
    status, _, errors = run("train", path, "--out", folder, *arguments)
    assert status == 0 and errors == []
    status, lines, errors = run("generate", folder, "--prompt", "は名前", "--tokens", "9")
    assert status == 0 and errors == [] and lines[0].startswith("は名前")


def test_where_much_is_unknown_a_note_says_what_to_do(tmp_path, run):
    path = tmp_path / "my.txt"
    path.write_text("\n".join([*["a b c d e f"] * 15, "v w x y z"]), encoding="utf-8")
    arguments = ["--units", "3", "--epochs", "1", "--cell", "SimpleRNN", "--validation", "0.06"]
    status, _, errors = run("train", path, "--out", tmp_path / "model", *arguments)
    assert status == 0
    assert errors == [
        "note: 83% of the words to judge by are unknown: a longer text, a higher --max-words, or --level character "
        "would tell the network more"
    ]


# --- What cannot be done ---

WHOLE = "it must be a whole number, 1 or more"
BAD_TRAINING = [
    (["--units", "0"], f"units is 0: {WHOLE}"),
    (["--max-words", "0"], f"max-words is 0: {WHOLE}"),
    (["--epochs", "0"], f"epochs is 0: {WHOLE}"),
    (["--epochs", "-3"], f"epochs is -3: {WHOLE}"),
    (["--minutes", "0"], "minutes is 0.0: it must be a number above 0"),
    (["--minutes", "nan"], "minutes is nan: it must be a number above 0"),
    (["--seed", "-1"], "seed is -1: it must be a whole number, 0 or more"),
    (["--seed", "99999999999"], "seed is 99999999999: it must be a whole number below 2147483648"),
    (["--cell", "RNN"], "cell is 'RNN': it must be one of SimpleRNN, GRU, LSTM"),
    (["--level", "letters"], "level is 'letters': it must be one of word, character"),
    (["--validation", "1"], "validation is 1.0: it must be a share, 0 or more and below 1"),
    (["--validation", "nan"], "validation is nan: it must be a share, 0 or more and below 1"),
    (["--validation", "0"], "60 lines leave 60 for training, 0 for validation and 0 for the test: give a longer text"),
    (["--validation", "0.001"], "60 lines leave 60 for training, 0 for validation and 0 for the test: give a longer"),
    (["--validation", "0.999"], "60 lines leave 0 for training, 60 for validation and 0 for the test: give a longer"),
    (["--validation", "0.9"], "the text has 54 tokens, and training with 1 windows of 32 needs 64: give a longer"),
]


@pytest.mark.parametrize(("options", "told"), BAD_TRAINING)
def test_options_of_train_that_make_no_sense_are_told_in_one_line(text, tmp_path, refused, options, told):
    assert refused("train", text, "--out", tmp_path / "model", *options).startswith(told)
    assert not list(tmp_path.glob("model/*"))


TEXTS = {
    "one line": (b"the sun is warm and the moon is cold", "1 line leaves 1 for training, 0 for validation"),
    "no repeated word": (b"\n".join(b"a%d b%d" % (n, n) for n in range(40)), "no word of the text stands twice: give"),
    "empty": (b"", "is empty: it needs at least one line of two words"),
    "blank": (b" \r\n\n", "is empty: it needs at least one line"),
    "a mark alone": (b"\xef\xbb\xbf", "is empty: it needs at least one line"),
    "a NUL": (b"the sun\0is warm\n" * 30, "holds a NUL at character 7: save it as plain UTF-8 text"),
    "Latin-1": ("café\n".encode("latin-1") * 30, "is not UTF-8 at byte 3: save it again as UTF-8 text"),
    "UTF-16": ("the sun\n".encode("utf-16") * 30, "is not UTF-8 at byte 0: save it again as UTF-8 text"),
    "a few words": (b"the sun is\nthe sun is\n" * 5, "the text has 36 tokens, and training"),
    "punctuation": (b"...\n" * 30, "no word of the text stands twice"),
}


@pytest.mark.parametrize(("content", "told"), TEXTS.values(), ids=TEXTS)
def test_texts_that_cannot_be_learned_from_are_told_in_one_line(tmp_path, refused, content, told):
    path = tmp_path / "my.txt"
    path.write_bytes(content)
    assert told in refused("train", path, "--out", tmp_path / "model")


def test_a_file_that_is_missing_or_a_folder_is_told_with_its_name(model, tmp_path, refused):
    for command in (["train", "--out", tmp_path / "out"], ["evaluate", model]):
        assert refused(*command, tmp_path / "my.txt").startswith(
            f"there is no file {str(tmp_path / 'my.txt')!r}: check"
        )
        assert refused(*command, tmp_path) == f"{str(tmp_path)!r} is a folder: give the path of a text file"
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_folders_place_stays_as_it_is(text, tmp_path, refused):
    path = tmp_path / "model"
    path.write_bytes(b"mine")
    told = f"the folder {str(path)!r} cannot be made (File exists): name another one"
    assert refused("train", text, "--out", path) == told
    assert path.read_bytes() == b"mine"


def test_another_text_does_not_overwrite_a_model(model, tmp_path, refused):
    path, content = tmp_path / "my.txt", (model / "model.keras").read_bytes()
    path.write_text("\n".join(reversed(LINES)), encoding="utf-8")
    told = refused("train", path, "--out", model, *SMALL)
    assert told.startswith(f"{str(model / 'training.npz')!r} is of another model, text or seed: ")
    assert (model / "model.keras").read_bytes() == content


BAD_WRITING = [
    (["--tokens", "0"], f"tokens is 0: {WHOLE}"),
    (["--texts", "0"], f"texts is 0: {WHOLE}"),
    (["--temperature", "0"], "temperature is 0.0: it must be a number above 0"),
    (["--top-p", "2"], "top_p is 2.0: it must be a share above 0, up to 1"),
    (["--top-k", "0"], f"top_k is 0: {WHOLE}"),
    (["--seed", "-1"], "seed is -1: it must be a whole number, 0 or more"),
    (["--prompt", ""], "the prompt '' has no words: write at least one"),
    (["--prompt", "?!"], "the prompt '?!' has no words: write at least one"),
]


@pytest.mark.parametrize(("options", "told"), BAD_WRITING)
def test_options_of_generate_that_make_no_sense_are_told_in_one_line(model, refused, options, told):
    assert refused("generate", model, "--prompt", "the sun", *options) == told


def test_a_model_that_is_missing_or_damaged_is_told_with_its_file(text, model, tmp_path, refused):
    file = tmp_path / "model.keras"
    for command in (["generate", "--prompt", "the", tmp_path], ["evaluate", tmp_path, text]):
        assert refused(*command).startswith(f"there is no file {str(file)!r}: check the name")
        content = (model / "model.keras").read_bytes()
        file.write_bytes(content[: len(content) // 2])
        assert refused(*command).startswith(f"{str(file)!r} is damaged or no model: copy it again, or train")
        file.unlink()


def test_a_text_without_words_cannot_be_judged_on(model, tmp_path, refused):
    path = tmp_path / "my.txt"
    path.write_text("...", encoding="utf-8")
    assert refused("evaluate", model, path).startswith("the text has 1 tokens: give one of at least two")


def test_a_stop_while_writing_is_told_without_a_word_on_epochs(model, run, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "_load", stop)
    assert run("generate", model, "--prompt", "the") == (130, [], ["", "Stopped."])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the following arguments are required: train, generate or evaluate"),
        (["learn"], "invalid choice: 'learn'"),
        (["train", "my.txt"], "the following arguments are required: --out"),
        (["generate", "model"], "the following arguments are required: --prompt"),
        (["train", "my.txt", "--out", "model", "--units", "many"], "argument --units: invalid int value: 'many'"),
    ],
)
def test_a_command_that_is_none_is_told_with_its_usage(arguments, told, capsys):
    with pytest.raises(SystemExit) as stopped:
        command_line.main(arguments)
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("usage: python -m rnn_helpers") and told in lines[-1]


def test_as_a_program_it_starts_at_once_and_gives_its_status(tmp_path):
    command = [sys.executable, "-X", "importtime", "-m", "rnn_helpers", "train"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": ""})
    assert done.returncode == 2
    assert "tensorflow" not in done.stderr  # it would take seconds
