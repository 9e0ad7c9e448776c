"""Reading a text piece by piece: a model's states go in, and come out again. Taught in lesson 7."""

import keras


def read(model, ids, states=None, training=False):
    """Let a model read ids from given states on, and give the states it ends with.

    Args:
        model: a model of `build_sequence_model`, or any other from ids to probabilities at every step (which then
            has no states to carry).
        ids: int32, shape (batch_size, num_steps).
        states: a list with a list of arrays of shape (batch_size, num_units) for each recurrent layer, as an earlier
            call returned it; zeros if None.
        training: whether dropout is at work.

    Returns:
        probabilities, shape (batch_size, num_steps, vocabulary_size); states.
    """
    if not any(isinstance(layer, keras.layers.RNN) for layer in model.layers):
        return model(ids, training=training), []
    embedding, *others = (layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer))
    values, old_states, new_states = embedding(ids), list(states or []), []
    for layer in others:
        if isinstance(layer, keras.layers.RNN):
            values, layer_states = run_layer(layer, values, old_states.pop(0) if old_states else None)
            new_states.append(layer_states)
        elif isinstance(layer, keras.layers.Activation):  # of a model whose output has the embedding's own weights
            values = layer(embedding(values, reverse=True))
        else:
            values = layer(values, training=training)
    return values, new_states


def run_layer(layer, inputs, states=None):
    """A recurrent layer's outputs at every step, from given states on, and its last states.

    Args:
        layer: a built keras SimpleRNN, GRU or LSTM.
        inputs: shape (batch_size, num_steps, input_size).
        states: a list of arrays of shape (batch_size, num_units): [hidden], or [hidden, cell] for an LSTM; zeros if
            None.

    Returns:
        outputs, shape (batch_size, num_steps, num_units); states, as above.
    """
    if states is None:
        states = layer.get_initial_state(keras.ops.shape(inputs)[0])
    _, outputs, states = layer.inner_loop(inputs, list(states), None)
    return outputs, list(states)


def zero_states(model, batch_size):
    """The states that a text begins with: zeros, as `read` takes them.

    Args:
        model: as in `read`.
        batch_size: how many texts are read side by side.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.RNN)]
    return [list(layer.get_initial_state(batch_size)) for layer in layers]
