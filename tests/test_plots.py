"""Pictures: what they draw, and the words that tell it."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from rnn_helpers import plots

STATES = np.array([[0.0, 0.0], [0.76, -0.25]])
DRAWINGS = {
    "unrolled": lambda ax=None: plots.draw_unrolled(["hello"], STATES, ax),
    "states": lambda ax=None: plots.plot_states(["hello"], STATES, ax),
    "losses": lambda ax=None: plots.plot_losses({"seed 0": [2.5, 0.5], "seed 1": [2.4, 0.6]}, 0.37, ax),
    "norms": lambda ax=None: plots.plot_norms(
        {"GRU": [[4.0, 2.0, 1.0], [4.0, 1.0, 0.5]], "LSTM": [1.0, 0.5, 0.25]}, ax
    ),
    "lines": lambda ax=None: plots.plot_lines([8, 16], {"GRU": [1.0, 2.5]}, "steps", "seconds", log=True, ax=ax),
    "probabilities": lambda ax=None: plots.plot_probabilities(np.array([0.0, 0.25, 0.75]), ["", "are", "is"], 2, ax),
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_picture_takes_an_axes_or_makes_one(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert draw() is not ax


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("unrolled", ["0.00", "0.76", "-0.25", "hello"]),
        ("states", ["0.76", "-0.25"]),
        ("losses", ["seed 0", "2.50", "0.50", "seed 1", "0.37"]),
        ("norms", ["GRU", "0.75", "0.5 to 1", "LSTM", "0.25"]),
        ("lines", ["GRU", "from 1 at 8", "2.5 at 16"]),
        ("probabilities", ["is 0.75", "are 0.25"]),
    ],
)
def test_the_words_tell_the_data(name, numbers):
    label = DRAWINGS[name]().get_label()
    assert all(number in label for number in numbers)


def test_the_bars_are_the_probabilities_in_falling_order():
    ax = DRAWINGS["probabilities"]()
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.25]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["is", "are"]


def test_the_squares_are_the_states():
    assert np.array_equal(DRAWINGS["states"]().images[0].get_array(), STATES.T)


def test_the_lines_are_the_losses_and_differ_in_colour_and_in_style():
    first, second, _floor = DRAWINGS["losses"]().lines
    assert first.get_ydata().tolist() == [2.5, 0.5]
    assert first.get_color() != second.get_color() and first.get_linestyle() != second.get_linestyle()


def test_numbers_on_squares_stand_out_from_their_colour():
    ax = plots.plot_states(list("abcd"), np.linspace(-1, 1, 5)[:, None])
    for text, value in zip(ax.texts, np.linspace(-1, 1, 5), strict=True):
        red, green, blue, _ = plt.get_cmap(plots.STATE_COLOURS)((value + 1) / 2)
        is_dark = 0.3 * red + 0.6 * green + 0.1 * blue < 0.5
        assert text.get_color() == ("white" if is_dark else "black")


def test_show_prints_the_picture_in_words(capsys, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    plots.show(DRAWINGS["probabilities"]())
    assert capsys.readouterr().out == "In words: is 0.75, are 0.25.\n"


def test_words_stand_on_darker_colours_the_more_they_surprise():
    coloured = plots.colour_words(["good", "my", "<lord>", "\n", "zounds"], [0.3, 2.0, 6.5, 1.5, 1000.0])
    shown = coloured._repr_html_()
    places = [shown.index(f"background:{colour}") for colour in ("#FFFFFF", "#FDEBC8", "#F2B134", "#E69F00")]
    assert places == sorted(places)
    assert "&lt;lord&gt;" in shown and "<lord>" not in shown
    assert "\u23ce</span><br>" in shown and 'title="6.5"' in shown
    assert repr(coloured) == r"'good' 0.3 'my' 2.0 '<lord>' 6.5 '\n' 1.5 'zounds' 99.0"


def test_black_can_be_read_on_every_colour_of_surprise():
    for colour in plots.SURPRISE.values():
        shares = [
            part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)
        ]
        assert (np.dot(shares, [0.2126, 0.7152, 0.0722]) + 0.05) / 0.05 > 7  # WCAG's contrast, level AAA


def test_each_word_needs_its_loss():
    with pytest.raises(ValueError, match="zip"):
        plots.colour_words(["good", "my"], [0.3])._repr_html_()
