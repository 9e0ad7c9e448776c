"""From a long text to a trained network: windows, the split and its detector of leaks, training with checkpoints."""

import json
import tracemalloc

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers import training
from rnn_helpers.errors import InputError
from rnn_helpers.evaluation import score
from rnn_helpers.models import build_sequence_model
from rnn_helpers.recurrence import read
from rnn_helpers.sequences import (
    inputs_and_targets,
    ngram_overlap,
    prepare_text,
    split_lines,
    text_ids,
    text_windows,
)
from rnn_helpers.training import train_text
from rnn_helpers.vocabulary import LINE_END, UNKNOWN, Vocabulary

# --- Windows ---


@given(st.integers(2, 200), st.integers(1, 5), st.integers(1, 9))
def test_windows_go_on_where_the_batch_before_ended_and_targets_are_the_inputs_moved_by_one(
    num_ids, batch_size, num_steps
):
    ids = np.arange(num_ids)
    num_batches = (num_ids - 1) // (batch_size * num_steps)
    if not num_batches:
        with pytest.raises(InputError, match=rf"^the text has {num_ids} tokens, and one batch of {batch_size} windows"):
            text_windows(ids, batch_size, num_steps)
        return
    inputs, targets = text_windows(ids, batch_size, num_steps)
    assert inputs.shape == targets.shape == (num_batches, batch_size, num_steps)
    np.testing.assert_array_equal(targets, inputs + 1)
    for place in range(batch_size):  # one piece of the text, read from the first batch to the last
        piece = inputs[:, place].ravel()
        np.testing.assert_array_equal(piece, np.arange(len(piece)) + place * len(piece))


def test_windows_are_views_not_copies():
    ids = np.zeros(3_000_000, "int32")
    tracemalloc.start()
    try:
        inputs, targets = text_windows(ids, batch_size=16, num_steps=32)
        assert tracemalloc.get_traced_memory()[1] < 2**16
    finally:
        tracemalloc.stop()
    assert np.shares_memory(inputs, ids) and np.shares_memory(targets, ids)


@pytest.mark.parametrize("name", ["batch_size", "num_steps"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True, None])
def test_bad_sizes_of_windows_are_refused_by_name(name, value):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be a whole number, 1 or more$"):
        text_windows(np.arange(9), **({"batch_size": 1, "num_steps": 1} | {name: value}))


# --- A text as ids ---

LINES = st.lists(st.text(alphabet="abA ,\u4f60\u00e9", max_size=12), min_size=1)


@given(LINES, st.sampled_from(["word", "character"]))
def test_the_ids_are_those_of_the_lines_each_with_its_end(lines, level):
    vocabulary = Vocabulary(["a", "b", "ab", LINE_END], has_unknown=True)
    if level == "character":
        vocabulary = Vocabulary([*"ab ,", LINE_END], has_unknown=True, level=level)
    expected = [id for line in lines for id in vocabulary.encode([*vocabulary.tokenize(line), LINE_END])]
    ids = text_ids(iter(lines), vocabulary)
    assert ids.dtype == np.int32 and ids.tolist() == expected


def test_the_vocabulary_is_of_the_training_part_alone_and_what_others_add_is_unknown():
    text = prepare_text(["to be, or", "or not to be"], ["to sleep"], ["to dream to"])
    assert text.vocabulary.words == ["", LINE_END, "to", "be", "or", UNKNOWN]  # "not" stands once
    assert text.training.tolist() == [2, 3, 4, 1, 4, 5, 2, 3, 1]
    assert text.validation.tolist() == [2, 5, 1] and text.test.tolist() == [2, 5, 2, 1]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["το φως, το φως", "Το ΦΩΣ;"], {"το", "φως"}),
        (["السلام عليكم", "عليكم السلام"], {"السلام", "عليكم"}),
        (["これ。これ。"], {"これ"}),
    ],
    ids=["Greek", "Arabic", "Japanese with stops"],
)
def test_words_of_any_script_become_ids(lines, words):
    assert words <= set(prepare_text(lines, lines).vocabulary.words)


def test_of_a_script_without_spaces_the_characters_can_be_taken():
    lines = ["吾輩は猫である", "名前はまだ無い"]
    with pytest.raises(InputError, match=r"^no word of the text stands twice: .*, choose --level character"):
        prepare_text(lines, lines)
    assert prepare_text(lines, lines, level="character").vocabulary.words == ["", LINE_END, "は", UNKNOWN]


@pytest.mark.parametrize("level", ["word", "character"])
def test_a_text_without_repetition_is_refused_with_the_way_out_of_its_level(level):
    with pytest.raises(InputError, match=rf"^no {level} of the text stands twice") as error:
        prepare_text(["abc def"] if level == "word" else ["abcd"], ["a"], level=level)
    assert ("'character'" in str(error.value)) == (level == "word")


@pytest.mark.parametrize("level", ["sentence", "", None, 3, ["word"]])
def test_an_unknown_level_is_refused_before_the_text_is_read(level):
    with pytest.raises(InputError, match=r"^level is .*: it must be one of word, character$"):
        prepare_text(["all different words"], ["a"], level=level)


@pytest.mark.parametrize("value", [0, -1, 2.5, None, True])
def test_a_limit_to_the_words_of_less_than_1_is_refused(value):
    with pytest.raises(InputError, match=r"^max_words is .*: it must be a whole number, 1 or more$"):
        prepare_text(["a a"], ["a"], max_words=value)


def test_a_text_takes_little_more_memory_than_its_ids_while_it_is_prepared():
    text = ["one two three four five six seven eight nine ten"] * 20_000
    vocabulary = Vocabulary.of_text(text)
    tracemalloc.start()
    try:
        ids = text_ids(text, vocabulary)
        assert tracemalloc.get_traced_memory()[1] < 3 * ids.nbytes
    finally:
        tracemalloc.stop()


# --- The split, and the detector of leaks ---


@given(st.lists(st.text(max_size=3), min_size=1, max_size=60), st.floats(0, 0.99), st.just(0) | st.floats(0, 0.99))
def test_a_split_cuts_the_text_in_three_pieces_or_says_what_is_left_for_each(lines, validation, test):
    try:
        parts = split_lines(lines, validation, test)
    except InputError as error:
        assert str(error).startswith(f"{len(lines)} line")
        numbers = len(lines) - round(validation * len(lines)) - round(test * len(lines)), round(validation * len(lines))
        assert min(numbers) < 1 or (test and round(test * len(lines)) < 1)
        return
    assert [line for part in parts for line in part] == lines
    assert [len(part) for part in parts[1:]] == [round(validation * len(lines)), round(test * len(lines))]
    assert parts[0] and parts[1] and (parts[2] or not test)


@pytest.mark.parametrize("name", ["validation", "test"])
@pytest.mark.parametrize("share", [-0.1, 1, 1.5, np.nan, np.inf, "0.1", None, True])
def test_what_is_no_share_is_refused_by_name(name, share):
    with pytest.raises(InputError, match=rf"^{name} is .*: it must be a share, 0 or more and below 1$"):
        split_lines(["a"] * 20, **{name: share})


@pytest.mark.parametrize(
    ("num_lines", "shares", "left"),
    [
        (1, (0.1, 0), "1 line leaves 1 for training, 0 for validation and 0 for the test"),
        (4, (0.1, 0.1), "4 lines leave 4 for training, 0 for validation and 0 for the test"),
        (10, (0.9, 0.1), "10 lines leave 0 for training, 9 for validation and 1 for the test"),
        (10, (0, 0.1), "10 lines leave 9 for training, 0 for validation and 1 for the test"),
        (2, (0.9, 0.9), "2 lines leave 0 for training, 2 for validation and 2 for the test"),
    ],
)
def test_shares_that_leave_a_part_empty_are_refused_with_what_each_would_get(num_lines, shares, left):
    with pytest.raises(InputError) as error:
        split_lines(["line"] * num_lines, *shares)
    assert str(error.value).startswith(f"{left}: ")
    assert ("line breaks" in str(error.value)) == (num_lines == 1)


@given(st.integers(0, 1000))
def test_the_detector_tells_an_honest_split_from_a_leaky_one(seed):
    random = np.random.default_rng(seed)
    lines = [" ".join(random.choice(list("abcdefghijkl"), 10)) for _ in range(150)]
    training, judged, _ = split_lines(lines)
    vocabulary = Vocabulary.of_text(training)
    training, judged = ([vocabulary.encode(vocabulary.tokenize(line)) for line in part] for part in (training, judged))
    honest = ngram_overlap(judged, training, order=4)
    # The leak of lesson 7: the rows are made first, and then dealt out at random.
    inputs, targets = inputs_and_targets(training + judged, num_steps=5)
    rows = random.permutation(np.column_stack([inputs, targets]))
    leaky = ngram_overlap(rows[: len(rows) // 10], rows[len(rows) // 10 :], order=4)
    assert honest < 0.2 and leaky > 0.8
    assert ngram_overlap(training[:5], training, order=4) == 1


ID_ROWS = st.lists(st.lists(st.integers(0, 3), max_size=8), min_size=1, max_size=6)


@given(ID_ROWS, ID_ROWS, st.integers(1, 4))
def test_the_overlap_is_that_of_a_loop_over_the_runs(id_lists, known, order):
    def runs(rows):
        starts = [(row, start) for row in rows for start in range(len(row) - order + 1)]
        found = [tuple(row[start : start + order]) for row, start in starts]
        return [run for run in found if 0 not in run]

    if not runs(id_lists):
        with pytest.raises(InputError, match=rf"^no line has {order} words: give a smaller order$"):
            ngram_overlap(id_lists, known, order)
    else:
        expected = np.mean([run in set(runs(known)) for run in runs(id_lists)])
        assert ngram_overlap(id_lists, known, order) == pytest.approx(expected)


@pytest.mark.parametrize("order", [0, -1, 1.5, None])
def test_a_run_of_less_than_one_word_is_refused(order):
    with pytest.raises(InputError, match=r"^order is .*: it must be a whole number, 1 or more$"):
        ngram_overlap([[1, 2]], [[1]], order)


# --- Training ---

SIZE, NUM_STEPS = 8, 4
RANDOM = np.random.default_rng(0)
WEATHER = np.tile([1, 2, 3, 4, 5, 6, 7], 30).astype("int32")[:201]  # the next is always the same
NOISE = RANDOM.integers(1, SIZE, 201).astype("int32")
VALIDATION = RANDOM.integers(1, SIZE, 60).astype("int32")


def new_model(cell="GRU", seed=0, learning_rate=0.01, dropout=0.0):
    return build_sequence_model(cell, SIZE, 4, 6, seed, learning_rate, dropout=dropout, tie_weights=True)


def trained(ids=NOISE, validation_ids=VALIDATION, cell="GRU", model=None, **options):
    model = model or new_model(cell)
    options = {"batch_size": 2, "num_steps": NUM_STEPS, "epochs": 3} | options
    return model, train_text(model, ids, validation_ids, **options)


DROPPING = {"cell": "GRU", "dropout": 0.3}


@pytest.fixture(scope="module")
def uninterrupted():
    """A training of five epochs, dropout at work, that nothing stopped; and its history."""
    return trained(model=new_model(**DROPPING), epochs=5)


@pytest.fixture(scope="module")
def first_checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "here.npz"
    trained(checkpoint=path, epochs=1)
    return path.read_bytes()


def assert_same_weights(model, expected):
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("cell", ["SimpleRNN", "GRU", "LSTM"])
def test_an_epochs_loss_is_that_of_reading_with_the_states_carried(cell):
    model = new_model(cell)
    model.set_weights([5 * weights for weights in model.get_weights()])  # so that the state matters
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.0), metrics=["accuracy"])
    _, history = trained(model=model, validation_ids=None, epochs=2, seed=3)
    expected, without = [], []
    for epoch in range(2):
        first = np.random.default_rng([3, epoch]).integers(NUM_STEPS)
        length = (len(NOISE) - NUM_STEPS) // (2 * NUM_STEPS) * NUM_STEPS  # of each of the two pieces
        starts = [first, first + length]
        inputs, targets = (np.stack([NOISE[start + by : start + by + length] for start in starts]) for by in (0, 1))
        for losses, probabilities in (
            (expected, read(model, inputs)[0]),
            (without, read(model, inputs.reshape(-1, NUM_STEPS))[0]),
        ):
            picked = np.take_along_axis(np.reshape(probabilities, (-1, SIZE)), targets.reshape(-1, 1), axis=1)
            losses.append(-np.log(picked).mean())
    assert history["loss"] == pytest.approx(expected, abs=1e-5)
    assert np.abs(np.subtract(history["loss"], without)).min() > 1e-4  # windows that begin from zero would show


def test_a_text_in_which_each_word_tells_the_next_is_learned():
    model, history = trained(WEATHER, WEATHER[:50], epochs=15, model=new_model(learning_rate=0.03))
    assert history["loss"][0] > 1.5 and history["loss"][-1] < 0.5
    assert history["accuracy"][-1] > 0.95
    assert history["validation_loss"][-1] == pytest.approx(score(model, WEATHER[:50])["loss"].mean(), abs=0.1)


@pytest.fixture
def quick(monkeypatch):
    """Updates that only add to a weight, and need not be compiled: for tests of when a training ends."""

    def compile_update(model, *how):
        def update(inputs, targets, states):
            model.trainable_variables[0].assign_add(np.full(model.trainable_variables[0].shape, 0.01))
            return 1.0, 0.5, states

        return update

    monkeypatch.setattr(training, "compile_update", compile_update)


def test_without_a_text_to_judge_by_the_last_weights_stay(quick):
    model, history = trained(validation_ids=None)
    assert history == {"loss": [1.0] * 3, "accuracy": [0.5] * 3}
    added = model.get_weights()[0] - new_model().get_weights()[0]
    np.testing.assert_allclose(added, 0.01 * 3 * 24, atol=1e-5)


@pytest.fixture
def judged(monkeypatch, quick):
    """Validation losses as told; and the weights at each judging."""

    def tell(*losses):
        losses, seen = iter(losses), []

        def told(model, ids):
            seen.append(model.get_weights())
            return {"loss": np.array([next(losses)])}

        monkeypatch.setattr(training, "score", told)
        return seen

    return tell


def test_the_model_ends_with_the_weights_of_the_epoch_that_was_judged_best(judged):
    seen = judged(3.0, 1.0, 2.0, 1.0)
    model, history = trained(epochs=4)
    assert history["validation_loss"] == [3.0, 1.0, 2.0, 1.0]
    for ours, best in zip(model.get_weights(), seen[1], strict=True):
        np.testing.assert_array_equal(ours, best)


def test_patience_ends_the_training_after_so_many_epochs_without_a_better_one(judged, tmp_path):
    losses = [3.0, 1.0, 2.0, 1.5, 1.1, 0.5]
    judged(*losses)
    _, history = trained(epochs=6, patience=3)
    assert history["validation_loss"] == losses[:5]
    judged(*losses)
    path = tmp_path / "here.npz"
    _, history = trained(epochs=6, patience=2, checkpoint=path)
    assert history["validation_loss"] == losses[:4]
    judged()  # not asked again: the file knows that the patience is at its end
    assert trained(epochs=6, patience=2, checkpoint=path)[1] == history
    judged(0.9, 0.8, 0.7)
    assert trained(epochs=6, patience=3, checkpoint=path)[1]["validation_loss"] == [*losses[:4], 0.9, 0.8]


def test_a_time_limit_ends_the_training_after_an_epoch(tmp_path, quick):
    path = tmp_path / "here.npz"
    for num_epochs in (1, 2):
        _, history = trained(max_seconds=1e-9, checkpoint=path)
        assert len(history["loss"]) == num_epochs


@pytest.mark.parametrize("num_tokens", [65, 200, 3000])
def test_where_no_batch_size_is_given_a_short_text_is_read_in_fewer_pieces(num_tokens, monkeypatch, quick):
    sizes = []
    real = text_windows
    monkeypatch.setattr(training, "text_windows", lambda ids, *rest: sizes.append(rest[0]) or real(ids, *rest))
    ids = np.resize(NOISE, num_tokens)
    train_text(new_model("SimpleRNN"), ids, epochs=1, num_steps=2 if num_tokens == 3000 else 32)
    assert set(sizes) == {16 if num_tokens == 3000 else 1}


# --- Stopped, and gone on with; tests/test_main.py kills the whole program ---


def assert_goes_on_as_if_nothing_had_been(path, uninterrupted):
    model, history = trained(model=new_model(**DROPPING), epochs=5, checkpoint=path)
    expected_model, expected = uninterrupted
    assert history == expected
    assert_same_weights(model, expected_model)


def test_stopped_between_two_updates_it_goes_on_from_the_last_whole_epoch(tmp_path, monkeypatch, uninterrupted):
    path, compile_update = tmp_path / "here.npz", training.compile_update

    def stop_in_the_third_epoch(model, *how):
        update, calls = compile_update(model, *how), iter(range(60))

        def stopping(*arguments):
            if next(calls) == 55:  # of 24 in an epoch
                raise KeyboardInterrupt
            return update(*arguments)

        return stopping

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training, "compile_update", stop_in_the_third_epoch)
        trained(model=new_model(**DROPPING), checkpoint=path, epochs=5)
    assert_goes_on_as_if_nothing_had_been(path, uninterrupted)


def test_more_epochs_may_be_asked_for_later_and_fewer_change_nothing(tmp_path, uninterrupted):
    path = tmp_path / "here.npz"
    trained(model=new_model(**DROPPING), checkpoint=path, epochs=2)
    assert_goes_on_as_if_nothing_had_been(path, uninterrupted)
    content = path.read_bytes()
    assert trained(model=new_model(**DROPPING), checkpoint=path, epochs=1)[1] == uninterrupted[1]
    assert path.read_bytes() == content


def test_the_learning_rate_may_be_lowered_before_it_goes_on(checkpoint):
    model, _ = trained(model=new_model(learning_rate=1e-9), checkpoint=checkpoint, epochs=2)
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-9)
    for ours, before in zip(model.get_weights(), trained(epochs=1)[0].get_weights(), strict=True):
        np.testing.assert_allclose(ours, before, atol=1e-6)


@pytest.fixture
def checkpoint(tmp_path, first_checkpoint):
    """A file of a training after its first epoch."""
    path = tmp_path / "here.npz"
    path.write_bytes(first_checkpoint)
    return path


OTHERS = {
    "another text": {"ids": NOISE[::-1]},
    "another text to judge by": {"validation_ids": VALIDATION[1:]},
    "none to judge by": {"validation_ids": None},
    "another seed": {"seed": 1},
    "another batch size": {"batch_size": 3},
    "other windows": {"num_steps": 5},
    "another cell": {"cell": "LSTM"},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_checkpoint_of_another_training_is_refused_and_left_as_it_is(checkpoint, other):
    content = checkpoint.read_bytes()
    with pytest.raises(InputError, match=r"here.npz' is of another model, text or seed: delete it, or name another"):
        trained(checkpoint=checkpoint, **other)
    assert checkpoint.read_bytes() == content


def damaged_files(content):
    yield from (content[:length] for length in (0, 1, 100, len(content) // 2, len(content) - 1))
    yield b"no checkpoint at all"
    for place in (len(content) // 3, len(content) // 2):
        yield content[:place] + bytes([content[place] ^ 8]) + content[place + 1 :]


def test_a_damaged_checkpoint_is_refused_and_the_model_stays_as_it_was(checkpoint):
    model = new_model()
    for content in damaged_files(checkpoint.read_bytes()):
        checkpoint.write_bytes(content)
        with pytest.raises(InputError, match=r"here.npz' is damaged or no checkpoint: delete it, to start anew$"):
            trained(model=model, checkpoint=checkpoint)
    np.savez(checkpoint, something=1)
    with pytest.raises(InputError, match=r"here.npz' is of another model, text or seed"):
        trained(model=model, checkpoint=checkpoint)
    checkpoint.unlink()
    checkpoint.mkdir()
    with pytest.raises(InputError, match=r"here.npz' is damaged or no checkpoint"):
        trained(model=model, checkpoint=checkpoint)
    assert_same_weights(model, new_model())


def test_a_checkpoint_needs_a_folder_and_the_right_ending(tmp_path):
    with pytest.raises(InputError, match=r"here' does not end in .npz: name it '.*here.npz'$"):
        trained(checkpoint=tmp_path / "here")
    with pytest.raises(InputError, match=r"^there is no folder '.*missing': make it first, or name another one$"):
        trained(checkpoint=str(tmp_path / "missing" / "here.npz"))


def test_when_the_disk_is_full_the_last_checkpoint_stays(checkpoint, monkeypatch):
    content = checkpoint.read_bytes()

    def full(path, **arrays):
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(training.np, "savez", full)
    with pytest.raises(InputError, match=r"here.npz' could not be saved \(.*No space left.*\): mend that and train"):
        trained(checkpoint=checkpoint)
    assert checkpoint.read_bytes() == content
    assert list(checkpoint.parent.iterdir()) == [checkpoint]


# --- A loss that is no number ---


def spoiling(monkeypatch, call):
    """From this update on, the weights are NaN."""
    compile_update = training.compile_update

    def spoiled(model, *how):
        update, calls = compile_update(model, *how), iter(range(10**6))

        def run(*arguments):
            result = update(*arguments)
            if next(calls) >= call:
                model.trainable_variables[0].assign(model.trainable_variables[0] * np.nan)
            return result

        return run

    monkeypatch.setattr(training, "compile_update", spoiled)


MIDDLE, LAST = 50, 71  # of the third epoch's 24 updates


@pytest.mark.parametrize(("call", "validation_ids"), [(MIDDLE, VALIDATION), (LAST, VALIDATION), (LAST, None)])
def test_when_the_loss_becomes_nan_the_training_ends_with_the_last_good_weights(
    monkeypatch, tmp_path, validation_ids, call
):
    path = tmp_path / "here.npz"
    good, expected = trained(validation_ids=validation_ids, epochs=2)  # 24 updates each
    spoiling(monkeypatch, call)
    for _ in range(2):  # and the same call again comes to the same end
        with pytest.warns(
            UserWarning, match=r"^the loss is no number any more in epoch 3: the training has ended, and the "
        ):
            model, history = trained(validation_ids=validation_ids, epochs=5, checkpoint=path)
        assert {name: losses[:2] for name, losses in history.items()} == expected
        assert all(np.isfinite(losses).all() for losses in history.values())
        assert_same_weights(model, good)
        spoiling(monkeypatch, call - 48 - 24)  # the second time, two epochs are in the file


def test_when_the_very_last_update_spoils_the_weights_that_is_told_too(monkeypatch):
    spoiling(monkeypatch, 47)
    good, _ = trained(validation_ids=None, epochs=1)
    with pytest.warns(UserWarning, match=r" no number any more in epoch 2: "):
        model, _ = trained(validation_ids=None, epochs=2)
    assert_same_weights(model, good)


# --- What cannot be ---

BAD_CALLS = [
    ({"patience": 0}, r"^patience is 0: it must be a whole number, 1 or more$"),
    ({"patience": 2, "validation_ids": None}, r"^patience needs a text to judge by: give validation_ids$"),
    ({"epochs": 0}, r"^epochs is 0: it must be a whole number, 1 or more$"),
    ({"batch_size": 0}, r"^batch_size is 0: it must be a whole number, 1 or more$"),
    ({"num_steps": 0}, r"^num_steps is 0: it must be a whole number, 1 or more$"),
    ({"max_seconds": 0}, r"^max_seconds is 0: it must be a number above 0$"),
    ({"ids": NOISE.astype(float)}, r"^the ids are float64, not whole numbers"),
    ({"ids": NOISE + 1}, r"^the ids hold ids from 2 to 8 and the model knows 0 to 7"),
    ({"ids": NOISE[:0]}, r"^the ids are empty: give a longer text$"),
    ({"ids": NOISE[None]}, r"^the ids have the shape \(1, 201\): give one row, as text_ids makes it$"),
    (
        {"ids": NOISE[:11]},
        r"^the text has 11 tokens, and training .* needs 12: give a longer text, or a smaller batch_size or",
    ),
    ({"validation_ids": VALIDATION[:0]}, r"^the validation_ids are empty: give a longer text$"),
    ({"validation_ids": VALIDATION[:1]}, r"^the text has 1 tokens: give one of at least two"),
    ({"model": keras.Sequential()}, r"^this Sequential is not a compiled model: make it with build_model$"),
]


@pytest.mark.parametrize(("options", "message"), BAD_CALLS)
def test_what_cannot_be_trained_is_refused_in_one_line(options, message):
    with pytest.raises(InputError, match=message):
        trained(**options)


def test_a_history_can_be_kept_as_json():
    _, history = trained(epochs=1)
    assert json.loads(json.dumps(history)) == history
