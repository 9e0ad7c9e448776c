import math

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from rnn_helpers.errors import InputError, require_above_zero, require_whole

NOT_WHOLE = [0, -1, 1.0, math.nan, True, "1", None, [1], np.float64(1), np.array([1, 2]), np.bool_(True)]
NOT_ABOVE_ZERO = [0, 0.0, -1, math.nan, math.inf, -math.inf, True, "1", None, [1], 1j, np.float32(0)]


def test_an_input_error_shows_as_one_line_in_ipython(capsys, tmp_path):
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(config=quiet, ipython_dir=str(tmp_path))
    shell.run_cell("from rnn_helpers.errors import require_whole\nrequire_whole('epochs', -1, lowest=1)")
    assert capsys.readouterr().out == "InputError: epochs is -1: it must be a whole number, 1 or more\n"


def test_an_input_error_is_caught_as_a_value_error():
    with pytest.raises(ValueError, match="epochs"):
        require_whole("epochs", 0, lowest=1)


@pytest.mark.parametrize("value", [1, 200, np.int64(3), np.uint8(1)])
def test_whole_numbers_pass(value):
    require_whole("epochs", value, lowest=1)


@pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
def test_other_things_than_whole_numbers_are_refused_by_name(value):
    with pytest.raises(InputError, match=r"^epochs is .*: it must be a whole number, 1 or more$"):
        require_whole("epochs", value, lowest=1)


@pytest.mark.parametrize("value", [1, 0.5, 5e-324, 1e308, np.float32(2), np.int64(3)])
def test_numbers_above_zero_pass(value):
    require_above_zero("temperature", value)


@pytest.mark.parametrize("value", NOT_ABOVE_ZERO, ids=repr)
def test_other_things_than_numbers_above_zero_are_refused_by_name(value):
    with pytest.raises(InputError, match=r"^temperature is .*: it must be a number above 0$"):
        require_above_zero("temperature", value)
