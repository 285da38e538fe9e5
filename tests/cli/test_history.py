import json

import pytest

from scanner.cli.main import main
from scanner.store import open_store
from tests.cli.history_store import ONE, START, TWO, TWO_MOVED, write


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "scans.sqlite3"
    monkeypatch.setenv("COVEREDSCAN_DB", str(path))
    return path


def test_history_for_people_and_programs(path, capfdbinary):
    first, second = write(path, [ONE], [ONE, TWO])
    assert main(["history"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0] == f"{second}  2026-11-02 03:00Z  complete     2 devices (2 covered)  north: 10.0.0.0/24"
    assert [line[:26] for line in lines] == [second, first]
    assert main(["history", "--json", "-n", "1"]) == 0
    (record,) = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert (record["id"], record["hosts"], record["verdicts"], record["state"]) == (
        second, 2, {"covered": 2}, "complete",
    )  # fmt: skip
    assert main(["history", "--site", "south"]) == 0
    assert capfdbinary.readouterr().out == b""


def test_diff_of_the_last_two(path, capfdbinary):
    scans = write(path, [ONE], [ONE, TWO], [TWO_MOVED])
    assert main(["diff"]) == 0
    text = capfdbinary.readouterr().out.decode()
    assert "1 gone, 1 moved, 1 re-flashed" in text
    assert "10.0.0.3 moved  from 10.0.0.2  (hikvision X1)" in text
    assert main(["diff", "--json"]) == 0
    kinds = [json.loads(line)["kind"] for line in capfdbinary.readouterr().out.splitlines()]
    assert sorted(kinds) == ["gone", "moved", "re-flashed"]
    assert main(["diff", scans[0][:26], scans[1], "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["kind"] == "appeared"
    assert main(["diff", scans[0], "--json"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--fail-on", "covered"), 10), (("--fail-on", "new-covered"), 10), (("--fail-on", "new-x"), 2)],
)
def test_diff_fails_on(path, options, code):
    write(path, [ONE], [ONE, TWO])
    assert main(["diff", *options]) == code


def test_diff_fails_on_what_is_new_alone(path):
    write(path, [ONE, TWO], [ONE, TWO])
    assert main(["diff", "--fail-on", "new-covered"]) == 0
    assert main(["diff", "--fail-on", "covered"]) == 10


def test_diff_needs_two_of_the_same_targets(path, capfd):
    write(path, [ONE])
    write(path, [TWO], targets=("10.9.0.0/24",))
    assert main(["diff"]) == 2
    assert "no two finished scans of the same targets" in capfd.readouterr().err
    with open_store(str(path)) as store:
        killed = store.begin(["10.0.0.0/24"], {}, START, site="north")
        first = next(scan.id for scan in store.scans() if scan.ended_at and scan.targets == ("10.0.0.0/24",))
    assert main(["diff", first, killed]) == 2
    assert "did not come to its end" in capfd.readouterr().err


def test_show_a_scan_or_a_host(path, capfdbinary):
    first, _ = write(path, [ONE, TWO], [ONE, TWO_MOVED])
    assert main(["show", first, "--json"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 3
    assert main(["show", "10.0.0.3"]) == 0
    text = capfdbinary.readouterr().out.decode()
    assert "first seen 2026-11-01 03:05Z, last seen 2026-11-02 03:05Z, there" in text
    assert "serial: OTHER12345" in text
    assert "10.0.0.3 moved  from 10.0.0.2" in text
    assert main(["show", "10.0.0.3", "--json"]) == 0
    record = json.loads(capfdbinary.readouterr().out)
    assert [change["kind"] for change in record["changes"]] == ["appeared", "moved", "re-flashed"]
    assert main(["show", "10.0.0.77"]) == 2
    assert b"no device of that address" in capfdbinary.readouterr().err
