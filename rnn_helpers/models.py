"""The course's network: Embedding, a recurrent layer, Dense. Taught in lesson 3."""

import keras


def build_model(vocabulary_size, num_steps, embedding_size=10, num_units=50, seed=0):
    """A compiled next-word model, not yet trained.

    Args:
        vocabulary_size: the number of ids, padding included.
        num_steps: the length of an input row.
        embedding_size: numbers per word.
        num_units: numbers in the hidden state.
        seed: fixes the starting weights.

    Returns:
        A keras.Sequential from ids of shape (batch_size, num_steps) to probabilities of shape
        (batch_size, vocabulary_size).

    Example:
        >>> build_model(vocabulary_size=12, num_steps=4).count_params()
        3782
    """
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(num_steps,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, embedding_size),
            keras.layers.SimpleRNN(num_units, activation="relu"),
            keras.layers.Dense(vocabulary_size, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model
