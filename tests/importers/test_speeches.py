import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.speeches import MAX_RTSP, Banner, Request, Requests, Rtsp, Tls, Web, Whole, begin, tell_response
from scanner.model.dialogue import Malformed
from scanner.protocols import rtsp
from tests.importers.packets import get, http
from tests.protocols import answers


class Told:
    def __init__(self):
        self.facts = []
        self.by = []

    def __call__(self, name, facts):
        try:
            for fact in facts:
                self.facts.append(fact)
                self.by.append(name)
        except Malformed:
            pass

    def all(self, field):
        return [fact.value for fact in self.facts if fact.field == field]


def speak(make, data: bytes, sizes=(1 << 20,), requests=()):
    told, buffer, sequence = Told(), bytearray(), 0
    asked = Requests()
    for question in requests:
        asked.push(sequence, question)
        sequence += len(question)
    speech = make(told, asked) if make is Web else make(told)
    at, number = 0, 0
    while at < len(data):
        size = sizes[number % len(sizes)]
        buffer += data[at : at + size]
        at, number = at + size, number + 1
        if not speech.read(buffer, ended=False):
            return told
    speech.read(buffer, ended=True)
    return told


CHUNKED = http(
    b"1f\r\n<html><title>chunked</title></h\r\n4\r\ntml>\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Server: two"
)
PIPELINE = (
    http(b"<title>one</title>", "Server: one")
    + CHUNKED
    + b"HTTP/1.1 304 Not Modified\r\nServer: three\r\n\r\n"
    + http(b"", "Server: four")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 97), min_size=1, max_size=6))
def test_responses_divide_wherever_the_segments_end(sizes):
    told = speak(Web, PIPELINE, sizes)
    assert told.all("http.server") == ["one", "two", "three", "four"]
    assert told.all("http.title") == ["one", "chunked"]


def test_a_response_without_a_length_ends_with_the_connection():
    raw = b"HTTP/1.0 200 OK\r\nServer: old\r\nContent-Type: text/html\r\n\r\n<title>late</title>"
    assert speak(Web, raw).all("http.title") == ["late"]


def test_the_status_is_told_of_the_root_page_alone():
    told = speak(Web, http() + http(status="404 Not Found"), requests=(get("/"), get("/x")))
    assert told.all("http.status") == ["200"]


def test_the_answer_to_head_has_no_body():
    told = speak(
        Web,
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nServer: one\r\n\r\n" + http(b"", "Server: two"),
        requests=(b"HEAD / HTTP/1.1\r\n\r\n" + get(),),
    )
    assert told.all("http.server") == ["one", "two"]


def test_an_interim_response_is_passed_over():
    raw = b"HTTP/1.1 100 Continue\r\n\r\n" + http(b"", "Server: real")
    assert speak(Web, raw, requests=(get("/"),)).all("http.status") == ["200"]


def test_a_body_beyond_the_cap_is_passed_over():
    raw = http(b"<title>big</title>" + b"x" * 900_000, "Server: one") + http(b"", "Server: two")
    told = speak(Web, raw, (1460,))
    assert told.all("http.server") == ["one", "two"]
    assert told.all("http.title") == ["big"]


def test_an_icon_that_is_cut_has_no_hash():
    icon = b"\0\0\1\0" + b"i" * 400
    raw = http(icon)
    told = speak(Web, raw, requests=(get("/favicon.ico"),))
    cut = speak(Web, raw[:-50], requests=(get("/favicon.ico"),))
    assert len(told.all("http.favicon.md5")) == 1
    assert cut.all("http.favicon.md5") == []
    assert cut.all("http.header_names")


def test_a_head_that_is_cut_tells_nothing():
    assert speak(Web, http()[:30]).facts == []


def test_what_came_through_a_proxy_is_nobodys():
    told = Told()
    tell_response(told, http(b"", "Server: far"), Request("GET", "http://example.com/"), whole=True)
    assert told.facts == []


def test_an_onvif_answer_is_read_by_its_own_decoder():
    told = Told()
    tell_response(told, answers.ONVIF[0], Request("POST", "/onvif/device_service"), whole=True)
    assert "onvif" in told.by
    assert "http" not in told.by


def test_a_refused_message_names_its_realm():
    told = Told()
    raw = http(b"", 'WWW-Authenticate: Digest realm="iPolis"', status="401 Unauthorized")
    tell_response(told, raw, Request("POST", "/onvif/device_service"), whole=True)
    assert told.all("http.www_authenticate") == ['Digest realm="iPolis"']


def test_repeated_requests_count_once():
    requests = Requests()
    requests.push(100, get("/a") + get("/b"))
    requests.push(100, get("/a") + get("/b"))
    assert [request.path for request in requests.waiting] == ["/a", "/b"]


def test_rtsp_replies_are_read_and_media_is_not():
    reply = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="/"\r\n\r\n'
    told = speak(
        Rtsp,
        reply
        + b"RTSP/1.0 200 OK\r\nServer: cam\r\nContent-Length: 9\r\n\r\nv=0\r\ns=x\n"
        + b"$\0\x05\xb4"
        + b"\x80" * 2000,
        (7,),
    )
    assert told.all("rtsp.www_authenticate") == ['Basic realm="/"']
    assert told.all("rtsp.server") == ["cam"]
    assert told.all("rtsp.sdp") == ["s=x"]


def test_rtsp_replies_are_capped():
    told = speak(Rtsp, b"RTSP/1.0 200 OK\r\nServer: cam\r\n\r\n" * (MAX_RTSP + 9))
    assert len(told.all("rtsp.server")) == MAX_RTSP


def handshake(der: bytes) -> bytes:
    entry = len(der).to_bytes(3, "big") + der
    certificate = b"\x0b" + (len(entry) + 3).to_bytes(3, "big") + len(entry).to_bytes(3, "big") + entry
    messages = b"\x02\0\0\x04ABCD" + certificate
    half = len(messages) // 2
    return b"".join(
        b"\x16\x03\x03" + len(part).to_bytes(2, "big") + part for part in (messages[:half], messages[half:])
    )


@pytest.mark.parametrize("size", [1, 5, 100, 9999])
def test_the_certificate_is_read_across_records_and_segments(size):
    assert len(speak(Tls, handshake(answers.TLS[0]), (size,)).all("tls.subject")) == 1


def test_encryption_ends_the_search():
    assert (
        speak(Tls, b"\x16\x03\x03\0\x08\x02\0\0\x04ABCD\x14\x03\x03\0\x01\x01" + handshake(answers.TLS[0])).facts == []
    )


def test_banners():
    assert speak(Banner, b"SSH-2.0-dropbear\r\n\0\0junk", (3,)).all("ssh.banner") == ["SSH-2.0-dropbear"]
    assert speak(Banner, b"\xff\xfb\x01\r\nlogin: ").all("telnet.banner") == ["login:"]


def test_who_reads_is_told_by_the_first_bytes():
    told = Told()
    assert isinstance(begin(b"HTTP/1.1 200", 9999, 40000, None, told), Web)
    assert isinstance(begin(b"RTSP/1.0 200", 9999, 40000, None, told), Rtsp)
    assert isinstance(begin(b"\x16\x03\x03\0\x30\x02", 9999, 40000, None, told), Tls)
    assert isinstance(begin(b"220 ready", 21, 40000, None, told), Banner)
    assert begin(b"\x16\x03\x03\0\x30\x01", 40000, 443, None, told) is None
    assert begin(b"SSH-2.0-client", 40000, 22, None, told) is None
    assert begin(b"\x80\x60", 40000, 9999, None, told) is None


def test_a_protocol_known_by_its_port_is_read_at_the_end():
    told = Told()
    speech = Whole(rtsp.SPEC, told)
    data = bytearray(b"RTSP/1.0 200 OK\r\nServer: cam\r\n\r\n")
    assert speech.read(data, ended=False)
    assert not told.facts
    assert not speech.read(data, ended=True)
    assert told.all("rtsp.server") == ["cam"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([Web, Rtsp, Tls, Banner]), st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_are_read_without_an_error(make, junk, size):
    prefix = {Web: b"HTTP/1.1 200 OK\r\n", Rtsp: b"RTSP/1.0 200 OK\r\n", Tls: b"\x16\x03\x03\0\x20\x02", Banner: b""}[
        make
    ]
    told = speak(make, prefix + junk, (size,))
    assert len(told.facts) < 1000
