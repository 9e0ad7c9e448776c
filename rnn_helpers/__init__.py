"""The helpers that the lessons import: one module per noun, each taught by the lesson its docstring names.

Importing this package imports nothing heavy. Only `models`, `training`, `prediction`, `trials` and `rivals` import
Keras.
"""

import logging
import os

# Set before TensorFlow starts: Keras computes with it; its notes to developers stay silent; and its sums are taken in
# one order on every processor (oneDNN chooses by processor), so that a lesson's numbers hold on other machines.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

# A lesson builds many small models, and TensorFlow would warn at each that it compiles again. (It resets its logger's
# level when it starts, but keeps the filters.)
logging.getLogger("tensorflow").addFilter(lambda record: "retracing" not in record.getMessage())
