"""A dashboard over a store with samples, asked without a socket: every header is the test's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

import msgspec

from scanner.dashboard.bench import Bench, Listing
from scanner.dashboard.guard import Guard
from scanner.dashboard.pages import build
from scanner.dashboard.runner import Runner
from scanner.dashboard.settings import Settings
from scanner.database.load import Database, load
from scanner.model.finding import Finding
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.store import Ending, open_store
from tests.reports.samples import FINDINGS, SEEN, SUMMARY

HOST = ("Host", "127.0.0.1:8889")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def form(self) -> str:
        """What the page's forms carry."""
        found = re.search(r'name="form" value="([\w-]+)"', self.text)
        assert found is not None
        return found[1]


class Site(NamedTuple):
    app: Guard
    scan: str
    bench: Bench
    runner: Runner
    url: str

    def listing(self, scan: str = "") -> Listing:
        found = self.bench.listing(scan)
        assert found is not None
        return found

    def get(self, path: str, *headers: tuple[str, str], client: str = "127.0.0.1", method: str = "GET") -> Answer:
        return ask(self.app, method, path, [HOST, *headers], client=client)

    def post(
        self,
        path: str,
        fields: dict[str, str],
        *headers: tuple[str, str],
        client: str = "127.0.0.1",
        page: str = "/start",
    ) -> Answer:
        """As our own form does; ``form`` in ``fields``, and any header, may be another."""
        fields = {"form": self.get(page).form, **fields}
        own = [("Sec-Fetch-Site", "same-origin"), ("Origin", "http://127.0.0.1:8889")]
        named = {name for name, _ in headers}
        sent = [HOST, *(header for header in own if header[0] not in named), *headers]
        return ask(
            self.app, "POST", path, [each for each in sent if each[1]], urlencode(fields).encode(), client=client
        )


def ask(
    app: Any,
    method: str,
    path: str,
    headers: Iterable[tuple[str, str]] = (HOST,),
    body: bytes | Iterable[bytes] = b"",
    *,
    client: str = "127.0.0.1",
) -> Answer:
    """Return what ``app`` answers to one request."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(plain),
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": (client, 50000),
        "server": ("127.0.0.1", 8889),
    }
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # the browser stays until it has its answer
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    head = next(message for message in sent if message["type"] == "http.response.start")
    content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return Answer(head["status"], {key.decode(): value.decode("latin-1") for key, value in head["headers"]}, content)


@cache
def _database() -> Database:
    return load()


def fill(url: str, findings: Iterable[Finding] = FINDINGS, *, days: int = 0) -> str:
    """Store one scan that found ``findings``, as if ``days`` later; return its id."""
    later = timedelta(days=days)
    with open_store(url) as store:
        scan = store.begin(("192.0.2.0/24",), {}, SUMMARY.started_at + later, database="2026.11.21", program="0.1.0")
        seen = Provenance("http", None, SEEN, "ab" * 32)
        store.add(transcripts=[("ab" * 32, b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\n\r\n\x00\xff")])
        store.add([Observation(Endpoint("192.0.2.10", "tcp", 80), Field("http.server"), "DNVRS-Webs", seen)])
        summary = msgspec.structs.replace(
            SUMMARY, scan=scan, started_at=SUMMARY.started_at + later, ended_at=SUMMARY.ended_at + later
        )
        store.finish(summary, findings, Ending())
    return scan


@contextmanager
def raised(folder: Path, *, findings: Iterable[Finding] | None = FINDINGS, **settings: Any) -> Iterator[Site]:
    """Yield a dashboard; with ``findings`` None its store is empty."""
    url = str(folder / "scans.sqlite3")
    scan = fill(url, findings) if findings is not None else ""
    chosen = Settings(**settings)
    with open_store(url) as store:
        database = _database()
        measures = tuple(database.measures[each] for each in ("us-ndaa-889", "us-fcc-covered-list"))
        bench = Bench(database, measures, chosen.policy, chosen.use, store)
        runner = Runner(bench, url, allow_public=chosen.allow_public)
        try:
            yield Site(build(chosen, bench, runner), scan, bench, runner, url)
        finally:
            runner.close()
