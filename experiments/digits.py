"""Digits of 8 x 8 pixels, as they are and with shuffled pixels. About 4 minutes.

Four networks of 2,860 to 2,890 numbers, ten seeds each, the same training for all: 40 passes through 1,198 images in
batches of 32, Adam at 0.002. Nothing is chosen by the 599 test images: each network is judged once, at its end.
"""

import numpy as np

from rnn_helpers.cluster import workers
from rnn_helpers.experiments import RESULTS, run
from rnn_helpers.images import load_digit_images, shuffle_pixels
from rnn_helpers.rivals import build_image_reader, fit_passes

KINDS = ("SimpleRNN", "GRU", "CNN", "Dense")
SEEDS = range(10)
PASSES = 40
NOTE = "Judged on the last 599 images of scikit-learn's file, once, after 40 passes through the 1,198 before them."


def read_digits(kind, pixels, seed, passes):
    """The accuracy of one network after its training.

    Args:
        kind: "SimpleRNN", "GRU", "CNN" or "Dense".
        pixels: "in place", or "shuffled" by the permutation of `seed`.
        seed: fixes the starting weights, the order of the images, and where the pixels go.
        passes: how often each image is seen.

    Returns:
        A dict: "accuracy" on the test images, "training_accuracy", "num_parameters".
    """
    images, labels, test_images, test_labels = load_digit_images()
    if pixels == "shuffled":
        images, test_images = shuffle_pixels(images, seed), shuffle_pixels(test_images, seed)
    model = fit_passes(build_image_reader(kind, seed), images, labels, passes)
    return {
        "accuracy": share_right(model, test_images, test_labels),
        "training_accuracy": share_right(model, images, labels),
        "num_parameters": model.count_params(),
    }


def share_right(model, images, labels):
    """The share of images whose likeliest digit is right."""
    return round(float((np.array(model(images)).argmax(axis=1) == labels).mean()), 4)


def main():
    """Every network, with pixels in place and shuffled, for every seed."""
    settings = [
        {"kind": kind, "pixels": pixels, "seed": seed, "passes": PASSES}
        for pixels in ("in place", "shuffled")
        for kind in KINDS
        for seed in SEEDS
    ]
    with workers() as client:
        run(read_digits, settings, RESULTS / "digits.json", NOTE, client)


if __name__ == "__main__":
    main()
