from __future__ import annotations

import asyncio
import ssl

import pytest
from cryptography import x509

from scanner.protocols import tls as names
from scanner.transports.tls import handshake
from tests.transports.servers import QUICK, certificate, close_at_once, closed_port, permit, say, serve, silent

pytestmark = pytest.mark.loopback


def shake(handler, context=None):
    async def run():
        async with serve(handler, tls=context) as endpoint:
            return await handshake(endpoint, QUICK)

    return asyncio.run(run())


def test_the_certificate_is_told(tmp_path):
    exchange = shake(silent, certificate(tmp_path))
    assert exchange.kind == "answered"
    assert {fact.field for fact in exchange.facts} == {names.SUBJECT, names.ISSUER, names.KEY}
    assert "old-camera" in exchange.facts[0].value
    assert x509.load_der_x509_certificate(exchange.transcript).serial_number == 1


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_a_server_that_speaks_only_tls_1_0(tmp_path):
    context = certificate(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1
    context.minimum_version = ssl.TLSVersion.TLSv1
    assert shake(silent, context).kind == "answered"


@pytest.mark.parametrize("handler", [say(b"SSH-2.0-dropbear\r\n"), close_at_once, silent])
def test_no_tls_there(handler):
    exchange = shake(handler)
    assert exchange.kind == "tls-failed"
    assert exchange.reason


def test_nobody_there():
    assert asyncio.run(handshake(permit("127.0.0.1", closed_port()), QUICK)).kind == "refused"
