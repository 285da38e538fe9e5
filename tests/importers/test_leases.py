import pytest
from hypothesis import given, settings

from scanner.importers import leases
from scanner.importers.importer import BadPart
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
        ("line 4", None, "bad", "no address, or too few columns"), MAC, ("10.0.0.5", None, "dhcp.hostname", "cam,5")
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


def test_of_an_address_the_last_lease_counts():
    # isc-projects/kea src/bin/admin/tests/data/lease4_dump_test.reference.csv, with hardware addresses of six bytes.
    raw = (
        b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
        b"0.0.0.10,32:30:32:30:32:30,33:30,40,1642000000,50,1,1,one.example.com,0,\n"
        b"0.0.0.11,,31:32:33,40,1643210000,50,1,1,,1,{  }\n"
        b'0.0.0.12,32:32:32:32:32:32,,40,1643212345,50,1,1,three&#x2cexample&#x2ccom,2,{ "a": 1&#x2c "b": "c" }\n'
    )
    assert recognised(raw) == "dhcp-kea"
    one = ("0.0.0.10", None, "dhcp.hostname", "one.example.com")
    assert read(KEA_IMPORTER, raw) == [("0.0.0.10", None, "link.mac", "32:30:32:30:32:30"), one]
    later = b"0.0.0.10,32:30:32:30:32:31,33:30,40,1642000100,50,1,1,two.example.com,0,\n"
    assert [row[3] for row in read(KEA_IMPORTER, raw + later)] == ["32:30:32:30:32:31", "two.example.com"]
    released = b"0.0.0.10,32:30:32:30:32:30,33:30,0,1642000100,50,1,1,,3,\n"
    assert read(KEA_IMPORTER, raw + released) == []
    moved = b"lease 10.0.0.5 {\n hardware ethernet 58:50:ed:00:00:01;\n}\n"
    assert ("10.0.0.5", None, "link.mac", "58:50:ed:00:00:01") in read(ISC_IMPORTER, ISC + b"}\n" + moved)
    assert MAC not in read(ISC_IMPORTER, ISC + b"}\n" + moved)


def test_leases_of_more_addresses_than_are_remembered(monkeypatch):
    monkeypatch.setattr(leases, "MAX_LEASES", 2)
    raw = b"".join(b"lease 10.0.0.%d {\n hardware ethernet 58:50:ed:00:00:01;\n}\n" % n for n in (1, 2, 1, 3))
    assert [row[0] for row in read(ISC_IMPORTER, raw)] == ["10.0.0.2", "10.0.0.1", "10.0.0.3"]


def test_keas_leases_of_ipv6():
    # isc-projects/kea src/bin/admin/tests/data/mysql.lease6_dump_test.reference.csv, its columns.
    raw = (
        b"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,"
        b"hostname,hwaddr,hwtype,hwaddr_source,state,user_context\n"
        b"2001:db8::5,32:30,30,1428099330,40,50,0,60,128,1,1,one.example.com,58:50:ed:1f:e3:85,1,HWADDR_SOURCE_DUID,0,\n"
    )
    assert recognised(raw) == "dhcp-kea"
    assert [row[2:] for row in read(KEA_IMPORTER, raw)] == [
        ("link.mac", "58:50:ed:1f:e3:85"),
        ("dhcp.hostname", "one.example.com"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        # As README of swagmac (a monitor of network activity) shows the console's Export List.
        (
            "Client IP Address,Name,Lease Expiration,Type,Unique ID,Description,Network Access Protection,"
            "Probation Expiration,Filter Profile,Policy"
        ),
        # In another language only the heading differs.
        "Client-IP-Adresse,Name,Leaseablaufdatum,Typ,Eindeutige ID,Beschreibung,Netzwerkzugriffsschutz,x,y,z",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_windows_console(heading, encoding):
    text = (
        f"{heading}\r\n10.0.0.11,DESKTOP-SDRAR14.SWAG.local,10/1/2020 8:38:44 AM,DHCP,d017c28ba606,,Full Access,N/A,None,\r\n"
        "10.0.0.15,AT&T MicroCell,Reservation (active),DHCP,702e6163636573732d33472d41502d3734353437442d30303236393139393330,"
        "Büro,Full Access,N/A,None,\r\n"
    )
    raw = text.encode(encoding)
    assert recognised(raw) == "dhcp-windows"
    assert read(WINDOWS_IMPORTER, raw) == [
        ("10.0.0.11", None, "link.mac", "d0:17:c2:8b:a6:06"),
        ("10.0.0.11", None, "dhcp.hostname", "DESKTOP-SDRAR14.SWAG.local"),
        ("10.0.0.15", None, "dhcp.hostname", "AT&T MicroCell"),
    ]


def test_windows_leases_that_nobody_holds():
    raw = WINDOWS.decode("utf-16").replace("Active", "Declined").encode()
    assert [row[2] for row in read(WINDOWS_IMPORTER, raw)] == ["bad"]


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
    provenance = next(item.provenance for item in items(importer, raw) if not isinstance(item, BadPart))
    assert provenance.reporter == reporter
    assert (provenance.observed_at.isoformat() if provenance.observed_at else None) == at
    assert provenance.source == leases.SOURCE


@settings(max_examples=80, deadline=None)
@given(strategies.hostile([ISC, KEA, DNSMASQ, WINDOWS]))
def test_any_bytes(raw: bytes):
    for importer in (ISC_IMPORTER, KEA_IMPORTER, DNSMASQ_IMPORTER, WINDOWS_IMPORTER):
        survives(importer, raw)
