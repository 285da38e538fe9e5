from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scanner.transports.mail import send, write

pytestmark = pytest.mark.loopback
MESSAGE = write("scan@here.example", ("a@b.example", "c@d.example"), "3 changed\r\nBcc: x@y.example", "ünder\nlines")


class Box:
    def __init__(self) -> None:
        self.got: list[Any] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.port = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope, session.ssl is not None))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, given):
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"hush", handled=False)


@contextmanager
def serving(**options: Any) -> Iterator[Box]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port, authenticator=box.authenticate, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """The TLS of a server at 127.0.0.1, made here and trusted by this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)  # noqa: TID251 - the library that verifies it reads the clock
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return context


def tell(box: Box, host: str = "127.0.0.1", **options: Any) -> str | None:
    return send(host, box.port, MESSAGE, **{"user": "scan", "password": "hush", "timeout": 10.0, **options})


def test_a_message_arrives_whole():
    with serving() as box:
        assert tell(box, security="none", user=None) is None
    ((envelope, _),) = box.got
    assert envelope.rcpt_tos == ["a@b.example", "c@d.example"]
    assert b"Subject: 3 changed Bcc: x@y.example" in envelope.content


def test_by_starttls_with_a_password(certified):
    with serving(tls_context=certified, require_starttls=True, auth_require_tls=True, auth_required=True) as box:
        assert tell(box) is None
        assert tell(box, password="wrong") == "the server does not accept this user and password"
    assert [encrypted for _, encrypted in box.got] == [True]
    assert box.logins[0] == (b"scan", b"hush")


def test_by_tls_from_the_first_byte(certified):
    # The library knows STARTTLS alone as TLS: without the option it would take no password here.
    with serving(ssl_context=certified, auth_require_tls=False) as box:
        assert tell(box, security="tls") is None
        told = tell(box, security="tls", password="wrong")
    assert told == "the server does not accept this user and password"
    assert len(box.got) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_is_not_trusted_is_told_nothing(certified, monkeypatch, security):
    monkeypatch.delenv("SSL_CERT_FILE")
    kind = "ssl_context" if security == "tls" else "tls_context"
    with serving(**{kind: certified}, auth_require_tls=False) as box:
        assert tell(box, security=security) == "cannot be sent: SSLCertVerificationError"
    assert (box.got, box.logins) == ([], [])


def test_a_certificate_of_another_name_is_not_trusted(certified):
    with serving(tls_context=certified, auth_require_tls=False) as box:
        assert tell(box, "localhost") == "cannot be sent: SSLCertVerificationError"
    assert (box.got, box.logins) == ([], [])


def test_without_tls_no_password_is_sent():
    with serving(auth_require_tls=False) as box:
        assert tell(box) == "cannot be sent: SMTPNotSupportedError"
    assert (box.got, box.logins) == ([], [])


def test_a_server_that_is_not_there_is_told_of():
    told = send("127.0.0.1", 1, MESSAGE, security="none", user="me", password="hush", timeout=1)
    assert told == "cannot be sent: ConnectionRefusedError"
