"""For every test run alike, of the modules and of the notebooks."""

import os

# A progress bar shows times, which differ at each run. The kernels that nbval starts inherit this.
os.environ["TQDM_DISABLE"] = "1"

import rnn_helpers  # noqa: F401 - sets Keras's surroundings before any test imports Keras
