from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import tls
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import answers


def test_names_are_rfc_4514_most_specific_first():
    facts = list(tls.facts(answers.certificate(answers.HIK_NAME)))
    assert values(facts, "tls.subject") == ["CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"]
    assert values(facts, "tls.issuer") == values(facts, "tls.subject")


def test_no_break_spaces_of_an_issuer_stay():
    facts = list(tls.facts(answers.certificate("CN=192.168.2.70,C=CN", answers.DAHUA_ISSUER)))
    assert values(facts, "tls.issuer")[0].startswith("CN=Dahua\xa0Device\xa0NVR\xa0CA,O=Zhejiang\xa0Dahua")
    assert values(facts, "tls.subject") == ["CN=192.168.2.70,C=CN"]


def test_the_key_is_the_hash_of_the_public_key_alone():
    one, other = (answers.certificate(f"CN={name}") for name in ("one", "other"))
    key = x509.load_der_x509_certificate(one).public_key()
    expected = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    assert values(tls.facts(one), "tls.key") == values(tls.facts(other), "tls.key") == [expected]


def test_control_characters_of_a_name_become_blanks():
    facts = list(tls.facts(answers.certificate("CN=ab").replace(b"\x0c\x02ab", b"\x0c\x02a\x01")))
    assert values(facts, "tls.subject") == ["CN=a"]


@pytest.mark.parametrize("raw", [b"", b"\x30\x03\x02\x01\x00", b"-----BEGIN CERTIFICATE-----", bytes(70_000)])
def test_what_is_no_certificate_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(tls.facts(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.TLS))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(tls.facts, raw, tls.SPEC.fields)
