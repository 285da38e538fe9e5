"""Certificates for virtual devices, made at start-up: the published names and dates over a key of the lab's own."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanner.lab.device import Certificate
from scanner.lab.transcript import fill

_ATTRIBUTES = {
    "C": NameOID.COUNTRY_NAME,
    "CN": NameOID.COMMON_NAME,
    "L": NameOID.LOCALITY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
}


def make_context(certificate: Certificate, slots: Mapping[str, str]) -> ssl.SSLContext:
    """A server's TLS context that shows ``certificate``; the key is left nowhere on disk."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name([fill(part, slots) for part in certificate.subject])
    issuer = _name([fill(part, slots) for part in certificate.issuer]) if certificate.issuer else subject
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.combine(certificate.start, time(), UTC))
        .not_valid_after(datetime.combine(certificate.end, time(), UTC))
        # The issuers of device certificates are private to the device, so any key can sign in their name.
        .sign(ec.generate_private_key(ec.SECP256R1()) if certificate.issuer else key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        # The ssl module loads chains from files only; the folder is readable by its owner alone and gone at once.
        chain = Path(folder) / "chain.pem"
        chain.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context.load_cert_chain(chain)
    return context


def _name(parts: Sequence[str]) -> x509.Name:
    pairs = (part.partition("=") for part in parts)
    return x509.Name([x509.NameAttribute(_ATTRIBUTES[key], value) for key, _, value in pairs])
