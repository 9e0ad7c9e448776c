"""The course's functions at the command line: `python -m rnn_helpers train my.txt --out model`. Taught in lesson 7."""

import argparse
import sys
import textwrap
import warnings
from pathlib import Path

from rnn_helpers.errors import InputError

CHECKPOINT, MODEL = "training.npz", "model.keras"  # in the model's folder
MANY_UNKNOWN = 0.25  # of the words to judge by: from here on, the network learns little else


def main(arguments=None):
    """Run one command; what cannot be done is told in one line on stderr.

    Args:
        arguments: a list of str; the command line's own if None.

    Returns:
        0, or 1 if the command could not be done, or 130 if it was stopped by Ctrl+C.
    """
    given = _parser().parse_args(arguments)
    warnings.showwarning = lambda message, *_: print(f"note: {message}", file=sys.stderr)
    try:
        given.command(given)
    except InputError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        goes_on = " The same command goes on from the last whole epoch." if given.command is _train else ""
        print(f"\nStopped.{goes_on}", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser("python -m rnn_helpers", description="A language model of your own text.")
    commands = parser.add_subparsers(required=True, metavar="train, generate or evaluate")

    train = commands.add_parser("train", help="learn from a text file")
    train.set_defaults(command=_train)
    train.add_argument("file", help="a UTF-8 text, one sentence or paragraph a line")
    train.add_argument("--out", required=True, metavar="FOLDER", help="where the model is kept; it is made if needed")
    train.add_argument("--level", default="word", help="word or character (default: word)")
    train.add_argument("--cell", default="GRU", help="SimpleRNN, GRU or LSTM (default: GRU)")
    train.add_argument("--units", type=int, default=128, help="numbers in the hidden state (default: 128)")
    train.add_argument("--max-words", type=int, default=5000, help="the most frequent words to keep (default: 5000)")
    train.add_argument("--validation", type=float, default=0.1, help="share of lines to judge by (default: 0.1)")
    train.add_argument("--epochs", type=int, default=30, help="read the text at most so often (default: 30)")
    train.add_argument("--minutes", type=float, help="stop after the epoch in which these are over")
    train.add_argument("--seed", type=int, default=0, help="another seed gives another model (default: 0)")

    generate = commands.add_parser("generate", help="let a model write")
    generate.set_defaults(command=_generate)
    generate.add_argument("model", nargs="?", help="the folder of train (default: a model of Shakespeare's plays)")
    generate.add_argument("--prompt", required=True, help="what the text begins with")
    generate.add_argument("--tokens", type=int, default=60, help="words, or characters, to add (default: 60)")
    generate.add_argument("--texts", type=int, default=1, help="how many texts (default: 1)")
    generate.add_argument("--temperature", type=float, default=1.0, help="below 1 careful, above 1 bold (default: 1)")
    generate.add_argument("--top-k", type=int, help="draw among so many of the likeliest only")
    generate.add_argument("--top-p", type=float, help="draw among the likeliest that make up this share only")
    generate.add_argument("--seed", type=int, default=0, help="another seed gives another text (default: 0)")

    evaluate = commands.add_parser("evaluate", help="judge a model on another text")
    evaluate.set_defaults(command=_evaluate)
    evaluate.add_argument("model", help="the folder of train")
    evaluate.add_argument("file", help="a UTF-8 text that the model did not learn from")
    return parser


# TensorFlow takes seconds to start: each command imports what it needs once its words are known to be right.


def _train(given):
    from rnn_helpers.corpus import read_lines
    from rnn_helpers.errors import require_above_zero, require_seed, warn
    from rnn_helpers.evaluation import expect_perplexity, perplexity, score
    from rnn_helpers.models import build_sequence_model, require_cell
    from rnn_helpers.prediction import save_model
    from rnn_helpers.sequences import prepare_text, split_lines
    from rnn_helpers.training import train_text

    # A long text takes a while to prepare: what is wrong with the command is told before.
    _require_counts(given, "units", "max_words", "epochs")
    require_seed(given.seed)
    require_cell(given.cell)
    if given.minutes is not None:
        require_above_zero("minutes", given.minutes)
    lines = read_lines(given.file)
    training, validation, _ = split_lines(lines, given.validation, test=0)
    folder = _make_folder(given.out)
    text = prepare_text(training, validation, level=given.level, max_words=given.max_words)
    print(
        f"{given.file}: {len(lines):,} lines; {len(training):,} to learn from, the last {len(validation):,} to judge by"
    )
    print(_describe("to learn from:", text.training, text.vocabulary))
    print(_describe("to judge by:", text.validation, text.vocabulary))
    unknown = _unknown_share(text.validation, text.vocabulary)
    if unknown > MANY_UNKNOWN:
        warn(
            f"{unknown:.0%} of the {given.level}s to judge by are unknown: a longer text, a higher --max-words, or "
            "--level character would tell the network more"
        )
    counted, low, high = expect_perplexity(text)
    print(f"perplexity among {len(text.vocabulary) - 1:,} {text.vocabulary.level}s, of counting: {counted:,.1f}")
    print(f"perplexity to expect of the network: {low:,.1f} to {high:,.1f}", flush=True)
    sizes = {"embedding_size": 64, "num_units": given.units, "dropout": 0.2, "tie_weights": True}
    model = build_sequence_model(given.cell, len(text.vocabulary), seed=given.seed, learning_rate=0.004, **sizes)
    history = train_text(
        model,
        text.training,
        text.validation,
        epochs=given.epochs,
        seed=given.seed,
        patience=3,
        max_seconds=given.minutes and 60 * given.minutes,
        checkpoint=folder / CHECKPOINT,
    )
    save_model(folder / MODEL, model, text.vocabulary)
    reached = perplexity(score(model, text.validation)["loss"])
    print(f"{len(history['loss'])} epochs; perplexity reached: {reached:,.1f}")
    print(f'saved: {folder / MODEL}. Now try:  python -m rnn_helpers generate {given.out} --prompt "..."')


def _require_counts(given, *names):
    from rnn_helpers.errors import require_whole

    for name in names:
        require_whole(name.replace("_", "-"), getattr(given, name), lowest=1)


def _unknown_share(ids, vocabulary):
    return (ids == len(vocabulary) - 1).mean()


def _describe(name, ids, vocabulary):
    unknown = _unknown_share(ids, vocabulary)
    return f"{name:15}{len(ids):>12,} {vocabulary.level}s, {unknown:.1%} of them unknown"


def _make_folder(name):
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder {name!r} cannot be made ({error.strerror}): name another one") from None
    return folder


def _load(name):
    """The model in a folder, or in the file itself."""
    from rnn_helpers.prediction import load_model

    path = Path(name)
    return load_model(path if path.suffix == ".keras" and not path.is_dir() else path / MODEL)


def _generate(given):
    from rnn_helpers.errors import warn
    from rnn_helpers.prediction import PLAYS_MODEL, generate

    _require_counts(given, "tokens", "texts")
    model, vocabulary = _load(given.model or PLAYS_MODEL)
    strangers = list(dict.fromkeys(token for token in vocabulary.tokenize(given.prompt) if token not in vocabulary.ids))
    if strangers:
        named = ", ".join(map(repr, strangers[:5])) + " ..." * (len(strangers) > 5)
        warn(f"the model does not know {named}: it goes on as after any rare {vocabulary.level}")
    for number in range(given.texts):
        text = generate(
            model,
            vocabulary,
            given.prompt,
            given.tokens,
            temperature=given.temperature,
            top_k=given.top_k,
            top_p=given.top_p,
            seed=given.seed + number,
        )
        for line in text.split("\n"):
            print(textwrap.fill(line, width=80))
        print()


def _evaluate(given):
    from rnn_helpers.corpus import read_lines
    from rnn_helpers.evaluation import calibration_error, perplexity, score, top_k_accuracy
    from rnn_helpers.sequences import text_ids

    model, vocabulary = _load(given.model)
    ids = text_ids(read_lines(given.file), vocabulary)
    found = score(model, ids)
    print(_describe("read:", ids, vocabulary))
    print(f"perplexity among {len(vocabulary) - 1:,}: {perplexity(found['loss']):,.1f}")
    for k in (1, 5):
        print(f"true one among the {k} likeliest: {top_k_accuracy(found['rank'], k):.1%}")
    error = calibration_error(found["confidence"], found["rank"] == 0)
    print(f"its confidence and the truth differ by {error:.1%}")


if __name__ == "__main__":
    sys.exit(main())
