import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

import rnn_helpers
from rnn_helpers.errors import InputError
from rnn_helpers.models import build_model
from rnn_helpers.prediction import load_model, next_word_probabilities, save_model
from rnn_helpers.training import train
from rnn_helpers.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def saved(tmp_path_factory, trained, seed):
    """The trained model's file. Tests copy it."""
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    save_model(path, trained.model, seed.vocabulary)
    return path


def assert_same_model(model, expected):
    assert [layer.get_config() for layer in model.layers] == [layer.get_config() for layer in expected.layers]
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_saved_model_comes_back_with_its_vocabulary_and_predicts_the_same(saved, trained, seed, ask):
    model, vocabulary = load_model(str(saved))
    assert vocabulary.words == seed.vocabulary.words
    assert_same_model(model, trained.model)
    np.testing.assert_array_equal(
        next_word_probabilities(model, vocabulary, "hello how"), ask(next_word_probabilities, "hello how")
    )


def test_a_model_not_yet_trained_is_saved_and_opened_without_a_warning(tmp_path, seed):
    path, untrained = tmp_path / "model.keras", build_model(12, num_steps=4)
    save_model(path, untrained, seed.vocabulary)
    assert_same_model(load_model(path)[0], untrained)


def test_training_goes_on_after_opening_as_if_it_had_never_stopped(tmp_path, seed):
    path, saved, never_saved = tmp_path / "model.keras", build_model(12, num_steps=4), build_model(12, num_steps=4)
    train(saved, seed.inputs, seed.targets, epochs=5)
    save_model(path, saved, seed.vocabulary)
    later = train(load_model(path)[0], seed.inputs, seed.targets, epochs=5)["loss"]
    assert later == pytest.approx(train(never_saved, seed.inputs, seed.targets, epochs=10)["loss"][5:], abs=1e-6)


def test_keras_alone_opens_the_file_too(saved, trained):
    assert_same_model(keras.models.load_model(saved), trained.model)


def test_the_file_holds_nothing_that_an_older_keras_does_not_know(saved):
    for path in (saved, Path(rnn_helpers.__file__).with_name("plays.keras")):
        with zipfile.ZipFile(path) as archive:
            config = archive.read("config.json").decode()
        assert "GlorotUniform" in config and "input_axes" not in config


def test_a_vocabulary_with_unknown_word_in_any_script_is_kept(tmp_path, trained):
    vocabulary = Vocabulary(["é", "你好", "🙂", "a\0b", "\u0301", *"67890"], has_unknown=True)
    save_model(tmp_path / "model.keras", trained.model, vocabulary)
    _, again = load_model(tmp_path / "model.keras")
    assert (again.words, again.has_unknown) == (vocabulary.words, True)


def test_a_second_save_replaces_the_first_and_leaves_nothing_else_behind(tmp_path, trained, seed):
    path = tmp_path / "model.keras"
    path.write_bytes(b"old")
    save_model(path, trained.model, seed.vocabulary)
    assert_same_model(load_model(path)[0], trained.model)
    assert list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import pathlib, resource, sys
from rnn_helpers.errors import InputError
from rnn_helpers.prediction import load_model, save_model

path = pathlib.Path(sys.argv[1])
model, vocabulary = load_model(path)
save_model(path, model, vocabulary)
old = path.read_bytes()
for limit in (0, 100, len(old) // 3, len(old) - 2_000, len(old) - 700, len(old) - 1):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))  # no file grows beyond it
    for target in (path, path.with_name("new.keras")):
        try:
            save_model(target, model, vocabulary)
            print("saved")
        except InputError as error:
            print(error)
print(path.read_bytes() == old)
"""


def test_when_the_disk_is_full_the_old_file_stays_and_nothing_is_left_behind(tmp_path, saved):
    pytest.importorskip("resource", reason="Windows has no limit on the size of a file")
    path = tmp_path / "model.keras"
    shutil.copy(saved, path)
    finished = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    problem = "could not be saved ([Errno 27] File too large)"
    assert finished.stdout.splitlines() == [
        f"{str(path)!r} {problem}: the old file is unchanged; mend that and save again",
        f"{str(path.with_name('new.keras'))!r} {problem}: nothing was written; mend that and save again",
    ] * 6 + ["True"]
    assert finished.stderr == ""
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["model", "model.h5", ""])
def test_names_that_do_not_end_in_keras_are_refused(tmp_path, trained, seed, name):
    with pytest.raises(InputError, match=r" does not end in .keras: name it '.*\.keras'$"):
        save_model(tmp_path / name if name else "", trained.model, seed.vocabulary)
    (tmp_path / "model.h5").write_bytes(b"")
    with pytest.raises(InputError, match=r"model.h5' does not end in .keras: name it '.*model.keras'$"):
        load_model(tmp_path / "model.h5")


def test_a_missing_folder_and_a_folder_in_the_files_place_are_refused(tmp_path, trained, seed):
    with pytest.raises(InputError, match=r"^there is no folder '.*missing': make it first, or save in another one$"):
        save_model(tmp_path / "missing" / "model.keras", trained.model, seed.vocabulary)
    folder = tmp_path / "model.keras"
    folder.mkdir()
    with pytest.raises(InputError, match=r"model.keras' could not be saved \("):
        save_model(folder, trained.model, seed.vocabulary)
    for missing in (folder, tmp_path / "missing.keras"):
        with pytest.raises(InputError, match=r"^there is no file '.*': check the name, or save a model there first$"):
            load_model(missing)
    assert list(tmp_path.iterdir()) == [folder]


def test_what_does_not_belong_together_is_not_saved(tmp_path, trained, seed):
    with pytest.raises(InputError, match=r"^the model predicts 12 ids and the vocabulary has 2: use the model and"):
        save_model(tmp_path / "model.keras", trained.model, Vocabulary(["hello"]))
    with pytest.raises(InputError, match=r"not a Sequential and a dict: give the model, then the vocabulary$"):
        save_model(tmp_path / "model.keras", trained.model, seed.vocabulary.ids)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_cut_short_anywhere_is_refused(tmp_path, saved):
    content, path = saved.read_bytes(), tmp_path / "model.keras"
    for length in [0, 1, *range(30, len(content), 4_000), len(content) - 300, len(content) - 22, len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(InputError, match=r"model.keras' is damaged or no model: copy it again, or train and "):
            load_model(path)


def test_a_file_with_a_flipped_bit_is_refused_unless_the_bit_means_nothing(tmp_path, saved, trained, seed):
    content, path = saved.read_bytes(), tmp_path / "model.keras"
    random = np.random.default_rng(0)
    anywhere, directory = random.integers(len(content), size=40), random.integers(len(content) - 400, len(content), 60)
    refused = 0
    for position in [*anywhere, *directory]:
        damaged = bytearray(content)
        damaged[position] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        try:
            model, vocabulary = load_model(path)
        except InputError as error:
            refused += "is damaged or no model" in str(error) or "holds no vocabulary" in str(error)
        else:
            assert_same_model(model, trained.model)
            assert vocabulary.words == seed.vocabulary.words
    assert refused > 50


def test_a_model_saved_by_keras_alone_is_refused_for_want_of_its_vocabulary(tmp_path, trained):
    trained.model.save(tmp_path / "plain.keras")
    with pytest.raises(InputError, match=r"plain.keras' holds no vocabulary: save the model again with save_model$"):
        load_model(tmp_path / "plain.keras")


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (json.dumps({"words": ["hello"], "has_unknown": False}), "the model predicts 12 ids and the vocabulary has 2"),
        ("[]", "plain.keras' is damaged or no model"),
        (b"\xff", "plain.keras' is damaged or no model"),
    ],
    ids=["of another model", "no vocabulary", "not UTF-8"],
)
def test_a_file_whose_vocabulary_does_not_serve_is_refused(tmp_path, trained, vocabulary, message):
    path = tmp_path / "plain.keras"
    trained.model.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("vocabulary.json", vocabulary)
    with pytest.raises(InputError, match=message):
        load_model(path)
