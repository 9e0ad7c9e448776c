"""Writing with the state kept: one step of the network for each new word. Taught in lesson 7.

A single step is too little work for TensorFlow: what it needs to start an operation takes longer than the operation.
So the steps are those of lessons 1 and 5, in NumPy, with the model's own weights.
"""

import numbers

import keras
import numpy as np
from threadpoolctl import threadpool_limits

from rnn_helpers.cells import gru_step, lstm_step, rnn_step
from rnn_helpers.errors import InputError, require_above_zero, require_seed, require_whole


def continue_ids(
    model, prompt_ids, num_tokens, temperature=1.0, top_k=None, top_p=None, seed=0, num_texts=1, banned=(0,)
):
    """Continue a prompt, one token after another, each drawn from the model's probabilities.

    Temperature comes first, then `top_k`, then `top_p`. Several texts are written side by side, for little more than
    the price of one.

    Args:
        model: a model of `build_sequence_model`.
        prompt_ids: a list of int, at least one.
        num_tokens: how many to add.
        temperature: a number above 0; below 1 sharpens the probabilities, above 1 flattens them.
        top_k: draw among this many of the likeliest only; among all if None. 1 always takes the likeliest.
        top_p: draw among the fewest likeliest that make up this share only; among all if None.
        seed: fixes the draws; text number n is the same, however many are written.
        num_texts: how many texts to write.
        banned: ids that are never written: the padding, the unknown word.

    Returns:
        int, shape (num_texts, num_tokens): the new ids.

    Raises:
        InputError: a number is out of its range, the prompt is empty or has ids outside the model, the model has no
            recurrent layer, or its weights are NaN.

    Example:
        >>> from rnn_helpers.models import build_sequence_model
        >>> continue_ids(build_sequence_model("GRU", vocabulary_size=3), [1], num_tokens=4, banned=[0, 2]).tolist()
        [[1, 1, 1, 1]]
    """
    require_whole("num_tokens", num_tokens, lowest=1)
    require_whole("num_texts", num_texts, lowest=1)
    require_way(temperature, top_k, top_p)
    require_seed(seed)
    temperature = min(max(temperature, 1e-30), 1e30)  # beyond, 32 bits would make it 0 or infinite
    step, logits, states = read_prompt(model, prompt_ids, num_texts, banned)
    draws = np.array([np.random.default_rng([seed, number]).random(num_tokens) for number in range(num_texts)])
    ids = []
    with threadpool_limits(1):  # a step is too small to share: a second thread would only be waited for
        for draw in draws.T:
            weights = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
            sums = np.cumsum(_cut(weights, top_k, top_p), axis=-1)
            ids.append((sums > draw[:, None] * sums[:, -1:]).argmax(axis=-1))  # the first that steps over the draw
            logits, states = step(ids[-1], states)
    return np.stack(ids, axis=1)


def require_way(temperature, top_k, top_p):
    """Raise InputError unless words can be drawn in this way; see `continue_ids`."""
    require_above_zero("temperature", temperature)
    if top_k is not None:
        require_whole("top_k", top_k, lowest=1)
    is_number = isinstance(top_p, numbers.Real) and not isinstance(top_p, bool)
    if top_p is not None and not (is_number and 0 < top_p <= 1):
        raise InputError(f"top_p is {top_p!r}: it must be a share above 0, up to 1")


def _cut(weights, top_k, top_p):
    """The weights of the likeliest, shape (num_texts, vocabulary_size); the others 0."""
    if top_k is None and top_p is None:
        return weights
    num_kept = min(top_k or weights.shape[-1], weights.shape[-1])
    order = np.argpartition(-weights, num_kept - 1, axis=-1)[:, :num_kept]  # cheaper than to sort them all
    kept = np.take_along_axis(weights, order, axis=-1)
    if top_p is not None:
        inner = np.argsort(-kept, axis=-1)
        order, kept = (np.take_along_axis(part, inner, axis=-1) for part in (order, kept))
        before = np.cumsum(kept, axis=-1) - kept
        kept = np.where(before < top_p * kept.sum(axis=-1, keepdims=True), kept, 0)
    cut = np.zeros_like(weights)
    np.put_along_axis(cut, order, kept, axis=-1)
    return cut


def beam_search(model, prompt_ids, num_tokens, num_beams=4, banned=(0,)):
    """Look for the likeliest whole continuation: at each step the best few beginnings are kept.

    Args:
        model, prompt_ids, num_tokens, banned: as in `continue_ids`.
        num_beams: how many beginnings are kept; 1 is greedy.

    Returns:
        ids, a list of int; the logarithm of their joint probability, where the banned ids have none.

    Raises:
        InputError: as `continue_ids`; also if `num_beams` is less than 1.
    """
    require_whole("num_tokens", num_tokens, lowest=1)
    require_whole("num_beams", num_beams, lowest=1)
    step, logits, states = read_prompt(model, prompt_ids, 1, banned)
    texts, scores = np.zeros((1, 0), dtype=int), np.zeros(1)
    for _ in range(num_tokens):
        highest = logits.max(axis=-1, keepdims=True)
        sums = np.log(np.exp(logits - highest).sum(axis=-1, keepdims=True)) + highest
        all_scores = (scores[:, None] + logits - sums).ravel()
        best = np.argsort(-all_scores, kind="stable")[:num_beams]
        best = best[np.isfinite(all_scores[best])]
        beams, ids = np.divmod(best, logits.shape[-1])
        texts, scores = np.hstack([texts[beams], ids[:, None]]), all_scores[best]
        logits, states = step(ids, [state[beams] for state in states])
    return texts[0].tolist(), float(scores[0])


def read_prompt(model, prompt_ids, num_texts=1, banned=()):
    """Let a model read a prompt, for several texts that begin with it.

    Returns:
        step: a function of the next ids, shape (num_texts,), and the states, which gives new logits and states;
        logits, shape (num_texts, vocabulary_size), minus infinity for banned ids; states, a list of arrays of shape
        (num_texts, num_units).
    """
    step, vocabulary_size, num_states = _make_step(model, list(banned))
    prompt_ids = np.asarray(prompt_ids)
    if prompt_ids.ndim != 1 or not len(prompt_ids) or prompt_ids.dtype.kind not in "iu":
        raise InputError("the prompt has no words: give a list of at least one id")
    if prompt_ids.min() < 0 or prompt_ids.max() >= vocabulary_size:
        outside = next(id for id in prompt_ids if not 0 <= id < vocabulary_size)
        raise InputError(f"the prompt holds the id {outside} and the model knows 0 to {vocabulary_size - 1}")
    states = num_states(num_texts)
    for id in prompt_ids:
        logits, states = step(np.full(num_texts, id), states)
    if np.isnan(logits).any():
        raise InputError("the model's weights are not numbers (NaN): load it again, or train it anew")
    return step, logits, states


def _make_step(model, banned):
    """One step of a model in NumPy; its vocabulary's size; and a function that gives zero states."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer | keras.layers.Dropout)]
    cells = [layer for layer in layers if isinstance(layer, keras.layers.RNN)]
    if len(cells) != 1 or not isinstance(layers[0], keras.layers.Embedding):
        raise InputError("this model has no state to keep: give a model of build_sequence_model")
    embeddings, [cell] = layers[0].get_weights()[0], cells
    advance = _cell_step(cell)
    tables = [layer.get_weights() for layer in layers[2:] if isinstance(layer, keras.layers.Dense)]
    if isinstance(layers[-1], keras.layers.Activation):  # of a model whose output has the embedding's own weights
        tables.append([np.ascontiguousarray(embeddings.T)])

    def step(ids, states):
        states = advance(embeddings[ids], *states)
        values = states[0]
        for weights, *bias in tables:
            values = values @ weights
            if bias:
                values += bias[0]
        values[:, banned] = -np.inf
        return values, states

    num_states = 2 if isinstance(cell, keras.layers.LSTM) else 1
    return step, len(embeddings), lambda num_texts: [np.zeros((num_texts, cell.units), "float32")] * num_states


def _cell_step(layer):
    """The cell of lesson 1 or 5 with this layer's weights: from an input and the states to the list of new states."""
    W_x, W_h, b = layer.get_weights()
    if isinstance(layer, keras.layers.LSTM):
        return lambda x, h, c: list(lstm_step(x, h, c, W_x, W_h, b))
    if isinstance(layer, keras.layers.GRU):
        return lambda x, h: [gru_step(x, h, W_x, W_h, *b)]
    return lambda x, h: [rnn_step(x, h, W_x, W_h, b)]
