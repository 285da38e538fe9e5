import pytest
from hypothesis import given, settings

from scanner.importers.neighbours import IMPORTER
from tests import strategies
from tests.importers.readings import NAME, items, read, recognised, survives

TABLES = {
    "ip neigh": "10.0.0.5 dev eth0 lladdr 58:50:ed:1f:e3:85 REACHABLE\n10.0.0.9 dev eth0  FAILED\nfe80::1 dev eth0 lladdr 02:00:00:00:00:01 router STALE\n",
    "arp -a, Linux": "? (10.0.0.5) at 58:50:ed:1f:e3:85 [ether] on eth0\n? (10.0.0.9) at <incomplete> on eth0\n",
    "arp -a, macOS": "? (10.0.0.5) at 58:50:ed:1f:e3:85 on en0 ifscope [ethernet]\n? (10.0.0.9) at (incomplete) on en0\n? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n",
    "arp -a, Windows": "\nInterface: 10.0.0.1 --- 0x3\n  Internet Address      Physical Address      Type\n  10.0.0.5              58-50-ed-1f-e3-85     dynamic\n  224.0.0.22            01-00-5e-00-00-16     static\n",
    "arp -n": "Address                  HWtype  HWaddress           Flags Mask            Iface\n10.0.0.5                 ether   58:50:ed:1f:e3:85   C                     eth0\n",
    "/proc/net/arp": "IP address       HW type     Flags       HW address            Mask     Device\n10.0.0.5         0x1         0x2         58:50:ed:1f:e3:85     *        eth0\n10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0\n",
    "Cisco IOS": "core1#show ip arp\nProtocol  Address          Age (min)  Hardware Addr   Type   Interface\nInternet  10.0.0.5               12   5850.ed1f.e385  ARPA   Vlan10\nInternet  10.0.0.9                0   Incomplete      ARPA\ncore1#\n",
    "Juniper": "MAC Address       Address         Name                      Interface           Flags\n58:50:ed:1f:e3:85 10.0.0.5        10.0.0.5                  ge-0/0/0.0          none\nTotal entries: 1\n",
    "MikroTik": "[admin@edge] > /ip arp print\nFlags: X - disabled, I - invalid, H - DHCP, D - dynamic, P - published, C - complete\n #    ADDRESS         MAC-ADDRESS       INTERFACE\n 0 DC 10.0.0.5        58:50:ED:1F:E3:85 bridge\n",
}  # fmt: skip
REPORTERS = {"arp -a, Windows": "10.0.0.1", "Cisco IOS": "core1", "MikroTik": "edge"}
PORTS = b"""sw2#show mac address-table
          Mac Address Table
-------------------------------------------
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    5850.ed1f.e385    DYNAMIC     Gi1/0/7
Total Mac Addresses for this criterion: 2
"""


@pytest.mark.parametrize("kind", TABLES)
def test_a_table(kind):
    raw = TABLES[kind].encode()
    assert recognised(raw) == "neighbours"
    found = read(IMPORTER, raw)
    assert ("10.0.0.5", None, "link.mac", "58:50:ed:1f:e3:85") in found
    assert [row for row in found if row[0] != "10.0.0.5"] in (
        [], [("fe80::1", None, "link.mac", "02:00:00:00:00:01")]
    )  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_who_printed_it_is_the_reporter(kind):
    for item in items(IMPORTER, TABLES[kind].encode()):
        assert item.provenance.reporter == REPORTERS.get(kind, NAME)  # type: ignore[union-attr]


def test_a_switchs_ports_have_hosts_without_addresses():
    assert recognised(PORTS) == "neighbours"
    assert read(IMPORTER, PORTS) == [("58:50:ed:1f:e3:85", None, "link.mac", "58:50:ed:1f:e3:85")]
    assert items(IMPORTER, PORTS)[0].provenance.reporter == "sw2"  # type: ignore[union-attr]


def test_other_lines_are_bad_parts():
    assert read(IMPORTER, b"10.0.0.5 dev eth0 lladdr 58:50:ed:1f:e3:85 STALE\nwhat is this\n")[1:] == [
        ("line 2", None, "bad", "no row of a table of neighbours")
    ]
    assert recognised(b"what is this\nand that\n") is None


@settings(max_examples=100, deadline=None)
@given(strategies.hostile([text.encode() for text in TABLES.values()]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
