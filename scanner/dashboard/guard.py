"""What every request must pass before a page is made, and what every answer tells the browser not to do.

Refused, in this order: a Host header that is not ours (DNS rebinding); paths and methods that no page has; requests
that another site made; bodies that are too large or too slow; and whoever does not show the token, or was not let in
by the reverse proxy.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from scanner.dashboard.settings import MAX_BODY, Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE: Final = "coveredscan"
SESSION: Final = 12 * 3600
"""Seconds a browser stays let in: a working day."""
BODY_TIME: Final = 10.0
"""Seconds a body may take."""
MAX_PATH: Final = 32_768
"""Bytes of path and query: the longest label of a device, 2048 characters, fits with every byte escaped."""
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not no-referrer, with which browsers hide the origin of our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)
_OPEN: Final = ("/login", "/assets/", "/favicon.ico")
"""Paths that show nothing and are needed to be let in."""
Message = MutableMapping[str, Any]


class Keys:
    """Secrets of one run of the dashboard: sessions end, and forms grow stale, when it does."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._secret = secrets.token_bytes(32)
        self.form: Final = secrets.token_urlsafe(32)
        """What our own forms carry and no other site can know."""

    def is_token(self, text: str) -> bool:
        """Whether ``text`` is the token, in a time that tells nothing."""
        return self._token is not None and _same(text, self._token)

    def is_bearer(self, header: str) -> bool:
        """Whether an Authorization header shows the token."""
        scheme, _, token = header.partition(" ")
        return scheme.lower() == "bearer" and self.is_token(token.strip())

    def is_form(self, text: str) -> bool:
        """Whether ``text`` came from one of our own forms."""
        return _same(text, self.form)

    def session(self, now: float) -> str:
        """Return the value of a cookie that lets in until SESSION seconds from ``now``, on the monotonic clock."""
        until = str(int(now + SESSION))
        return f"{until}.{self._sign(until)}"

    def is_session(self, value: str, now: float) -> bool:
        """Whether ``value`` is a cookie that we gave and that still holds."""
        until, _, signature = value.partition(".")
        return _same(signature, self._sign(until)) and until.isdecimal() and int(until) > now

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


class Guard:
    """ASGI middleware around the pages."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys) -> None:
        self._app = app
        self._settings = settings
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", ())}
                message["headers"] = [
                    *message.get("headers", ()),
                    *(header for header in HEADERS if header[0] not in given),
                ]
            await send(message)

        refusal = self._objection(scope)
        body = b""
        if refusal is None:
            body, refusal = await _read(scope, receive)
        if refusal is None:
            refusal = self._stranger(scope)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _replay(body, receive), answer)

    def _objection(self, scope: Scope) -> Response | None:
        """Return the answer to a request that no page of ours makes."""
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not self._settings.is_own(hosts[0]):
            return _refused(421, "This name is not one of this dashboard's; give it with --name if it is.")
        raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        if len(raw) + len(scope["query_string"]) > MAX_PATH:
            return _refused(414, "The address is too long.")
        if _is_trick(raw, scope["path"]):
            return _refused(404, "There is no such page.")
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return _refused(405, "Only GET, HEAD and POST are understood.")
        if scope["method"] == "POST" and not self._is_ours(scope, hosts[0]):
            return _refused(403, "This request came from another site.")
        return None

    def _is_ours(self, scope: Scope, host: str) -> bool:
        """Whether a POST comes from a page of ours, or from a program that shows the token."""
        fetched = _values(scope, b"sec-fetch-site")
        origins = _values(scope, b"origin")
        if fetched and fetched != ["same-origin"]:
            return False
        if origins:
            return len(origins) == 1 and urlsplit(origins[0]).netloc.lower() == host.lower()
        return bool(fetched) or self._bears_token(scope)

    def _stranger(self, scope: Scope) -> Response | None:
        """Return the answer to somebody who was not let in."""
        if self._settings.token is None and self._settings.proxy_header is None:
            return None
        if scope["path"].startswith(_OPEN) or self._is_known(scope):
            return None
        if self._settings.token is not None and scope["method"] == "GET" and not _values(scope, b"authorization"):
            return RedirectResponse("/login", 303)
        refusal = _refused(401, "Show the token, or come through the reverse proxy.")
        refusal.headers["www-authenticate"] = "Bearer"
        return refusal

    def _is_known(self, scope: Scope) -> bool:
        if self._let_in_by_proxy(scope) or self._bears_token(scope):
            return True
        if self._settings.token is None:
            return False
        try:
            cookies = SimpleCookie("; ".join(_values(scope, b"cookie")))
        except CookieError:
            return False
        return COOKIE in cookies and self._keys.is_session(cookies[COOKIE].value, time.monotonic())

    def _let_in_by_proxy(self, scope: Scope) -> bool:
        name = self._settings.proxy_header
        client = scope.get("client")
        if name is None or client is None or not self._settings.is_proxy(client[0]):
            return False
        said = _values(scope, name.lower().encode("latin-1", "replace"))
        # Twice means that the proxy did not take away what the browser sent.
        return len(said) == 1 and bool(said[0].strip())

    def _bears_token(self, scope: Scope) -> bool:
        said = _values(scope, b"authorization")
        return len(said) == 1 and self._keys.is_bearer(said[0])


async def _read(scope: Scope, receive: Receive) -> tuple[bytes, Response | None]:
    """Return the body, or the answer to one that is too large or too slow."""
    lengths = _values(scope, b"content-length")
    if any(not length.isdecimal() or int(length) > MAX_BODY for length in lengths):
        return b"", _refused(413, f"A body may have {MAX_BODY} bytes.")
    body = b""
    try:
        async with asyncio.timeout(BODY_TIME):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > MAX_BODY:
                    return b"", _refused(413, f"A body may have {MAX_BODY} bytes.")
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return body, None
    except TimeoutError:
        return b"", _refused(408, "The body took too long.")


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Return a receive that gives ``body`` once, then whatever comes."""
    waiting = True

    async def give() -> Message:
        nonlocal waiting
        if waiting:
            waiting = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return give


def _is_trick(raw: bytes, path: str) -> bool:
    """Whether a path tries to leave where it stands; none of ours needs an escape, a double slash or a dot."""
    plain = raw.partition(b"?")[0]
    if not path.isascii() or not path.isprintable() or b"%" in plain or b"\\" in plain or b"//" in plain:
        return True
    return any(part in {".", ".."} for part in path.split("/"))


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _refused(status: int, text: str) -> Response:
    return PlainTextResponse(text + "\n", status)


def _same(one: str, other: str) -> bool:
    # Digests have one length: comparing them does not tell how long the secret is.
    digests = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (one, other))
    return hmac.compare_digest(*digests)
