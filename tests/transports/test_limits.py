from __future__ import annotations

import math

import pytest

from scanner.transports.limits import Limits


def test_defaults_are_the_documented_ones():
    assert Limits() == Limits(connect=3.0, quiet=1.5, deadline=10.0, cap=1_048_576)


@pytest.mark.parametrize("field", ["connect", "quiet", "deadline", "cap"])
@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_a_bound_that_bounds_nothing_is_refused(field, value):
    with pytest.raises(ValueError, match="above zero"):
        Limits(**{field: value})
