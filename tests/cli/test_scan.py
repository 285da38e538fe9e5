from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from typing import Any

import jsonschema
import pytest

from scanner.database.schema import schemas
from tests import camera as camera_server
from tests.cli.command import ROOT, one_line
from tests.cli.test_ten_scans import NET, PORT, network

pytestmark = [pytest.mark.process, pytest.mark.loopback]


@pytest.fixture
def camera():
    """On 127.66.9.1; yields its port."""
    with camera_server.raised("127.66.9.1") as port:
        yield port


def records(done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_lines_findings_then_a_summary_by_their_schemas(command, camera):
    done = command("scan", "127.66.9.1", "-p", str(camera), "-f", "jsonl")
    finding, summary = records(done)
    assert (done.returncode, done.stderr) == (0, b"")
    jsonschema.validate(finding, schemas()["finding"])
    jsonschema.validate(summary, schemas()["summary"])
    assert finding["identification"]["manufacturer"]["value"] == "hikvision"
    assert summary["coverage"]["addresses"] == 1
    assert summary["coverage"]["ports"] == [camera]
    assert summary["complete"] is True


def test_the_table_the_files_and_the_store(command, camera, tmp_path):
    html, csv = tmp_path / "r.html", tmp_path / "r.csv"
    done = command("scan", "127.66.9.1", "-p", str(camera), "--discovery", "none", "-o", str(html), "-o", str(csv))
    table = done.stdout.decode()
    assert done.returncode == 0
    assert "127.66.9.1" in table
    assert "Hikvision" in table
    assert "Asked 1 address on 1 port; 1 answered." in table
    assert html.read_text().startswith("<!doctype html>")
    assert "127.66.9.1" in csv.read_text()
    assert b"127.66.9.1" in command("show").stdout
    assert b"complete" in command("history").stdout
    assert b"http.server on port" in command("explain", "127.66.9.1").stdout
    again = command("judge", "--date", "2017-01-01", "-f", "jsonl").stdout
    assert json.loads(again.splitlines()[0])["verdicts"][0]["verdict"] == "not-covered"
    report = tmp_path / "again.json"
    assert command("report", "-o", str(report)).returncode == 0
    assert json.loads(report.read_text())["findings"][0]["host"] == "127.66.9.1"


def test_fail_on_and_an_excluded_target(command, camera):
    assert (
        command(
            "scan", "127.66.9.1", "-p", str(camera), "--fail-on", "likely", "--no-store", "--discovery", "none"
        ).returncode
        == 10
    )
    done = command("scan", "127.66.9.1", "--exclude", "127.66.9.0/24", "--no-store")
    assert done.returncode == 2
    assert "all are excluded" in one_line(done.stderr)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no target"),
        (("no-such-interface0",), "neither an interface of this machine nor a name"),
        (("10.0.0.5/24",), "has host bits set: write 10.0.0.0/24"),
        (("-iL", "EMPTY"), "no target given"),
        (("-iL", "no-such-file"), "no-such-file: cannot be read"),
        (("127.0.0.1", "-p", "70000"), "70000"),
        (("10.0.0.0/8",), "the targets mean 16,777,216 addresses; add --yes"),
        (("8.8.8.8",), "public address space"),
        (("127.0.0.1", "-i", "nope0"), "nope0"),
        (("127.0.0.1", "-f", "nonsense"), "--format nonsense"),
        (("127.0.0.1", "-o", "report.xyz"), "no format has the extension .xyz"),
        (("127.0.0.1", "--rate", "0"), "rate must be above zero"),
        (("127.0.0.1", "--timeout", "0"), "--timeout 0"),
        (("127.0.0.1", "--engine", "zmap"), "use builtin, raw or nmap"),
        (("127.0.0.1", "--speed", "warp"), "use gentle, normal, fast"),
        (("127.0.0.1", "--shard", "3/2"), "--shard 3/2: write the part and how many there are"),
        (("127.0.0.1", "--sample"), "only raw sweeps can be sampled"),
        (("127.0.0.1", "--credentials", "none.toml"), "none.toml"),
        (("127.0.0.1", "--fail-on", "x"), "no such verdict"),
        (("127.0.0.1", "--discovery", "magic"), "--discovery magic: there is none"),
    ],
)
def test_bad_input_is_one_line_exit_2_and_no_traceback(command, tmp_path, arguments, says):
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n")
    done = command("scan", "--no-store", *(str(empty) if word == "EMPTY" else word for word in arguments))
    assert done.returncode == 2
    assert says in one_line(done.stderr)
    assert done.stdout == b""


@pytest.fixture
def slow_network():
    """Listeners on 127.66.8.1-40 that take connections and say nothing; the first answers at once. Yields the port."""
    servers = [socket.create_server(("127.66.8.1", 0))]
    port = servers[0].getsockname()[1]
    servers += [socket.create_server((f"127.66.8.{n}", port)) for n in range(2, 41)]

    def serve() -> None:
        while True:
            try:
                connection, _ = servers[0].accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield str(port)
    servers[0].shutdown(socket.SHUT_RDWR)
    for server in servers:
        server.close()
    thread.join(5)


def wait_for_lines(path, count: int, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} has {len(path.read_bytes().splitlines())} lines")


@pytest.mark.slow
def test_killed_in_the_middle_every_line_is_whole(command, slow_network, tmp_path):
    out = tmp_path / "out.jsonl"
    with out.open("wb") as stdout:
        process = subprocess.Popen(
            command.words(
                "scan",
                "127.66.8.1-40",
                "-p",
                slow_network,
                "-f",
                "jsonl",
                "--no-store",
                "-o",
                str(tmp_path / "f.jsonl"),
            ),
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            env=command.environment,
        )
        wait_for_lines(out, 1)
        process.kill()
        process.wait(10)
    for path in (out, tmp_path / "f.jsonl.partial"):
        text = path.read_bytes()
        assert text.endswith(b"\n")
        for line in text.splitlines():
            assert json.loads(line)["schema"] == "coveredscan.finding/1"
    assert not (tmp_path / "f.jsonl").exists()


@pytest.mark.slow
def test_interrupted_it_keeps_what_it_has_and_says_so(command, slow_network):
    process = command.start("scan", "127.66.8.1-40", "-p", slow_network, "-f", "jsonl")
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    lines = [json.loads(line) for line in (first + rest).splitlines()]
    assert process.returncode == 130
    assert lines[-1]["schema"] == "coveredscan.summary/1"
    assert lines[-1]["interrupted"] is True
    assert lines[-1]["complete"] is False
    assert any("interrupted" in line for line in lines[-1]["coverage"]["not_reached"])
    assert {line["schema"] for line in lines[:-1]} == {"coveredscan.finding/1"}
    assert b"interrupted" in command("history").stdout


CAMERAS: list[tuple[str, str, dict[str, str]]] = [(str(n), f"DS-{n}-20200101AAAA{n:06}", {}) for n in (1, 2, 3)]
SLOWLY = (f"{NET}.1-100", "-p", str(PORT), "--discovery", "none", "--rate", "25", "-f", "jsonl")


def begun(command, cwd, *options):
    """Begin a scan that takes four seconds; return it when it is written down."""
    process = subprocess.Popen(
        command.words("scan", *SLOWLY, *options),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd,
        env={**command.environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    deadline = time.monotonic() + 40
    while command("history").stdout == b"":
        assert time.monotonic() < deadline
    return process


def killed(process):
    process.kill()
    process.wait(30)


def test_a_scan_out_of_time_is_resumed_and_asks_nothing_twice(command):
    with network(*CAMERAS):
        done = command("scan", *SLOWLY, "--max-time", "2")
        assert done.returncode == 3
        assert b"the time is up" in done.stderr
        assert records(done)[-1]["interrupted"] is True
        assert b"no stored scan of these targets is unfinished" in command("scan", "10.9.9.9", "--resume").stderr
        again = command("scan", "--resume", "--rate", "500")
    assert again.returncode == 0
    assert b"going on with scan" in again.stderr
    *findings, summary = records(again)
    assert (summary["complete"], summary["hosts"], summary["coverage"]["alive"]) == (True, 3, 100)
    assert {finding["host"] for finding in findings} == {f"{NET}.{n}" for n in (1, 2, 3)}
    assert command("scan", "--resume").returncode == 2
    assert command("scan", "--resume", "--no-store").returncode == 2


def test_a_scan_that_runs_is_not_resumed_by_another(command, tmp_path):
    process = begun(command, tmp_path)
    assert "is running" in one_line(command("scan", "--resume").stderr)
    killed(process)
    assert command("scan", "--resume", "--rate", "500").returncode == 0


def test_a_killed_scan_is_resumed_with_all_it_was_told(command, tmp_path):
    began, goes_on = tmp_path / "here", tmp_path / "there"
    began.mkdir()
    goes_on.mkdir()
    (began / "own.toml").write_text(
        'id = "acme-rule"\ntitle = "Acme buys none"\nfrom = 2024-01-01\nstatement = "None."\ncompanies = ["hikvision"]\n'
    )
    with network(*CAMERAS):
        options = ("--policy", "own.toml", "--date", "2025-01-31", "--fail-on", "likely")
        killed(begun(command, began, *options, "-o", "all.json", "-o", "all.jsonl"))
        assert not (began / "all.json").exists()
        again = command("scan", "--resume", "--rate", "500", cwd=goes_on)
    *findings, summary = records(again)
    assert again.returncode == 10
    assert (summary["policy"], summary["date"]) == (str(began / "own.toml"), "2025-01-31")
    assert {verdict["measure"] for finding in findings for verdict in finding["verdicts"]} == {"acme-rule"}
    assert sorted(path.name for path in began.iterdir()) == ["all.json", "all.jsonl", "own.toml"]
    assert len(json.loads((began / "all.json").read_text())["findings"]) == 3
    assert list(goes_on.iterdir()) == []


def test_a_resumed_scan_follows_what_it_is_told_anew(command, tmp_path):
    with network(*CAMERAS):
        killed(begun(command, tmp_path, "-o", "old.json"))
        again = command(
            "scan", "--resume", "--rate", "500", "--exclude", f"{NET}.3", "-p", "80", "--date", "2017-01-01",
            "-o", "new.json", cwd=tmp_path,
        )  # fmt: skip
    *findings, summary = records(again)
    assert again.returncode == 0
    assert b"-p is not followed" in again.stderr
    assert (summary["coverage"]["ports"], summary["date"]) == ([PORT], "2017-01-01")
    assert {finding["host"] for finding in findings} <= {f"{NET}.1", f"{NET}.2"}
    assert (tmp_path / "new.json").exists()
    assert not (tmp_path / "old.json").exists()
