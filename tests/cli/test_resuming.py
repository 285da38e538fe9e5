from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.cli.failure import Failure
from scanner.cli.resuming import claimed, find_unfinished, restored_request
from scanner.engine.request import Request
from scanner.ledger.parameters import kept
from scanner.store import open_store

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
REQUEST = Request(targets=("10.0.0.0/24",), ports=(80,))


@pytest.fixture
def store(tmp_path):
    with open_store(str(tmp_path / "scans.sqlite3")) as opened:
        yield opened


def begin(store, request=REQUEST):
    return store.begin((*request.targets, *request.files), {"request": kept(request)}, NOW)


def test_the_newest_that_nobody_holds_is_found(store):
    first, second = begin(store), begin(store)
    other = begin(store, Request(targets=("10.9.0.0/24",)))
    scan, claim = find_unfinished(store, ["10.0.0.0/24"])
    assert scan.id == second
    again, other_claim = find_unfinished(store, ["10.0.0.0/24"])
    assert again.id == first
    with pytest.raises(Failure, match=f"scan {second} is running"):
        find_unfinished(store, ["10.0.0.0/24"])
    anything, third = find_unfinished(store, [])
    assert anything.id == other
    for each in (claim, other_claim, third):
        each.release()


def test_what_asked_nobody_is_not_resumed(store):
    store.begin(["capture.pcap"], {"kind": "import"}, NOW)
    with pytest.raises(Failure, match="no stored scan of these targets is unfinished"):
        find_unfinished(store, [])


def test_a_scan_is_held_once(store):
    hold = claimed("some")
    assert hold is not None
    assert claimed("some") is None
    hold.release()


def test_targets_from_standard_input_are_not_there_again(store):
    begin(store, Request(files=("-",)))
    scan = next(store.scans())
    with pytest.raises(Failure, match="read its targets from standard input"):
        restored_request(scan, Request())


def test_the_request_comes_back(store):
    begin(store)
    assert restored_request(next(store.scans()), Request(ports=(1,))) == REQUEST


def test_parameters_of_another_program_are_told(store):
    store.begin(["10.0.0.1"], {"request": {"new": 1, "files": []}}, NOW)
    with pytest.raises(Failure, match="parameters are unknown"):
        restored_request(next(store.scans()), Request())
