from __future__ import annotations

import errno
import ssl

import pytest

from scanner.transports.stream import explain, locate, tls_context
from tests.transports.servers import permit


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (errno.ECONNREFUSED, "refused", None),
        (errno.ETIMEDOUT, "timed-out", None),
        (errno.EHOSTUNREACH, "timed-out", "no route to host"),
        (errno.ENETUNREACH, "timed-out", "no route to host"),
        (errno.ECONNRESET, "closed", "connection reset"),
        (errno.EPIPE, "closed", "connection reset"),
        (errno.EACCES, "skipped", "this machine does not permit the connection"),
        (errno.EPERM, "skipped", "this machine does not permit the connection"),
        (errno.EMFILE, "skipped", "this machine is out of open files or memory"),
        (errno.EADDRNOTAVAIL, "skipped", "cannot assign requested address"),
    ],
)
def test_every_error_has_an_outcome(code, kind, reason):
    failed = explain(OSError(code, "Cannot assign requested address"))
    assert (failed.kind, failed.reason) == (kind, reason)


def test_a_tls_error_is_tls_failed():
    assert explain(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")).kind == "tls-failed"


def test_addresses_of_both_families():
    assert locate(permit("192.0.2.1", 80))[1] == ("192.0.2.1", 80)
    assert locate(permit("2001:db8::1", 80))[1] == ("2001:db8::1", 80, 0, 0)
    assert locate(permit("fe80::1%7", 80))[1] == ("fe80::1", 80, 0, 7)


def test_one_context_without_verification():
    context = tls_context()
    assert context is tls_context()
    assert context.verify_mode == ssl.CERT_NONE
    assert not context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.MINIMUM_SUPPORTED
    assert any("NULL" not in cipher["name"] and cipher["strength_bits"] < 256 for cipher in context.get_ciphers())
