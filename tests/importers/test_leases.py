import pytest
from hypothesis import given, settings

from scanner.importers import leases
from scanner.importers.leases import DNSMASQ_IMPORTER, ISC_IMPORTER, KEA_IMPORTER, WINDOWS_IMPORTER
from tests import strategies
from tests.importers.readings import items, read, recognised, survives

# The shapes are those of dhcpd.leases(5), of Kea's memfile backend, of dnsmasq's lease file, and of
# Get-DhcpServerv4Lease | Export-Csv.
ISC = b"""# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3
server-duid "\\000\\001";
lease 10.0.0.5 {
  starts 5 2026/11/20 01:58:13;
  ends 5 2026/11/20 02:03:13;
  cltt 5 2026/11/20 01:58:13;
  binding state active;
  hardware ethernet 58:50:ed:1f:e3:85;
  uid "\\001XP\\355";
  set vendor-class-identifier = "dvr {1}";
  client-hostname "cam-5";
}
lease 10.0.0.6 {
  cltt epoch 1700000000; # a comment
  hardware ethernet 58:50:ed:1f:e3:86;
"""
KEA = b"""address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
10.0.0.5,58:50:ed:1f:e3:85,01:58:50,3600,1700003600,1,0,0,cam&#x2c5.,0,
10.0.0.6,58:50:ed:1f:e3:86,,3600,1700003600,1,0,0,gone,2,
x
"""
DNSMASQ = b"""1700003600 58:50:ed:1f:e3:85 10.0.0.5 cam-5 01:58:50:ed:1f:e3:85
1700003600 06-58:50:ed:1f:e3:86 10.0.0.6 * *
nonsense
duid 00:01:00:01
1700003600 12345 2001:db8::5 six 00:01
"""
WINDOWS = """#TYPE Microsoft.Management.Infrastructure.CimInstance
"IPAddress","ScopeId","ClientId","HostName","AddressState","LeaseExpiryTime","ServerIP"
"10.0.0.5","10.0.0.0","58-50-ed-1f-e3-85","cam-5.example.com","Active","20.11.2026 02:03:13","10.0.0.2"
"here","10.0.0.0","58-50-ed-1f-e3-85","","Active","",""
""".encode("utf-16")

MAC, NAME = ("10.0.0.5", None, "link.mac", "58:50:ed:1f:e3:85"), ("10.0.0.5", None, "dhcp.hostname", "cam-5")


def test_isc():
    assert recognised(ISC) == "dhcp-isc"
    assert read(ISC_IMPORTER, ISC) == [
        MAC, NAME, ("10.0.0.5", None, "dhcp.vendor_class", "dvr {1}"),
        ("line 16", None, "bad", "the file breaks off inside a lease"),
    ]  # fmt: skip


def test_kea():
    assert recognised(KEA) == "dhcp-kea"
    assert read(KEA_IMPORTER, KEA) == [
        MAC, ("10.0.0.5", None, "dhcp.hostname", "cam,5"), ("line 4", None, "bad", "no address, or too few columns")
    ]  # fmt: skip


def test_dnsmasq():
    assert recognised(DNSMASQ) == "dhcp-dnsmasq"
    assert read(DNSMASQ_IMPORTER, DNSMASQ) == [
        MAC, NAME, ("10.0.0.6", None, "link.mac", "58:50:ed:1f:e3:86"),
        ("line 3", None, "bad", "not a lease as dnsmasq writes it"),
    ]  # fmt: skip


def test_windows():
    assert recognised(WINDOWS) == "dhcp-windows"
    assert read(WINDOWS_IMPORTER, WINDOWS) == [
        MAC, ("10.0.0.5", None, "dhcp.hostname", "cam-5.example.com"), ("line 4", None, "bad", "no address in IPAddress")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "raw", "reporter", "at"),
    [
        (ISC_IMPORTER, ISC, "file.txt", "2026-11-20T01:58:13+00:00"),
        (KEA_IMPORTER, KEA, "file.txt", "2023-11-14T22:13:20+00:00"),
        (DNSMASQ_IMPORTER, DNSMASQ, "file.txt", None),
        (WINDOWS_IMPORTER, WINDOWS, "10.0.0.2", None),
    ],
)
def test_leases_are_the_servers_word_at_the_time_the_file_knows(importer, raw, reporter, at):
    provenance = items(importer, raw)[0].provenance  # type: ignore[union-attr]
    assert provenance.reporter == reporter
    assert (provenance.observed_at.isoformat() if provenance.observed_at else None) == at
    assert provenance.source == leases.SOURCE


@settings(max_examples=80, deadline=None)
@given(strategies.hostile([ISC, KEA, DNSMASQ, WINDOWS]))
def test_any_bytes(raw: bytes):
    for importer in (ISC_IMPORTER, KEA_IMPORTER, DNSMASQ_IMPORTER, WINDOWS_IMPORTER):
        survives(importer, raw)
