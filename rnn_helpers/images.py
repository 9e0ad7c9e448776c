"""The small images of lesson 6: handwritten digits of 8 x 8 pixels, which come with scikit-learn."""

import numpy as np

from rnn_helpers.errors import InputError

NUM_TEST_IMAGES = 599  # the last third of 1,797


def load_digit_images():
    """The digits, split in the order of the file: the first two thirds to learn from, the last third to be judged by.

    Returns:
        train_images, train_labels, test_images, test_labels: images are float32 from 0 (white) to 1 (black), of shapes
        (1198, 8, 8) and (599, 8, 8); labels are int32 from 0 to 9.

    Example:
        >>> [part.shape for part in load_digit_images()]
        [(1198, 8, 8), (1198,), (599, 8, 8), (599,)]
    """
    from sklearn.datasets import load_digits  # here, for it takes a second to start

    digits = load_digits()
    images, labels = (digits.images / 16).astype("float32"), digits.target.astype("int32")
    return images[:-NUM_TEST_IMAGES], labels[:-NUM_TEST_IMAGES], images[-NUM_TEST_IMAGES:], labels[-NUM_TEST_IMAGES:]


def shuffle_pixels(images, seed):
    """The pixels of every image moved to other places, in all images alike: nothing is lost but who is whose neighbour.

    Args:
        images: shape (num_images, height, width).
        seed: fixes where each pixel goes.

    Returns:
        Images of the same shape.

    Raises:
        InputError: the images have another number of axes.

    Example:
        >>> shuffle_pixels(np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), seed=0).tolist()
        [[[3, 1], [2, 4]], [[7, 5], [6, 8]]]
    """
    images = np.asarray(images)
    if images.ndim != 3:
        raise InputError(f"the images have shape {images.shape}: they must have shape (num_images, height, width)")
    places = np.random.default_rng(seed).permutation(images[0].size)
    return images.reshape(len(images), -1)[:, places].reshape(images.shape)
