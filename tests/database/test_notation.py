import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.database.notation import MAX_PIECES, pieces, spellings
from scanner.model.signature import FieldRule

NOTATIONS = (
    "text",
    "verbatim",
    "page",
    "challenge",
    "name",
    "object",
    "snmp",
    "scope",
    "dns",
    "greeting",
    "cookie",
    "title",
)


def rule(notation="text", called=(), cut="whole"):
    return FieldRule("x", "x", "…", notation=notation, called=called, pieces=cut)


def told(notation, value, field="http.server", called=()):
    return list(spellings(field, rule(notation, called), value))


@pytest.mark.parametrize(
    ("cut", "value", "expected"),
    [
        ("whole", "a\nb", ["a\nb"]),
        ("lines", "v=0\r\nApp-webs/\r\n\r\nx", ["v=0", "App-webs/", "x"]),
        ("lines", "v=0\\r\\ns=x\\n", ["v=0", "s=x"]),
        ("lines", "a\\b", ["a\\b"]),
        ("uris", "onvif://a b App-webs/", ["onvif://a b App-webs/"]),
        ("uris", "onvif://a  b://c", ["onvif://a", "b://c"]),
        ("uris", "onvif%3A%2F%2Fa%2Fb%20c%3A%2F%2Fd", ["onvif://a/b", "c://d"]),
        ("uris", "<d:Scopes>a://b</d:Scopes>", ["a://b"]),
        ("uris", "a://b\\nc://d", ["a://b", "c://d"]),
        ("uris", "name/x", ["name/x"]),
    ],
)
def test_a_value_that_holds_several_is_taken_apart(cut, value, expected):
    assert pieces(rule(cut=cut), value) == expected


@pytest.mark.parametrize("between", [" ", "\n", ",", ", ", ";", '", "', "', '"])
def test_scopes_are_found_however_they_are_listed(between):
    listed = f"[{between.strip(', ')[:1]}a://x{between}b://c{between}d://e,f{between.strip(', ')[-1:]}]"
    assert pieces(rule(cut="uris"), listed)[:2] == ["a://x", "b://c"]


def test_texts_of_a_service_may_stand_in_one_line():
    assert pieces(rule("dns", cut="lines"), '"path=/" "model=x y"') == ["path=/", "model=x y"]
    assert pieces(rule("dns", cut="lines"), '"path=/"') == ['"path=/"']


def test_pieces_are_counted():
    assert len(pieces(rule(cut="lines"), "x\n" * 1000)) == MAX_PIECES
    assert len(pieces(rule(cut="uris"), "a://b " * 1000)) == MAX_PIECES


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("App-webs/", []),
        ("Server: App-webs/", ["App-webs/"]),
        ("SERVER=App-webs/", ["App-webs/"]),
        ('"server": "App-webs\\/",', ["App-webs/"]),
        ("<x:Server a='b'>App-webs/</x:Server>", ["App-webs/"]),
        ('{"port": 80, "Server": "App-webs/"}', ["App-webs/"]),
        ("Date: today\r\nServer: App-webs/\r\n", ["App-webs/"]),
        ("table.Web.server=App-webs/", ["App-webs/"]),
        ("'App-webs/'", ["App-webs/"]),
        ('"x" and "y"', []),
        ("A &amp; B", ["A & B"]),
        ("\\u5927\\u534e", ["大华"]),
        ("Location: App-webs/", []),
        ("Linux, UPnP/1.0, Private", []),
    ],
)
def test_what_stands_around_a_value_is_taken_off(value, expected):
    assert told("text", value) == expected


def test_a_field_has_more_names_than_one():
    assert told("text", "deviceSN: 123", "sadp.serial", ("DeviceSN",)) == ["123"]
    assert told("text", "http.favicon.hash:1", "http.favicon.mmh3", ("http.favicon.hash",)) == ["1"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "<error>\n<code>1</code>\n</error>",
            ["<error>", "<code>1</code>", "</error>", "<error> <code>1</code> </error>"],
        ),
        ('{\n  "a": 1\n}', ["{", '  "a": 1', "}", '{ "a": 1 }']),
        ("<!DOCTYPE html>\n<title>x</title>", ["<!DOCTYPE html>", "<title>x</title>"]),
        ("<html>\n<title>x</title>", ["<html>", "<title>x</title>"]),
        ("a\nb", ["a", "b"]),
        ("<a>\n" + "b" * 5000, ["<a>", "b" * 5000]),
    ],
)
def test_an_answer_is_read_as_a_whole_too(value, expected):
    assert pieces(rule("page", cut="lines"), value) == expected


@pytest.mark.parametrize("notation", ["verbatim", "page"])
def test_nothing_is_taken_off_what_is_a_page(notation):
    assert told(notation, "Server: x") == []
    assert told(notation, r"name = 'AB\x2d8'; X\x5fY") == ["name = 'AB-8'; X_Y"], "as scripts escape"
    assert told(notation, "<b>A&amp;B</b>") == ["<b>A&B</b>"], "as pages do"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"DeviceName":"E3372","Signal" : -70}', ["{<DeviceName>E3372</DeviceName>,<Signal>-70</Signal>}"]),
        ("{'Classify': 'hilink', 'n': None}", ["{<Classify>hilink</Classify>, 'n': None}"]),
        (r"{\"a\":\"b\"}", ['{"a":"b"}', "{<a>b</a>}"]),
        ("<a>b</a>", []),
        ('style="color: red"', []),
    ],
)
def test_members_of_an_answer_are_read_as_elements_too(value, expected):
    assert told("page", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Digest realm="a b", nonce="1"', []),
        ("Digest realm='a b',nonce='1'", ['Digest realm="a b", nonce="1"']),
        ("Digest nonce=1 realm=a b", ['Digest nonce="1", realm="a b"', 'Digest realm="a b", nonce="1"']),
        ("basic realm=a", ['Basic realm="a"']),
        ('Basic realm="a", Digest realm="b",nonce="1"', ['Basic realm="a"', 'Digest realm="b", nonce="1"']),
        ("a realm", ['realm="a realm"', 'Basic realm="a realm"']),
        ('realm="a", nonce="1"', ['Digest realm="a", nonce="1"']),
        (
            'Digest realm="a", qop="auth", nonce="1"',
            ['Digest qop="auth", realm="a", nonce="1"'],
        ),
        ('WWW-Authenticate: Basic realm="a"', ['Basic realm="a"']),
    ],
)
def test_challenges(value, expected):
    assert told("challenge", value, "http.www_authenticate") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CN=a,O=b,C=CN", []),
        ("/C=CN/O=b/CN=a", ["CN=a,O=b,C=CN"]),
        ('C = CN, O = "b, Ltd.", CN = a', ["CN=a,O=b, Ltd.,C=CN"]),
        ("CN=a,O=b\\, Ltd.", ["CN=a,O=b, Ltd."]),
        ("commonName=a/organizationName=b", ["CN=a,O=b"]),
        (
            "subject=/CN=a/emailAddress=x@example.org",
            ["CN=a,emailAddress=x@example.org", "/CN=a/emailAddress=x@example.org"],
        ),
        ("CN=a+OU=b", ["CN=a,OU=b"]),
        ("no name", []),
    ],
)
def test_distinguished_names(value, expected):
    assert told("name", value, "tls.subject") == expected


@pytest.mark.parametrize(
    "value",
    [
        ".1.3.6.1.4.1.39165.1",
        "iso.3.6.1.4.1.39165.1",
        "OID: .1.3.6.1.4.1.39165.1",
        "SNMPv2-SMI::enterprises.39165.1",
        "enterprises.39165.1",
        ".iso.org.dod.internet.private.enterprises.39165.1",
        "SNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.39165.1",
        "1.3.6.1.4.1.39165.1 (a name)",
    ],
)
def test_numbers_of_objects(value):
    assert told("object", value, "snmp.sysobjectid")[0] == "1.3.6.1.4.1.39165.1"


def test_objects_of_other_trees_are_left_alone():
    assert told("object", "HUAWEI-MIB::quidway", "snmp.sysobjectid") == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('STRING: "a b"', ["a b"]),
        ("iso.3.6.1.2.1.1.1.0 = STRING: a = b: c", ["a = b: c"]),
        ("Hex-STRING: 48 69 6B 00", ["Hik"]),
        ("Hex-STRING: FF FE", ["FF FE"]),
        ("a: b", []),
    ],
)
def test_values_of_objects(value, expected):
    assert told("snmp", value, "snmp.sysdescr") == expected


@pytest.mark.parametrize(
    ("notation", "value", "expected"),
    [
        ("scope", "onvif://h/name/a%20b", ["onvif://h/name/a b"]),
        ("scope", "onvif://h/name/a b", ["onvif://h/name/a%20b"]),
        (
            "dns",
            "A\\032B\\.C._http._tcp.local.",
            ["A B.C", "_http._tcp.local", "_http._tcp.local.", "A B.C._http._tcp.local"],
        ),
        ("dns", "=  eth0 IPv4 A 5 - 1        _psia._tcp     local", ["A 5 - 1"]),
        ("dns", "_cgi._tcp", ["_cgi._tcp.local", "_cgi._tcp.local."]),
        ("greeting", "\xff\xfd\x18\xff\xfb\x01login:", ["login:"]),
        ("greeting", "a\r\nlogin:", ["a login:", "a"]),
        ("greeting", "220 x\\r\\n", ["220 x", "x"]),
        ("greeting", "220 Welcome to A-1 FTP server ready.", ["A-1"]),
        ("greeting", "SSH-2.0-A-1", ["A-1"]),
        ("greeting", "*** A-1 ***\r\nUsername:\x00", ["*** A-1 *** Username:", "A-1"]),
        ("greeting", "login:", []),
        ("title", "Login - A-1", ["A-1"]),
        ("title", "A-1 | Web Management - Sign in", ["A-1"]),
        ("title", "Welcome to A-1", ["A-1"]),
        ("title", "[A-1] \u2013 Anmeldung", ["A-1"]),
        ("title", "Web Login", []),
        ("title", "A-1 Home Assistant", []),
        ("cookie", "a=1; path=/", ["a=1", "a"]),
        ("title", "a\n b", ["a b"]),
        ("title", "<title>a</title>", ["a"]),
    ],
)
def test_other_kinds(notation, value, expected):
    assert told(notation, value, "http.title") == expected


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(NOTATIONS),
    st.sampled_from(("whole", "lines", "uris")),
    st.text() | st.text("aC=:,;/\\\"'<>&{}\n \xff%_.0", max_size=60),
)
def test_any_text_is_read_in_a_few_ways(notation, cut, value):
    for piece in pieces(rule(notation, cut=cut), value):
        found = list(spellings("http.title", rule(notation), piece))
        assert piece not in found
        assert len(found) <= 3 * 8


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("part", ["a='", "<a>", "\\", "a=a ", "._", "C=", "{", "&", "\xff", '"', "1."])
def test_a_long_text_is_read_at_once(notation, part):
    assert isinstance(list(spellings("http.title", rule(notation), part * 2000)), list)
