"""TLS server certificates. RFC 5280; names as text by RFC 4514, so the most specific part comes first."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean

SUBJECT: Final = Field("tls.subject")
ISSUER: Final = Field("tls.issuer")
KEY: Final = Field("tls.key")

MAX_CERTIFICATE: Final = 65_536
"""Bytes: thirty times a usual certificate; TLS itself would allow 16 MiB."""


def facts(der: bytes) -> Iterator[Fact]:
    """Yield subject, issuer and key of one DER certificate; a part that cannot be read is left out.

    Names are ``CN=…,OU=…,O=…,C=…``. Malformed when ``der`` is no certificate, or none of its parts can be read.
    """
    if len(der) > MAX_CERTIFICATE:
        raise Malformed("certificate too large")
    found = []
    with warnings.catch_warnings():
        # Devices put negative serial numbers, bad country codes and expired encodings into certificates.
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
        except (ValueError, TypeError, x509.InvalidVersion) as error:
            raise Malformed("not an X.509 certificate") from error
        for field, read in ((SUBJECT, _subject), (ISSUER, _issuer), (KEY, _key)):
            try:
                value = read(certificate)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                continue
            if value:
                found.append(Fact(field, value))
    if not found:
        raise Malformed("nothing readable in the certificate")
    yield from found


def _subject(certificate: x509.Certificate) -> str:
    return clean(certificate.subject.rfc4514_string())


def _issuer(certificate: x509.Certificate) -> str:
    return clean(certificate.issuer.rfc4514_string())


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


SPEC = RecordSpec(
    name="tls",
    fields=(SUBJECT, ISSUER, KEY),
    decode=facts,
    about="Names and key of the certificate that a TLS server presents.",
)
