from __future__ import annotations

import base64
import hashlib
import time

import mmh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed, WebAsk, WebReply
from scanner.protocols import http
from scanner.protocols._message import read_reply
from tests import strategies
from tests.drive import browse, decoded, values
from tests.protocols import answers

ICON = b"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00" + bytes(range(256))
HTML = (("Content-Type", "text/html"),)


def page(body: bytes, *headers: tuple[str, str], status: int = 200) -> WebReply:
    return WebReply(status, (*headers, *HTML), body)


def away(location: str, status: int = 302) -> WebReply:
    return WebReply(status, (("Location", location),), b"")


def at(path: str, reply: WebReply, scheme: str = "http") -> dict[str, WebReply]:
    return {path: WebReply(reply.status, reply.headers, reply.body, path, scheme)}  # type: ignore[arg-type]


def markers(body: bytes, status: int = 200) -> list[str]:
    return values(http.facts(page(body, status=status)), "http.body_marker")


def paths(replies: dict[str, WebReply], **options: bool) -> list[str]:
    return [ask.path for ask in browse(http.browse("192.0.2.1", 80, **options), replies)[1]]


def test_a_refusal_tells_server_challenges_and_error_text():
    facts = list(http.decode(answers.APPWEBS_401))
    assert values(facts, "http.status") == ["401"]
    assert values(facts, "http.server") == ["App-webs/"]
    assert values(facts, "http.www_authenticate") == [
        'Digest qop="auth", realm="IP Camera(76475)", nonce="4e5459794d6a", stale="FALSE"',
        'Basic realm="IP Camera(76475)"',
    ]
    assert values(facts, "http.title") == ["Document Error: Unauthorized"]
    assert "Access Error: 401 -- Unauthorized" in values(facts, "http.body_marker")


def test_header_names_keep_order_and_letter_case():
    assert values(http.decode(answers.UPPER_CASE_ROOT), "http.header_names") == [
        "CONNECTION,Date,Last-Modified,Etag,CONTENT-LENGTH,CACHE-CONTROL,P3P,X-XSS-Protection,CONTENT-TYPE"
    ]
    assert values(http.decode(answers.UPPER_CASE_ROOT), "http.etag") == ['"1780651407:298f"']


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("LOCATION", "http.location"),
        ("eTag", "http.etag"),
        ("X-Powered-By", "http.x_powered_by"),
        ("server", "http.server"),
    ],
)
def test_simple_headers_are_told_as_sent(name: str, field: str):
    assert values(http.facts(WebReply(200, ((name, " a  b\t"),), b"")), field) == ["a  b"]
    assert values(http.facts(WebReply(200, ((name, "  "),), b"")), field) == []


def test_a_cut_marker_has_no_blank_at_its_end():
    assert markers(b"<!doctype " + b"a" * (http.MAX_MARKER - 11) + b" html>")[0].endswith("a")


def test_the_start_of_a_document_is_a_marker():
    assert values(http.decode(answers.BOM_ROOT), "http.body_marker") == ["bom+<!doctype html>"]
    assert markers(b"\r\n<!DOCTYPE html\n PUBLIC 'x'>")[0] == "<!DOCTYPE html PUBLIC 'x'>"
    assert markers(b"plain words") == []


def test_scripts_that_lead_away_are_markers():
    assert "./doc/page/login.asp?_" in values(http.decode(answers.APPWEBS_ROOT), "http.body_marker")


@pytest.mark.parametrize(
    ("body", "marker"),
    [
        (b'<script src="jsBase/lib/jquery.js?version=@WebVersion@"></script>', "jsBase/lib/jquery.js?version=@WebVersion@"),
        (b"<LINK rel=stylesheet HREF='/css/a&amp;b.css'>", "/css/a&b.css"),
        (b"<img src=/custom_logo/web_logo.png>", "/custom_logo/web_logo.png"),
        (b'<form method="post" action="/cgi-bin/login.cgi">', "/cgi-bin/login.cgi"),
        (b'<object classid="clsid:f030f48f-cd67-45d1-b622-a5d88a7bcfe9" id="HCNetVideo">',
         "clsid:f030f48f-cd67-45d1-b622-a5d88a7bcfe9"),
        (b'<script>document.write(\'<object codebase="../codebase/NetVideoOCX.cab#version=1,0">\')</script>',
         "../codebase/NetVideoOCX.cab#version=1,0"),
        (b'<meta http-equiv="refresh" content="0; URL=/web/index.html">', "/web/index.html"),
        (b'<meta http-equiv=Refresh content="0;url=\'main.htm\'">', "main.htm"),
        (b'<meta name="generator" content="Axis 5.50">', "Axis 5.50"),
        (b"<h1>\n Network <b>Camera</b>&nbsp;&copy;</h1>", "Network Camera ©"),
        (b"<script>top.location='/login.htm'</script>", "/login.htm"),
        (b'<script>window.location.replace("/a.html")</script>', "/a.html"),
        (b'<script>location = "b.html";</script>', "b.html"),
    ],
)  # fmt: skip
def test_markers_name_the_parts_of_a_page(body: bytes, marker: str):
    assert marker in markers(body)


def test_error_text_is_a_marker_only_on_short_error_pages():
    body = b"<html><style>x{}</style><body><h3>501 Error</h3>Not Implemented!</body></html>"
    assert "501 Error Not Implemented!" in markers(body, status=501)
    assert "501 Error Not Implemented!" not in markers(body)
    assert len(markers(b"<p>" + b"word " * 1000, status=404)) == 1


def test_markers_are_capped_and_told_once():
    body = b"".join(b'<img src="/%d.png"><img src="/%d.png">' % (number, number) for number in range(500))
    found = markers(body)
    assert len(found) == len(set(found)) == http.MAX_MARKERS
    assert max(map(len, markers(b'<img src="' + b"a" * 900 + b'">'))) == http.MAX_MARKER


def test_pictures_inside_a_page_are_no_markers():
    assert markers(b'<img src="data:image/png;base64,AAAA">') == ['<img src="data:image/png;base64,AAAA">']


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("text/html; charset=gb2312", "<title>网络摄像机</title>".encode("gb2312"), "网络摄像机"),
        ("text/html", b'<meta charset="GBK">' + "<title>大华</title>".encode("gbk"), "大华"),
        ("text/html; charset=undefined", "<title>Büro</title>".encode(), "Büro"),
        ("text/html", b"<title>\n NETSurveillance&nbsp;&#87;EB\r\n</title>", "NETSurveillance WEB"),
        ("", b"<TITLE>x</TITLE>", "x"),
    ],
)
def test_titles_are_read_as_text(head: str, body: bytes, title: str):
    assert values(http.facts(WebReply(200, (("Content-Type", head),), body)), "http.title") == [title]


def test_an_empty_title_tells_nothing():
    assert values(http.decode(answers.BOM_ROOT), "http.title") == []


def test_cookies_keep_short_values_only():
    assert values(http.decode(answers.CHUNKED), "http.set_cookie") == [
        "DHLangCookie30=English",
        "WebClientHttpSessionID",
    ]


def test_an_isapi_document_tells_its_form():
    facts = list(http.decode(answers.SESSION_CAPABILITIES))
    assert values(facts, "isapi.root") == ["SessionLoginCap"]
    assert values(facts, "isapi.xmlns") == ["http://www.std-cgi.com/ver20/XMLSchema"]
    other = answers.SESSION_CAPABILITIES.replace(
        b"http://www.std-cgi.com/ver20/XMLSchema", b"http://www.w3.org/1999/xhtml"
    )
    assert values(http.decode(other), "isapi.root") == []


def test_icons_are_hashed_as_others_hash_them():
    facts = list(http.facts(WebReply(200, (("Content-Type", "image/x-icon"),), ICON, "/favicon.ico")))
    assert values(facts, "http.favicon.md5") == [hashlib.md5(ICON).hexdigest()]
    assert values(facts, "http.favicon.mmh3") == [str(mmh3.hash(base64.encodebytes(ICON)))]


@pytest.mark.parametrize("body", [b"", b" <!doctype html>", bytes(http.MAX_PAGE)])
def test_what_is_no_whole_icon_is_not_hashed(body: bytes):
    facts = http.facts(WebReply(200, (), body, "/favicon.ico"))
    assert [fact.field for fact in facts if "favicon" in fact.field] == []


def test_a_root_that_asks_for_credentials_has_said_enough():
    assert paths(at("/", read_reply(answers.APPWEBS_401))) == ["/"]


def test_the_page_that_a_script_leads_to_is_read_once():
    replies = {
        **at("/", read_reply(answers.APPWEBS_ROOT)),
        **at("/doc/page/login.asp?_", page(b"<title>login</title><script>location='/again.html'</script>")),
        **at("/favicon.ico", WebReply(200, (), ICON)),
        **at("/ISAPI/System/deviceInfo", read_reply(answers.APPWEBS_401)),
    }
    facts, asked = browse(http.browse("192.0.2.1", 80), replies)
    assert [ask.path for ask in asked] == ["/", "/doc/page/login.asp?_", "/favicon.ico", "/ISAPI/System/deviceInfo"]
    assert values(facts, "http.status") == ["200"]
    assert 'Basic realm="IP Camera(76475)"' in values(facts, "http.www_authenticate")
    assert len(values(facts, "http.favicon.md5")) == 1
    assert len(facts) == len(set(facts))
    assert all(ask.method == "GET" and not ask.headers and not ask.body for ask in asked)


def test_related_paths_are_asked_only_where_the_page_suggests_them():
    assert paths(at("/", page(b"<title>printer</title>"))) == ["/", "/favicon.ico"]
    assert paths(at("/", read_reply(answers.UPPER_CASE_ROOT))) == [
        "/", "/favicon.ico", "/cgi-bin/magicBox.cgi?action=getSystemInfo",
    ]  # fmt: skip
    assert paths(at("/", read_reply(answers.BOM_ROOT))) == ["/", "/favicon.ico", "/ISAPI/System/deviceInfo"]


def test_session_capabilities_are_asked_when_wanted():
    assert paths(at("/", read_reply(answers.BOM_ROOT)), session_capabilities=True)[-1] == http.SESSION_CAPABILITIES
    assert http.SESSION_CAPABILITIES not in paths(at("/", page(b"x")), session_capabilities=True)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/index.asp", "/index.asp"),
        ("login/main.htm?a=b", "/login/main.htm?a=b"),
        ("http://192.0.2.1/a", "/a"),
        ("http://192.0.2.1:80/a b#c", "/a%20b"),
        ("//192.0.2.1/x", "/x"),
        ("https://192.0.2.1/", None),
        ("http://192.0.2.1:8080/", None),
        ("http://192.0.2.2/", None),
        ("http://camera.example/", None),
        ("//example.org/x", None),
        ("ftp://192.0.2.1/", None),
        ("http://[", None),
        ("http://192.0.2.1:99999/", None),
        ("/\r\nX: y", "/%20X:%20y"),
        ("/System/configurationFile?auth=YWRtaW46MTEK", None),
        ("/web_caps/webCapsConfig", None),
        ("/web%5Fcaps/webCapsConfig", None),
        ("/login.cgi?user=admin&pwd=", None),
        ("/cgi-bin/magicBox.cgi?action=reboot", None),
        ("http://192.0.2.1//example.org/x", None),
        ("/" + "a" * 2000, None),
        ("", None),
    ],
)
def test_redirects_stay_on_the_endpoint(location: str, path: str | None):
    asked = paths(at("/", away(location)))
    assert asked[1:2] == ([path] if path else ["/favicon.ico"])


def test_redirects_of_an_ipv6_endpoint_stay_on_it():
    root = at("/", away("https://[2001:DB8::1]:8443/x"), "https")
    _, asked = browse(http.browse("2001:db8::1", 8443), root)
    assert asked[1].path == "/x"


def test_requests_are_counted():
    hops = {f"/{number}": away(f"/{number + 1}") for number in range(20)}
    replies = {"/": away("/1"), **hops}
    replies = {path: at(path, reply)[path] for path, reply in replies.items()}
    assert paths(replies) == ["/", "/1", "/2", "/3", "/favicon.ico"]
    last = page(
        read_reply(answers.BOM_ROOT).body, ("CONNECTION", "x"), ("CONTENT-LENGTH", "1"), ("CONTENT-TYPE", "text/html")
    )
    replies |= at("/3", last)
    asked = paths(replies, session_capabilities=True)
    assert len(asked) == len(set(asked)) == http.MAX_REQUESTS


def test_a_redirect_loop_ends():
    assert paths({**at("/", away("/a")), **at("/a", away("/"))}) == ["/", "/a", "/favicon.ico"]


def test_the_icon_that_a_page_names_is_asked():
    root = page(b'<link rel="shortcut icon" href="/baseProj/images/favicon.ico">')
    assert "/baseProj/images/favicon.ico" in paths(at("/", root))
    assert "/favicon.ico" in paths(at("/", page(b'<link rel="icon" href="https://example.org/x.ico">')))


def test_a_root_that_fails_ends_the_dialogue():
    assert browse(http.browse("192.0.2.1", 80), {}) == ([], [WebAsk("/")])


@pytest.mark.parametrize("raw", [b"", b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\n\r\n", b"<html>"])
def test_what_is_no_response_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(http.decode(raw))


@pytest.mark.parametrize(
    "unit",
    [b"<a ", b"<script src=", b"<!--", b"<title", b"<h1>", b"<img src='", b"location='x';", b"&#", b"<meta ", b"\xff"],
)
def test_hostile_pages_take_no_time(unit: bytes):
    body = (unit * (http.MAX_PAGE // len(unit)))[: http.MAX_PAGE]
    began = time.perf_counter()
    browse(http.browse("192.0.2.1", 80), at("/", page(body)))
    assert time.perf_counter() - began < 2


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.HTTP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(http.decode, raw, http.SPEC.fields)


REPLIES = st.builds(
    WebReply,
    status=st.sampled_from((200, 302, 401, 404)),
    headers=st.lists(
        st.tuples(
            st.sampled_from(("Location", "Content-Type", "Server", "WWW-Authenticate", "Set-Cookie")),
            st.text(max_size=60),
        ),
        max_size=4,
    ).map(tuple),
    body=st.one_of(st.binary(max_size=200), strategies.cut(answers.HTTP)),
    path=st.just("/"),
    scheme=st.sampled_from(("http", "https")),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), REPLIES), max_size=8), st.text(max_size=40))
def test_no_answers_lead_a_dialogue_astray(replies: list[WebReply | None], target: str):
    left = iter([WebReply(302, (("Location", target),), b""), *replies])
    dialogue = http.browse("192.0.2.1", 80)
    asked = []
    try:
        said = next(dialogue)
        while True:
            if isinstance(said, WebAsk):
                asked.append(said.path)
                said = dialogue.send(next(left, None))
            else:
                said = next(dialogue)
    except StopIteration:
        pass
    assert len(asked) <= http.MAX_REQUESTS
    assert all(path.startswith("/") and path.isascii() and path.isprintable() and " " not in path for path in asked)
