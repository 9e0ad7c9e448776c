"""A still picture of a network that reads, as SVG text: it stands in for the explorer where no script runs."""

from collections import defaultdict
from html import escape

import numpy as np

# Matplotlib's PuOr, as in `plots`: orange below zero, white at zero, purple above.
ORANGES, WHITE = ["#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6"], "#f7f7f7"
PURPLES = ["#d8daeb", "#b2abd2", "#8073ac", "#542788", "#2d004b"]
COLOURS = [*ORANGES, WHITE, *PURPLES]  # from -1 to 1
BLUE, INK = "#0072B2", "#1a1a1a"
WIDTH, HEADER, GRID, TOP_WORDS = 720, 56, 220, 5
MOST_COLUMNS = 16  # of the states; the last ones


def colour_of(value):
    """The colour of a number between -1 and 1; what lies outside has the colour of the end.

    Example:
        >>> colour_of(-1), colour_of(0.01), colour_of(3)
        ('#7f3b08', '#f7f7f7', '#2d004b')
    """
    return COLOURS[round((min(max(float(value), -1), 1) + 1) * 5)]


def draw_still(labels, states, likeliest):
    """Hidden states as coloured squares, a column for each step; beside them the likeliest next words.

    Args:
        labels: list of str, one per column.
        states: shape (len(labels), num_units).
        likeliest: list of (word, probability); may be empty.

    Returns:
        SVG text.

    Example:
        >>> draw_still(["start", "hello"], np.array([[0.0], [0.5]]), [("how", 0.75)]).count("<path")
        2
    """
    labels, states = labels[-MOST_COLUMNS:], np.asarray(states)[-MOST_COLUMNS:]
    left, right = (WIDTH * 0.6, WIDTH * 0.4) if likeliest else (WIDTH, 0)
    parts = [f'<rect width="{WIDTH}" height="{HEADER + GRID + 24}" fill="white"/>']
    parts += _draw_grid(labels, states, left - 24)
    parts += _draw_bars(likeliest, left, right)
    size = f'viewBox="0 0 {WIDTH} {HEADER + GRID + 24}" width="{WIDTH}" height="{HEADER + GRID + 24}"'
    style = f'font-family="system-ui, sans-serif" font-size="14" fill="{INK}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(parts)}</svg>'


def _draw_grid(labels, states, width):
    """The squares, the words above them, and in a small state the numbers."""
    column, row = width / len(labels), GRID / states.shape[1]
    scale = max(1.0, float(np.abs(states).max()))
    parts = [_write(16, 22, "hidden state after each word", weight="bold")]
    for step, (label, state) in enumerate(zip(labels, states, strict=True)):
        left = 16 + step * column
        parts.append(_write(left + column / 2, HEADER - 8, _shorten(label, column), anchor="middle"))
        for unit, value in enumerate(state if row > 20 and column > 40 else []):
            ink = "white" if abs(value / scale) > 0.7 else "black"
            middle = HEADER + unit * row + row / 2 + 5
            parts.append(_write(left + column / 2, middle, f"{value:.2f}", anchor="middle", colour=ink))
    place = f'transform="translate(16 {HEADER}) scale({column:.2f} {row:.2f})" shape-rendering="crispEdges"'
    return [f"<g {place}>{''.join(_draw_squares(states / scale))}</g>", *parts]


def _draw_squares(values):
    """A path for each colour, of squares with sides of 1: shorter than a shape for each square."""
    squares = defaultdict(str)
    for (step, unit), value in np.ndenumerate(values):
        squares[colour_of(value)] += f"M{step} {unit}h1v1h-1z"
    return [f'<path fill="{colour}" d="{path}"/>' for colour, path in squares.items()]


def _draw_bars(likeliest, left, width):
    """The likeliest next words, each with a bar and its number."""
    parts = [_write(left + 16, 22, "next word", weight="bold")] if likeliest else []
    for place, (word, probability) in enumerate(likeliest):
        top = HEADER + place * 36
        shape = f'x="{left + 110:.1f}" y="{top}" width="{(width - 180) * probability:.1f}" height="22"'
        parts.append(f'<rect {shape} fill="{BLUE}"/>')
        parts.append(_write(left + 100, top + 16, _shorten(word, 90), anchor="end"))
        parts.append(_write(left + 118 + (width - 180) * probability, top + 16, f"{probability:.2f}"))
    return parts


def _write(x, y, text, anchor="start", weight="normal", colour=INK):
    style = {"text-anchor": anchor, "font-weight": weight, "fill": colour}
    unlike = "".join(f' {name}="{value}"' for name, value in style.items() if value not in ("start", "normal", INK))
    return f'<text x="{x:.0f}" y="{y:.0f}"{unlike}>{escape(text)}</text>'


def _shorten(text, width):
    """As much of a text as about so many pixels hold."""
    most = max(2, int(width / 8))
    return text if len(text) <= most else text[: most - 1] + "…"


def tell_still(name, text, labels, states, likeliest):
    """The same picture in words, for its alt text.

    Example:
        >>> tell_still("SimpleRNN", "hello", ["start", "hello"], np.array([[0.0], [0.5]]), [("how", 0.75)])
        "A SimpleRNN with 1 unit reads 'hello'. Unit 1 goes 0.00, 0.50. Likeliest next words: how 0.75."
    """
    states = np.asarray(states)
    num_units = states.shape[1]
    tale = [f"A {name} with {num_units} unit{'s' * (num_units > 1)} reads {text!r}."]
    if num_units <= 4:
        tale += [f"Unit {unit} goes {', '.join(f'{x:.2f}' for x in row)}." for unit, row in enumerate(states.T, 1)]
    elif len(labels) > 1:
        moves = np.linalg.norm(np.diff(states, axis=0), axis=1)[-MOST_COLUMNS:]
        steps = [f"{move:.2f} with {label}" for label, move in zip(labels[-len(moves) :], moves, strict=True)]
        tale.append(f"Its hidden state moves by {', '.join(steps)}.")
    if likeliest:
        tale.append(f"Likeliest next words: {', '.join(f'{word} {p:.2f}' for word, p in likeliest)}.")
    return " ".join(tale)
