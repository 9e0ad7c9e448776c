"""Every exercise check: blank, right in several styles, typical slips each with the hint it must get, mishaps."""

import copy
import heapq
import re
import threading
from collections import Counter, defaultdict
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from rnn_helpers.cells import rnn_step, unroll
from rnn_helpers.checks import check, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6, lesson_7, lesson_8
from rnn_helpers.experiments import interval
from rnn_helpers.gradients import backward_step

LESSONS = sorted((Path(__file__).resolve().parent.parent / "lessons").glob("0[1-8]*.md"))

# --- Answers that need more than a line ---


def relu(z):
    return np.where(z > 0, z, 0)


def relu_step_by_loops(x, h, W_x, W_h, b):
    size = len(h)
    sums = [sum(x * W_x[:, j]) + sum(h * W_h[:, j]) + b[j] for j in range(size)]
    return [max(0, value) for value in sums]


def read_on_by_recursion(h, inputs, *weights):
    return h if len(inputs) == 0 else read_on_by_recursion(rnn_step(inputs[0], h, *weights), inputs[1:], *weights)


def read_on_by_loop(h, inputs, W_x, W_h, b):
    for x in inputs:
        h = np.tanh(x @ W_x + h @ W_h + b)
    return h


def read_on_in_place(h, inputs, W_x, W_h, b):
    for x in inputs:
        h[:] = np.tanh(x @ W_x + h @ W_h + b)
    return h


def states_from(h, inputs, *weights):
    states = [h]
    for x in inputs:
        states.append(rnn_step(x, states[-1], *weights))
    return states


def pad_by_loop(ids, num_steps):
    ids = list(ids[-num_steps:])
    while len(ids) < num_steps:
        ids.append(0)
    return ids


def nucleus(probabilities, share, extra=1, order=-1):
    ids = np.argsort(order * probabilities, kind="stable")
    sums = np.cumsum(probabilities[ids])
    kept = ids[: np.searchsorted(sums, share - 1e-9) + extra]
    result = np.zeros_like(probabilities)
    result[kept] = probabilities[kept]
    return result


def nucleus_by_loop(probabilities, share):
    kept, total = {}, 0.0
    for id in sorted(range(len(probabilities)), key=lambda id: -probabilities[id]):
        if total >= share - 1e-9:
            break
        kept[id] = probabilities[id]
        total += probabilities[id]
    return [kept.get(id, 0) / total for id in range(len(probabilities))]


def normal(weights):
    return weights / weights.sum()


def grouped(inputs, targets):
    answers = defaultdict(Counter)
    for row, target in zip(inputs, targets, strict=True):
        answers[tuple(row)][target] += 1
    return answers


def best_by_sorting(inputs, targets):
    rows = sorted(zip(map(tuple, inputs), targets, strict=True))
    best = {row: max(Counter(t for r, t in rows if r == row).values()) for row, _ in rows}
    return sum(best.values()) / len(rows)


def product(belief_after, sentence):
    tokens, result = sentence.split(), 1
    for place, token in enumerate(tokens[1:], 1):
        result *= belief_after(" ".join(tokens[:place]))[token]
    return result


def product_by_logs(belief_after, sentence):
    tokens = sentence.split()
    logs = [np.log(belief_after(" ".join(tokens[:place]))[tokens[place]]) for place in range(1, len(tokens))]
    return float(np.exp(np.sum(logs)))


def top(probabilities, words, k):
    return [words[id] for id in np.argsort(probabilities)[::-1][:k]]


def top_by_sorted(probabilities, words, k):
    return [word for _, word in sorted(zip(probabilities, words, strict=True), reverse=True)][:k]


def entropy_by_loop(probabilities, targets):
    return sum(-np.log(row[target]) for row, target in zip(probabilities, targets, strict=True)) / len(targets)


def picked(probabilities, targets):
    return probabilities[np.arange(len(targets)), targets]


def relu_back_by_loop(x, h, h_new, gradient, W_h):
    inside = np.array([g if state > 0 else 0 for g, state in zip(gradient, h_new, strict=True)])
    by_W_x = np.array([[a * d for d in inside] for a in x])
    by_W_h = np.array([[a * d for d in inside] for a in h])
    return (by_W_x, by_W_h, inside), [sum(row * inside) for row in W_h]


def back_through(inside, x, h, W_h):
    return [np.outer(x, inside), np.outer(h, inside), inside], inside @ W_h.T


def longest_by_places(lags, recalls, threshold):
    low = [place for place, recall in enumerate(recalls) if recall < threshold]
    passed = lags[: low[0]] if low else lags
    return passed[-1] if passed else 0


def longest_by_loop(lags, recalls, threshold):
    longest = 0
    for lag, recall in zip(lags, recalls, strict=True):
        if recall < threshold:
            return longest
        longest = lag
    return longest


CHOICES = {"greetings": "RNN", "harvests": "autoregression", "figures": "convolution", "books": "attention"}


def seasonal_by_loop(series, num_forecasts, season):
    return [series[place - season] for place in range(len(series) - num_forecasts, len(series))]


def simplest_by_loop(errors):
    best = min(errors.values(), key=np.mean)
    for name, row in errors.items():
        if interval(row - best)[1] <= 0:
            return name


def simplest_by_list(errors):
    means = {name: row.mean() for name, row in errors.items()}
    best = errors[min(means, key=means.get)]
    return next(name for name, row in errors.items() if not interval(np.subtract(row, best))[1] > 0)


def best_over_runs(X, y):
    """Takes only neighbours for the same question."""
    rows = list(zip(X.tolist(), y.tolist(), strict=True))
    runs = [[target for _, target in run] for _, run in groupby(rows, key=lambda row: row[0])]
    return sum(max(Counter(run).values()) for run in runs) / len(rows)


def chances(belief_after, sentence):
    tokens = sentence.split()
    return [belief_after(" ".join(tokens[:place]))[tokens[place]] for place in range(1, len(tokens))]


def differences_to_best(errors):
    best = min(errors.values(), key=np.mean)
    return {name: interval(row - best) for name, row in errors.items()}


def simplest_by_overlap(errors):
    """Compares the intervals of the errors themselves, not of their differences."""
    _, _, high = interval(min(errors.values(), key=np.mean))
    return next(name for name, row in errors.items() if interval(row)[1] <= high)


# --- The table: exercise -> right answers, wrong answers with the hint that each must get ---


def law(sizes, seconds, size, first=-2, last=-1):
    exponent = np.log(seconds[last] / seconds[first]) / np.log(sizes[last] / sizes[first])
    return seconds[last] * (size / sizes[last]) ** exponent


def law_by_polyfit(sizes, seconds, size):
    exponent, height = np.polyfit(np.log(sizes[-2:]), np.log(seconds[-2:]), 1)
    return np.exp(height + exponent * np.log(size))


def law_of_all(sizes, seconds, size):
    exponent, height = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return np.exp(height) * size**exponent


def line(sizes, seconds, size):
    return seconds[-1] + (seconds[-1] - seconds[-2]) / (sizes[-1] - sizes[-2]) * (size - sizes[-1])


def end_of(seconds, start, workers):
    free_at = [start] * workers
    for training in seconds:
        first = free_at.index(min(free_at))
        free_at[first] += training
    return max(free_at)


def fewest(seconds, start, limit, end=end_of):
    for workers in range(1, len(seconds) + 1):
        if end(seconds, start, workers) <= limit:
            return workers
    return 0


def fewest_by_heap(seconds, start, limit):
    def end(workers):
        heap = [start] * workers
        for training in seconds:
            heapq.heapreplace(heap, heap[0] + training)
        return max(heap)

    return next((workers for workers, _ in enumerate(seconds, 1) if end(workers) <= limit), 0)


ANSWERS = {
    lesson_1.check_1_1: (
        [27, 27.0, np.int64(27), np.array(27)],
        [
            ("the bias is missing", 24),
            ("W_h is missing", 18),
            ("W_x is missing", 12),
            ("count units there, not words", 45),
            ("not for each word", 29),
            ("do not multiply", 405),
            ("that is W_x alone", 15),
            ("yours is a text", "27"),
            ("write down the shapes", 26),
        ],
    ),
    lesson_1.check_1_2: (
        [
            lambda x, h, W_x, W_h, b: relu(x @ W_x + h @ W_h + b),
            relu_step_by_loops,
            lambda x, h, W_x, W_h, b: np.maximum(x @ W_x + h @ W_h + b, 0).astype("float32"),
            lambda x, h, W_x, W_h, b, floor=0: np.clip(W_x.T @ x + W_h.T @ h + b, floor, None),
        ],
        [
            ("still tanh", rnn_step),
            ("the bias is missing", lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + h @ W_h)),
            ("the old state is missing", lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + b)),
            ("the input is missing", lambda x, h, W_x, W_h, b: np.maximum(0, h @ W_h + b)),
            ("must become 0", lambda x, h, W_x, W_h, b: x @ W_x + h @ W_h + b),
            ("relu keeps the others", lambda x, h, W_x, W_h, b: np.minimum(0, x @ W_x + h @ W_h + b)),
            ("turns the sign round", lambda x, h, W_x, W_h, b: abs(x @ W_x + h @ W_h + b)),
            ("inside relu", lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + h @ W_h) + b),
            ("apply relu once", lambda x, h, W_x, W_h, b: relu(x @ W_x) + relu(h @ W_h) + b),
            ("W_h is turned round", lambda x, h, W_x, W_h, b: relu(x @ W_x + h @ W_h.T + b)),
            ("the number itself", lambda x, h, W_x, W_h, b: (x @ W_x + h @ W_h + b > 0).astype(float)),
            ("the shape of h", lambda x, h, W_x, W_h, b: max(0, (x @ W_x + h @ W_h + b).max())),
            ("which axis goes with which", lambda x, h, W_x, W_h, b: relu(W_x @ x + W_h @ h + b)),
            ("fixed in your code", lambda *args: relu_step_by_loops(*args)[:2]),
            ("without rounding", lambda x, h, W_x, W_h, b: relu(x @ W_x + h @ W_h + b).round(3)),
        ],
    ),
    lesson_1.check_1_3: (
        [read_on_by_loop, read_on_by_recursion, lambda *args: states_from(*args)[-1].tolist()],
        [
            ("start from the state h", lambda h, inputs, *weights: unroll(inputs, *weights)[-1]),
            ("start from the state h", lambda h, inputs, *weights: unroll(inputs, *weights)),
            ("last state alone", lambda h, inputs, *weights: states_from(h, inputs, *weights)),
            ("inside the loop", lambda h, inputs, *weights: rnn_step(inputs[0], h, *weights)),
            ("not carried on", lambda h, inputs, *weights: rnn_step(inputs[-1], h, *weights)),
            ("last input is missing", lambda h, inputs, *weights: states_from(h, inputs[:-1], *weights)[-1]),
            ("first input is missing", lambda h, inputs, *weights: states_from(h, inputs[1:], *weights)[-1]),
            ("read in order", lambda h, inputs, *weights: states_from(h, inputs[::-1], *weights)[-1]),
            ("as it was given", lambda h, inputs, *weights: h),
            ("no inputs at all", lambda h, inputs, *w: states_from(h, inputs, *w)[-1] if len(inputs) else np.zeros(2)),
            ("h, which was given to you, is changed", read_on_in_place),
        ],
    ),
    lesson_2.check_2_1: (
        [9, np.int64(9), 9.0],
        [
            ("number of words", 12),
            ("each line loses one", 11),
            ("gives no row", 10),
            ("takes none away", 8),
            ("number of lines", 3),
            ("do not multiply", 28),
            ("not more", 15),
            ("yours is a list of 3", [6, 0, 3]),
        ],
    ),
    lesson_2.check_2_2: (
        [
            pad_by_loop,
            lambda ids, n: (ids[-n:] + [0] * n)[:n],
            lambda ids, n: np.pad(np.array(ids[-n:], dtype="int32"), (0, max(0, n - len(ids)))),
            lambda ids, n: (
                ([0] * max(0, len(ids) - n) + ids[-n:] + [0] * n)[max(0, len(ids) - n) + i] for i in range(n)
            ),
            lambda ids, n, padding=0: tuple(ids[-n:]) + (padding,) * (n - len(ids)),
        ],
        [
            ("zeros stand in front", lambda ids, n: ([0] * n + ids)[-n:]),
            ("zeros stand in front", lambda ids, n: ([0] * (n - len(ids)) + ids)[:n]),
            ("keep the last", lambda ids, n: (ids + [0] * n)[:n]),
            ("cut them to num_steps", lambda ids, n: ids + [0] * (n - len(ids))),
            ("fill up with zeros", lambda ids, n: ids[-n:]),
            ("one id too short", lambda ids, n: pad_by_loop(ids, n)[: n - 1]),
            ("one id too long", lambda ids, n: [*pad_by_loop(ids, n), 0]),
            ("add those that are missing", lambda ids, n: ids[-n:] + [0] * n),
            (
                "keep their order",
                lambda ids, n: (ids[-n:][::-1] + [0] * n)[:n] if len(ids) <= n else ids[: -n - 1 : -1],
            ),
            ("all is turned round", lambda ids, n: pad_by_loop(ids, n)[::-1]),
            ("needs num_steps ids", lambda ids, n: [*ids, *ids, *ids]),
            ("fixed in your code", lambda ids, n: {4: [3, 5, 0, 0], 2: [5, 7]}.get(n, ids)),
            ("every place is padding", lambda ids, n: pad_by_loop(ids, n) if ids else []),
            ("yours is a text", lambda ids, n: str(pad_by_loop(ids, n))),
        ],
    ),
    lesson_2.check_2_3: (
        [
            lambda tokens, known: sum(t not in known for t in tokens) / max(1, len(tokens)),
            lambda tokens, known: 0 if tokens == [] else len([t for t in tokens if t not in set(known)]) / len(tokens),
            lambda tokens, known: np.float32(1 - np.isin(tokens, known).mean() if tokens else 0),
        ],
        [
            ("share of the known", lambda tokens, known: np.mean([t in known for t in tokens])),
            ("that is a count", lambda tokens, known: sum(t not in known for t in tokens)),
            ("in percent", lambda tokens, known: 100 * np.mean([t not in known for t in tokens])),
            ("counts twice", lambda tokens, known: len({*tokens} - {*known}) / len({*tokens})),
            ("counts twice", lambda tokens, known: len({*tokens} - {*known}) / len(tokens)),
            ("with no tokens at all", lambda tokens, known: sum(t not in known for t in tokens) / len(tokens)),
            ("not by the number of", lambda tokens, known: sum(t not in known for t in tokens) / len(known)),
            ("turn it round", lambda tokens, known: np.mean([word not in tokens for word in known])),
            ("look in the list", lambda tokens, known: np.mean([t not in " ".join(known) for t in tokens])),
            ("nothing is counted", lambda tokens, known: sum(tokens not in known for t in [])),
            ("fixed in your code", lambda tokens, known: 0.6),
        ],
    ),
    lesson_3.check_3_1: (
        [2900, 2900.0, np.float32(2900)],
        [
            ("the bias of the SimpleRNN", 2884),
            ("the bias of the Dense", 2800),
            ("both biases", 2784),
            ("W_h is missing", 2644),
            ("W_x is missing", 2772),
            ("the Embedding is missing", 2100),
            ("the Dense layer is missing", 1200),
            ("the SimpleRNN is missing", 2500),
            ("already count the padding", 2925),
            ("the lesson's model", 3782),
        ],
    ),
    lesson_3.check_3_2: (
        [
            entropy_by_loop,
            lambda p, t: -np.log(picked(p, t)).mean(),
            lambda p, t: -(np.eye(p.shape[1])[t] * np.log(p)).sum() / len(t),
            lambda p, t: np.mean(-np.log(picked(p.astype("float32"), t))),
        ],
        [
            ("sign", lambda p, t: np.log(picked(p, t)).mean()),
            ("take the mean", lambda p, t: -np.log(picked(p, t)).sum()),
            ("base 10", lambda p, t: -np.log10(picked(p, t)).mean()),
            ("base 2", lambda p, t: -np.log2(picked(p, t)).mean()),
            ("logarithm of each row first", lambda p, t: -np.log(picked(p, t).mean())),
            ("not the whole row", lambda p, t: -np.log(p).mean()),
            ("not 1 - p", lambda p, t: np.mean(1 - picked(p, t))),
            ("the mean probability", lambda p, t: picked(p, t).mean()),
            ("look up the right one", lambda p, t: -np.log(p.max(axis=1)).mean()),
            ("one column off", lambda p, t: -np.log(picked(p, np.array(t) - 1)).mean()),
            ("no softmax", lambda p, t: -np.log(picked(np.exp(p) / np.exp(p).sum(1)[:, None], t)).mean()),
            ("no logits", lambda p, t: -picked(p, t).mean()),
            ("stop before", lambda p, t: np.exp(entropy_by_loop(p, t))),
            ("not a number", lambda p, t: np.log(-picked(p, t)).mean()),
            ("row and column are mixed up", lambda p, t: -np.log(picked(p.T, t)).mean()),
            ("one number", lambda p, t: -np.log(p[:, t]).mean(axis=1)),
            ("one number", lambda p, t: -np.log(picked(p, t))),
            ("without rounding", lambda p, t: round(entropy_by_loop(p, t), 2)),
            ("which axis goes with which", lambda p, t: -np.log(p * np.eye(9)[t]).mean()),
        ],
    ),
    lesson_3.check_3_3: (
        [
            best_by_sorting,
            lambda X, y: sum(max(c.values()) for c in grouped(X, y).values()) / len(y),
            lambda X, y: sum(np.bincount(y[(row == X).all(axis=1)]).max() for row in np.unique(X, axis=0)) / len(y),
        ],
        [
            ("divide it", lambda X, y: sum(max(c.values()) for c in grouped(X, y).values())),
            ("in percent", lambda X, y: 100 * best_by_sorting(X, y)),
            ("one answer for all", lambda X, y: max(Counter(y.tolist()).values()) / len(y)),
            ("different questions", lambda X, y: len(grouped(X, y)) / len(y)),
            ("cannot all be right", lambda X, y: np.mean([y[i] == y[i] for i in range(len(y))])),
            ("count the others", lambda X, y: 1 - best_by_sorting(X, y)),
            ("compare all their inputs", lambda X, y: best_by_sorting(X[:, -1:], y)),
            (
                "not the one that comes first",
                lambda X, y: sum(next(iter(c.values())) for c in grouped(X, y).values()) / len(y),
            ),
            (
                "mean over the questions",
                lambda X, y: np.mean([max(c.values()) / c.total() for c in grouped(X, y).values()]),
            ),
            ("the order of the rows", best_over_runs),
            ("unhashable", lambda X, y: len({row: 0 for row in X})),
            ("fixed in your code", lambda X, y: 6 / 9),
            ("without rounding", lambda X, y: round(best_by_sorting(X, y), 2)),
        ],
    ),
    lesson_4.check_4_1: (
        [2, 2.0, np.float32(2)],
        [
            ("squares", 0.5),
            ("leaves", 1),
            ("fourth root", 4),
            ("divide by zero", 0),
            ("above 0", -2),
            ("one of the four", 3),
            ("yours is a text", "2"),
            ("which power", 1.41),
        ],
    ),
    lesson_4.check_4_2: (
        [top, top_by_sorted, lambda p, w, k: np.array(w)[np.argsort(-p)[:k]], lambda *args: (w for w in top(*args))],
        [
            ("least likely", lambda p, w, k: [w[i] for i in np.argsort(p)[:k]]),
            ("must come first", lambda p, w, k: [w[i] for i in np.argsort(p)[-k:]]),
            ("these are the ids", lambda p, w, k: np.argsort(-p)[:k].tolist()),
            ("these are the probabilities", lambda p, w, k: sorted(p, reverse=True)[:k]),
            ("without a number", lambda p, w, k: sorted(zip(p, w, strict=True), reverse=True)[:k]),
            ("yours is a text", lambda p, w, k: w[p.argmax()]),
            ("yours is a set", lambda p, w, k: set(top(p, w, k))),
            ("not one", lambda p, w, k: [w[p.argmax()]]),
            ("not all", lambda p, w, k: top(p, w, len(w))),
            ("places count from 0", lambda p, w, k: top(p, w, k + 1)[1:]),
            ("stops too early", lambda p, w, k: [w[i] for i in np.argsort(p)[-1:-k:-1]]),
            ("stops too late", lambda p, w, k: top(p, w, k + 1)),
            ("first words of the vocabulary", lambda p, w, k: w[:k]),
            ("by their letters", lambda p, w, k: sorted(w)[:k]),
            ("fixed in your code", lambda p, w, k: top(p, w, 3)),
            ("with k = 1", lambda p, w, k: top(p, w, k) if k > 1 else top(p, w, k)[0]),
        ],
    ),
    lesson_4.check_4_3: (
        [product, product_by_logs, lambda f, s: np.float32(np.prod(chances(f, s)))],
        [
            ("not added", lambda f, s: sum(chances(f, s))),
            ("this is their mean", lambda f, s: np.mean(chances(f, s))),
            ("the logarithm", lambda f, s: np.log(product(f, s))),
            ("the surprise", lambda f, s: -np.log(product(f, s))),
            ("not the last one alone", lambda f, s: np.prod([f(a)[b] for a, b in zip(s.split(), s.split()[1:])])),  # noqa: B905
            ("last word is missing", lambda f, s: np.prod(chances(f, s)[:-1])),
            ("second word is missing", lambda f, s: np.prod(chances(f, s)[1:])),
            ("inside the loop", lambda f, s: chances(f, s)[0]),
            ("multiplied with those before", lambda f, s: chances(f, s)[-1]),
            ("end it one word before", lambda f, s: np.prod([f(s[: m.end()])[m[0]] for m in re.finditer(r"\w+", s)])),
            ("starts from 1", lambda f, s: 0 * product(f, s)),
            ("was asked for ''", lambda f, s: f("")["hello"]),
            ("was asked for ['hello']", lambda f, s: f(s.split()[:1])["how"]),
            ("leaves nothing to predict", lambda f, s: product(f, s) if " " in s else 0),
            ("fixed in your code", lambda f, s: product(f, "hello how is")),
        ],
    ),
    lesson_5.check_5_1: (
        [22, np.int64(22), 22.0],
        [
            ("a little more than a tenth", 21),
            ("one step earlier", 23),
            ("of what is left", 10),
            ("about a half", 7),
            ("below a hundredth", 44),
            ("bounds a single step", float("inf")),
            ("that is what is left", 0.9**22),
            ("steps are whole", np.log(0.1) / np.log(0.9)),
            ("again and again", 33),
        ],
    ),
    lesson_5.check_5_2: (
        [
            lambda x, h, new, g, W_h: back_through(np.where(new > 0, g, 0), x, h, W_h),
            relu_back_by_loop,
            lambda x, h, new, g, W_h: back_through((g * (new > 0)).astype("float32"), x, h, W_h),
        ],
        [
            ("still the slope of tanh", backward_step),
            ("nothing goes back through", lambda x, h, new, g, W_h: back_through(g, x, h, W_h)),
            ("not where it is 0", lambda x, h, new, g, W_h: back_through(g * (new <= 0), x, h, W_h)),
            ("not by its value", lambda x, h, new, g, W_h: back_through(g * new, x, h, W_h)),
            ("may be below zero", lambda x, h, new, g, W_h: back_through(np.maximum(0, g), x, h, W_h)),
            ("not on the old one", lambda x, h, new, g, W_h: back_through(g * (h > 0), x, h, W_h)),
            ("that came in is missing", lambda x, h, new, g, W_h: back_through((new > 0) * 1, x, h, W_h)),
            ("W_h is turned round", lambda x, h, new, g, W_h: back_through(g * (new > 0), x, h, W_h.T)),
            (
                "goes through relu, too",
                lambda x, h, new, g, W_h: (back_through(g * (new > 0), x, h, W_h)[0], g @ W_h.T),
            ),
            ("needs h, not h_new", lambda x, h, new, g, W_h: back_through(g * (new > 0), x, new, W_h)),
            ("return the three gradients as a list", lambda x, h, new, g, W_h: g * (new > 0) @ W_h.T),
            ("yours has 2", lambda *args: (relu_back_by_loop(*args)[0][:2], relu_back_by_loop(*args)[1])),
            ("need the shapes of W_x", lambda x, h, new, g, W_h: back_through(g * (new > 0), h, x, W_h)),
            ("that of W_x is not", lambda x, h, new, g, W_h: (back_through(g, x, h, W_h)[0], g * (new > 0) @ W_h.T)),
        ],
    ),
    lesson_5.check_5_3: (
        [
            longest_by_loop,
            longest_by_places,
            lambda lags, r, t: np.array([0, *lags])[np.argmax(np.array([*r, -1]) < t)],
        ],
        [
            ("after the first failure", lambda lags, r, t: max(k for k, v in zip(lags, r, strict=True) if v >= t)),
            ("the one before", lambda lags, r, t: next(k for k, v in zip(lags, r, strict=True) if v < t)),
            ("just the threshold", lambda lags, r, t: longest_by_loop(lags, r, t + 1e-9)),
            ("how many lags it passes", lambda lags, r, t: lags.index(longest_by_loop(lags, r, t)) + 1),
            ("a place in the list", lambda lags, r, t: lags.index(longest_by_loop(lags, r, t))),
            ("that is a recall", lambda lags, r, t: r[lags.index(longest_by_loop(lags, r, t))]),
            ("stop where the recall", lambda lags, r, t: lags[-1]),
            ("inside the loop", lambda lags, r, t: lags[0] if r[0] >= t else 0),
            ("one lag too early", lambda lags, r, t: lags[lags.index(longest_by_loop(lags, r, t)) - 1]),
            ("the longest lag of all", lambda lags, r, t: lags[next(i for i, v in enumerate(r) if v < t) - 1]),
            ("at the first lag already", lambda lags, r, t: longest_by_loop(lags, r, t) or lags[0]),
            ("fixed in your code", lambda lags, r, t: 4),
        ],
    ),
    lesson_6.check_6_1: (
        [CHOICES, dict(sorted(CHOICES.items())), defaultdict(str, CHOICES)],
        [
            ("give a dictionary", "RNN"),
            ("give a dictionary", {"greetings": "RNN"}),
            ("'GRU' is not one of", CHOICES | {"books": "GRU"}),
            ("what an RNN did best", CHOICES | {"greetings": "attention"}),
            ("no clear lead", CHOICES | {"harvests": "RNN"}),
            ("one number a year", CHOICES | {"harvests": "attention"}),
            ("above and below", CHOICES | {"figures": "RNN"}),
            ("shuffled away", CHOICES | {"figures": "attention"}),
            ("four words at a time", CHOICES | {"books": "convolution"}),
            ("as long as the text", CHOICES | {"books": "RNN"}),
            ("still blank", CHOICES | {"figures": ...}),
        ],
    ),
    lesson_6.check_6_2: (
        [
            seasonal_by_loop,
            lambda s, n, season: s[len(s) - n - season : len(s) - season],
            lambda s, n, season: np.roll(s, season)[-n:].astype("float32"),
        ],
        [
            ("must not look at them", lambda s, n, season: s[-n:]),
            ("naive forecast", lambda s, n, season: s[-n - 1 : -1]),
            ("stop before the end", lambda s, n, season: s[-n - season :]),
            ("the first numbers", lambda s, n, season: s[:n]),
            ("by num_forecasts", lambda s, n, season: s[-n - n : -n]),
            ("mixed up", lambda s, n, season: s[-season:]),
            ("as many numbers come back", lambda s, n, season: s[-n - season : -n]),
            ("too far back", lambda s, n, season: s[-n - season - 1 : -season - 1]),
            ("too late", lambda s, n, season: s[-n - season + 1 : len(s) - season + 1]),
            ("last season is repeated", lambda s, n, season: np.tile(s[-n - season : -n], 9)[:n]),
            ("of 4 forecasts, 1 came back", lambda s, n, season: s[-season : -season + 1]),
            ("fixed in your code", lambda s, n, season: s[-7:-3]),
        ],
    ),
    lesson_6.check_6_3: (
        [
            simplest_by_loop,
            simplest_by_list,
            lambda errors: next(name for name, (_, low, _) in differences_to_best(errors).items() if low <= 0),
        ],
        [
            ("best on average", lambda errors: min(errors, key=lambda name: errors[name].mean())),
            ("the largest errors", lambda errors: max(errors, key=lambda name: errors[name].mean())),
            ("may be far worse", lambda errors: next(iter(errors))),
            ("year by year, then their interval", simplest_by_overlap),
            ("the last model that will do", lambda e: [n for n, d in differences_to_best(e).items() if d[1] <= 0][-1]),
            (
                "that one is clearly worse",
                lambda e: next((n for n, d in differences_to_best(e).items() if d[1] > 0), "naive"),
            ),
            (
                "with all differences 0",
                lambda e: next((n for n, d in differences_to_best(e).items() if d[1] < 0), None),
            ),
            ("need not be the best", lambda errors: list(errors)[-1]),
            ("fixed in your code", lambda errors: list(errors)[2]),
            ("fixed in your code", lambda errors: list(errors)[1]),
            ("none of the models", lambda errors: "best"),
            ("the name of one model", lambda errors: list(errors.values())[2]),
        ],
    ),
    lesson_7.check_7_1: (
        [
            lambda p: np.exp(-np.log(p).mean()),
            lambda p: 2 ** (-np.log2(p).mean()),
            lambda p: 1 / np.prod(p) ** (1 / len(p)),
            lambda p: np.exp(-np.log(p.astype("float32")).mean()),
        ],
        [
            ("a minus sign is missing", lambda p: np.exp(np.log(p).mean())),
            ("that is the mean loss:", lambda p: -np.log(p).mean()),
            ("base 2 and the power has base e", lambda p: np.exp(-np.log2(p).mean())),
            ("base e and the power has base 2", lambda p: 2 ** -np.log(p).mean()),
            ("mean loss in bits", lambda p: -np.log2(p).mean()),
            ("one number for all words", lambda p: np.exp(-np.log(p))),
            ("1 over the mean probability", lambda p: 1 / p.mean()),
            ("not their sum", lambda p: np.exp(-np.log(p).sum())),
            ("mean of 1 / p", lambda p: (1 / p).mean()),
            ("and no losses", lambda p: np.exp(-p.mean())),
            ("each word counts once", lambda p: np.exp(-np.sum(p * np.log(p)))),
            ("how many there are", lambda p: np.exp(-np.log(p).sum() / 4)),
            ("fixed in your code", lambda p: 4.0),
            ("as unsure as four equal words", lambda p: len(p) - 1),
        ],
    ),
    lesson_7.check_7_2: (
        [lambda p, share: normal(nucleus(p, share)), nucleus_by_loop, lambda *args: np.float32(nucleus_by_loop(*args))],
        [
            ("their sum is not 1", nucleus),
            ("steps over it belongs in", lambda p, share: normal(nucleus(p, share, extra=0))),
            ("one more word belongs in", lambda p, share: nucleus(p, share, extra=0)),
            ("one word too many", lambda p, share: normal(nucleus(p, share, extra=2))),
            ("changed places", lambda p, share: -np.sort(-normal(nucleus(p, share)))),
            ("by id", lambda p, share: normal(np.where(np.cumsum(p) <= share, p, 0))),
            ("by id", lambda p, share: normal(np.where(np.cumsum(p) - p < share, p, 0))),
            ("sort the other way", lambda p, share: normal(nucleus(p, share, order=1))),
            ("nothing was left out", lambda p, share: p),
            ("nothing is kept", lambda p, share: np.where(p >= share, p, 0)),
            ("nothing is kept", lambda p, share: normal(np.where(p >= share, p, 0))),
            ("which words stay", lambda p, share: nucleus(p, share) > 0),
            ("the words left out stay", lambda p, share: np.flatnonzero(nucleus(p, share))),
            ("three words each time", lambda p, share: normal(np.where(p > np.sort(p)[-4], p, 0))),
            ("it stays alone", lambda p, share: normal(nucleus(p, max(0.7, share)))),
            ("a share of 1", lambda p, share: normal(nucleus(p, min(share, 0.8)))),
            ("just the share", lambda p, share: normal(nucleus(p, min(1, share + 1e-6)))),
            ("fixed in your code", lambda p, share: normal(nucleus(p, 0.8))),
        ],
    ),
    lesson_7.check_7_3: (
        [
            lambda a, b, weight: -np.log(weight * np.exp(-a) + (1 - weight) * np.exp(-b)),
            lambda a, b, weight: [-np.log(weight / np.exp(x) + (1 - weight) / np.exp(y)) for x, y in zip(a, b)],  # noqa: B905
            lambda a, b, weight: -np.logaddexp(np.log(weight) - a, np.log(1 - weight) - b),
        ],
        [
            ("you mixed the losses", lambda a, b, weight: weight * a + (1 - weight) * b),
            ("return their losses", lambda a, b, weight: weight * np.exp(-a) + (1 - weight) * np.exp(-b)),
            ("not negative", lambda a, b, weight: np.log(weight * np.exp(-a) + (1 - weight) * np.exp(-b))),
            ("logarithm of mixed losses", lambda a, b, weight: -np.log(weight * a + (1 - weight) * b)),
            ("to the first", lambda a, b, weight: -np.log((1 - weight) * np.exp(-a) + weight * np.exp(-b))),
            ("same weight", lambda a, b, weight: -np.log((np.exp(-a) + np.exp(-b)) / 2)),
            ("the weights are missing", lambda a, b, weight: -np.log(np.exp(-a) + np.exp(-b))),
            ("minus the loss", lambda a, b, weight: np.log(weight * np.exp(a) + (1 - weight) * np.exp(b))),
            ("base 2", lambda a, b, weight: -np.log2(weight * np.exp(-a) + (1 - weight) * np.exp(-b))),
            ("no mean yet", lambda a, b, weight: (weight * a + (1 - weight) * b).mean()),
            ("fixed in your code", lambda a, b, weight: -np.log(0.75 * np.exp(-a) + 0.25 * np.exp(-b))),
            ("not a number", lambda a, b, weight: -np.log(np.log(-a) + np.log(-b))),
            ("back to losses", lambda a, b, weight: np.minimum(a, b)),
        ],
    ),
    lesson_8.check_8_1: (
        [5, 5.0, 1 / (0.1 + 0.9 / 9), np.float32(5)],
        [
            ("a tenth of it cannot", 9),
            ("nine do not reach it", 10),
            ("the law adds times", 0.9 * 9),
            ("that is the time that is left", 0.2),
            ("that is the serial share itself", 0.1),
            ("which part is divided by nine", 1 / (0.9 + 0.1 / 9)),
            ("which part is divided by nine", 1.8),
            ("what is left of it", 0.9),
            ("first the time", 4.5),
        ],
    ),
    lesson_8.check_8_2: (
        [law, law_by_polyfit, lambda *args: np.float32(law(*args)), lambda *args: np.array(law(*args))],
        [
            ("the small ones are mostly floor", law_of_all),
            (
                "a straight line through the last two",
                lambda s, t, n: t[-1] + (t[-1] - t[-2]) / (s[-1] - s[-2]) * (n - s[-1]),
            ),
            ("the exponent to be 1", lambda s, t, n: t[-1] * n / s[-1]),
            ("the exponent to be 2", lambda s, t, n: t[-1] * (n / s[-1]) ** 2),
            ("the first measurement went in", lambda *args: law(*args, first=0)),
            ("the first two measurements", lambda *args: law(*args, first=0, last=1)),
            ("undo it", lambda *args: np.log(law(*args))),
            ("that is the exponent", lambda s, t, n: np.log(t[-1] / t[-2]) / np.log(s[-1] / s[-2])),
            ("it falls where it should rise", lambda s, t, n: t[-1] ** 2 / law(s, t, n)),
            ("the factor is missing", lambda s, t, n: n ** (np.log(t[-1] / t[-2]) / np.log(s[-1] / s[-2]))),
            ("upside down", lambda s, t, n: t[-1] * (n / s[-1]) ** (np.log(s[-1] / s[-2]) / np.log(t[-1] / t[-2]))),
            ("the last measurement itself", lambda s, t, n: t[-1]),
            ("fixed in your code", lambda s, t, n: t[-1] * (n / s[-1]) ** (np.log(3) / np.log(2))),
            ("without rounding", lambda *args: round(law(*args), 3)),
            ("what was measured", lambda s, t, n: law(s, t, n) if n > s[-1] else t[0]),
            ("three times the seconds", lambda s, t, n: t[-1] + t[-2]),
        ],
    ),
    lesson_8.check_8_3: (
        [fewest, fewest_by_heap, lambda *args: np.int64(fewest(*args))],
        [
            ("cannot be cut in two", lambda *args: fewest(*args, lambda s, start, n: start + sum(s) / n)),
            ("the start is missing", lambda s, start, limit: fewest(s, 0, limit)),
            (
                "dealt out like cards",
                lambda *args: fewest(*args, lambda s, start, n: start + max(sum(s[k::n]) for k in range(n))),
            ),
            (
                "cut in blocks",
                lambda *args: fewest(*args, lambda s, start, n: start + max(map(sum, np.array_split(s, n)))),
            ),
            (
                "as long as the longest",
                lambda *args: fewest(*args, lambda s, start, n: start + int(np.ceil(len(s) / n)) * max(s)),
            ),
            ("do not sort them", lambda s, *args: fewest(sorted(s)[::-1], *args)),
            ("just at the limit", lambda s, start, limit: fewest(s, start, limit - 0.1)),
            ("how many workers there are", lambda s, start, limit: end_of(s, start, fewest(s, start, limit))),
            ("one worker less", lambda *args: fewest(*args) - 1),
            ("one worker more", lambda *args: fewest(*args) + 1),
            ("fewer may be enough", lambda s, start, limit: len(s)),
            ("once for each training", lambda s, start, limit: fewest([start + one for one in s], 0, limit)),
            ("return 0", lambda s, start, limit: fewest(s, start, limit) or len(s)),
            ("one is enough", lambda s, start, limit: fewest(s, start, limit) if len(s) > 1 else 2),
            ("fixed in your code", lambda s, start, limit: 3),
            ("free first", lambda s, start, limit: 7),
        ],
    ),
}

FUNCTIONS = {check_function: right[0] for check_function, (right, _) in ANSWERS.items() if callable(right[0])}
RIGHT = [(check_function, answer) for check_function, (right, _) in ANSWERS.items() for answer in right]
WRONG = [(check_function, *pair) for check_function, (_, wrong) in ANSWERS.items() for pair in wrong]
MARKS = {check_function.__name__: check_function.__name__[6:].replace("_", ".") for check_function in ANSWERS}


def name_of(value):
    return MARKS.get(getattr(value, "__name__", ""), "")


def said(check_function, answer, capsys):
    """The one line that a check prints."""
    check_function(answer)
    verdict = capsys.readouterr().out
    assert verdict.count("\n") == 1 and verdict.endswith("\n")
    return verdict.removesuffix("\n")


def in_each(checks):
    return pytest.mark.parametrize("check_function", checks, ids=name_of)


def from_notebook(source, **names):
    """The function `answer` that a notebook's cells make, with a namespace of its own."""
    namespace = {"np": np, **names}
    exec(source, namespace)
    return namespace["answer"]


# --- The table, tried ---


@in_each(ANSWERS)
def test_a_blank_is_not_tried(check_function, capsys):
    not_tried = f"○ {name_of(check_function)} not tried yet"
    assert said(check_function, ..., capsys) == not_tried
    if check_function in FUNCTIONS:
        assert said(check_function, lambda *args: ..., capsys) == not_tried


@pytest.mark.parametrize(("check_function", "answer"), RIGHT, ids=name_of)
def test_a_right_answer_passes_in_any_style(check_function, answer, capsys):
    assert said(check_function, answer, capsys) == f"✓ {name_of(check_function)}"


@pytest.mark.parametrize(("check_function", "hint", "answer"), WRONG, ids=name_of)
def test_a_typical_slip_gets_its_own_hint(check_function, hint, answer, capsys):
    verdict = said(check_function, answer, capsys)
    assert verdict.startswith(f"✗ {name_of(check_function)} ") and hint in verdict


@in_each(ANSWERS)
def test_every_exercise_has_two_right_answers_and_five_slips_with_a_hint_each(check_function):
    right, wrong = ANSWERS[check_function]
    assert len(right) >= 2
    verdicts = {check_function.judge(answer) for _, answer in wrong}
    assert len([verdict for verdict in verdicts if "your answer stops" not in verdict]) >= 5


def test_all_exercises_stand_in_the_table():
    text = "\n".join(path.read_text(encoding="utf-8") for path in LESSONS)
    calls = re.findall(r"^(check_\d_\d)\((\w+)\)", text, re.M)
    assert calls == [(check_function.__name__, check_function.asked_for) for check_function in ANSWERS]


@in_each(ANSWERS)
def test_no_hint_and_no_docstring_contains_the_answer(check_function):
    right, wrong = ANSWERS[check_function]
    shown = [check_function.judge(answer).partition(" ")[2].partition(" ")[2] for _, answer in wrong]
    shown.append(check_function.__doc__)
    if check_function not in FUNCTIONS:
        solutions = [str(right[0])]
    else:
        lesson = LESSONS[int(name_of(check_function)[0]) - 1].read_text(encoding="utf-8")
        before = lesson[: lesson.index(f"\n{check_function.__name__}(")]
        lines = before.rpartition("### BEGIN SOLUTION")[2].partition("### END SOLUTION")[0].splitlines()
        solutions = [line.strip().removeprefix("return ") for line in lines]
        solutions = [line for line in solutions if len(line) > 5 and not line.isidentifier()]
    for text in shown:
        assert not any(re.search(rf"(?<![\w.]){re.escape(line)}(?![\w.])", text) for line in solutions), text


# --- With a seed: random arguments beside the check's own ---


@pytest.mark.parametrize(("check_function", "answer"), RIGHT, ids=name_of)
def test_a_right_answer_is_right_for_random_arguments(check_function, answer):
    for seed in range(5):
        assert check_function.judge(answer, seconds=None, seed=seed) == f"✓ {name_of(check_function)}"


@in_each(FUNCTIONS)
def test_an_answer_that_knows_the_examples_alone_fails_with_any_seed(check_function):
    known = {}
    check_function.judge(lambda *args: known.setdefault(repr(args), FUNCTIONS[check_function](*args)))
    other = next(iter(known.values()))

    def by_heart(*args):
        return copy.deepcopy(known.get(repr(args), other))

    assert check_function.judge(by_heart) == f"✓ {name_of(check_function)}"
    for seed in range(5):
        assert "is a number, a size or a name fixed in your code?" in check_function.judge(by_heart, seed=seed)


@in_each(FUNCTIONS)
def test_an_answer_that_returns_nothing_for_other_examples_is_told(check_function):
    seen = []
    check_function.judge(lambda *args: seen.append(repr(args)) or FUNCTIONS[check_function](*args))
    verdict = check_function.judge(
        lambda *args: FUNCTIONS[check_function](*args) if repr(args) in seen else None, seed=1
    )
    assert "your function returns None for some arguments" in verdict


# --- Mishaps, in every exercise ---


ODD_ANSWERS = [None, "five", [], {}, np.zeros(3), object(), len, float("nan"), 1j]


@pytest.mark.parametrize("answer", ODD_ANSWERS, ids=lambda answer: type(answer).__name__)
@in_each(ANSWERS)
def test_an_answer_of_a_wrong_type_gets_a_hint(check_function, answer, capsys):
    assert said(check_function, answer, capsys).startswith("✗")
    if check_function in FUNCTIONS:
        assert said(check_function, lambda *args: answer, capsys).startswith("✗")
        assert callable(answer) or "a function is wanted" in said(check_function, answer, capsys)


@in_each(FUNCTIONS)
def test_an_answer_that_raises_is_told_where(check_function, capsys):
    assert "stops in line 3 with ZeroDivisionError: " in said(
        check_function, from_notebook("def answer(*args):\n    one = 1\n    return one / 0"), capsys
    )
    assert "stops in line 1 with SystemExit" in said(
        check_function, from_notebook("answer = lambda *a: exit()"), capsys
    )
    assert "calls itself without end" in said(check_function, from_notebook("answer = lambda *a: answer(*a)"), capsys)


@in_each(FUNCTIONS)
def test_an_answer_that_hangs_is_stopped(check_function):
    def endless(*args):
        while True:
            pass

    assert "did not come to an end in 0.05 s" in check_function.judge(endless, seconds=0.05)


@in_each(FUNCTIONS)
def test_a_right_answer_that_prints_is_right_and_one_that_only_prints_is_told(check_function, capsys):
    right = FUNCTIONS[check_function]
    verdict = said(check_function, lambda *args: print("so\nfar") or right(*args), capsys)
    assert verdict.startswith(f'✓ {name_of(check_function)} (it also printed "so far')
    verdict = said(check_function, lambda *args: print(right(*args)), capsys)
    assert "returns None" in verdict and "it also printed" in verdict


@in_each([check_function for check_function in FUNCTIONS if check_function is not lesson_4.check_4_3])
def test_an_answer_that_changes_what_it_was_given_is_told_which(check_function, capsys):  # 4.3 gets nothing to change
    def careless(*args):
        result = copy.deepcopy(FUNCTIONS[check_function](*args))
        if isinstance(args[0], np.ndarray):
            args[0][...] = 7
        else:
            args[0].clear()
        return result

    verdict = said(check_function, careless, capsys)
    assert "the result is right, but" in verdict and "is changed: work on a copy" in verdict


@in_each(FUNCTIONS)
def test_an_answer_that_takes_other_arguments_is_told_the_line_of_its_stub(check_function, capsys):
    verdict = said(check_function, lambda: 0, capsys)
    stub = re.search(r"keep the line (def \w+\(.+\):)$", verdict)[1]
    assert f"\n{stub}\n" in LESSONS[int(name_of(check_function)[0]) - 1].read_text(encoding="utf-8")


@in_each(FUNCTIONS)
def test_an_answer_that_asks_for_input_is_told(check_function, capsys):
    assert "input() waits for a person" in said(check_function, lambda *args: input("h? "), capsys)


@in_each(ANSWERS)
def test_an_answer_that_breaks_when_it_is_looked_at_gets_a_hint(check_function, capsys):
    class Broken(dict):
        def __eq__(self, other):
            raise SystemExit

        def __iter__(self):
            raise KeyboardInterrupt

        __hash__ = __len__ = __array__ = __contains__ = __eq__

    assert said(check_function, Broken(), capsys).startswith("✗")
    assert said(check_function, lambda *args: Broken(), capsys).startswith("✗")


# --- Redefined names ---

REDEFINED = {
    lesson_1.check_1_2: ("rnn_step", "def rnn_step(x, h): return 0\nanswer = lambda *a: rnn_step(*a)"),
    lesson_1.check_1_3: (
        "rnn_step",
        "def rnn_step(x, h, W_x, W_h, b): return np.maximum(0, x @ W_x + h @ W_h + b)\n"
        "def answer(h, inputs, *weights):\n    for x in inputs: h = rnn_step(x, h, *weights)\n    return h",
    ),
    lesson_5.check_5_2: ("backward_step", "backward_step = None\nanswer = lambda *args: backward_step(*args)"),
    lesson_6.check_6_3: (
        "interval",
        "def interval(values): return 0, 1, 2\n"
        "answer = lambda e: next((n for n in e if interval(e[n])[1] <= 0), 'GRU')",
    ),
}


@in_each(REDEFINED)
def test_a_redefined_helper_is_named(check_function, capsys):
    helper, source = REDEFINED[check_function]
    assert f"{helper} was redefined in your notebook" in said(check_function, from_notebook(source), capsys)


def test_a_helper_written_again_in_the_notebook_is_none_redefined(capsys):
    source = (
        "def rnn_step(x, h, W_x, W_h, b): return np.tanh(b + h @ W_h + x @ W_x)\n"
        "answer = lambda h, inputs, *weights: rnn_step(inputs[0], h, *weights)"
    )
    assert "inside the loop" in said(lesson_1.check_1_3, from_notebook(source), capsys)


def test_a_python_name_used_for_a_value_is_named(capsys):
    source = "sum = 3\ndef answer(tokens, known): return sum(t not in known for t in tokens)"
    assert "sum is no longer Python's own" in said(lesson_2.check_2_3, from_notebook(source), capsys)


# --- The check itself ---


def test_an_answer_cannot_change_the_data_of_its_check(capsys):
    data = [1, 2]

    @check("0.1", takes="data")
    def check_0_1(answer):
        answer(data)
        return None if data == [1, 2] else "changed"

    assert "data, which was given to you" in said(check_0_1, lambda values: values.append(3) or 0, capsys)


def test_what_a_stopped_answer_returns_is_void():
    def late(ids, num_steps):
        try:
            while True:
                pass
        except:  # noqa: E722 - as a learner may write it
            return pad_by_loop(ids, num_steps)

    assert "did not come to an end" in lesson_2.check_2_2.judge(late, seconds=0.05)


def test_a_loop_that_catches_every_exception_does_not_hold_up_the_notebook():
    is_over = threading.Event()

    def stubborn(ids, num_steps):
        while not is_over.is_set():
            try:  # noqa: SIM105
                sum(range(99))
            except:  # noqa: E722 - as a learner may write it
                pass

    verdict = lesson_2.check_2_2.judge(stubborn, seconds=0.05)
    is_over.set()
    assert "did not come to an end" in verdict


def test_what_cannot_be_stopped_is_said_so_and_the_next_check_works():
    is_over = threading.Event()
    verdict = lesson_2.check_2_2.judge(lambda ids, num_steps: is_over.wait(60), seconds=0.05)
    is_over.set()
    assert "It could not be stopped: restart the kernel" in verdict
    assert lesson_2.check_2_2.judge(pad_by_loop) == "✓ 2.2"


def test_a_flood_of_printing_is_cut(capsys):
    verdict = said(lesson_2.check_2_2, lambda ids, n: print("so far " * 10000) or pad_by_loop(ids, n), capsys)
    assert verdict.startswith("✓ 2.2") and len(verdict) < 200


def test_an_error_of_many_lines_stays_on_one(capsys):
    def answer(ids, num_steps):
        raise ValueError("one\n" * 500)

    assert len(said(lesson_2.check_2_2, answer, capsys)) < 300
