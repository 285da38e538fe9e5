import base64

import pytest

from scanner.importers.answers import header_pairs, read_answer, read_certificate, read_page
from scanner.model.dialogue import Malformed
from tests.drive import values
from tests.protocols import answers


def test_an_answer_is_told_by_its_first_bytes():
    assert values(read_answer(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", 9), "http.server") == ["x"]
    assert values(read_answer(b"RTSP/1.0 200 OK\r\nServer: x\r\n\r\n", 9), "rtsp.server") == ["x"]
    assert values(read_answer(b"SSH-2.0-x\r\n", 9), "ssh.banner") == ["SSH-2.0-x"]
    assert values(read_answer(b"220 x\r\n", 21), "ftp.banner") == ["220 x"]
    assert list(read_answer(b"220 x\r\n", 25)) == []


def test_the_status_is_the_root_pages():
    raw = b"HTTP/1.1 404 No\r\nServer: x\r\n\r\n"
    assert values(read_answer(raw, 80, "/x"), "http.status") == []
    assert values(read_answer(raw, 80), "http.status") == ["404"]


def test_names_of_headers_tell_only_in_their_order():
    pairs = [("Server", "x"), ("ETag", "y")]
    assert values(read_page(200, pairs, "", ordered=True), "http.header_names") == ["Server,ETag"]
    assert values(read_page(200, pairs, "", ordered=False), "http.header_names") == []
    assert values(read_page(None, pairs, "<title>t</title>", ordered=False), "http.status") == []


def test_certificates_as_der_and_as_nonsense():
    assert values(read_certificate(base64.b64encode(answers.TLS[0]).decode()), "tls.subject")
    for text in ("-----BEGIN CERTIFICATE-----\nx", "%%%", ""):
        with pytest.raises(Malformed):
            list(read_certificate(text))


def test_headers_of_every_shape():
    headers = {"server": ["a", 3], "www_authenticate": "b", "X-Y": {"headers": ["c"]}, "n": 4}
    assert list(header_pairs(headers)) == [("server", "a"), ("www-authenticate", "b"), ("X-Y", "c")]
