import numpy as np
import pytest

from rnn_helpers.errors import InputError
from rnn_helpers.images import load_digit_images, shuffle_pixels


def test_the_digits_are_those_of_scikit_learn_in_their_order():
    from sklearn.datasets import load_digits

    images, labels, test_images, test_labels = load_digit_images()
    assert np.array_equal(np.concatenate([images, test_images]) * 16, load_digits().images)
    assert np.array_equal(np.concatenate([labels, test_labels]), load_digits().target)
    assert (images.dtype, labels.dtype, images.min(), images.max()) == ("float32", "int32", 0, 1)


def test_shuffling_moves_the_pixels_of_every_image_alike_and_loses_none():
    images = np.arange(3 * 4 * 5).reshape(3, 4, 5)
    shuffled = shuffle_pixels(images, seed=1)
    assert shuffled.shape == images.shape and not np.array_equal(shuffled, images)
    assert np.array_equal(np.sort(shuffled.reshape(3, -1)), images.reshape(3, -1))
    assert np.array_equal(shuffled[1] - shuffled[0], np.full((4, 5), 20))  # pixel for pixel, image 1 is image 0 plus 20


def test_the_seed_decides_where_the_pixels_go():
    images = np.arange(64).reshape(1, 8, 8)
    assert np.array_equal(shuffle_pixels(images, seed=3), shuffle_pixels(images, seed=3))
    assert not np.array_equal(shuffle_pixels(images, seed=3), shuffle_pixels(images, seed=4))


@pytest.mark.parametrize("shape", [(8, 8), (2, 8, 8, 1), (64,)])
def test_what_is_no_row_of_images_is_refused(shape):
    with pytest.raises(InputError, match=r"^the images have shape .*: they must have shape \(num_images, "):
        shuffle_pixels(np.zeros(shape), seed=0)
