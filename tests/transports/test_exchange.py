from __future__ import annotations

import pytest

from scanner.transports.exchange import Exchange


def test_an_exchange_is_a_value():
    exchange = Exchange((), "refused")
    assert exchange == Exchange((), "refused", None, b"")
    with pytest.raises(AttributeError):
        exchange.kind = "answered"  # type: ignore[misc]
