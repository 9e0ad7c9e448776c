"""Asking a trained model what comes next, and keeping it in a file. Taught in lesson 4."""

import json
import tempfile
import textwrap
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from rnn_helpers.errors import InputError, require_above_zero, require_whole, warn
from rnn_helpers.generation import continue_ids, read_prompt, require_way
from rnn_helpers.sequences import pad
from rnn_helpers.vocabulary import PADDING, UNKNOWN, Vocabulary

PLAYS_MODEL = Path(__file__).with_name("plays.keras")  # of Shakespeare's plays; made by experiments/plays.py
NEWS = ("input_axes", "output_axes")  # of an initializer
VOCABULARY_ENTRY = "vocabulary.json"  # beside Keras's own entries in the saved file, which is a zip archive


def next_word_probabilities(model, vocabulary, prompts):
    """What the model believes comes next.

    Args:
        model: a keras.Model that `build_model`, `build_sequence_model` or `load_model` gave.
        vocabulary: the Vocabulary it was trained with.
        prompts: a str, or a list of str that are answered in one call.

    Returns:
        Probabilities, shape (vocabulary_size,) for one prompt and (num_prompts, vocabulary_size) for a list.
        Padding and the unknown word have probability 0; each row sums to 1.

    Raises:
        InputError: a prompt is no text, empty, or has a word outside the vocabulary, the vocabulary is not this
            model's, or the model's weights are NaN.

    Warns:
        UserWarning: a prompt is longer than the model's window; the message says which words are cut.
    """
    if isinstance(prompts, str):
        return next_word_probabilities(model, vocabulary, [prompts])[0]
    _require_match(model, vocabulary)
    prompts = list(prompts) if isinstance(prompts, Iterable) else [prompts]
    if not prompts:
        raise InputError("there is no prompt: give at least one")
    if model.input_shape[-1] is None:
        return np.array([_probabilities_after(model, vocabulary, prompt) for prompt in prompts])
    rows = [pad(_encode_prompt(model, vocabulary, prompt), model.input_shape[-1]) for prompt in prompts]
    return _probabilities(model, vocabulary, rows)


def _probabilities_after(model, vocabulary, prompt):
    """`next_word_probabilities` of one prompt for a model that reads all of it."""
    prompt_ids = vocabulary.encode(_tokenize_prompt(vocabulary, prompt))
    _, [logits], _ = read_prompt(model, prompt_ids, banned=_never_written(vocabulary))
    weights = np.exp(logits.astype("float64") - logits.max())
    return weights / weights.sum()


def _never_written(vocabulary):
    return [vocabulary.ids[PADDING], vocabulary.ids.get(UNKNOWN, 0)]


def _require_match(model, vocabulary):
    """Raise InputError unless these are a model and a vocabulary of its size."""
    if not isinstance(model, keras.Model) or not isinstance(vocabulary, Vocabulary):
        kinds = f"a {type(model).__name__} and a {type(vocabulary).__name__}"
        raise InputError(f"expected a model and its vocabulary, not {kinds}: give the model, then the vocabulary")
    if model.output_shape[-1] != len(vocabulary):
        raise InputError(
            f"the model predicts {model.output_shape[-1]} ids and the vocabulary has {len(vocabulary)}: "
            "use the model and the vocabulary that were trained together"
        )


def _tokenize_prompt(vocabulary, prompt):
    if not isinstance(prompt, str):
        raise InputError(f"the prompt {prompt!r} is not text: write it between quotes, such as 'hello how'")
    tokens = vocabulary.tokenize(prompt)
    if not tokens:
        raise InputError(f"the prompt {prompt!r} has no words: write at least one")
    return tokens


def _encode_prompt(model, vocabulary, prompt):
    """The ids of a prompt's last words, as many as the model reads."""
    tokens, num_steps = _tokenize_prompt(vocabulary, prompt), model.input_shape[-1]
    cut = " ".join(tokens[:-num_steps])
    if cut:
        cut = textwrap.shorten(cut, width=100, placeholder=" ...")  # the prompt may be a whole book
        warn(f"the prompt has {len(tokens)} words and the model reads the last {num_steps}: {cut!r} is cut")
    return vocabulary.encode(tokens[-num_steps:])


def _probabilities(model, vocabulary, rows):
    """`next_word_probabilities` of padded rows of ids, shape (num_prompts, num_steps)."""
    probabilities = _compiled(model)(tf.constant(rows, dtype="int32")).numpy().astype("float64")
    if not np.isfinite(probabilities).all():
        raise InputError("the model's weights are not numbers (NaN): load it again, or train it anew")
    probabilities += np.finfo("float64").tiny  # where all words were rounded to 0, they come out equal, not 0 / 0
    probabilities[:, _never_written(vocabulary)] = 0
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def _compiled(model):
    """The model as a compiled function, made at its first use and kept with the model."""
    if not hasattr(model, "_compiled_call"):
        signature = tf.TensorSpec((None, model.input_shape[-1]), tf.int32)
        # autograph=False: there is no Python loop to translate, and its cache would keep the model alive.
        call = tf.function(lambda ids: model(ids, training=False), input_signature=[signature], autograph=False)
        model._compiled_call = call.get_concrete_function()  # a third faster to call: it looks nothing up
    return model._compiled_call


def predict_next_word(model, vocabulary, prompt):
    """The word that the model holds most likely after the prompt.

    Args, Raises, Warns: as `next_word_probabilities`, for one prompt.

    Returns:
        A str; never the padding, never the unknown word.
    """
    [probabilities] = next_word_probabilities(model, vocabulary, [prompt])
    return vocabulary.words[probabilities.argmax()]


def apply_temperature(probabilities, temperature):
    """Sharpen (below 1) or flatten (above 1) a distribution; at 1 it stays as it is.

    p_i^(1/T) / sum_j p_j^(1/T)

    Args:
        probabilities: shape (vocabulary_size,); weights that do not sum to 1 will do.
        temperature: a number above 0.

    Returns:
        Probabilities, shape (vocabulary_size,). What was 0 stays 0.

    Raises:
        InputError: `temperature` is not a number above 0.

    Example:
        >>> apply_temperature(np.array([0.2, 0.8]), 0.5).round(3)
        array([0.059, 0.941])
    """
    require_above_zero("temperature", temperature)
    with np.errstate(divide="ignore", over="ignore"):  # log 0 is -inf, and comes back as 0
        logits = np.log(probabilities)
        weights = np.exp((logits - logits.max()) / temperature)  # the largest is 1
    return weights / weights.sum()


def generate(model, vocabulary, prompt, num_words, temperature=1.0, top_k=None, seed=0, top_p=None):
    """Continue a prompt, one word after another, each drawn from the model's probabilities.

    Args:
        model: of `build_model`, which reads a window; or of `build_sequence_model`, whose state is kept.
        vocabulary: the Vocabulary it was trained with. At its level a word may be a character.
        prompt: a str.
        num_words: how many words to add.
        temperature: a number above 0; see `apply_temperature`.
        top_k: draw among this many of the likeliest words only; among all if None. 1 always takes the likeliest.
        seed: fixes the draws.
        top_p: draw among the fewest likeliest words that make up this share only; among all if None.

    Returns:
        A str: the prompt's words and the new ones; never the padding, never the unknown word.

    Raises:
        InputError: as `next_word_probabilities`; also if `num_words` or `top_k` is less than 1, `temperature` not
            above 0, or `top_p` no share.
    """
    require_whole("num_words", num_words, lowest=1)
    _require_match(model, vocabulary)
    tokens = _tokenize_prompt(vocabulary, prompt)
    if model.input_shape[-1] is None:
        way = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "seed": seed}
        new_ids = continue_ids(model, vocabulary.encode(tokens), num_words, banned=_never_written(vocabulary), **way)[0]
    else:
        new_ids = _write_in_window(model, vocabulary, prompt, num_words, temperature, top_k, top_p, seed)
    return vocabulary.join(tokens + vocabulary.decode(new_ids))


def _write_in_window(model, vocabulary, prompt, num_words, temperature, top_k, top_p, seed):
    """The new ids of `generate` for a model that reads a window: the whole window again for each word."""
    require_way(temperature, top_k, top_p)
    random = np.random.default_rng(seed)
    ids, new_ids = _encode_prompt(model, vocabulary, prompt), []
    for _ in range(num_words):
        probabilities = _probabilities(model, vocabulary, [pad(ids + new_ids, model.input_shape[-1])])[0]
        likeliest = np.argsort(-probabilities, kind="stable")[:top_k]
        chances = apply_temperature(probabilities[likeliest], temperature)
        if top_p is not None:
            chances = np.where(np.cumsum(chances) - chances < top_p, chances, 0)
        new_ids.append(int(random.choice(likeliest, p=chances / chances.sum())))
    return new_ids


def save_model(path, model, vocabulary):
    """Keep a model and its vocabulary in one file, which Keras alone can open too.

    The file is replaced only when the new one is complete: a full disk leaves the old one as it was.

    Args:
        path: the file's name, ending in .keras.
        model: a keras.Model.
        vocabulary: the Vocabulary it was trained with.

    Raises:
        InputError: the vocabulary is not this model's, the name does not end in .keras, its folder is missing, or
            the file cannot be written.
    """
    _require_match(model, vocabulary)
    path = Path(path)
    _require_suffix(path)
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {str(path.parent)!r}: make it first, or save in another one")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving-") as folder:
            saved, complete = Path(folder) / "saved.keras", Path(folder) / path.name
            model.save(saved)
            with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(complete, "w") as target:
                for entry in archive.infolist():
                    content = archive.read(entry)
                    if entry.filename == "config.json":
                        content = json.dumps(json.loads(content, object_hook=_without_news))
                    target.writestr(entry, content)
                target.writestr(VOCABULARY_ENTRY, vocabulary.to_json())
            complete.replace(path)
    except OSError as error:
        kept = "the old file is unchanged" if path.exists() else "nothing was written"
        raise InputError(f"{str(path)!r} could not be saved ({error}): {kept}; mend that and save again") from None


def _without_news(config):
    """A part of a model's configuration without what Keras 3.13, as Colab has it, does not know and nobody set."""
    return {name: value for name, value in config.items() if name not in NEWS or value is not None}


def _require_suffix(path):
    if path.suffix != ".keras":
        name = path.parent / f"{path.stem or 'model'}.keras"
        raise InputError(f"{str(path)!r} does not end in .keras: name it {str(name)!r}")


def load_model(path):
    """Open what `save_model` wrote.

    Args:
        path: the file's name.

    Returns:
        model, vocabulary.

    Raises:
        InputError: the file is missing, not named .keras, damaged, without a vocabulary, or with one that is not the
            model's.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}: check the name, or save a model there first")
    _require_suffix(path)
    vocabulary = None
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip():
                raise zipfile.BadZipFile
            if VOCABULARY_ENTRY in archive.namelist():
                vocabulary = Vocabulary.from_json(archive.read(VOCABULARY_ENTRY).decode())
        with warnings.catch_warnings():  # a model not yet trained has no state of its optimizer, and needs none
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            model = keras.models.load_model(path)
    except Exception:  # a damaged archive fails in many ways, and each means the same to its owner
        raise InputError(f"{str(path)!r} is damaged or no model: copy it again, or train and save it anew") from None
    if vocabulary is None:
        raise InputError(f"{str(path)!r} holds no vocabulary: save the model again with save_model")
    _require_match(model, vocabulary)
    return model, vocabulary
