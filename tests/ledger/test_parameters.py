from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.engine.credentials import Credentials
from scanner.engine.request import Request
from scanner.ledger.parameters import NOT_KEPT, ParameterError, kept, restored
from scanner.transports.limits import Limits

REQUEST = Request(
    targets=("10.0.0.0/24",), ports=(80, 443), limits=Limits(connect=1.5), interfaces=("eth0",), shard=(1, 2)
)


def test_a_request_survives_json():
    assert restored(json.loads(json.dumps(kept(REQUEST))), Request()) == REQUEST


def test_secrets_and_exclusion_lists_are_not_kept():
    assert not NOT_KEPT & set(kept(REQUEST))
    mine = Request(never=(Path("never.txt"),), credentials=Credentials())
    assert restored(kept(REQUEST), mine).never == (Path("never.txt"),)


@pytest.mark.parametrize(
    "stored", [{}, {**kept(REQUEST), "ports": []}, {**kept(REQUEST), "unknown": 1}, {**kept(REQUEST), "rate": "fast"}]
)
def test_what_is_not_understood_is_refused(stored):
    with pytest.raises(ParameterError):
        restored(stored, Request())
