"""The list of what was tried on the dashboard, and what it answered."""

import asyncio

import pytest

from scanner.dashboard import guard
from scanner.dashboard.guard import COOKIE, HEADERS, SESSION, Guard, Keys
from scanner.dashboard.settings import MAX_BODY, Settings
from tests.dashboard.site import HOST, ask, raised

TOKEN = "correct horse battery staple"
OURS = "http://127.0.0.1:8889"


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    with raised(tmp_path_factory.mktemp("locked"), host="192.0.2.1", token=TOKEN, allow=("127.66.9.1",)) as up:
        yield up


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    with raised(
        tmp_path_factory.mktemp("proxied"), host="192.0.2.1", proxy_header="X-Forwarded-User", allow=("127.66.9.1",)
    ) as up:
        yield up


# Names: DNS rebinding


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8889", "127.0.0.1.evil.example", "192.0.2.9", "", "localhost@evil.example"]
)
def test_a_foreign_name_is_refused(site, host):
    answer = ask(site.app, "GET", "/", [("Host", host)])
    assert answer.status == 421
    assert b"192.0.2.10" not in answer.body


def test_no_name_or_two_are_refused(site):
    assert ask(site.app, "GET", "/", []).status == 421
    assert ask(site.app, "GET", "/", [HOST, ("Host", "evil.example")]).status == 421
    assert ask(site.app, "GET", "/", [HOST, HOST]).status == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8889", "localhost:8889", "[::1]:8889", "LOCALHOST"])
def test_own_names_are_answered(site, host):
    assert ask(site.app, "GET", "/", [("Host", host)]).status == 200


def test_a_name_in_a_forwarded_header_counts_for_nothing(site):
    assert site.get("/", ("X-Forwarded-Host", "evil.example")).status == 200
    assert ask(site.app, "GET", "/", [("Host", "evil.example"), ("X-Forwarded-Host", "127.0.0.1")]).status == 421


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/assets/../../settings.py",
        "/assets/..",
        "/assets/%2e%2e/%2e%2e/settings.py",
        "/assets/..%2f..%2fsettings.py",
        "/assets/%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "//evil.example/",
        "/assets\\..\\settings.py",
        "/assets/report.css%00.js",
        "/assets/./report.css",
        "/law/%2e%2e",
        "/law/us-ndaa-889%0d%0aSet-Cookie:x=y",
        "/transcripts/../../scans.sqlite3",
        "/transcripts/%2fetc%2fpasswd",
        "/scans/x/report/../../../etc/passwd",
        "/scans/%25/report/html",
        "/caf\u00e9".encode().decode("latin-1"),
    ],
)
def test_path_tricks_find_no_page(site, path):
    scope_path = path.encode("latin-1").decode("latin-1")
    answer = ask(site.app, "GET", scope_path)
    assert answer.status == 404
    assert b"root:" not in answer.body
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/assets/settings.py", "/assets/base.html.j2", "/assets/", "/nothing", "/scans/", "/.git"]
)
def test_what_is_no_page_is_not_found(site, path):
    assert site.get(path).status in {404, 307}


def test_a_long_address_is_refused(site):
    assert site.get("/?q=" + "a" * guard.MAX_PATH).status == 414
    assert site.get("/?q=" + "a" * 500).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_other_methods_are_refused(site, method):
    assert ask(site.app, method, "/").status == 405


@pytest.mark.parametrize("path", ["/start", "/stop", "/logout"])
def test_reading_changes_nothing(site, path):
    assert site.get(path).status in {200, 405}
    assert site.runner.state.stage == "none"


# Bodies


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), str(10**30), "-1", "x", ""])
def test_an_announced_body_too_large_is_refused_unread(site, length):
    answer = ask(site.app, "POST", "/start", [HOST, ("Origin", OURS), ("Content-Length", length)], b"")
    assert answer.status == 413


def test_an_unannounced_body_too_large_is_refused(site):
    pieces = [b"a" * 4096] * (MAX_BODY // 4096 + 1)
    assert ask(site.app, "POST", "/start", [HOST, ("Origin", OURS)], pieces).status == 413
    assert ask(site.app, "GET", "/", [HOST], pieces).status == 413


def test_a_slow_body_is_refused(site, monkeypatch):
    monkeypatch.setattr(guard, "BODY_TIME", 0.05)
    scope = {
        "type": "http", "method": "POST", "path": "/start", "raw_path": b"/start", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    asyncio.run(site.app(scope, receive, send))
    assert sent[0]["status"] == 408


def test_many_fields_are_refused_not_parsed_for_ever(site):
    answer = site.post("/start", {f"f{n}": "" for n in range(50)})
    assert answer.status == 400
    assert site.runner.state.stage == "none"


# Other sites


@pytest.mark.parametrize(
    "headers",
    [
        (("Sec-Fetch-Site", "cross-site"),),
        (("Sec-Fetch-Site", "same-site"),),
        (("Sec-Fetch-Site", "none"),),
        (("Sec-Fetch-Site", "cross-site"), ("Origin", OURS)),
        (("Sec-Fetch-Site", ""), ("Origin", "http://evil.example")),
        (("Sec-Fetch-Site", ""), ("Origin", "null")),
        (("Sec-Fetch-Site", ""), ("Origin", "http://127.0.0.1:9999")),
        (("Sec-Fetch-Site", ""), ("Origin", "http://127.0.0.1:8889.evil.example")),
        (("Sec-Fetch-Site", ""), ("Origin", "")),
        (("Sec-Fetch-Site", "same-origin"), ("Origin", "http://evil.example")),
    ],
)
@pytest.mark.parametrize("path", ["/start", "/stop", "/logout"])
def test_a_form_of_another_site_is_refused(site, path, headers):
    answer = site.post(path, {"targets": "127.66.9.1"}, *headers)
    assert answer.status == 403
    assert site.runner.state.stage == "none"


@pytest.mark.parametrize("form", ["", "x", "A" * 43])
def test_a_form_without_our_mark_is_refused(site, form):
    answer = site.post("/start", {"form": form, "targets": "127.66.9.1"})
    assert answer.status == 403
    assert "stale" in answer.text
    assert site.runner.state.stage == "none"


def test_no_other_site_may_read_frame_or_embed(site):
    headers = site.get("/", ("Origin", "http://evil.example")).headers
    assert "access-control-allow-origin" not in headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/nothing", "/../x", "/law", "/assets/report.css", "/login", "/progress.json"])
def test_every_answer_bears_the_headers(site, path):
    answer = site.get(path)
    for name, value in HEADERS:
        if name != b"cache-control":
            assert answer.headers[name.decode()] == value.decode()
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_a_page_that_breaks_says_nothing_and_bears_the_headers(site, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret path /srv/x")

    monkeypatch.setattr(site.bench, "listing", broken)
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "scheme": "http",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    with pytest.raises(RuntimeError):  # for the log
        asyncio.run(site.app(scope, receive, send))
    assert sent[0]["status"] == 500
    assert b"x-content-type-options" in {name for name, _ in sent[0]["headers"]}
    assert b"secret" not in b"".join(message.get("body", b"") for message in sent)


def test_web_sockets_are_closed(site):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(site.app({"type": "websocket", "headers": [], "path": "/"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


# Who comes in


@pytest.mark.parametrize(
    "path", ["/", "/scans", "/law", "/device?host=192.0.2.10", "/transcripts/" + "ab" * 32, "/progress.json"]
)
def test_without_the_token_nothing_is_shown(locked, path):
    answer = locked.get(path, client="192.0.2.77")
    assert (answer.status, answer.headers["location"]) == (303, "/login")
    assert answer.body == b""
    assert locked.get(path).status == 303  # from this machine neither


@pytest.mark.parametrize(
    "header",
    [
        ("Authorization", "Bearer wrong"),
        ("Authorization", "Bearer "),
        ("Authorization", f"Basic {TOKEN}"),
        ("Authorization", TOKEN),
        ("Authorization", f"Bearer {TOKEN}x"),
        ("Authorization", f"Bearer {TOKEN[:-1]}"),
        ("Authorization", "Bearer \xff"),
    ],
)
def test_a_wrong_token_is_refused(locked, header):
    answer = locked.get("/", header, client="192.0.2.77")
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_in_the_address_counts_for_nothing(locked):
    assert locked.get(f"/?token={TOKEN.replace(' ', '+')}").status == 303


def test_two_authorizations_are_none(locked):
    right = ("Authorization", f"Bearer {TOKEN}")
    assert locked.get("/", right, right).status == 401


def test_the_token_lets_in(locked):
    right = ("Authorization", f"Bearer {TOKEN}")
    assert locked.get("/", right, client="192.0.2.77").status == 200
    assert locked.get("/", ("Authorization", f"bearer  {TOKEN} ")).status == 200


def test_a_program_with_the_token_needs_no_form_of_ours(locked):
    headers = [HOST, ("Authorization", f"Bearer {TOKEN}")]
    answer = ask(locked.app, "POST", "/start", headers, b"targets=10.9.9.9")
    assert (answer.status, "not an allowed target" in answer.text) == (403, True)
    assert ask(locked.app, "POST", "/start", [HOST, ("Authorization", "Bearer x")], b"targets=127.66.9.1").status == 403


def test_the_cookie_lets_in_and_no_script_or_site_gets_it(locked, monkeypatch):
    answer = locked.post("/login", {"token": TOKEN}, page="/login")
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={SESSION}"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    bearer = ("Cookie", cookie.partition(";")[0])
    assert locked.get("/", bearer, client="192.0.2.77").status == 200
    monkeypatch.setattr("scanner.dashboard.guard.time.monotonic", lambda: 1e9)
    assert locked.get("/", bearer).status == 303  # it has run out


def test_the_cookie_goes_by_tls_alone_where_the_proxy_speaks_it(locked):
    def cookie(*headers, client="127.0.0.1"):
        return locked.post("/login", {"token": TOKEN}, *headers, client=client, page="/login").headers["set-cookie"]

    assert "Secure" in cookie(("X-Forwarded-Proto", "https"))
    assert "Secure" not in cookie()
    assert "Secure" not in cookie(("X-Forwarded-Proto", "https"), client="192.0.2.77")


@pytest.mark.parametrize(
    "value",
    ["", "x", "9999999999.", "9999999999.0", ".", f"{TOKEN}", "9999999999." + "0" * 64, "\xff.\xff", '"'],
)
def test_a_forged_cookie_is_refused(locked, value):
    assert locked.get("/", ("Cookie", f"{COOKIE}={value}")).status == 303


def test_a_cookie_of_another_run_is_refused(locked):
    assert locked.get("/", ("Cookie", f"{COOKIE}={Keys(TOKEN).session(0)}")).status == 303


def test_a_wrong_token_at_the_login_waits(locked, monkeypatch):
    monkeypatch.setattr("scanner.dashboard.pages.WRONG_TOKEN", 0.0)
    answer = locked.post("/login", {"token": "wrong"}, page="/login")
    assert answer.status == 401
    assert "set-cookie" not in answer.headers


def test_another_site_cannot_log_a_browser_in(locked):
    assert locked.post("/login", {"token": TOKEN}, ("Sec-Fetch-Site", "cross-site"), page="/login").status == 403


def test_logging_out_takes_the_cookie(locked):
    cookie = locked.post("/login", {"token": TOKEN}, page="/login").headers["set-cookie"].partition(";")[0]
    answer = locked.post("/logout", {}, ("Cookie", cookie), page="/login")
    assert 'coveredscan=""' in answer.headers["set-cookie"]


def test_posting_without_the_token_is_refused(locked):
    assert locked.post("/start", {"targets": "127.66.9.1"}, page="/login").status == 401
    assert locked.runner.state.stage == "none"


# Behind a proxy


def test_whom_the_proxy_let_in_comes_in(proxied):
    assert proxied.get("/", ("X-Forwarded-User", "alice")).status == 200


@pytest.mark.parametrize("value", ["", " "])
def test_whom_the_proxy_did_not_name_does_not(proxied, value):
    assert proxied.get("/", ("X-Forwarded-User", value)).status == 401
    assert proxied.get("/").status == 401


def test_whoever_goes_past_the_proxy_does_not(proxied):
    assert proxied.get("/", ("X-Forwarded-User", "alice"), client="192.0.2.77").status == 401
    assert (
        proxied.get("/", ("X-Forwarded-User", "alice"), ("X-Forwarded-For", "127.0.0.1"), client="192.0.2.77").status
        == 401
    )


def test_a_header_that_the_browser_sent_too_is_not_believed(proxied):
    assert proxied.get("/", ("X-Forwarded-User", "alice"), ("X-Forwarded-User", "mallory")).status == 401


# Targets


@pytest.mark.parametrize(
    "targets", ["10.0.0.1", "127.66.9.2", "127.66.9.1 127.66.9.2", "0.0.0.0/0", "localhost", "eth0", ""]
)
def test_targets_outside_the_list_are_refused(site, targets):
    answer = site.post("/start", {"targets": targets})
    assert answer.status == 403
    assert site.runner.state.stage == "none"


def test_nothing_is_scanned_without_a_list(tmp_path):
    with raised(tmp_path) as up:
        assert up.post("/start", {"targets": "127.0.0.1"}, page="/login").status == 403
        assert "without <code>--allow</code>" in up.get("/start").text


# The parts


def test_keys_tell_right_from_wrong():
    keys = Keys(TOKEN)
    assert keys.is_token(TOKEN)
    assert not keys.is_token("")
    assert not Keys(None).is_token("")
    assert keys.is_form(keys.form)
    assert not keys.is_form(Keys(TOKEN).form)
    assert keys.is_session(keys.session(10), 10 + SESSION - 1)
    assert not keys.is_session(keys.session(10), 10 + SESSION)
    assert not keys.is_session("\u0663." + keys.session(10), 10)


def test_the_lifespan_passes():
    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["type"])

    async def nothing(*_):
        return {}

    asyncio.run(Guard(inner, Settings(), Keys(None))({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]
