import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_helpers.errors import InputError
from rnn_helpers.growth import fit_power, speed_up


@given(st.floats(0.01, 100), st.floats(-3, 3))
def test_a_power_law_is_found_again(factor, exponent):
    sizes = [1, 3, 10, 40]
    found = fit_power(sizes, [factor * size**exponent for size in sizes])
    assert found == pytest.approx((factor, exponent), abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "costs", "told"),
    [
        ([1, 2], [0, 1], "the costs are [0, 1]: give a list of numbers above 0"),
        (["a", "b"], [1, 2], "the sizes are ['a', 'b']: give a list of numbers above 0"),
        ([1, math.nan], [1, 2], "the sizes are [1.0, nan]"),
        ([2, 2], [1, 2], "2 sizes and 2 costs: give two or more sizes"),
        ([1, 2, 3], [1, 2], "3 sizes and 2 costs: give two or more sizes, and a cost for each"),
    ],
)
def test_sizes_and_costs_that_tell_no_growth_are_named(sizes, costs, told):
    with pytest.raises(InputError) as error:
        fit_power(sizes, costs)
    assert told in str(error.value)


def test_amdahls_law_by_hand_and_at_its_ends():
    assert speed_up(0.1, 9) == pytest.approx(5)  # 0.1 + 0.9 / 9 = 0.2 of the time
    assert speed_up(0, 100) == pytest.approx(100)
    assert speed_up(1, 100) == 1
    assert speed_up(0.02, 10**9) == pytest.approx(50)


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_more_workers_are_never_slower_and_never_gain_more_than_their_number(share, workers):
    assert speed_up(share, workers) <= speed_up(share, workers + 1) + 1e-9
    assert 1 - 1e-9 <= speed_up(share, workers) <= workers * (1 + 1e-9)


@pytest.mark.parametrize(("share", "workers", "told"), [(1.5, 2, "serial_share is 1.5"), (0.5, 0, "workers is 0")])
def test_a_share_that_is_none_and_no_worker_are_refused(share, workers, told):
    with pytest.raises(InputError, match=told):
        speed_up(share, workers)
