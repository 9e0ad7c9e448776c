"""What stands in the place of each rnn_helpers/checks/lesson_N.py inside the sandbox: checks that keep silent.

The true ones know the answers. They judge outside, where no submission can read or change them.
"""


def __getattr__(name):
    if name.startswith("check_"):
        return lambda answer: None
    raise AttributeError(name)
