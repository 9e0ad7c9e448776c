"""What a recurrent network is made of, read from a Keras model or from bare arrays, and what it computes.

For `explorer`, of lessons 1, 3, 4 and 5. Nothing heavy is imported: whoever has a Keras model has imported Keras.
"""

import sys
from dataclasses import dataclass

import numpy as np

from rnn_helpers.cells import gru_step, lstm_step, rnn_step
from rnn_helpers.errors import InputError
from rnn_helpers.sequences import pad

KNOWN = "give a model of build_model or build_sequence_model, or the arrays (W_x, W_h, b)"
NOT_NUMBERS = "the model's weights are not numbers (NaN): load it again, or train it anew"
DISAGREEMENT = 1e-4  # more than rounding can make


@dataclass(frozen=True)
class Network:
    """A recurrent network as arrays.

    Attributes:
        cell: "SimpleRNN", "GRU" or "LSTM".
        activation: of a SimpleRNN, "tanh" or "relu"; "tanh" for the others.
        num_steps: the window that it reads, filled with padding in front; None if it reads any length.
        arrays: a dict: "embedding", shape (vocabulary_size, embedding_size); "W_x", "W_h" and "b" as in `cells`, a
            GRU's two biases as two rows of "b".
        outputs: the layers from the state to the logits, each a list of its table and, if it has one, its bias; empty
            if the network only remembers.
        is_tied: whether the last step to the logits is the embedding's own table.
        is_one_hot: whether "embedding" only gives each word a place of its own.
    """

    cell: str
    activation: str
    num_steps: int | None
    arrays: dict
    outputs: tuple = ()
    is_tied: bool = False
    is_one_hot: bool = False

    @property
    def num_units(self):
        """The size of the hidden state."""
        return len(self.arrays["W_h"])

    def row(self, ids):
        """The ids of the steps that the network really takes: with padding, or cut, if it reads a window."""
        return list(ids) if self.num_steps is None else pad(ids, self.num_steps)

    def states(self, ids):
        """The hidden states of `row(ids)`, shape (num_steps + 1, num_units); the first is zero."""
        W_x, W_h, b = (self.arrays[name] for name in ("W_x", "W_h", "b"))
        zero = np.zeros(self.num_units, dtype="float32")
        states, cell = [zero], zero
        for x in self.arrays["embedding"][self.row(ids)]:
            if self.cell == "LSTM":
                new, cell = lstm_step(x, states[-1], cell, W_x, W_h, b)
            elif self.cell == "GRU":
                new = gru_step(x, states[-1], W_x, W_h, *b)
            elif self.activation == "relu":
                new = np.maximum(0, x @ W_x + states[-1] @ W_h + b)
            else:
                new = rnn_step(x, states[-1], W_x, W_h, b)
            states.append(new)
        return np.array(states)

    def probabilities(self, state, banned=()):
        """What the network holds likely after a state, shape (vocabulary_size,); `banned` ids get 0."""
        values = state
        for weights, *bias in self.outputs:
            values = values @ weights + (bias[0] if bias else 0)
        logits = np.array(values @ self.arrays["embedding"].T if self.is_tied else values, dtype="float64")
        logits[list(banned)] = -np.inf
        weights = np.exp(logits - logits.max())
        return weights / weights.sum()


def read_network(model, vocabulary_size):
    """The Network inside a model.

    Args:
        model: a Keras model of `build_model` or `build_sequence_model`; or the arrays (W_x, W_h, b) of lesson 1's
            network, whose words are one-hot.
        vocabulary_size: the number of ids, padding included.

    Returns:
        A Network.

    Raises:
        InputError: the model is of another kind, is not of that size, or has weights that are no numbers.

    Example:
        >>> read_network((np.eye(4, 2), np.zeros((2, 2)), np.zeros(2)), vocabulary_size=5).num_units
        2
    """
    keras = sys.modules.get("keras")
    if keras and isinstance(model, keras.Model):
        network = _read_keras(keras, model)
        what = "predicts"
    elif isinstance(model, tuple | list) and len(model) == 3:
        network = _read_arrays(*model)
        what = "reads"
    else:
        raise InputError(f"the model is a {type(model).__name__}, which cannot be explored: {KNOWN}")
    if len(network.arrays["embedding"]) != vocabulary_size:
        raise InputError(
            f"the model {what} {len(network.arrays['embedding'])} ids and the vocabulary has {vocabulary_size}, "
            "padding included: use the model and the vocabulary that belong together"
        )
    arrays = [*network.arrays.values(), *(array for layer in network.outputs for array in layer)]
    if not all(np.isfinite(array).all() for array in arrays):
        raise InputError(NOT_NUMBERS)
    if network.outputs or network.is_tied:
        _require_agreement(network, model)
    return network


def _read_arrays(W_x, W_h, b):
    """The network of lesson 1: one-hot words, tanh, no output."""
    try:
        W_x, W_h, b = (np.array(array, dtype="float32") for array in (W_x, W_h, b))
    except (TypeError, ValueError):
        raise InputError("the model's three parts are not arrays of numbers: give (W_x, W_h, b)") from None
    shapes = f"W_x {W_x.shape}, W_h {W_h.shape}, b {b.shape}"
    if W_x.ndim != 2 or W_h.shape != (W_x.shape[1],) * 2 or b.shape != W_x.shape[1:] or not len(b):
        raise InputError(f"the arrays do not fit together ({shapes}): give (words, units), (units, units) and (units,)")
    one_hot = np.eye(len(W_x) + 1, len(W_x), k=-1, dtype="float32")  # id 0, the padding, is none of the words
    return Network("SimpleRNN", "tanh", None, {"embedding": one_hot, "W_x": W_x, "W_h": W_h, "b": b}, is_one_hot=True)


def _read_keras(keras, model):
    """The network of a Keras model, layer by layer."""
    kinds = keras.layers
    layers = [layer for layer in model.layers if not isinstance(layer, kinds.InputLayer | kinds.Dropout)]
    names = " → ".join(type(layer).__name__ for layer in layers)
    if len(layers) < 3 or not isinstance(layers[0], kinds.Embedding) or len(model.inputs) != 1:
        raise InputError(f"the model is {names or 'empty'}, which cannot be explored: {KNOWN}")
    embedding, recurrent, *others = layers
    is_tied = type(others[-1]) is kinds.Activation
    dense = others[:-1] if is_tied else others
    if embedding.mask_zero or not all(type(layer) is kinds.Dense for layer in dense):
        raise InputError(f"the model is {names}, or masks its padding, which cannot be explored: {KNOWN}")
    cell, activation = _require_cell(keras, recurrent)
    weights = dict(zip(("W_x", "W_h", "b"), recurrent.get_weights(), strict=True))
    arrays = {"embedding": embedding.get_weights()[0], **weights}
    outputs = tuple(layer.get_weights() for layer in dense)
    return Network(cell, activation, model.input_shape[-1], arrays, outputs, is_tied)


def _require_cell(keras, layer):
    """The kind of a recurrent layer and its activation; InputError if the explorer does not know it."""
    kind = type(layer).__name__
    activation = getattr(getattr(layer, "activation", None), "__name__", None)
    gate = getattr(getattr(layer, "recurrent_activation", None), "__name__", "sigmoid")
    is_known = type(layer) in (keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM) and layer.use_bias
    is_known = is_known and gate == "sigmoid" and not layer.go_backwards and getattr(layer, "reset_after", True)
    if not is_known or activation not in (("tanh", "relu") if kind == "SimpleRNN" else ("tanh",)):
        raise InputError(f"the layer {kind} ({activation}), set up as it is, cannot be explored: {KNOWN}")
    return kind, activation


def _require_agreement(network, model):
    """Raise InputError if the arrays compute otherwise than the model: then it has a part that is not known here."""
    ids = np.random.default_rng(0).integers(len(network.arrays["embedding"]), size=network.num_steps or 5)
    by_model = np.array(model(ids[None].astype("int32"), training=False))[0]
    by_model = by_model if by_model.ndim == 1 else by_model[-1]
    ours = network.probabilities(network.states(ids)[-1])
    if by_model.shape != ours.shape or np.abs(by_model - ours).max() > DISAGREEMENT:
        raise InputError(f"the model computes otherwise than its layers say, and cannot be explored: {KNOWN}")
