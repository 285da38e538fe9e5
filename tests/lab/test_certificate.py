import ssl
from datetime import date

from cryptography import x509

from scanner.lab.certificate import make_context
from scanner.lab.device import Certificate


def show(certificate: Certificate, slots: dict[str, str]) -> x509.Certificate:
    """The certificate as a client meets it, without a socket."""
    server_side, client_side = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname = False
    client_context.verify_mode = ssl.CERT_NONE
    client = client_context.wrap_bio(client_side, server_side)
    server = make_context(certificate, slots).wrap_bio(server_side, client_side, server_side=True)
    done = [False, False]
    while not all(done):
        for index, end in enumerate((client, server)):
            try:
                end.do_handshake()
                done[index] = True
            except ssl.SSLWantReadError:
                pass
    der = client.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def test_names_and_dates_are_the_published_ones_in_their_order():
    shown = show(
        Certificate(
            subject=("CN={host}", "C=CN"),
            issuer=("CN=Dahua\u00a0Device", "O=Zhejiang", "C=CN"),
            start=date(2024, 8, 5),
            end=date(2054, 7, 30),
        ),
        {"host": "127.66.0.33"},
    )
    assert [attribute.value for attribute in shown.subject] == ["127.66.0.33", "CN"]
    assert [attribute.value for attribute in shown.issuer] == ["Dahua\u00a0Device", "Zhejiang", "CN"]
    assert shown.not_valid_before_utc.date() == date(2024, 8, 5)
    assert shown.not_valid_after_utc.date() == date(2054, 7, 30)


def test_without_an_issuer_it_signs_itself():
    shown = show(Certificate(subject=("C=CN", "O=HIKVISION", "CN=www.hikvision.com")), {})
    assert shown.issuer == shown.subject
    shown.verify_directly_issued_by(shown)


def test_keys_are_made_anew():
    one, other = (show(Certificate(subject=("CN=x",)), {}) for _ in range(2))
    assert one.public_key() != other.public_key()
