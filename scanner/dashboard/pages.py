"""The pages, one function each: what is asked for goes in, what is shown comes out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from scanner.dashboard.allowed import Allowed, NotAllowed
from scanner.dashboard.bench import MAX_CHANGES, Bench
from scanner.dashboard.guard import COOKIE, SESSION, Guard, Keys
from scanner.dashboard.inventory import SORTS, Query, find
from scanner.dashboard.runner import Busy, Runner
from scanner.dashboard.settings import Settings
from scanner.engine.ports import parse
from scanner.engine.speeds import SPEEDS
from scanner.reports import FORMATS, FormatMissing
from scanner.reports.markup import asset, environment
from scanner.reports.rows import short_name
from scanner.store import StoreError

WRONG_TOKEN: Final = 1.0
"""Seconds a wrong token waits for its answer."""
MAX_FIELDS: Final = 16
"""Fields of one form; ours have four."""
DUMP: Final = 65_536
"""Bytes of a transcript that are shown."""
_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Pages:
    """All pages of one dashboard."""

    def __init__(self, settings: Settings, bench: Bench, runner: Runner, keys: Keys) -> None:
        self._settings = settings
        self._bench = bench
        self._runner = runner
        self._keys = keys
        self._allowed = Allowed(settings.allow, settings.ports, settings.speeds)
        self._templates = environment("scanner.dashboard")
        companies = bench.database.companies
        self._templates.globals["maker"] = lambda company: short_name(company, company, companies)
        self._assets = {"report.css": asset("report.css"), **dict(_own_assets())}

    def routes(self) -> list[Route]:
        """Return every page there is."""
        return [
            Route("/", self.inventory),
            Route("/device", self.device),
            Route("/transcripts/{digest}", self.transcript),
            Route("/changes", self.changes),
            Route("/scans", self.scans),
            Route("/scans/{scan}", self.scan),
            Route("/scans/{scan}/report/{form}", self.report),
            Route("/start", self.start_form, methods=["GET"]),
            Route("/start", self.start, methods=["POST"]),
            Route("/stop", self.stop, methods=["POST"]),
            Route("/progress", self.progress),
            Route("/progress.json", self.progress_now),
            Route("/law", self.law),
            Route("/law/{measure}", self.measure),
            Route("/login", self.login_form, methods=["GET"]),
            Route("/login", self.login, methods=["POST"]),
            Route("/logout", self.logout, methods=["POST"]),
            Route("/assets/{name}", self.static),
            Route("/favicon.ico", self.icon),
        ]

    # Devices

    def inventory(self, request: Request) -> Response:
        """The devices of a scan, those that were asked for."""
        query = Query.read(request.query_params)
        listing = self._bench.listing(request.query_params.get("scan", ""))
        if listing is None:
            return self._page("empty.html.j2", request)
        return self._page(
            "inventory.html.j2",
            request,
            listing=listing,
            scans=[scan for scan, summary in self._bench.scans() if summary is not None],
            query=query,
            part=find(listing.entries, query),
            sorts=SORTS,
        )

    def device(self, request: Request) -> Response:
        """One device: what it is, why, what was seen of it, what became of it."""
        listing = self._bench.listing(request.query_params.get("scan", ""))
        host = request.query_params.get("host", "")
        entry = next((each for each in listing.entries if each.row.address == host), None) if listing else None
        if listing is None or entry is None:
            return self._elsewhere(host)
        if entry.scan != listing.id:
            return RedirectResponse(_device(entry.scan, host), 303)
        row, context = entry.row, self._bench.context(listing.summary)
        known, changes = self._bench.device(row.finding)
        spoken = {piece.signature for piece in row.finding.evidence}
        return self._page(
            "device.html.j2",
            request,
            listing=listing,
            row=row,
            context=context,
            known=known,
            changed=changes,
            observations=self._bench.observations(listing.id, row.finding),
            signatures=[(each, context.signatures[each]) for each in sorted(spoken) if each in context.signatures],
        )

    def transcript(self, request: Request) -> Response:
        """The bytes of one exchange."""
        content = self._bench.transcript(request.path_params["digest"])
        if content is None:
            raise HTTPException(404, "These bytes were not kept.")
        more = f"… {len(content) - DUMP} bytes more\n" if len(content) > DUMP else ""
        return PlainTextResponse("".join(_dump(content[:DUMP])) + more)

    def changes(self, request: Request) -> Response:
        """What became different, in one scan or in all."""
        scan = request.query_params.get("scan", "")
        return self._page(
            "changes.html.j2",
            request,
            chosen=scan,
            changed=self._bench.changes(scan),
            most=MAX_CHANGES,
            scans=self._bench.scans(),
        )

    # Scans

    def scans(self, request: Request) -> Response:
        """The scans there were."""
        return self._page("scans.html.j2", request, scans=self._bench.scans())

    def scan(self, request: Request) -> Response:
        """One scan: what it reached, and its reports."""
        listing = self._bench.listing(request.path_params["scan"])
        if listing is None or listing.scan is None:
            raise HTTPException(404, "There is no such scan.")
        return self._page(
            "scan.html.j2",
            request,
            listing=listing,
            forms=[form for form in FORMATS.values() if form.name != "table"],
        )

    def report(self, request: Request) -> Response:
        """A scan's report, to be saved."""
        form = FORMATS.get(request.path_params["form"])
        listing = self._bench.listing(request.path_params["scan"])
        if form is None or listing is None:
            raise HTTPException(404, "There is no such report.")
        context = self._bench.context(listing.summary)
        if listing.scan is not None:
            context = context._replace(observations=self._bench.observations(listing.id))
        pieces = form.encode((entry.row.finding for entry in listing.entries), context)
        try:
            first = next(pieces, b"")
        except FormatMissing as error:
            raise HTTPException(501, str(error)) from error
        name = f"coveredscan-{listing.id}{form.extensions[0]}"
        return StreamingResponse(
            _chain(first, pieces),
            media_type=form.media_type,
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    def start_form(self, request: Request) -> Response:
        """Where a scan is started."""
        return self._start(request, 200, {"targets": "\n".join(self._allowed.words)}, "")

    async def start(self, request: Request) -> Response:
        """Start a scan of allowed targets, ports and speed."""
        form = await self._form(request)
        try:
            targets = self._allowed.check(form.get("targets", ""))
            ports = self._allowed.check_ports(form.get("ports", ""))
            self._runner.start(targets, ports, self._allowed.check_speed(form.get("speed", "")))
        except (NotAllowed, Busy) as error:
            return self._start(request, 409 if isinstance(error, Busy) else 403, form, str(error))
        return RedirectResponse("/progress", 303)

    def _start(self, request: Request, status: int, form: Mapping[str, str], objection: str) -> Response:
        return self._page(
            "start.html.j2",
            request,
            status,
            allowed=self._allowed,
            lists={text: parse(text) for text in self._allowed.ports},
            speeds={name: SPEEDS[name] for name in self._allowed.speeds},
            wanted=form.get("targets", "").splitlines(),
            sent=form,
            objection=objection,
        )

    async def stop(self, request: Request) -> Response:
        """Stop the scan that runs."""
        await self._form(request)
        self._runner.stop()
        return RedirectResponse("/progress", 303)

    def progress(self, request: Request) -> Response:
        """How far the scan is."""
        return self._page("progress.html.j2", request)

    def progress_now(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """How far the scan is, for the script of the page above."""
        at = self._runner.state
        shown = self._templates.get_template("progress_part.html.j2").render(running=at)
        return JSONResponse({"running": at.is_running, "shown": shown})

    # The law

    def law(self, request: Request) -> Response:
        """Every measure in the data."""
        judged = self._bench.judged
        law = sorted(
            self._bench.law.values(), key=lambda each: (each.id not in judged, each.jurisdiction, each.enacted, each.id)
        )
        return self._page("law.html.j2", request, measures=law, judged=judged, policy=self._bench.policy)

    def measure(self, request: Request) -> Response:
        """One measure: what it says, whom it names, since when, where that is written."""
        measure = self._bench.law.get(request.path_params["measure"])
        if measure is None:
            raise HTTPException(404, "There is no such measure.")
        return self._page("measure.html.j2", request, measure=measure, context=self._bench.context(None))

    # Who comes in

    def login_form(self, request: Request) -> Response:
        """Where the token is shown."""
        return self._page("login.html.j2", request, objection="")

    async def login(self, request: Request) -> Response:
        """Let in whoever knows the token."""
        form = await self._form(request)
        if not self._keys.is_token(form.get("token", "")):
            await asyncio.sleep(WRONG_TOKEN)
            return self._page("login.html.j2", request, 401, objection="That is not the token.")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self._keys.session(time.monotonic()),
            max_age=SESSION,
            httponly=True,
            samesite="strict",
            secure=self._is_https(request),
        )
        return answer

    async def logout(self, request: Request) -> Response:
        """Forget the browser."""
        await self._form(request)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    def static(self, request: Request) -> Response:
        """A style sheet, a script or the icon."""
        name = request.path_params["name"]
        if name not in self._assets:
            raise HTTPException(404, "There is no such file.")
        return Response(
            self._assets[name], media_type=_TYPES[name.rpartition(".")[2]], headers={"cache-control": "max-age=300"}
        )

    def icon(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """The icon, which browsers look for here beside a page that is plain text."""
        return RedirectResponse("/assets/icon.svg", 301)

    def trouble(self, request: Request, error: Exception) -> Response:
        """What went wrong, in one line; nothing of how."""
        if isinstance(error, HTTPException):
            if error.detail == HTTPStatus.NOT_FOUND.phrase:
                error.detail = "There is no such page."
            return self._page("trouble.html.j2", request, error.status_code, text=error.detail)
        if isinstance(error, StoreError):
            status = 404 if " has no scan " in str(error) else 503
            return self._page("trouble.html.j2", request, status, text=str(error))
        return self._page("trouble.html.j2", request, 500, text="Something went wrong; the program's log says what.")

    def _elsewhere(self, host: str) -> Response:
        """Lead to the last scan that saw a device which the one asked for did not see."""
        scan = self._bench.last_seen(host)
        if scan is None:
            raise HTTPException(404, "No scan found such a device.")
        return RedirectResponse(_device(scan, host), 303)

    def _page(self, template: str, request: Request, status: int = 200, **shown: Any) -> HTMLResponse:
        page = self._templates.get_template(template)
        text = page.render(
            here=request.url.path,
            form=self._keys.form,
            may_enter=template != "login.html.j2",
            can_leave=self._settings.token is not None and COOKIE in request.cookies,
            running=self._runner.state,
            **shown,
        )
        return HTMLResponse(text.encode("utf-8", "replace"), status)

    def _is_https(self, request: Request) -> bool:
        """Whether the browser came by TLS, as far as this end or the reverse proxy knows."""
        if request.client is not None and self._settings.is_proxy(request.client.host):
            return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        return request.url.scheme == "https"

    async def _form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form of ours. Raises HTTPException for any other."""
        try:
            text = (await request.body()).decode("utf-8", "replace")
            sent = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
        except ValueError as error:
            raise HTTPException(400, "None of our forms has as many fields.") from error
        if not (
            self._keys.is_form(sent.get("form", "")) or self._keys.is_bearer(request.headers.get("authorization", ""))
        ):
            raise HTTPException(403, "This form is stale, or not ours: load the page again.")
        return sent


def build(settings: Settings, bench: Bench, runner: Runner) -> Guard:
    """Return the application, guarded."""
    keys = Keys(settings.token)
    pages = Pages(settings, bench, runner, keys)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(runner.close)

    site = Starlette(
        routes=pages.routes(),
        exception_handlers={HTTPException: pages.trouble, StoreError: pages.trouble, Exception: pages.trouble},
        lifespan=lifespan,
    )
    # Around all of it: what Starlette itself says when a page breaks needs the headers too.
    return Guard(site, settings, keys)


def _own_assets() -> Iterator[tuple[str, str]]:
    for file in (resources.files("scanner.dashboard") / "static").iterdir():
        if file.name.rpartition(".")[2] in _TYPES:
            yield file.name, file.read_text("utf-8")


def _device(scan: str, host: str) -> str:
    return "/device?" + urlencode({"scan": scan, "host": host}, errors="replace")


def _dump(content: bytes) -> Iterator[str]:
    """Yield lines of sixteen bytes: where, in hex, as ASCII."""
    for start in range(0, len(content), 16):
        row = content[start : start + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)  # noqa: PLR2004 - printable ASCII
        yield f"{start:08x}  {row.hex(' '):47}  {shown}\n"


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
