from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scanner.cli.failure import Failure
from scanner.cli.options import Law, Printing
from scanner.cli.resuming import Wanted, claimed, find_unfinished, restored_request
from scanner.engine.request import Request
from scanner.ledger.parameters import kept
from scanner.store import open_store
from scanner.transports.limits import Limits

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
        restored_request(scan, Request(), set())


def test_the_request_comes_back(store):
    begin(store)
    assert restored_request(next(store.scans()), Request(ports=(1,)), set()) == (REQUEST, [])


def test_what_is_given_now_counts_where_it_may_change(store):
    begin(store, Request(targets=("10.0.0.0/24",), ports=(80,), exclude=("10.0.0.1",), rate=10))
    scan = next(store.scans())
    now = Request(ports=(81,), rate=20, subnet_rate=7, exclude=("10.0.0.2",), limits=Limits(connect=9))
    request, told = restored_request(scan, now, {"rate", "ports", "exclude"})
    assert (request.ports, request.rate, request.limits) == ((80,), 20, Limits())
    assert request.subnet_rate == Request().subnet_rate
    assert request.exclude == ("10.0.0.1", "10.0.0.2")
    assert told == ["-p is not followed: a scan that is resumed asks all its addresses the same"]
    assert restored_request(scan, Request(ports=(80,)), {"ports"})[1] == []


def test_what_was_excluded_stays_so_and_more_is_added(store):
    begin(store, Request(targets=("10.0.0.0/24",), exclude_files=("never.txt",)))
    request, _ = restored_request(next(store.scans()), Request(exclude=("10.0.0.2",)), set())
    assert (request.exclude, request.exclude_files) == (("10.0.0.2",), ("never.txt",))


def test_frames_of_its_own_need_the_right_again(store, monkeypatch):
    begin(store, Request(targets=("10.0.0.0/24",), engine="raw"))
    monkeypatch.setattr("scanner.transports.privilege.privileged", lambda: False)
    with pytest.raises(Failure, match="needs root"):
        restored_request(next(store.scans()), Request(), set())


OLD = Wanted(
    Printing("csv", [Path("a.html")]), Law("own.toml", None, ["public-safety"]), "covered", 5, True, Path("data")
)
NEW = Wanted(Printing(), Law(), None, 3, False, None)


def stored(store, options):
    store.begin(["10.0.0.1"], {"request": kept(REQUEST), "options": options}, NOW)
    return next(store.scans())


def test_what_was_wanted_is_wanted_again(store):
    scan = stored(store, OLD.stored(date(2020, 1, 1)))
    assert NEW.resumed(scan, set()) == Wanted(
        Printing("csv", [Path("a.html").absolute()]),
        Law(str(Path("own.toml").absolute()), "2020-01-01", ["public-safety"]),
        "covered", 5, True, Path("data").absolute(),
    )  # fmt: skip


def test_what_is_given_now_is_wanted_instead(store):
    scan = stored(store, OLD.stored(date(2020, 1, 1)))
    now = Wanted(Printing("json", [Path("b.csv")]), Law("all", "2021-01-01", None), None, 2, False, Path("other"))
    given = {"form", "output", "policy", "day", "use", "fail_on", "gone_after", "fingerprints"}
    assert now.resumed(scan, given) == replace(now, transcripts=True)


def test_a_scan_that_kept_nothing_takes_what_is_given(store):
    store.begin(["10.0.0.1"], {"request": kept(REQUEST)}, NOW)
    assert NEW.resumed(next(store.scans()), set()) is NEW
    with pytest.raises(Failure, match="parameters are unknown"):
        NEW.resumed(stored(store, {"policy": 1}), set())


def test_parameters_of_another_program_are_told(store):
    store.begin(["10.0.0.1"], {"request": {"new": 1, "files": []}}, NOW)
    with pytest.raises(Failure, match="parameters are unknown"):
        restored_request(next(store.scans()), Request(), set())
