"""The course's pictures. Each function takes and returns an Axes, and labels it with what it shows, in words.

The words are computed from the data. `show` prints them under the picture, for readers who cannot see it.
"""

import html

import matplotlib.pyplot as plt
import numpy as np

# Okabe and Ito's colours, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#666666"
# Line style and colour change together: lines can be told apart in grey, too.
LINES = {"color": [BLUE, ORANGE, GREEN, GREY, "black"], "linestyle": ["-", "--", "-.", ":", (0, (5, 1, 1, 1))]}
# Up to so many nats: white to orange, the darkest for all above.
SURPRISE = {1: "#FFFFFF", 3: "#FDEBC8", 5: "#F9CF80", 7: "#F2B134", 99: "#E69F00"}
STATE_COLOURS = "PuOr"  # orange below zero, white at zero, purple above


def show(ax):
    """Show the picture that `ax` belongs to, and below it the picture in words."""
    plt.show()
    print("In words:", ax.get_label())


def draw_unrolled(words, states, ax=None):
    """An unrolled recurrent network: one box a step, each with its state's numbers.

    Args:
        words: list of str, one per step.
        states: shape (len(words) + 1, num_units); `states[0]` is the state before the first word.
        ax: where to draw; a new figure if None.

    Returns:
        The Axes.

    Example:
        >>> draw_unrolled(["hello"], np.array([[0.0], [0.5]])).get_label()
        'h0 (0.00); then hello, h1 (0.50).'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(2.1 * len(states), 2.6))
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": BLUE, "linewidth": 1.5}
    for step, state in enumerate(states):
        numbers = "\n".join(f"{value:.2f}" for value in state)
        ax.text(step, 1, f"$h_{step}$\n{numbers}", ha="center", va="center", bbox=box)
    arrow = {"arrowstyle": "-|>", "linewidth": 1.5}
    for step, word in enumerate(words, 1):
        ax.annotate("", (step - 0.28, 1), (step - 0.72, 1), arrowprops={**arrow, "color": BLUE})
        ax.text(step - 0.5, 1.12, "$W_h$", ha="center", color=BLUE)
        ax.annotate("", (step, 0.62), (step, 0.2), arrowprops={**arrow, "color": GREEN})
        ax.text(step + 0.06, 0.36, "$W_x$", color=GREEN)
        ax.text(step, 0.05, word, ha="center", va="center", fontsize=12, weight="bold")
    ax.set(xlim=(-0.4, len(words) + 0.4), ylim=(-0.1, 1.6))
    ax.axis("off")
    ax.set_label("; ".join(_step_in_words(step, state, words) for step, state in enumerate(states)) + ".")
    return ax


def _step_in_words(step, state, words):
    numbers = ", ".join(f"{value:.2f}" for value in state)
    return f"h{step} ({numbers})" if step == 0 else f"then {words[step - 1]}, h{step} ({numbers})"


def plot_states(words, states, ax=None):
    """Hidden states as coloured squares: a row for each unit, a column for each step, the numbers written in.

    Args:
        words: list of str, one per step.
        states: shape (len(words) + 1, num_units), from -1 to 1.
        ax: where to draw; a new figure if None.

    Returns:
        The Axes.

    Example:
        >>> plot_states(["hello"], np.array([[0.0], [0.5]])).get_label()
        'Unit 1 goes 0.00, 0.50.'
    """
    states = np.asarray(states)
    if ax is None:
        _, ax = plt.subplots(figsize=(1.4 * len(states), 0.8 * states.shape[1] + 0.8))
    ax.imshow(states.T, cmap=STATE_COLOURS, vmin=-1, vmax=1, aspect="auto")
    for (step, unit), value in np.ndenumerate(states):
        ax.text(step, unit, f"{value:.2f}", ha="center", va="center", color="white" if abs(value) > 0.7 else "black")
    labels = ["$h_0$\n(start)"] + [f"$h_{step}$\n{word}" for step, word in enumerate(words, 1)]
    ax.set_xticks(range(len(states)), labels)
    ax.set_yticks(range(states.shape[1]), [f"unit {unit}" for unit in range(1, states.shape[1] + 1)])
    rows = [f"Unit {unit} goes {', '.join(f'{value:.2f}' for value in row)}." for unit, row in enumerate(states.T, 1)]
    ax.set_label(" ".join(rows))
    return ax


def plot_losses(losses, floor, ax=None):
    """Loss against epoch, a line for each training run, over the lowest loss that any model could reach.

    Args:
        losses: a dict from the run's name to its list of losses, in nats per word.
        floor: the lowest possible loss, in nats per word.
        ax: where to draw; a new figure if None.

    Returns:
        The Axes.

    Example:
        >>> plot_losses({"seed 0": [2.5, 0.5]}, floor=0.4).get_label()
        'seed 0 falls from 2.50 to 0.50 in 2 epochs. No model can go below 0.40.'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(6, 3.2))
    ax.set_prop_cycle(**LINES)
    for name, values in losses.items():
        ax.plot(range(1, len(values) + 1), values, label=name)
    ax.axhline(floor, color=GREY, linewidth=1)
    ax.annotate(f"lowest possible: {floor:.2f}", (1, floor), (0, 3), textcoords="offset points", color=GREY)
    ax.set(xlabel="epoch", ylabel="loss (nats per word)", ylim=(0, None))
    ax.legend(frameon=False)
    falls = [f"{name} falls from {run[0]:.2f} to {run[-1]:.2f} in {len(run)} epochs." for name, run in losses.items()]
    ax.set_label(" ".join([*falls, f"No model can go below {floor:.2f}."]))
    return ax


def plot_probabilities(probabilities, words, top=5, ax=None, title=None):
    """Bars of the likeliest next words.

    Args:
        probabilities: shape (vocabulary_size,).
        words: list of str, as long as `probabilities`.
        top: how many words to show.
        ax: where to draw; a new figure if None.
        title: what stands above the bars.

    Returns:
        The Axes.

    Example:
        >>> plot_probabilities(np.array([0.25, 0.75]), ["are", "is"]).get_label()
        'is 0.75, are 0.25.'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(5, 0.4 * top + 0.9))
    order = np.argsort(-probabilities, kind="stable")[:top]
    bars = ax.barh([words[id] for id in order], probabilities[order], color=BLUE)
    ax.bar_label(bars, fmt="%.2f", padding=3)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.12), xlabel="probability", title=title)
    ax.set_label(", ".join(f"{words[id]} {probabilities[id]:.2f}" for id in order) + ".")
    return ax


def plot_norms(norms_by_name, ax=None):
    """How strongly the end depends on each step back: a line for the middle seed, a band over all seeds.

    Args:
        norms_by_name: a dict from a layer's name to its norms, shape (num_seeds, num_steps) or (num_steps,); entry k
            belongs to k steps back.
        ax: where to draw; a new figure if None.

    Returns:
        The Axes, with a scale on which equal factors are equal distances.

    Example:
        >>> plot_norms({"GRU": [[4.0, 2.0, 1.0], [4.0, 1.0, 0.5]]}).get_label()
        'GRU goes from 4 at 0 steps back to 0.75 (0.5 to 1 over 2 seeds) at 2.'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(6, 3.2))
    ax.set_prop_cycle(**LINES)
    tales = []
    for name, norms in norms_by_name.items():
        norms = np.atleast_2d(norms)
        steps, middle = np.arange(norms.shape[1]), np.median(norms, axis=0)
        [line] = ax.plot(steps, middle, label=name)
        ax.fill_between(steps, norms.min(axis=0), norms.max(axis=0), color=line.get_color(), alpha=0.25, linewidth=0)
        spread = f" ({norms[:, -1].min():.2g} to {norms[:, -1].max():.2g} over {len(norms)} seeds)"
        spread = spread if len(norms) > 1 else ""
        tales.append(f"{name} goes from {middle[0]:.2g} at 0 steps back to {middle[-1]:.2g}{spread} at {steps[-1]}.")
    ax.set(xlabel="steps back", ylabel="gradient norm", yscale="log")
    ax.legend(frameon=False)
    ax.set_label(" ".join(tales))
    return ax


def plot_lines(x, lines, xlabel, ylabel, log=False, ax=None):
    """Measurements against years, lengths or distances: a line for each name.

    Args:
        x: where the values belong, shape (num_values,).
        lines: a dict from a line's name to its values, shape (num_values,).
        xlabel, ylabel: what the axes mean, with the unit.
        log: whether equal factors are equal distances, on both axes; the values are then marked.
        ax: where to draw; a new figure if None.

    Returns:
        The Axes.

    Example:
        >>> plot_lines([8, 16, 32], {"GRU": [1.0, 2.5, 2.0]}, "steps", "milliseconds").get_label()
        'GRU goes from 1 at 8 to 2 at 32 and is highest, 2.5, at 16.'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(6, 3.2))
    ax.set_prop_cycle(**LINES)
    tales = []
    for name, values in lines.items():
        values = np.asarray(values)
        ax.plot(x, values, label=name, marker="o" if log else None)
        highest = values.argmax()
        tale = f"{name} goes from {_short(values[0])} at {x[0]} to {_short(values[-1])} at {x[-1]}"
        is_inside = highest not in (0, len(values) - 1)
        tales.append(f"{tale} and is highest, {_short(values[highest])}, at {x[highest]}." if is_inside else f"{tale}.")
    if log:
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xticks(x, [str(value) for value in x])
        ax.minorticks_off()
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(frameon=False)
    ax.set_label(" ".join(tales))
    return ax


def _short(value):
    """A number in three digits, or all of a large one's in front of the point."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


class ColouredWords:
    """Words on colours, for a notebook; as plain text, each word with its number behind it."""

    def __init__(self, words, losses):
        self.words = list(words)
        self.losses = [float(loss) for loss in losses]

    def _repr_html_(self):
        pieces = []
        for word, loss in zip(self.words, self.losses, strict=True):
            colour = next(colour for most, colour in SURPRISE.items() if loss <= most)
            shown = "\u23ce" if word == "\n" else html.escape(word)
            # Black can be read on each of the colours, in dark mode, too.
            style = f"background:{colour};color:#000;padding:0 3px"
            pieces.append(f'<span style="{style}" title="{loss:.1f}">{shown}</span>' + "<br>" * (word == "\n"))
        return f'<div style="line-height:1.8">{" ".join(pieces)}</div>'

    def __repr__(self):
        return " ".join(f"{word!r} {loss:.1f}" for word, loss in zip(self.words, self.losses, strict=True))


def colour_words(words, losses):
    """A text in which each word stands on a colour: the darker, the more the model was surprised.

    Args:
        words: list of str.
        losses: of each word, in nats; shape (num_words,).

    Returns:
        An object that a notebook shows as coloured words, and a terminal as words with numbers.

    Example:
        >>> colour_words(["good", "my"], [5.08, 0.3])
        'good' 5.1 'my' 0.3
    """
    return ColouredWords(words, np.minimum(losses, max(SURPRISE)))
