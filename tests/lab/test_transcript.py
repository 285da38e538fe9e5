import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.lab.transcript import Kind, TranscriptError, fill, parse, ports

HEAD = "# source: a public place\n"


def exchange(text: str, kind: Kind = "stream"):
    return parse(HEAD + text, kind, "t.txt").exchanges[0]


def test_a_line_ends_with_crlf_and_a_piece_with_nothing():
    assert exchange(">> *\n<< one\n<| two\n<| three\\r\\n\\\\").render({}) == b"one\r\ntwothree\r\n\\"


def test_one_blank_after_the_mark_belongs_to_the_mark():
    assert exchange(">> *\n<|  x\n<|y\n<<").render({}) == b" xy\r\n"


def test_hex_lines_carry_the_length_of_what_follows_them():
    assert (
        exchange(">> *\n<x b0 {le16} {le32} ff\n<| abc\n<x 00").render({})
        == bytes.fromhex("b0 0400 04000000 ff") + b"abc\0"
    )


def test_slots_are_filled_in_and_other_braces_left_alone():
    text = exchange('>> *\n<| {host} {port:80} {authority:80} {cseq} {id} { "mac" } {}').render(
        {"host": "127.0.0.1", "port:80": "10080", "authority:80": "127.0.0.1:10080", "cseq": "7"}
    )
    assert text == b'127.0.0.1 10080 127.0.0.1:10080 7  { "mac" } {}'


def test_length_counts_the_body_only():
    answer = ">> GET /\n<< HTTP/1.1 200 OK\n<< Content-Length: {length}\n<<\n<| é"
    assert exchange(answer, "http").render({}) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\né".encode()


def test_several_questions_share_an_answer():
    assert exchange(">> GET /a\n>> GET /b\n<< x", "http").questions == ("GET /a", "GET /b")


def test_web_takes_the_first_exchange_that_fits():
    transcript = parse(
        HEAD
        + ">> POST /onvif GetScopes\n<< scopes\n>> GET /ISAPI/*\n<< isapi\n>> GET /q?a=1\n<< exact\n>> GET /q\n<< any query\n>> * *\n<< rest",
        "http",
        "t.txt",
    )

    def ask(method: str, target: str, body: bytes = b"") -> bytes:
        found = transcript.web(method, target, body)
        assert found is not None
        return found.render({}).strip()

    assert ask("POST", "/onvif", b"<tds:GetScopes/>") == b"scopes"
    assert ask("POST", "/onvif", b"<GetScopes xmlns='x'>") == b"scopes"
    assert ask("POST", "/onvif", b"<tds:GetScopesResponse/>") == b"rest"
    assert ask("HEAD", "/ISAPI/System/deviceInfo?x") == b"isapi"
    assert ask("GET", "/q?a=1") == b"exact"
    assert ask("GET", "/q?a=2") == b"any query"
    assert ask("PUT", "/q") == b"rest"


def test_octets_prefer_a_named_pattern_and_send_all_that_fit():
    transcript = parse(HEAD + ">> hex a0 .. 01\n<| hex\n>> text DHIP\n<| text\n>> *\n<| rest", "datagram", "t.txt")

    def ask(request: bytes) -> list[bytes]:
        return [found.render({}) for found in transcript.octets(request)]

    assert ask(b"\xa0\x99\x01DHIP") == [b"hex", b"text"]
    assert ask(b"\xa0\x99") == [b"rest"]


def test_dns_questions_match_whatever_the_letter_case_and_the_last_dot():
    transcript = parse(HEAD + ">> _ipp._tcp.local PTR\n<< a. 10 IN PTR b.", "dns", "t.txt")
    assert transcript.records("_IPP._tcp.local.", "PTR")
    assert transcript.records("_ipp._tcp.local.", "ANY")
    assert transcript.records("_ipp._tcp.local.", "TXT") is None


def test_ports_spoken_of():
    assert ports(parse(HEAD + ">> *\n<| {port:80} {authority:443}", "stream", "t.txt")) == {80, 443}


def test_fill_leaves_escapes_alone():
    assert fill(r"a\032b {host}", {"host": "h"}) == r"a\032b h"


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (">> *\n<| x", "stream", "no '# source:'"),
        (HEAD, "stream", "no exchange"),
        (HEAD + "<| x", "stream", "t.txt:2: an answer before"),
        (HEAD + "hello", "stream", "begin the line with"),
        (HEAD + ">> GET\n<| x", "http", "not a question of a http service"),
        (HEAD + ">> connect\n<| x", "datagram", "not a question of a datagram service"),
        (HEAD + ">> hex zz\n<| x", "stream", "not hex"),
        (HEAD + ">> *\n<x 0", "stream", "'0' is not hex"),
        (HEAD + ">> *\n<| \\q", "stream", "'\\q' is no escape"),
        (HEAD + ">> *\n<| {hots}", "stream", "nothing fills in {hots}"),
        (HEAD + ">> *\n<<\n<| {length}", "stream", "{length} counts the body"),
        (HEAD + ">> *\n<+ x", "stream", "dns transcripts only"),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_line(text: str, kind: Kind, says: str):
    with pytest.raises(TranscriptError) as error:
        parse(text, kind, "t.txt")
    assert says in str(error.value)
    assert str(error.value).startswith("t.txt")


@given(st.text(), st.sampled_from(["http", "rtsp", "stream", "datagram", "dns"]))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_transcript_or_an_error(text: str, kind: Kind):
    try:
        transcript = parse(text, kind, "t.txt")
    except TranscriptError:
        return
    assert transcript.exchanges


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_bytes_survive_hex_lines(payload: bytes):
    assert exchange(f">> *\n<x {payload.hex(' ')}").render({}) == payload
