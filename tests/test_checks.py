"""Every exercise check: blank, right in two styles, and typical slips, each with the hint it must get."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from rnn_helpers.cells import rnn_step, unroll
from rnn_helpers.checks import check, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6, lesson_7
from rnn_helpers.experiments import interval
from rnn_helpers.gradients import backward_step


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


RIGHT = [
    (lesson_1.check_1_1, [27, 27.0]),
    (lesson_1.check_1_2, [lambda x, h, W_x, W_h, b: relu(x @ W_x + h @ W_h + b), relu_step_by_loops]),
    (lesson_1.check_1_3, [read_on_by_loop, read_on_by_recursion, read_on_in_place]),
    (lesson_2.check_2_1, [9, np.int64(9)]),
    (lesson_2.check_2_2, [pad_by_loop, lambda ids, n: (ids[-n:] + [0] * n)[:n]]),
    (
        lesson_2.check_2_3,
        [
            lambda tokens, known: sum(t not in known for t in tokens) / max(1, len(tokens)),
            lambda tokens, known: 0 if tokens == [] else len([t for t in tokens if t not in set(known)]) / len(tokens),
        ],
    ),
    (lesson_3.check_3_1, [2900, 2900.0]),
    (lesson_3.check_3_2, [entropy_by_loop, lambda p, t: -np.log(picked(p, t)).mean()]),
    (lesson_3.check_3_3, [best_by_sorting, lambda X, y: sum(max(c.values()) for c in grouped(X, y).values()) / len(y)]),
    (lesson_4.check_4_1, [2, 2.0]),
    (lesson_4.check_4_2, [top, top_by_sorted]),
    (lesson_4.check_4_3, [product, product_by_logs]),
    (lesson_5.check_5_1, [22, np.int64(22), 22.0]),
    (
        lesson_5.check_5_2,
        [lambda x, h, new, g, W_h: back_through(np.where(new > 0, g, 0), x, h, W_h), relu_back_by_loop],
    ),
    (lesson_5.check_5_3, [longest_by_loop, longest_by_places]),
    (lesson_6.check_6_1, [CHOICES, dict(sorted(CHOICES.items()))]),
    (lesson_6.check_6_2, [seasonal_by_loop, lambda s, n, season: s[len(s) - n - season : len(s) - season]]),
    (lesson_6.check_6_3, [simplest_by_loop, simplest_by_list]),
    (
        lesson_7.check_7_1,
        [
            lambda p: np.exp(-np.log(p).mean()),
            lambda p: 2 ** (-np.log2(p).mean()),
            lambda p: 1 / np.prod(p) ** (1 / len(p)),
        ],
    ),
    (lesson_7.check_7_2, [lambda p, share: normal(nucleus(p, share)), nucleus_by_loop]),
    (
        lesson_7.check_7_3,
        [
            lambda a, b, weight: -np.log(weight * np.exp(-a) + (1 - weight) * np.exp(-b)),
            lambda a, b, weight: [-np.log(weight / np.exp(x) + (1 - weight) / np.exp(y)) for x, y in zip(a, b)],  # noqa: B905
        ],
    ),
]

WRONG = [
    (lesson_1.check_1_1, 24, "the bias is missing"),
    (lesson_1.check_1_1, 18, "W_h is missing"),
    (lesson_1.check_1_1, 405, "do not multiply"),
    (lesson_1.check_1_1, 29, "not for each word"),
    (lesson_1.check_1_1, "27", "write down the shapes"),
    (lesson_1.check_1_2, rnn_step, "still tanh"),
    (lesson_1.check_1_2, lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + h @ W_h), "the bias is missing"),
    (lesson_1.check_1_2, lambda x, h, W_x, W_h, b: x @ W_x + h @ W_h + b, "must become 0"),
    (lesson_1.check_1_2, lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + h @ W_h) + b, "inside relu"),
    (lesson_1.check_1_2, lambda x, h, W_x, W_h, b: max(0, (x @ W_x + h @ W_h + b).max()), "the shape of h"),
    (lesson_1.check_1_2, lambda x, h, W_x, W_h, b: W_x @ x, "stops with ValueError"),
    (lesson_1.check_1_3, lambda h, inputs, *weights: unroll(inputs, *weights)[-1], "start from the state h"),
    (lesson_1.check_1_3, lambda h, inputs, *weights: states_from(h, inputs, *weights), "last state alone"),
    (lesson_1.check_1_3, lambda h, inputs, *weights: rnn_step(inputs[0], h, *weights), "inside the loop"),
    (lesson_1.check_1_3, lambda h, inputs, *weights: rnn_step(inputs[-1], h, *weights), "not carried on"),
    (
        lesson_1.check_1_3,
        lambda h, inputs, *weights: states_from(h, inputs[:-1], *weights)[-1],
        "last input is missing",
    ),
    (lesson_1.check_1_3, lambda *args: None, "with a line that says return"),
    (lesson_2.check_2_1, 12, "number of words"),
    (lesson_2.check_2_1, 11, "each line loses one"),
    (lesson_2.check_2_1, 10, "gives no row"),
    (lesson_2.check_2_2, lambda ids, n: ([0] * n + ids)[-n:], "zeros stand in front"),
    (lesson_2.check_2_2, lambda ids, n: (ids + [0] * n)[:n], "keep the last"),
    (lesson_2.check_2_2, lambda ids, n: ids + [0] * (n - len(ids)), "needs num_steps ids"),
    (lesson_2.check_2_2, lambda ids, n: (ids[::-1] + [0] * n)[:n], "turned round"),
    (lesson_2.check_2_3, lambda tokens, known: np.mean([t in known for t in tokens]), "share of the known"),
    (lesson_2.check_2_3, lambda tokens, known: sum(t not in known for t in tokens), "that is a count"),
    (lesson_2.check_2_3, lambda tokens, known: len({*tokens} - {*known}) / len({*tokens}), "counts twice"),
    (lesson_2.check_2_3, lambda tokens, known: sum(t not in known for t in tokens) / len(tokens), "ZeroDivisionError"),
    (
        lesson_2.check_2_3,
        lambda tokens, known: sum(t not in known for t in tokens) / len(known),
        "not by the number of",
    ),
    (lesson_3.check_3_1, 2884, "the bias of the SimpleRNN"),
    (lesson_3.check_3_1, 2800, "the bias of the Dense"),
    (lesson_3.check_3_1, 2644, "W_h is missing"),
    (lesson_3.check_3_1, 2100, "the Embedding is missing"),
    (lesson_3.check_3_2, lambda p, t: np.log(picked(p, t)).mean(), "sign"),
    (lesson_3.check_3_2, lambda p, t: -np.log(picked(p, t)).sum(), "take the mean"),
    (lesson_3.check_3_2, lambda p, t: -np.log10(picked(p, t)).mean(), "base 10"),
    (lesson_3.check_3_2, lambda p, t: -np.log(picked(p, t).mean()), "logarithm of each row first"),
    (lesson_3.check_3_2, lambda p, t: -np.log(p[:, t]).mean(axis=1), "one number"),
    (lesson_3.check_3_2, lambda p, t: -np.log(picked(p, t)), "one number"),
    (lesson_3.check_3_3, lambda X, y: sum(max(c.values()) for c in grouped(X, y).values()), "divide it"),
    (lesson_3.check_3_3, lambda X, y: max(Counter(y.tolist()).values()) / len(y), "one answer for all"),
    (lesson_3.check_3_3, lambda X, y: len(grouped(X, y)) / len(y), "different questions"),
    (lesson_3.check_3_3, lambda X, y: 1 - best_by_sorting(X, y), "count the others"),
    (lesson_3.check_3_3, lambda X, y: len({row: 0 for row in X}), "unhashable"),
    (lesson_4.check_4_1, 0.5, "squares"),
    (lesson_4.check_4_1, 1, "leaves"),
    (lesson_4.check_4_1, 4, "fourth root"),
    (lesson_4.check_4_2, lambda p, w, k: [w[i] for i in np.argsort(p)[:k]], "least likely"),
    (lesson_4.check_4_2, lambda p, w, k: [w[i] for i in np.argsort(p)[-k:]], "must come first"),
    (lesson_4.check_4_2, lambda p, w, k: np.argsort(-p)[:k].tolist(), "these are the ids"),
    (lesson_4.check_4_2, lambda p, w, k: w[p.argmax()], "list of words"),
    (lesson_4.check_4_2, lambda p, w, k: w[:k], "first words of the vocabulary"),
    (lesson_4.check_4_3, lambda f, s: sum(f(" ".join(s.split()[:i]))[s.split()[i]] for i in (1, 2)), "not added"),
    (lesson_4.check_4_3, lambda f, s: f("hello")["how"] * f("how")["is"], "not the last one alone"),
    (lesson_4.check_4_3, lambda f, s: np.log(product(f, s)), "the logarithm"),
    (lesson_4.check_4_3, lambda f, s: f("hello how")["is"], "second word is missing"),
    (lesson_4.check_4_3, lambda f, s: f("")["hello"], "was asked for ''"),
    (lesson_5.check_5_1, 21, "one more"),
    (lesson_5.check_5_1, 10, "of what is left"),
    (lesson_5.check_5_1, 7, "about a half"),
    (lesson_5.check_5_1, 44, "below a hundredth"),
    (lesson_5.check_5_1, float("inf"), "bounds a single step"),
    (lesson_5.check_5_1, 0.9**22, "that is what is left"),
    (lesson_5.check_5_1, np.log(0.1) / np.log(0.9), "steps are whole"),
    (lesson_5.check_5_1, 33, "again and again"),
    (lesson_5.check_5_2, backward_step, "still the slope of tanh"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g, x, h, W_h), "nothing goes back through"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g * (new <= 0), x, h, W_h), "not where it is 0"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g * new, x, h, W_h), "not by its value"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(np.maximum(0, g), x, h, W_h), "may be below zero"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g * (h > 0), x, h, W_h), "not on the old one"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g * (new > 0), x, h, W_h.T), "turned round: W_h.T"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: g * (new > 0) @ W_h.T, "return the three gradients as a list"),
    (lesson_5.check_5_2, lambda x, h, new, g, W_h: back_through(g * (new > 0), h, x, W_h), "need the shapes of W_x"),
    (
        lesson_5.check_5_2,
        lambda x, h, new, g, W_h: (back_through(g, x, h, W_h)[0], g * (new > 0) @ W_h.T),
        "that of W_x is not",
    ),
    (lesson_5.check_5_3, lambda lags, r, t: max(k for k, v in zip(lags, r, strict=True) if v >= t), "first failure"),
    (lesson_5.check_5_3, lambda lags, r, t: next(k for k, v in zip(lags, r, strict=True) if v < t), "the one before"),
    (lesson_5.check_5_3, lambda lags, r, t: longest_by_loop(lags, r, t + 1e-9), "just the threshold"),
    (lesson_5.check_5_3, lambda lags, r, t: lags.index(longest_by_loop(lags, r, t)) + 1, "the lag itself"),
    (lesson_5.check_5_3, lambda lags, r, t: r[lags.index(longest_by_loop(lags, r, t))], "that is a recall"),
    (lesson_5.check_5_3, lambda lags, r, t: lags[-1], "stop where the recall"),
    (lesson_5.check_5_3, lambda lags, r, t: lags[0] if r[0] >= t else 0, "inside the loop"),
    (
        lesson_5.check_5_3,
        lambda lags, r, t: lags[next(i for i, v in enumerate(r) if v < t) - 1],
        "stops with StopIteration",
    ),
    (lesson_5.check_5_3, lambda lags, r, t: longest_by_loop(lags, r, t) or lags[0], "at the first lag already"),
    (lesson_6.check_6_1, "RNN", "give a dictionary"),
    (lesson_6.check_6_1, CHOICES | {"books": "GRU"}, "'GRU' is not one of"),
    (lesson_6.check_6_1, CHOICES | {"greetings": "attention"}, "what an RNN did best"),
    (lesson_6.check_6_1, CHOICES | {"harvests": "RNN"}, "no clear lead"),
    (lesson_6.check_6_1, CHOICES | {"figures": "RNN"}, "above and below"),
    (lesson_6.check_6_1, CHOICES | {"books": "convolution"}, "four words at a time"),
    (lesson_6.check_6_2, lambda s, n, season: s[-n:], "must not look at them"),
    (lesson_6.check_6_2, lambda s, n, season: s[-n - 1 : -1], "naive forecast"),
    (lesson_6.check_6_2, lambda s, n, season: s[-n - season :], "stop before the end"),
    (lesson_6.check_6_2, lambda s, n, season: s[:n], "the first numbers"),
    (lesson_6.check_6_2, lambda s, n, season: s[-n - n : -n], "by num_forecasts"),
    (lesson_6.check_6_2, lambda s, n, season: s[-season:], "mixed up"),
    (lesson_6.check_6_3, lambda errors: min(errors, key=lambda name: errors[name].mean()), "best on average"),
    (lesson_6.check_6_3, lambda errors: next(iter(errors)), "far worse"),
    (lesson_6.check_6_3, lambda errors: list(errors)[1], "every single year"),
    (lesson_6.check_6_3, lambda errors: list(errors)[2], "where the simplest model is the best"),
    (lesson_6.check_6_3, lambda errors: list(errors.values())[2], "the name of one model"),
    (lesson_7.check_7_1, lambda p: np.exp(np.log(p).mean()), "a minus sign is missing"),
    (lesson_7.check_7_1, lambda p: -np.log(p).mean(), "what undoes the logarithm"),
    (lesson_7.check_7_1, lambda p: np.exp(-np.log2(p).mean()), "base 2"),
    (lesson_7.check_7_1, lambda p: 2 ** -np.log(p).mean(), "base e and the power has base 2"),
    (lesson_7.check_7_1, lambda p: -np.log2(p).mean(), "mean loss in bits"),
    (lesson_7.check_7_1, lambda p: np.exp(-np.log(p)), "the mean of the losses is missing"),
    (lesson_7.check_7_1, lambda p: 1 / p.mean(), "1 over the mean probability"),
    (lesson_7.check_7_1, lambda p: np.exp(-np.log(p).sum()), "not their sum"),
    (lesson_7.check_7_1, lambda p: (1 / p).mean(), "mean of 1 / p"),
    (lesson_7.check_7_1, lambda p: 4.0, "look at what it is given"),
    (lesson_7.check_7_1, lambda p: len(p) - 1, "it should be 4"),
    (lesson_7.check_7_2, nucleus, "their sum is not 1"),
    (lesson_7.check_7_2, lambda p, share: normal(nucleus(p, share, extra=0)), "steps over it belongs in"),
    (lesson_7.check_7_2, lambda p, share: nucleus(p, share, extra=0), "one more word belongs in"),
    (lesson_7.check_7_2, lambda p, share: -np.sort(-normal(nucleus(p, share))), "changed places"),
    (lesson_7.check_7_2, lambda p, share: normal(np.where(np.cumsum(p) <= share + 0.06, p, 0)), "by id"),
    (lesson_7.check_7_2, lambda p, share: normal(nucleus(p, 0.6, order=1)), "sort the other way"),
    (lesson_7.check_7_2, lambda p, share: p, "nothing was left out"),
    (lesson_7.check_7_2, lambda p, share: np.where(p >= share, p, 0), "nothing is kept"),
    (lesson_7.check_7_2, lambda p, share: np.flatnonzero(nucleus(p, share)), "the words left out stay"),
    (lesson_7.check_7_2, lambda p, share: normal(nucleus(p, 0.8)), "it stays alone"),
    (lesson_7.check_7_2, lambda p, share: normal(np.where(p > 0.1, p, 0)), "it stays alone"),
    (lesson_7.check_7_2, lambda p, share: normal(nucleus(p, min(share, 0.8))), "a share of 1"),
    (lesson_7.check_7_3, lambda a, b, weight: weight * a + (1 - weight) * b, "you mixed the losses"),
    (lesson_7.check_7_3, lambda a, b, weight: weight * np.exp(-a) + (1 - weight) * np.exp(-b), "return their losses"),
    (lesson_7.check_7_3, lambda a, b, weight: np.log(weight * np.exp(-a) + (1 - weight) * np.exp(-b)), "not negative"),
    (lesson_7.check_7_3, lambda a, b, weight: -np.log(weight * a + (1 - weight) * b), "logarithm of mixed losses"),
    (lesson_7.check_7_3, lambda a, b, weight: -np.log((1 - weight) * np.exp(-a) + weight * np.exp(-b)), "to the first"),
    (lesson_7.check_7_3, lambda a, b, weight: -np.log((np.exp(-a) + np.exp(-b)) / 2), "same weight"),
    (lesson_7.check_7_3, lambda a, b, weight: (weight * a + (1 - weight) * b).mean(), "no mean yet"),
    (lesson_7.check_7_3, lambda a, b, weight: np.minimum(a, b), "whose loss is 0.916"),
]


def said(check_function, answer, capsys):
    check_function(answer)
    return capsys.readouterr().out


@pytest.mark.parametrize(("check_function", "answers"), RIGHT, ids=lambda value: getattr(value, "__name__", ""))
def test_a_blank_is_not_tried_and_right_answers_pass_in_any_style(check_function, answers, capsys):
    number = check_function.__name__.removeprefix("check_").replace("_", ".")
    assert said(check_function, ..., capsys) == f"○ {number} not tried yet\n"
    if callable(answers[0]):
        assert said(check_function, lambda *args: ..., capsys) == f"○ {number} not tried yet\n"
    assert len(answers) >= 2
    for answer in answers:
        assert said(check_function, answer, capsys) == f"✓ {number}\n"


@pytest.mark.parametrize(("check_function", "answer", "hint"), WRONG)
def test_a_typical_slip_gets_its_own_hint(check_function, answer, hint, capsys):
    verdict = said(check_function, answer, capsys)
    assert verdict.startswith("✗") and hint in verdict
    assert verdict.count("\n") == 1


def test_every_exercise_has_at_least_three_slips():
    tried = Counter(check_function.__name__ for check_function, _, _ in WRONG)
    assert set(tried) == {check_function.__name__ for check_function, _ in RIGHT}
    assert min(tried.values()) >= 3


@pytest.mark.parametrize(
    "answer", [None, "five", [], {}, np.zeros(3), object()], ids=lambda answer: type(answer).__name__
)
@pytest.mark.parametrize("check_function", [check_function for check_function, _ in RIGHT])
def test_no_answer_breaks_the_notebook(check_function, answer, capsys):
    assert said(check_function, answer, capsys).startswith("✗")


def test_an_answer_cannot_change_the_data_of_its_check(capsys):
    data = [1, 2]

    @check("0.1")
    def check_0_1(answer):
        answer(data)
        return None if data == [1, 2] else "changed"

    assert said(check_0_1, lambda values: values.append(3) or 0, capsys) == "✓ 0.1\n"
