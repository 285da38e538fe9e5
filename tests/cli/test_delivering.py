import json
import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from scanner.cli.delivering import append, deliver_due, lock_of, send
from scanner.cli.main import main
from scanner.cli.places import alone
from scanner.engine import clock
from scanner.outbox.sinks import Apprise, File, Mail, Syslog, Webhook, parse
from scanner.store import StoreError, open_store
from scanner.store.outbox import Message, put
from tests.cli.test_ten_scans import NET, PORT, network
from tests.outbox.test_sinks import GONE, NEW

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
ONE = msgspec.json.encode(GONE).decode()
ALL = msgspec.json.encode([GONE, NEW]).decode()


def message(body):
    return Message(1, "s", body, NOW, 0, None)


def test_each_kind_is_sent_its_own_way(monkeypatch, tmp_path):
    told: list[Any] = []
    monkeypatch.setattr(
        "scanner.transports.webhook.post",
        lambda url, body, **more: told.append((url, body, more["identity"], more["secret"])),
    )
    monkeypatch.setattr(
        "scanner.transports.mail.send",
        lambda server, port, mail, **more: told.append((server, str(mail["Subject"]), more["password"])),
    )
    monkeypatch.setattr("scanner.transports.notices.send", lambda *words: told.append(words))
    monkeypatch.setenv("HUSH", "s3cret")
    assert send("a", Webhook(url="https://x.example/", secret_env="HUSH"), message(ONE)) is None
    assert (
        send("b", Mail(server="m.example", sender="a@b.example", to=("c@d.example",), secret_env="HUSH"), message(ALL))
        is None
    )
    assert send("c", Apprise(secret_env="HUSH"), message(ALL)) is None
    assert told[0] == ("https://x.example/", ONE.encode(), "s-0", "s3cret")
    assert told[1] == ("m.example", "coveredscan: 1 appeared, 1 gone", "s3cret")
    assert told[2][:2] == ("s3cret", "coveredscan: 1 appeared, 1 gone")
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path)
        assert send("d", Syslog(address=path), message(ONE)) is None
        assert b"coveredscan - change [" in receiver.recv(4096)
    assert send("e", File(path=str(tmp_path / "f.jsonl")), message(ONE)) is None
    assert json.loads((tmp_path / "f.jsonl").read_text())["kind"] == "gone"


def test_what_cannot_be_sent_is_told():
    assert "has no NOT_THERE" in str(send("a", Webhook(url="x", secret_env="NOT_THERE"), message(ONE)))
    assert send("a", Webhook(url="x"), message("junk"))


def test_a_file_is_changed_for_a_new_one_when_it_is_full(tmp_path):
    sink = File(path=str(tmp_path / "c.jsonl"), most=25, keep=2)
    for number in range(9):
        assert append(sink, f"line {number:04}") is None
    assert {path.name: path.read_text().split() for path in tmp_path.iterdir()} == {
        "c.jsonl": ["line", "0008"],
        "c.jsonl.1": ["line", "0006", "line", "0007"],
        "c.jsonl.2": ["line", "0004", "line", "0005"],
    }
    assert "cannot be written" in str(append(File(path="/nowhere/x"), "y"))


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)) as store, store.outbox._connections.writing() as connection:
        put(connection, [("file", ONE), ("hook", ONE)], NOW)
    return path


def test_the_outbox_is_listed_and_delivered(path, tmp_path, capfd, monkeypatch):
    config = tmp_path / "config.toml"
    config.write_text(f'[sink.file]\nkind = "file"\npath = "{tmp_path / "out.jsonl"}"\n')
    monkeypatch.setenv("COVEREDSCAN_CONFIG", str(config))
    assert main(["outbox", "--db", str(path)]) == 3
    assert capfd.readouterr().out == (
        "1  file  0 attempts  not tried yet\n"
        "2  hook  0 attempts  no [sink.hook] in the configuration: add it, or --forget hook\n"
    )
    assert main(["outbox", "--deliver", "--db", str(path)]) == 3
    assert capfd.readouterr().out.startswith("2  hook  0 attempts")
    assert (tmp_path / "out.jsonl").read_text().strip() == ONE


def test_what_nobody_will_take_can_be_given_up(path, capfd):
    assert main(["outbox", "--forget", "file", "--db", str(path)]) == 3
    told = capfd.readouterr()
    assert told.out == ONE + "\n", "what is given up is handed over"
    assert told.err == "coveredscan: 1 more still to be delivered\n"
    assert main(["outbox", "--db", str(path)]) == 3
    assert capfd.readouterr().out == (
        "2  hook  0 attempts  no [sink.hook] in the configuration: add it, or --forget hook\n"
    )
    assert main(["outbox", "--forget", "2", "--forget", "nobody", "--db", str(path)]) == 2
    told = capfd.readouterr()
    assert told.out == "", "one name unknown: nothing is given up"
    assert "--forget nobody: no message of this number and none for this sink" in told.err
    assert main(["outbox", "--forget", "2", "--db", str(path)]) == 0
    assert capfd.readouterr().out == ONE + "\n"
    assert main(["outbox", "--db", str(path)]) == 0


def test_a_long_outbox_says_how_much_it_does_not_list(path, capfd):
    with open_store(str(path)) as store, store.outbox._connections.writing() as connection:
        put(connection, [("hook", ONE)] * 1001, NOW)
    assert main(["outbox", "--db", str(path)]) == 3
    told = capfd.readouterr()
    assert told.out.count("\n") == 1000
    assert told.err == "coveredscan: 3 more still to be delivered\n"
    assert main(["outbox", "--forget", "hook", "--db", str(path)]) == 3
    assert capfd.readouterr().out.count("\n") == 1002


def test_two_programs_never_deliver_at_once(path, monkeypatch):
    sinks = parse({"file": {"kind": "file", "path": str(path.with_name("o.jsonl"))}})
    with open_store(str(path)) as store:
        with alone(lock_of(store)) as first:
            assert first
            assert deliver_due(store, sinks) == {}
            assert len(store.outbox.waiting("file")) == 1
        assert deliver_due(store, sinks) == {}
        assert store.outbox.waiting("file") == []


def test_a_store_that_fails_while_delivering_does_not_fail_the_scan(path, monkeypatch, capfd):
    def full(*_):
        raise StoreError("the disk is full")

    sinks = parse({"file": {"kind": "file", "path": str(path.with_name("o.jsonl"))}})
    with open_store(str(path)) as store:
        monkeypatch.setattr(store.outbox, "taken", full)
        assert deliver_due(store, sinks) == {}
    assert "the disk is full; what is not delivered is kept" in capfd.readouterr().err


class Moody(BaseHTTPRequestHandler):
    """Answers as ``server.mood`` says; an answer that never comes was taken all the same."""

    server: Any

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        mood = self.server.mood()
        if mood != "failing":
            self.server.got.append(self.headers["webhook-id"])
        if mood == "slow":
            time.sleep(0.02)
        if mood == "mute":
            self.close_connection = True
            return
        self.send_response(500 if mood == "failing" else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.loopback
def test_a_receiver_down_for_an_hour_then_slow_then_failing_gets_each_once_in_order(tmp_path, monkeypatch):
    """Over HTTP, by a clock of the test's: down for an hour, then slow, then five minutes of 500, then mute once."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sinks = parse({"soc": {"kind": "webhook", "url": f"http://127.0.0.1:{port}/", "timeout": 5.0}})
    time_ = [NOW]
    monkeypatch.setattr(clock, "now", lambda: time_[0])
    bodies = [msgspec.json.encode(msgspec.structs.replace(GONE, id=f"s-{n}")).decode() for n in range(30)]
    server: Any = None
    with open_store(str(tmp_path / "scans.sqlite3")) as store:
        with store.outbox._connections.writing() as connection:
            put(connection, [("soc", body) for body in bodies], NOW)

        def mood():
            minutes = (time_[0] - NOW).total_seconds() / 60
            if len(server.got) == 10 and minutes < 80:
                return "failing"
            return "mute" if len(server.got) == 20 else "slow"

        try:
            while store.outbox.waiting():
                if server is None and time_[0] >= NOW + timedelta(hours=1):
                    server = ThreadingHTTPServer(("127.0.0.1", port), Moody)
                    server.got, server.mood = [], mood
                    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
                deliver_due(store, sinks)
                time_[0] += timedelta(minutes=5)
                assert time_[0] < NOW + timedelta(hours=3)
        finally:
            if server is not None:
                server.shutdown()
                server.server_close()
    twice = [identity for number, identity in enumerate(server.got) if identity in server.got[:number]]
    assert twice == ["s-20"], "the one whose answer was lost, under the same id"
    assert list(dict.fromkeys(server.got)) == [f"s-{n}" for n in range(30)]
    assert sorted(server.got, key=lambda identity: int(identity[2:])) == server.got


class Receiver(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.attempts += 1
        ok = self.server.attempts > 1
        if ok:
            self.server.got.append((self.headers["webhook-id"], json.loads(body)))
        self.send_response(200 if ok else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.loopback
def test_from_a_scan_to_a_webhook_that_fails_at_first(tmp_path, monkeypatch, capfd):
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.attempts, server.got = 0, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    config, db = tmp_path / "config.toml", str(tmp_path / "scans.sqlite3")
    config.write_text(
        f'db = "{db}"\n[sink.soc]\nkind = "webhook"\nurl = "http://127.0.0.1:{server.server_port}/"\n'
        'secret_env = "SOC"\nchanges = ["appeared"]\n'
    )
    monkeypatch.setenv("COVEREDSCAN_CONFIG", str(config))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SOC", "hush-hush")
    monkeypatch.delenv("COVEREDSCAN_DB", raising=False)
    words = ["scan", f"{NET}.1-4", "-p", str(PORT), "--discovery", "none", "--timeout", "0.5", "-q", "-f", "jsonl"]
    try:
        with network(("1", "DS-A-20200101AAAA111111", {}), ("2", "DS-B-20200101BBBB222222", {})):
            assert main(words) == 0
            told = capfd.readouterr()
            assert "sink soc: answered 500; what is not taken is kept" in told.err
            later = clock.now() + timedelta(minutes=10)
            monkeypatch.setattr(clock, "now", lambda: later)
            assert main(words) == 0
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        os.environ.pop("COVEREDSCAN_DB", None)
    assert [(change["kind"], change["host"]) for _, change in server.got] == [
        ("appeared", f"{NET}.1"), ("appeared", f"{NET}.2"),
    ]  # fmt: skip
    assert len({identity for identity, _ in server.got}) == 2
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != config)
    assert b"hush-hush" not in everything
    assert "hush" not in told.out + told.err
